"""What a seller should hold out for that cannot wait for ever: by offers still to come, or by the time that is left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sfund_sim.investors.laws import FloatArray, ValueLaw
from sfund_sim.investors.reserves import expected_excess, optimal_reserve, root

Gain = Callable[[float], float]
"""Expected gain of a seller from one buyer over what the share is worth to it unsold, before it knows the offer."""


def gain_from_offer(law: ValueLaw) -> Gain:
    """The buyer offers what the share is worth to it, and the seller takes any offer above its own worth."""
    return lambda unsold: expected_excess(law, unsold)


def gain_from_price(law: ValueLaw, price: float | None = None) -> Gain:
    """The buyer takes or leaves the seller's price; without one the price is best at each moment (Myerson 1981)."""

    def gain(unsold: float) -> float:
        asked = optimal_reserve(law, unsold) if price is None else price
        return (asked - unsold) * float(law.survival(np.asarray(asked)))

    return gain


def values_by_offers(gain: Gain, *, number: int, discount: float, cost: float, at_end: float) -> FloatArray:
    """Worth of an unsold share with 0, 1, ... ``number`` offers to come, just before the first of them.

    An offer that is refused, the last too, costs ``cost`` and a period's ``discount``; ``at_end`` is what is kept then.
    V_k = u + gain(u) with u = discount V_(k-1) - cost, the reservation price (Moser 1956, Scripta Mathematica 22;
    Lippman and McCall 1976, Economic Inquiry 14, for search with a finite horizon).
    """
    values = [at_end]
    for _ in range(number):
        unsold = discount * values[-1] - cost
        values.append(unsold + gain(unsold))
    return np.array(values)


def value_by_time(
    gain: Gain, *, offers: float, rate: float, cost: float, at_end: float, longest: float
) -> Callable[[FloatArray], FloatArray]:
    """Worth of an unsold share by the time that is left, up to ``longest``; it is the reservation price too.

    Buyers come at ``offers`` a unit of time; ``rate`` discounts, and holding costs ``cost`` a unit of time. Solves
    V' = offers gain(V) - rate V - cost from V(0) = ``at_end`` (Mortensen 1986; Gallego and van Ryzin 1994, Management
    Science 40, for a posted price).
    """
    from scipy.integrate import solve_ivp

    if longest == 0:
        return lambda left: np.full(np.shape(left), at_end)

    def slope(_: float, value: FloatArray) -> FloatArray:
        unsold = float(value[0])
        return np.array([offers * gain(unsold) - rate * unsold - cost])

    solved = solve_ivp(slope, (0.0, longest), [at_end], method="DOP853", rtol=1e-11, atol=1e-12, dense_output=True)
    worth: Any = solved.sol
    return lambda left: np.asarray(worth(left)[0], np.float64)


def value_at_price(
    law: ValueLaw, price: float, *, offers: float, rate: float, cost: float, at_end: float, left: float
) -> float:
    """Worth of an unsold share whose price stays the same until the deadline, in closed form; ``offers`` above 0."""
    sales = offers * float(law.survival(np.asarray(price)))
    leaving = sales + rate
    until = -np.expm1(-leaving * left) / leaving if leaving > 0 else left
    return float((sales * price - cost) * until + at_end * np.exp(-leaving * left))


def best_price(law: ValueLaw, *, offers: float, rate: float, cost: float, at_end: float, left: float) -> float:
    """The one price, kept until the deadline, at which an unsold share is worth most: where the derivative is 0.

    The top of the buyers' values where the share is worth more kept than sold at any of them.
    """

    def slope(price: float) -> float:
        at = np.asarray(price)
        sales = offers * float(law.survival(at))
        if sales == 0:  # Nobody pays this much, nor more.
            return 0.0
        leaving = sales + rate
        until, unsold = -np.expm1(-leaving * left) / leaving, np.exp(-leaving * left)
        by_sales = (price * rate + cost) * until / leaving + ((sales * price - cost) / leaving - at_end) * left * unsold
        return float(sales * until - offers * float(law.pdf(at)) * by_sales)

    grid = np.unique(law.quantile(np.concatenate((np.linspace(0.0, 0.999, 2000), 1.0 - np.geomspace(1e-3, 1e-9, 400)))))
    terms = {"offers": offers, "rate": rate, "cost": cost, "at_end": at_end, "left": left}
    best = int(np.argmax([value_at_price(law, price, **terms) for price in grid.tolist()]))
    low, high = float(grid[max(best - 1, 0)]), float(grid[min(best + 1, grid.size - 1)])
    if slope(low) <= 0:
        return low
    while slope(high) > 0:  # Better still is a price that next to nobody pays, beyond the grid.
        low, high = high, min(2.0 * high, law.high)
    return root(slope, low, high)
