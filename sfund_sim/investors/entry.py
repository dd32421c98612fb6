"""Costly entry: with what chance an investor looks at a listing, when looking costs and rivals may look too."""

from __future__ import annotations

import numpy as np

from sfund_sim.investors.laws import FloatArray, ValueLaw
from sfund_sim.investors.reserves import root

_ROUNDING = 1e-12
"""Share of the cost by which an integral may miss a gain that is just as large."""
_GRID = 2001
"""Points on which the sign of the gain from entering is looked up before a root is refined."""


def surplus_of_entrant(law: ValueLaw, most: int, *, reserve: float = 0.0, preemption: bool = False) -> FloatArray:
    """Expected surplus of each of m entrants to a second-price auction, for m = 1 ... ``most``; [most].

    Values are learnt after entry and follow ``law``. Without a pre-emptive right it is the integral of (1 - F) F^(m-1)
    from the reserve up. With ``preemption`` a partner who does not bid, and to whom the share is worth an independent
    draw of the same law, takes it at the auction's price whenever that is to its advantage; integrating by parts, the
    factor F^(m-1) becomes F^m - (F^m - F(reserve)^m) / m.
    Sources: Levin and Smith (1994, American Economic Review 84); Bikhchandani, Lippman and Ryan (2005); derived.
    """
    from scipy.integrate import quad

    at_reserve = float(law.cdf(np.asarray(reserve)))

    def gain(value: float, entrants: int) -> float:
        below = float(law.cdf(np.asarray(value)))
        kept = below ** (entrants - 1)
        if preemption:
            kept = below**entrants - (below**entrants - at_reserve**entrants) / entrants
        return (1.0 - below) * kept

    pieces = [(reserve, law.low)] if reserve < law.low else []
    middle = max(float(law.quantile(np.asarray(0.999))), reserve)
    pieces += [(max(reserve, law.low), middle), (middle, law.high)]
    return np.array(
        [
            sum(quad(gain, *piece, args=(entrants,), epsabs=1e-13, epsrel=1e-12, limit=200)[0] for piece in pieces)
            for entrants in range(1, most + 1)
        ]
    )


def expected_surplus(surplus: FloatArray, probability: float) -> float:
    """What entering brings one of N investors, before its cost, if each of the others enters with ``probability``.

    ``surplus`` [N] is an entrant's expected surplus for each number of entrants; the number of rivals is binomial.
    """
    from scipy.special import bdtr

    rivals = np.arange(surplus.size)
    cumulative = bdtr(rivals, surplus.size - 1, probability)
    return float(np.diff(cumulative, prepend=0.0) @ surplus)


def entry_probability(surplus: FloatArray, cost: float, *, reach: float = 1.0) -> float:
    """The largest symmetric equilibrium chance of entry: 1, or where entering brings exactly its cost; 0 if nowhere.

    With ``reach`` below 1 each investor can enter only with that chance of its own, and none knows who can.
    Source: Levin and Smith (1994), equation for the mixed equilibrium. Under a pre-emptive right the gain from entry
    need not fall with the chance (a rival's presence makes the partner pay), so there may be several roots.
    """

    def gain(probability: float) -> float:
        return expected_surplus(surplus, reach * probability) - cost

    if gain(1.0) >= -_ROUNDING * cost:
        return 1.0
    grid = np.linspace(1.0, 0.0, _GRID)
    gains = np.array([gain(float(probability)) for probability in grid])
    crossed = np.flatnonzero(gains >= 0.0)
    if not crossed.size:
        return 0.0
    return root(gain, float(grid[crossed[0]]), float(grid[crossed[0] - 1]))
