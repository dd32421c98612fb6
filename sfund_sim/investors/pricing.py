"""How far a buyer trusts what it sees, what a seller will take, and how two sides split a surplus: pure arithmetic.

The present value of a holding is linear in NAV (a) and in unfunded commitment (b): see ``funds.holding_value``.
"""

from __future__ import annotations

from math import exp, inf, log, nan

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def trust(prior_log_sd: Floats | float, signal_log_sd: Floats) -> tuple[Floats, Floats]:
    """Weight of a signal against the prior in the posterior mean, and the posterior's spread [buyers].

    Bayes' rule for a normal prior and a normal signal of log(true/published) (DeGroot 1970, ch. 9.5).
    """
    prior_variance = np.square(np.asarray(prior_log_sd, np.float64))
    signal_variance = np.square(signal_log_sd)
    weight = prior_variance / np.maximum(prior_variance + signal_variance, 1e-300)
    return weight, np.sqrt(weight * signal_variance)


def reservation_with_blame(hold_value: Floats, cost: Floats, blame_weight: Floats | float) -> Floats:
    """Least price that an official signs: p - weight * max(0, cost - p) >= hold value (model.md section 3).

    Below cost every yuan of loss weighs (1 + weight), so the answer lies between hold value and cost. Elementwise.
    """
    blamed = (hold_value + blame_weight * cost) / (1.0 + blame_weight)
    return np.where((hold_value >= cost) | (np.asarray(blame_weight) == 0), hold_value, blamed)


def nash_price(
    reservation: float, value: float, seller_share: float, *, least: float = 0.0, most: float = inf
) -> float:
    """Price that splits the surplus, as near as what rules and purse allow, ``least`` to ``most``; NaN when none fits.

    Nash (1950): the price maximises (price - reservation)^share x (value - price)^(1 - share) among those that are
    allowed. That product has a single peak, so where the peak is barred the nearest allowed price is best.
    """
    low, high = max(reservation, least), min(value, most)
    if not high >= low:
        return nan
    return min(max(reservation + seller_share * (value - reservation), low), high)


def expected_best_bid(floor_ratio: Floats, median: float, log_sd: float) -> tuple[Floats, Floats]:
    """Chance that a lognormal best bid reaches a floor, and its mean given that it does (both over published NAV).

    Elementwise in the floors; a chance below 1e-12 counts as none, with a mean of 0.
    """
    from scipy.special import ndtr

    if log_sd <= 0:
        reached = median >= floor_ratio
        return np.where(reached, 1.0, 0.0), np.where(reached, median, 0.0)
    z = (np.log(np.maximum(floor_ratio, 1e-300)) - log(median)) / log_sd
    chance = ndtr(-z)
    mean = median * exp(0.5 * log_sd**2) * ndtr(log_sd - z) / np.maximum(chance, 1e-12)
    certain = chance >= 1e-12
    return np.where(certain, chance, 0.0), np.where(certain, mean, 0.0)
