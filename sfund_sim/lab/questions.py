"""What a case can ask of the lab: a number computed exactly, or one found by running an experiment many times."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sfund_sim.lab.chance import Columns
from sfund_sim.lab.comparing import World
from sfund_sim.lab.estimate import Estimate, deviation, mean, quantile, variance
from sfund_sim.lab.known_means import mean_by_theory
from sfund_sim.lab.parameters import LawOrHigh, Parameters, UniformValues, WithLaw, law_named

__all__ = [
    "Exact", "Family", "LawOrHigh", "Parameters", "Question", "Simulated", "UniformValues", "WithLaw", "deviation_of",
    "law_named", "mean_difference", "mean_if_sold", "mean_of", "quantile_of", "share_where", "variance_of",
]  # fmt: skip


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
    """The answer by computing, where theory of the experiment does not say it."""

    def by_theory(self, asked: Any) -> float | None:
        """The answer by computing: the question's own, or the mean of its column; None if none is known."""
        if self.computed is not None:
            return self.computed(asked)
        return mean_by_theory(self.world(asked), self.estimate.column) if isinstance(self.estimate, MeanOf) else None


Question = Exact | Simulated
Family = Mapping[str, Question]
"""The questions of one family of cases, by the quantity's name in the case file."""


@dataclass(frozen=True)
class MeanOf:
    """Estimator: the mean of a column."""

    column: str

    def __call__(self, columns: Columns, asked: Any) -> Estimate:
        """The mean and its error."""
        return mean(columns[self.column])


def mean_of(column: str) -> MeanOf:
    """Estimator: the mean of a column."""
    return MeanOf(column)


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
