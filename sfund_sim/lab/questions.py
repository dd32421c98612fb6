"""What a case can ask of the lab: a number computed exactly, or one found by running an experiment many times."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from sfund_sim.ground.errors import RuleError
from sfund_sim.investors.laws import Uniform, ValueLaw
from sfund_sim.lab.chance import Columns
from sfund_sim.lab.comparing import World
from sfund_sim.lab.estimate import Estimate, deviation, mean, quantile, variance

NARROW = 1e-10
"""Spread that stands for none, as a share of the value: far within the tolerance of any case."""


def in_small_letters(word: Any) -> Any:
    """Names of laws may begin with a capital letter."""
    return word.lower() if isinstance(word, str) else word


class Parameters(BaseModel):
    """Parameters of a case; anything missing, superfluous or out of range is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class UniformValues(Parameters):
    """Parameters of a family whose text says that values are uniform on (0, 1); a case may say so too."""

    dist: Annotated[Literal["uniform"], BeforeValidator(in_small_letters)] = "uniform"


class WithLaw(Parameters):
    """Parameters with a law of values: uniform on (0, 1), exponential of mean 1, or lognormal with mu and sigma."""

    dist: Annotated[str, BeforeValidator(in_small_letters)] = "uniform"
    mu: float | None = None
    sigma: float | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _known_law(self) -> WithLaw:
        if self.dist not in ValueLaw.members:
            allowed = ", ".join(sorted(ValueLaw.members))
            raise RuleError(
                f"there is no law '{self.dist}'; allowed: {allowed}",
                f"没有名为“{self.dist}”的分布；可用：{'、'.join(sorted(ValueLaw.members))}",
            )
        if (self.dist == "lognormal") != (self.mu is not None and self.sigma is not None):
            raise RuleError(
                "mu and sigma belong to the lognormal law, and to no other", "mu 与 sigma 只属于对数正态分布"
            )
        return self

    @property
    def law(self) -> ValueLaw:
        """The law; a lognormal one without spread is a sure value, for which the narrowest law from it up stands."""
        if self.mu is not None and self.sigma == 0:
            with np.errstate(over="ignore"):
                sure = float(np.exp(self.mu))
            return Uniform(lowest=sure, highest=sure * (1.0 + NARROW))
        member: Any = ValueLaw.members[self.dist]
        law: ValueLaw = member(mu=self.mu, sigma=self.sigma) if self.dist == "lognormal" else member()
        return law


def _from_high(law: Any) -> Any:
    return Uniform(highest=law) if isinstance(law, int | float) and not isinstance(law, bool) else law


LawOrHigh = Annotated[ValueLaw, BeforeValidator(_from_high)]
"""A law of value as scenario files write it, {"kind": ...}; a number h stands for uniform on (0, h)."""


@dataclass(frozen=True)
class Exact:
    """A question answered by computing."""

    parameters: type[Parameters]
    answer: Callable[[Any], float]


@dataclass(frozen=True)
class Simulated:
    """A question answered by running ``world(parameters)`` and reading its columns."""

    parameters: type[Parameters]
    world: Callable[[Any], World]
    estimate: Callable[[Columns, Any], Estimate]
    is_proportion: bool = False
    """Is the answer a probability, so that its standard error follows from the expected one?"""
    computed: Callable[[Any], float] | None = None
    """The answer by computing, for cases that ask for that; None if there is none."""


Question = Exact | Simulated
Family = Mapping[str, Question]
"""The questions of one family of cases, by the quantity's name in the case file."""


def mean_of(column: str) -> Callable[[Columns, Any], Estimate]:
    """Estimator: the mean of a column."""
    return lambda columns, _: mean(columns[column])


def mean_difference(first: str, second: str) -> Callable[[Columns, Any], Estimate]:
    """Estimator: the mean of first - second, replication by replication."""
    return lambda columns, _: mean(columns[first] - columns[second])


def mean_if_sold(column: str) -> Callable[[Columns, Any], Estimate]:
    """Estimator: the mean of a column over what was sold; NaN if nothing was."""

    def estimate(columns: Columns, _: Any) -> Estimate:
        sold = columns[column][columns["sold"] > 0]
        return mean(sold) if sold.size else Estimate(np.nan, None)

    return estimate


def variance_of(column: str) -> Callable[[Columns, Any], Estimate]:
    """Estimator: the variance of a column."""
    return lambda columns, _: variance(columns[column])


def deviation_of(column: str) -> Callable[[Columns, Any], Estimate]:
    """Estimator: the standard deviation of a column."""
    return lambda columns, _: deviation(columns[column])


def quantile_of(column: str, p: float | None = None) -> Callable[[Columns, Any], Estimate]:
    """Estimator: the quantile of a column at ``p``, or at the p that the case asks for; NaN counts as missing."""

    def estimate(columns: Columns, asked: Any) -> Estimate:
        known = columns[column][~np.isnan(columns[column])]
        return quantile(known, asked.p if p is None else p) if known.size else Estimate(np.nan, None)

    return estimate


def share_where(holds: Callable[[Columns, Any], NDArray[np.bool_]]) -> Callable[[Columns, Any], Estimate]:
    """Estimator: the share of replications of which something holds."""
    return lambda columns, asked: mean(holds(columns, asked).astype(np.float64))
