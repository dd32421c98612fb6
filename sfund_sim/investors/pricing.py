"""What a buyer believes and will pay, and what a seller will take: pure arithmetic on beliefs and prices.

The present value of a holding is linear in NAV (a) and in unfunded commitment (b): see ``funds.takahashi``.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import erf, exp, log, sqrt

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Belief:
    """A lognormal belief about true NAV over published NAV: mean and standard deviation of the logarithm."""

    log_mean: Floats | float
    log_sd: Floats | float

    def expected(self) -> Floats:
        """Expected true NAV over published NAV."""
        return np.exp(np.asarray(self.log_mean) + 0.5 * np.square(self.log_sd))


def after_signal(prior: Belief, signal_log: Floats, signal_log_sd: Floats) -> Belief:
    """Bayes' rule for a normal prior and a normal signal of log(true/published) [buyers] (DeGroot 1970, ch. 9.5)."""
    weight, log_sd = trust(prior.log_sd, signal_log_sd)
    return Belief(np.asarray(prior.log_mean) + weight * (signal_log - np.asarray(prior.log_mean)), log_sd)


def trust(prior_log_sd: Floats | float, signal_log_sd: Floats) -> tuple[Floats, Floats]:
    """Weight of a signal against the prior in the posterior mean, and the posterior's spread [buyers]."""
    prior_variance = np.square(np.asarray(prior_log_sd, np.float64))
    signal_variance = np.square(signal_log_sd)
    weight = prior_variance / np.maximum(prior_variance + signal_variance, 1e-300)
    return weight, np.sqrt(weight * signal_variance)


def reservation_with_blame(hold_value: float, cost: float, blame_weight: float) -> float:
    """Least price that an official signs: p - weight * max(0, cost - p) >= hold value (model.md section 3).

    Below cost every yuan of loss weighs (1 + weight), so the answer lies between hold value and cost.
    """
    if hold_value >= cost or blame_weight == 0:
        return hold_value
    return (hold_value + blame_weight * cost) / (1.0 + blame_weight)


def nash_price(reservation: float, value: float, seller_share: float) -> float:
    """Price that splits the surplus (Nash 1950); NaN when there is none to split."""
    if not value >= reservation:
        return float("nan")
    return reservation + seller_share * (value - reservation)


def expected_best_bid(floor_ratio: float, median: float, log_sd: float) -> tuple[float, float]:
    """Chance that a lognormal best bid reaches a floor, and its mean given that it does (both over published NAV)."""
    if log_sd <= 0:
        return (1.0, median) if median >= floor_ratio else (0.0, 0.0)
    if floor_ratio <= 0:
        return 1.0, median * exp(0.5 * log_sd**2)
    z = (log(floor_ratio) - log(median)) / log_sd
    chance = 1.0 - _below(z)
    if chance < 1e-12:
        return 0.0, 0.0
    return chance, median * exp(0.5 * log_sd**2) * (1.0 - _below(z - log_sd)) / chance


def _below(z: float) -> float:
    """Standard normal distribution function."""
    return 0.5 * (1.0 + erf(z / sqrt(2.0)))
