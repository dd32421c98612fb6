"""When every bidder has the same known budget: the value from which a first-price bidder jumps to its budget."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from sfund_sim.investors.bidding.shading import Rivalry, equilibrium


@lru_cache(maxsize=64)
def threshold(rivalry: Rivalry, *, budget: float, floor: float, rivals: float) -> float:
    """Value at which shading and bidding the whole budget are worth the same; infinite when the budget never binds.

    Solves (v - w)^a P(v) = (v - b(v))^a G(v), P being the chance of winning at w against rivals who also bid w from v
    on, ties by lot: (1 - (1 - p)^n) / (n p) for n - 1 known rivals who do so with probability p = q (1 - F), and
    (1 - exp(-m (1 - F))) / (m (1 - F)) for a Poisson number of mean m.
    Source: Che and Gale (1998, Review of Economic Studies 65); equation derived.
    """

    def gain_from_jump(value: float) -> float:
        at = np.array([value])
        above = 1.0 - float(rivalry.law.cdf(at)[0])
        shaded = float(equilibrium(rivalry, at, floor=floor, rivals=rivals)[0])
        chance = float(np.exp(rivalry.log_chance(at, rivals)[0]))
        power = 1.0 / rivalry.risk_exponent
        odds = _chance_at_budget(rivalry, above, rivals)
        return float((value - budget) * odds**power - (value - shaded) * chance**power)

    top = float(rivalry.law.quantile(np.array([1.0 - 2.0**-53]))[0])
    low = max(budget, rivalry.law.low)
    if low >= top or gain_from_jump(top) <= 0:
        return np.inf
    high = top
    for _ in range(200):
        middle = 0.5 * (low + high)
        if middle in (low, high):
            break
        low, high = (low, middle) if gain_from_jump(middle) > 0 else (middle, high)
    return high


def _chance_at_budget(rivalry: Rivalry, above: float, rivals: float) -> float:
    """Chance of winning a bid at the budget when each rival bids it too with probability ``above``."""
    if rivalry.poisson:
        return float(-np.expm1(-rivals * above) / (rivals * above)) if rivals * above > 0 else 1.0
    bidders, above = rivals + 1.0, rivalry.presence * above
    return float(-np.expm1(bidders * np.log1p(-above)) / (bidders * above)) if 0 < above < 1 else 1.0 / bidders**above
