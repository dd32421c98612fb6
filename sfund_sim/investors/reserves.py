"""What a seller should hold out for: optimal reserve prices, alone, with relisting, and against a stream of offers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sfund_sim.ground.errors import RuleError
from sfund_sim.investors.laws import FloatArray, ValueLaw

_FAR = 1.0 - 1e-16
"""Probability whose quantile stands for the end of an unbounded law."""


@dataclass(frozen=True, slots=True)
class Demand:
    """The bidders of one listing: values of one law, their number known or Poisson."""

    law: ValueLaw
    bidders: float
    """Number, or mean number."""
    poisson: bool = False

    def no_sale(self, reserve: float) -> float:
        """Chance that nobody's value reaches the reserve."""
        at = np.asarray(reserve)
        nobody = np.exp(-self.bidders * self.law.survival(at)) if self.poisson else self.law.cdf(at) ** self.bidders
        return float(nobody)

    def revenue(self, reserve: float) -> float:
        """Expected price, 0 when unsold, of any standard auction with this reserve.

        Virtual values x - (1 - F) / f integrated over the law of the highest value (Myerson 1981, lemma 3; the same for
        all standard formats), less what a bidder without rivals keeps if the reserve is below the lowest value.
        """

        def virtual(value: float) -> float:
            at = np.asarray(value)
            below, above, density = float(self.law.cdf(at)), float(self.law.survival(at)), float(self.law.pdf(at))
            highest = np.exp(-self.bidders * above) if self.poisson else below ** (self.bidders - 1.0)
            return float((value * density - above) * self.bidders * highest)

        alone = self.bidders * float(np.exp(-self.bidders)) if self.poisson else float(self.bidders == 1)
        kept = alone * max(self.law.low - reserve, 0.0)
        return integral(virtual, self.law, max(reserve, self.law.low)) - kept

    def value_of_listing(self, reserve: float, unsold: float) -> float:
        """Expected worth of a listing to a seller to whom it is worth ``unsold`` if nobody buys."""
        return self.revenue(reserve) + self.no_sale(reserve) * unsold


def integral(
    of: Callable[[float], float], law: ValueLaw, start: float, *, end: float = np.inf, turns: Sequence[float] = ()
) -> float:
    """Integral of a function from ``start`` to ``end`` or the end of the law, in pieces that suit a long tail.

    Pieces above 0 are integrated over the law's own coordinate, in which it is smooth. ``turns`` are further places at
    which the function is not smooth.
    """
    from scipy.integrate import quad

    def over_coordinate(place: float) -> float:
        value = law.value_at(np.asarray(place))
        return of(float(value)) * float(law.stretch(value))

    far = min(law.high, end, float(law.quantile(np.asarray(_FAR))))
    cuts = [*turns, *(float(law.quantile(np.asarray(probability))) for probability in (0.01, 0.5, 0.99, 0.999999))]
    ends = [start, *sorted({cut for cut in cuts if start < cut < far}), max(far, start)]
    total = 0.0
    for low, high in pairwise(ends):
        first, last = (float(law.coordinate(np.asarray(place))) for place in (low, high)) if low > 0 else (low, high)
        piece = quad(over_coordinate if low > 0 else of, first, last, epsabs=1e-11, epsrel=1e-11, limit=200)
        total += piece[0]
    return float(total)


def expected_excess(law: ValueLaw, reserve: float) -> float:
    """E[(X - reserve)+]: the integral of 1 - F from the reserve up."""
    start = max(reserve, law.low)
    return integral(lambda value: float(law.survival(np.asarray(value))), law, start) + start - reserve


def optimal_reserve(law: ValueLaw, worth_to_seller: float = 0.0) -> float:
    """Reserve that maximises the expected gain over what the share is worth to the seller unsold.

    Solves r - (1 - F(r)) / f(r) = worth; the answer does not depend on the number of bidders (Myerson 1981; Riley and
    Samuelson 1981). If several solve it, the one at which (r - worth) (1 - F(r)) is largest. A seller to whom the share
    is worth as much as to any bidder asks for that worth.
    """
    least = max(worth_to_seller, law.low)
    if least >= law.high:
        return least
    grid = _above(least, law)
    best = int(np.argmax((grid - worth_to_seller) * law.survival(grid)))

    def slope(reserve: float) -> float:
        at = np.asarray(reserve)
        return float((reserve - worth_to_seller) * law.pdf(at) - law.survival(at))

    low, high = float(grid[max(best - 1, 0)]), float(grid[min(best + 1, grid.size - 1)])
    if slope(low) >= 0:
        return low
    return root(slope, low, high)


def _above(least: float, law: ValueLaw) -> FloatArray:
    """Values from ``least`` to the end of a law or far into its tail, close to one another where most of it lies."""
    quantiles = law.quantile(np.linspace(0.0, 1.0 - 1e-9, 4001))
    steps = (quantiles[-1] - quantiles[0]) * np.geomspace(1e-9, 1e3, 2001)
    inside = np.concatenate(([least], quantiles[quantiles > least], least + steps))
    return np.unique(np.minimum(inside, law.high))


def optimal_relisting(demand: Demand, *, discount: float, cost: float) -> tuple[float, float]:
    """(reserve, value) of a seller who relists to fresh bidders until sold, at ``cost`` and ``discount`` a time.

    Riley and Samuelson's reserve with the continuation value: V = Rev(r) + P0(r) (discount V - cost), r optimal for a
    seller to whom an unsold share is worth discount V - cost. ValueError if waiting for ever costs nothing.
    """
    if not (0 <= discount <= 1) or (discount == 1 and cost <= 0):
        raise RuleError(
            "relisting needs a discount in [0, 1], and a cost above 0 if the discount is 1",
            "再次挂牌须折现因子在 0 与 1 之间；折现因子为 1 时成本须大于 0",
        )

    def gain(value: float) -> float:
        unsold = discount * value - cost
        return demand.value_of_listing(optimal_reserve(demand.law, unsold), unsold) - value

    high = float(demand.law.quantile(np.asarray(1.0 - 1e-9)))
    while gain(high) > 0:  # The patient hold out for more than anybody is likely to offer.
        high *= 2.0
    low = min(0.0, -cost / (1.0 - discount)) - 1.0 if discount < 1 else -1.0 - cost
    value = root(gain, low, high)
    return optimal_reserve(demand.law, discount * value - cost), value


def optimal_search(law: ValueLaw, *, offers: float, rate: float, cost: float) -> float:
    """Reservation price of a seller to whom offers come at ``offers`` a unit of time; it is also what waiting is worth.

    Solves rate R + cost = offers E[(X - R)+], with discount ``rate`` and holding ``cost`` a unit of time (McCall 1970;
    Mortensen 1986, equation for the reservation wage). ValueError if waiting for ever costs nothing.
    """
    if rate < 0 or cost < 0 or rate + cost <= 0:
        raise RuleError(
            "a search needs a discount rate or a holding cost above 0, and neither below 0",
            "搜寻须折现率或持有成本之一大于 0，且二者均不为负",
        )

    def gain(reserve: float) -> float:
        return offers * expected_excess(law, reserve) - rate * reserve - cost

    low = min(law.low, 0.0) - 1.0 - cost / (rate + offers)
    return root(gain, low, float(law.quantile(np.asarray(_FAR))) + 1.0)


def root(of: Callable[[float], float], low: float, high: float) -> float:
    """Where a function changes its sign between ``low`` and ``high``, to the last digit."""
    from scipy.optimize import brentq

    return float(brentq(of, low, high, xtol=1e-14, rtol=8.9e-16, maxiter=300))
