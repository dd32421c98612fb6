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


def expected_best_bid(
    floor_ratio: Floats, median: float, log_sd_below: float, log_sd_above: float
) -> tuple[Floats, Floats]:
    """Chance that a best bid reaches a floor, and its mean given that it does (both over published NAV).

    The bid is lognormal with one spread below its median and another above, where half of its mass lies each (the split
    normal of its logarithm, with equal halves). Elementwise in the floors; a chance below 1e-12 counts as none, with a
    mean of 0.
    """
    from scipy.special import ndtr

    below, above = max(log_sd_below, 1e-9), max(log_sd_above, 1e-9)
    over = np.log(np.maximum(floor_ratio, 1e-300)) - log(median)
    spread = np.where(over < 0, below, above)
    z = over / spread
    chance = ndtr(-z)
    upper = median * exp(0.5 * above**2) * ndtr(above - np.maximum(z, 0.0))
    lower = median * exp(0.5 * below**2) * (ndtr(below - np.minimum(z, 0.0)) - ndtr(below))
    mean = (upper + lower) / np.maximum(chance, 1e-12)
    certain = chance >= 1e-12
    return np.where(certain, chance, 0.0), np.where(certain, mean, 0.0)
