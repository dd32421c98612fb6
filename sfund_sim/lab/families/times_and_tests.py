"""D06, D07: ways out for ever and on average, and estimators of one sample and of two beside Kaplan-Meier's curve."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from pydantic import Field, model_validator

from sfund_sim.ground.errors import RuleError
from sfund_sim.lab.chance import Columns
from sfund_sim.lab.families.survival import Durations, Exponentials, Sample, Weibulls, exponential_exits, weibull_exits
from sfund_sim.lab.questions import Exact, Family, Simulated, mean_of, quantile_of, share_where
from sfund_sim.outcomes.survival import SurvivalCurve, kaplan_meier


class ExponentialsForEver(Exponentials):
    """The same without a time at which to look."""

    t: float = Field(default=0.0, ge=0)


class WeibullsForEver(Weibulls):
    """The same."""

    t: float = Field(default=0.0, ge=0)


class Limits(Sample):
    """The same, and the scale on which a 95 % confidence interval is made."""

    conf_type: Literal["log-log"]
    """The one of the reports; R's default is another, the logarithm."""


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


def limit(of: Callable[[SurvivalCurve], np.ndarray]) -> Callable[[Limits], float]:
    """A limit of the interval of survival at t; NaN before the first time and where survival is 0."""

    def answer(asked: Limits) -> float:
        curve = kaplan_meier(asked.time, asked.status)
        passed = int(np.searchsorted(curve.times, asked.t, side="right"))
        return float(of(curve)[passed - 1]) if passed else np.nan

    return answer


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
        "KM lower 95% limit": Exact(Limits, limit(lambda curve: curve.low)),
        "KM upper 95% limit": Exact(Limits, limit(lambda curve: curve.high)),
        "log-rank chi-square": Exact(TwoGroups, lambda asked: log_rank(asked)[0]),
        "log-rank p-value": Exact(TwoGroups, lambda asked: log_rank(asked)[1]),
    },
}
