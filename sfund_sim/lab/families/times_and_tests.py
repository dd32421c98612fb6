"""D06 to D08: ways out for ever and on average, and estimators of one sample and of two beside Kaplan-Meier's curve."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from pydantic import Field, model_validator

from sfund_sim.ground.errors import RuleError
from sfund_sim.lab.chance import Columns
from sfund_sim.lab.families.survival import (
    Durations,
    Exponentials,
    Sample,
    States,
    Weibulls,
    exponential_exits,
    weibull_exits,
)
from sfund_sim.lab.questions import Exact, Family, Simulated, mean_of, quantile_of, share_where
from sfund_sim.outcomes.multistate import Spells, occupancy
from sfund_sim.outcomes.survival import SurvivalCurve, kaplan_meier


class ExponentialsForEver(Exponentials):
    """The same without a time at which to look."""

    t: float = Field(default=0.0, ge=0)


class WeibullsForEver(Weibulls):
    """The same."""

    t: float = Field(default=0.0, ge=0)


class TwoGroups(Durations):
    """Times of two groups, told apart by a label."""

    group: tuple[int | str, ...]

    @model_validator(mode="after")
    def _two(self) -> TwoGroups:
        if len(self.group) != len(self.time) or len(set(self.group)) != 2:
            raise RuleError("group must be as long as time, and name two groups", "group 须与 time 等长，且恰有两组")
        return self


def ever(way: int) -> Callable[[Columns, Exponentials | Weibulls], np.ndarray]:
    """Who leaves by this way at last; who never leaves, by none."""
    return lambda columns, _: (columns["way"] == way) & np.isfinite(columns["time"])


def hazard_so_far(asked: Sample, each: Callable[[SurvivalCurve], np.ndarray]) -> float:
    """Sum over the events until t."""
    curve = kaplan_meier(asked.time, asked.status)
    return float(each(curve)[curve.times <= asked.t].sum())


def nelson_aalen(asked: Sample) -> float:
    """Nelson-Aalen cumulative hazard: the sum of d / Y."""
    return hazard_so_far(asked, lambda curve: curve.events / curve.at_risk)


def error_of_nelson_aalen(asked: Sample) -> float:
    """Its standard error by Aalen (1978, Annals of Statistics 6): the root of the sum of d / Y^2."""
    return float(np.sqrt(hazard_so_far(asked, lambda curve: curve.events / curve.at_risk**2)))


def events_so_far(asked: Sample) -> float:
    """Number of events until t."""
    return hazard_so_far(asked, lambda curve: curve.events)


def limit(of: Callable[[SurvivalCurve], np.ndarray]) -> Exact:
    """A limit of the interval of survival at t; NaN before the first time and where survival is 0."""

    def answer(asked: Sample) -> float:
        curve = kaplan_meier(asked.time, asked.status)
        passed = int(np.searchsorted(curve.times, asked.t, side="right"))
        return float(of(curve)[passed - 1]) if passed else np.nan

    return Exact(Sample, answer)


def on_log_scale(sign: float) -> Callable[[SurvivalCurve], np.ndarray]:
    """Limits made of the logarithm, as R makes them unless told otherwise; at most 1. NaN where survival is 0."""

    def limits(curve: SurvivalCurve) -> np.ndarray:
        with np.errstate(divide="ignore", invalid="ignore"):
            reach = np.exp(sign * curve.quantile * curve.standard_error / curve.survival)
            return np.minimum(np.where(curve.survival > 0, curve.survival * reach, np.nan), 1.0)

    return limits


def time_in_state(asked: States) -> float:
    """Expected time in the state up to t: the area under its probability."""
    data = asked.data
    found = occupancy(Spells(data.id, data.t1, data.t2, data.st), asked.names)
    edges = np.concatenate(([0.0], found.times[found.times < asked.t], [max(asked.t, 0.0)]))
    place = asked.names.index(asked.state)
    return float(sum(width * found.at(start)[place] for start, width in zip(edges[:-1], np.diff(edges), strict=True)))


def log_rank(asked: TwoGroups) -> tuple[float, float]:
    """Chi-square with one degree of freedom, and its p (Mantel 1966; ties by the hypergeometric variance)."""
    from scipy.stats import CensoredData, logrank

    time, ended = np.array(asked.time), np.array(asked.status) == 1
    first = np.array([label == asked.group[0] for label in asked.group])
    one, other = (CensoredData(uncensored=time[some & ended], right=time[some & ~ended]) for some in (first, ~first))
    found = logrank(one, other)
    return float(found.statistic**2), float(found.pvalue)


FAMILIES: dict[str, Family] = {
    "D06": {
        f"{quantity}, {name}": Simulated(parameters, world, estimate, is_proportion)
        for name, parameters, world in (
            ("exponential", ExponentialsForEver, exponential_exits),
            ("Weibull", WeibullsForEver, weibull_exits),
        )
        for quantity, estimate, is_proportion in (
            ("P(cause 1 ever)", share_where(ever(0)), True),
            ("P(cause 2 ever)", share_where(ever(1)), True),
            ("mean time to exit", mean_of("time"), False),
            ("median time to exit", quantile_of("time", 0.5), False),
        )
    },
    "D07": {
        "Nelson-Aalen cumulative hazard at t": Exact(Sample, nelson_aalen),
        "standard error of Nelson-Aalen cumulative hazard at t": Exact(Sample, error_of_nelson_aalen),
        "Nelson-Aalen cumulative hazard H(t)": Exact(Sample, nelson_aalen),
        "number of events by t": Exact(Sample, events_so_far),
        "lower 95% confidence limit, log-log": limit(lambda curve: curve.low),
        "upper 95% confidence limit, log-log": limit(lambda curve: curve.high),
        "lower 95% confidence limit, log": limit(on_log_scale(-1.0)),
        "upper 95% confidence limit, log": limit(on_log_scale(1.0)),
        "log-rank chi-square": Exact(TwoGroups, lambda asked: log_rank(asked)[0]),
        "log-rank p-value": Exact(TwoGroups, lambda asked: log_rank(asked)[1]),
    },
    "D08": {"expected time in state up to t": Exact(States, time_in_state)},
}
