"""D06 to D08: exits that compete, and the estimators that must read them rightly."""

from __future__ import annotations

from collections.abc import Callable
from string import ascii_lowercase

import numpy as np
from pydantic import Field, model_validator

from sfund_sim.ground.errors import RuleError
from sfund_sim.lab.chance import Columns
from sfund_sim.lab.estimate import Estimate, mean
from sfund_sim.lab.questions import Exact, Family, Parameters, Simulated
from sfund_sim.lab.timing import NEVER, CompetingExits, ExitLaw
from sfund_sim.outcomes.multistate import Spells, occupancy
from sfund_sim.outcomes.survival import kaplan_meier

HALF = 1.5e-8
"""How far a curve may be off one half by rounding, as R has it: the root of a number's precision."""


class Exponentials(Parameters):
    """Two ways out with constant hazards, or three."""

    h1: float = Field(ge=0)
    h2: float = Field(ge=0)
    h3: float = Field(default=0.0, ge=0)
    t: float = Field(ge=0)


class Weibulls(Parameters):
    """Two ways out with Weibull times."""

    shape1: float = Field(gt=0)
    scale1: float = Field(gt=0)
    shape2: float = Field(gt=0)
    scale2: float = Field(gt=0)
    t: float = Field(ge=0)


class Durations(Parameters):
    """Times and whether they ended (1) or were censored (0)."""

    dataset: str = ""
    arm: str = ""
    time: tuple[float, ...] = Field(min_length=1)
    status: tuple[int, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_status_a_time(self) -> Durations:
        if len(self.time) != len(self.status) or not set(self.status) <= {0, 1}:
            raise RuleError(
                "time and status must be equally long, and status 0 or 1", "time 与 status 须等长，且 status 为 0 或 1"
            )
        return self


class Sample(Durations):
    """The same, and a time."""

    t: float


class Intervals(Parameters):
    """Subjects' intervals (t1, t2] and the state each ends in: 1, 2, ... for a, b, ...; 0 for censored."""

    id: tuple[int, ...]
    t1: tuple[float, ...]
    t2: tuple[float, ...]
    st: tuple[int, ...]

    @model_validator(mode="after")
    def _equally_long(self) -> Intervals:
        if not len(self.id) == len(self.t1) == len(self.t2) == len(self.st) > 0 or min(self.st) < 0:
            raise RuleError(
                "id, t1, t2 and st must be equally long, and st at least 0", "id、t1、t2 与 st 须等长，且 st 不小于 0"
            )
        return self


class States(Parameters):
    """Who is in which state at time t."""

    dataset: str = ""
    data: Intervals
    initial: str
    t: float
    state: str

    @property
    def names(self) -> list[str]:
        """The initial state, then a, b, ..."""
        return [self.initial, *ascii_lowercase[: max(self.data.st)]]

    @model_validator(mode="after")
    def _known_state(self) -> States:
        if self.state not in self.names:
            allowed = ", ".join(self.names)
            raise RuleError(
                f"there is no state '{self.state}'; allowed: {allowed}",
                f"没有名为“{self.state}”的状态；可用：{allowed}",
            )
        return self


def exponential_exits(asked: Exponentials) -> CompetingExits:
    """Constant hazards; a way out without any is never taken."""
    hazards = (asked.h1, asked.h2, asked.h3) if asked.h3 else (asked.h1, asked.h2)
    return CompetingExits(ways=tuple(ExitLaw.of_hazard(hazard) if hazard else NEVER for hazard in hazards))


def weibull_exits(asked: Weibulls) -> CompetingExits:
    """Two Weibull times."""
    return CompetingExits(ways=(ExitLaw(asked.shape1, asked.scale1), ExitLaw(asked.shape2, asked.scale2)))


def way_by(way: int) -> Callable[[Columns, Exponentials | Weibulls], Estimate]:
    """Share that has left by t, and by this way."""
    return lambda columns, asked: mean(((columns["time"] <= asked.t) & (columns["way"] == way)).astype(float))


def claimed_of_first_way(columns: Columns, asked: Exponentials | Weibulls) -> Estimate:
    """1 - Kaplan-Meier of the first way at t, the other taken for censoring, with Greenwood's error."""
    seen = np.minimum(columns["time"], asked.t)
    curve = kaplan_meier(seen, (columns["time"] <= asked.t) & (columns["way"] == 0))
    return Estimate(1.0 - float(curve.survival[-1]), float(curve.standard_error[-1]))


def greenwood(asked: Sample) -> float:
    """Greenwood's standard error of survival at t; 0 before the first time."""
    curve = kaplan_meier(asked.time, asked.status)
    passed = int(np.searchsorted(curve.times, asked.t, side="right"))
    return float(curve.standard_error[passed - 1]) if passed else 0.0


def in_no_way(columns: Columns, asked: Exponentials | Weibulls) -> Estimate:
    """Share that has not left by t."""
    return mean((columns["time"] > asked.t).astype(float))


def in_some_way(columns: Columns, asked: Exponentials | Weibulls) -> Estimate:
    """Share that has left by t."""
    return mean((columns["time"] <= asked.t).astype(float))


def survival(asked: Sample) -> float:
    """Kaplan-Meier survival at t."""
    return float(kaplan_meier(asked.time, asked.status).at(asked.t))


def at_risk(asked: Sample) -> float:
    """Number whose time is at least t."""
    return float(kaplan_meier(asked.time, asked.status).numbers_at_risk(asked.t))


def median(asked: Durations) -> float:
    """Median as R's ``survfit`` prints it: where the curve falls below one half, or the middle of a flat piece at it.

    The report's median is the first time at one half, and is not told where fewer than a tenth are at risk.
    """
    curve = kaplan_meier(asked.time, asked.status)
    reached = np.flatnonzero(curve.survival <= 0.5 + HALF)
    if not reached.size:
        raise RuleError(
            "the curve does not come down to one half, so there is no median", "生存曲线未降至一半，没有中位数"
        )
    first = reached[0]
    below = np.flatnonzero(curve.survival < 0.5 - HALF)
    is_flat = curve.survival[first] >= 0.5 - HALF and below.size
    return float((curve.times[first] + curve.times[below[0]]) / 2 if is_flat else curve.times[first])


def restricted_mean(asked: Sample) -> float:
    """Area under the curve up to t."""
    return kaplan_meier(asked.time, asked.status).restricted_mean(asked.t).value


def error_of_restricted_mean(asked: Sample) -> float:
    """Its standard error, without the correction m / (m - 1) for the number of events m."""
    return kaplan_meier(asked.time, asked.status).restricted_mean(asked.t).standard_error


def error_in_state(asked: States) -> float:
    """Standard error of the probability of the state; 0 before the first move."""
    data = asked.data
    found = occupancy(Spells(data.id, data.t1, data.t2, data.st), asked.names)
    passed = int(np.searchsorted(found.times, asked.t, side="right"))
    return float(found.standard_error[passed - 1][asked.names.index(asked.state)]) if passed else 0.0


def in_state(asked: States) -> float:
    """Aalen-Johansen probability of the state."""
    data = asked.data
    found = occupancy(Spells(data.id, data.t1, data.t2, data.st), asked.names)
    return float(found.at(asked.t)[asked.names.index(asked.state)])


FAMILIES: dict[str, Family] = {
    "D06": {
        "CIF cause 1, exponential": Simulated(Exponentials, exponential_exits, way_by(0), is_proportion=True),
        "CIF cause 2, exponential": Simulated(Exponentials, exponential_exits, way_by(1), is_proportion=True),
        "CIF cause 3, exponential": Simulated(Exponentials, exponential_exits, way_by(2), is_proportion=True),
        "CIF cause 1, Weibull": Simulated(Weibulls, weibull_exits, way_by(0), is_proportion=True),
        "CIF cause 2, Weibull": Simulated(Weibulls, weibull_exits, way_by(1), is_proportion=True),
        "P(exit by t), exponential": Simulated(Exponentials, exponential_exits, in_some_way, is_proportion=True),
        "P(exit by t), Weibull": Simulated(Weibulls, weibull_exits, in_some_way, is_proportion=True),
        "P(no exit by t), exponential": Simulated(Exponentials, exponential_exits, in_no_way, is_proportion=True),
        "P(no exit by t), Weibull": Simulated(Weibulls, weibull_exits, in_no_way, is_proportion=True),
        "1-KM cause 1, exponential": Simulated(Exponentials, exponential_exits, claimed_of_first_way),
        "1-KM cause 1, Weibull": Simulated(Weibulls, weibull_exits, claimed_of_first_way),
    },
    "D07": {
        **{name: Exact(Sample, survival) for name in ("KM survival S(t)", "KM survival", "S(t)", "survival at t")},
        "KM standard error (Greenwood)": Exact(Sample, greenwood),
        "Greenwood standard error": Exact(Sample, greenwood),
        "variance of S(t)": Exact(Sample, lambda asked: greenwood(asked) ** 2),
        "standard error of S(t)": Exact(Sample, greenwood),
        "number at risk at t": Exact(Sample, at_risk),
        "KM median": Exact(Durations, median),
        "median": Exact(Durations, median),
        "median survival": Exact(Durations, median),
        "median survival time": Exact(Durations, median),
        "KM restricted mean up to t": Exact(Sample, restricted_mean),
        "restricted mean survival time up to t": Exact(Sample, restricted_mean),
        "restricted mean": Exact(Sample, restricted_mean),
        "RMST": Exact(Sample, restricted_mean),
        "standard error of restricted mean": Exact(Sample, error_of_restricted_mean),
    },
    "D08": {
        "state occupancy p_state(t)": Exact(States, in_state),
        "state occupancy": Exact(States, in_state),
        "p_state(t)": Exact(States, in_state),
        "standard error of state occupancy p_state(t)": Exact(States, error_in_state),
        "standard error of state occupancy": Exact(States, error_in_state),
    },
}
