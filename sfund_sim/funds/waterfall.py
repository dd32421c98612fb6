"""Who gets a fund's cash: the whole-of-fund (European) waterfall, paid-in back, hurdle, catch-up, carry.

Order of every yuan distributed: (1) to the LPs until they have back all paid-in capital with the hurdle compounded on
it quarter by quarter; (2) ``catch_up`` of it to the GP until the GP has ``carry_rate`` of all profit; (3)
``carry_rate`` of it to the GP, the rest to the LPs. Source: usual whole-fund terms, e.g. Metrick and Yasuda (2010),
"The economics of private equity funds", Review of Financial Studies 23(6), section 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

QUARTERS_PER_YEAR = 4
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class WaterfallTerms:
    """Terms of the waterfall: one number for all funds, or arrays [funds]."""

    hurdle_rate: float | Floats = 0.08
    """Preferred return a year, compounded quarterly."""
    carry_rate: float | Floats = 0.20
    """The GP's share of profit, below 1."""
    catch_up: float | Floats = 1.0
    """The GP's share of cash while it catches up: 1 full; at or below ``carry_rate`` none, so carry on the excess."""


@dataclass(frozen=True)
class WaterfallState:
    """Where each fund stands in its waterfall; arrays [funds], yuan."""

    contributed: Floats
    """Paid in by LPs so far."""
    distributed: Floats
    """Received by LPs so far."""
    preferred_due: Floats
    """What LPs must still receive to have their paid-in capital back with the hurdle on it."""
    carry_paid: Floats
    """Received by the GP so far."""

    @classmethod
    def new(cls, funds: int) -> WaterfallState:
        """Before the first call."""
        return cls(*(np.zeros(funds) for _ in range(4)))


class WaterfallStep(NamedTuple):
    """One quarter's outcome: the new state and who got what, yuan [funds]."""

    state: WaterfallState
    to_lps: Floats
    to_gp: Floats


def step(state: WaterfallState, *, calls: Floats, proceeds: Floats, terms: WaterfallTerms) -> WaterfallStep:
    """One quarter: the hurdle accrues on what was due before, the calls are paid in, the proceeds are shared out.

    ``calls`` and ``proceeds`` are yuan [funds], not negative; all proceeds go out: to_lps + to_gp = proceeds.
    """
    accrued = state.preferred_due * (1 + np.asarray(terms.hurdle_rate)) ** (1 / QUARTERS_PER_YEAR)
    called = WaterfallState(state.contributed + calls, state.distributed, accrued + calls, state.carry_paid)
    to_lps = net_of_carry(called, proceeds, terms)
    to_gp = proceeds - to_lps
    after = WaterfallState(
        contributed=called.contributed,
        distributed=called.distributed + to_lps,
        preferred_due=np.maximum(called.preferred_due - to_lps, 0.0),
        carry_paid=called.carry_paid + to_gp,
    )
    return WaterfallStep(after, to_lps, to_gp)


def net_of_carry(state: WaterfallState, gross_value: Floats, terms: WaterfallTerms) -> Floats:
    """What LPs would get, yuan [funds], if ``gross_value`` were distributed now: the net NAV of all LPs together."""
    carry, catch_up = np.asarray(terms.carry_rate), np.asarray(terms.catch_up)
    preferred = np.minimum(gross_value, state.preferred_due)
    rest = gross_value - preferred
    catching = np.minimum(rest, _cash_to_catch_up(state, preferred, carry, catch_up))
    return np.asarray(gross_value - catch_up * catching - carry * (rest - catching))


def _cash_to_catch_up(state: WaterfallState, preferred: Floats, carry: Floats, catch_up: Floats) -> Floats:
    """Cash that must pass the catch-up tier until the GP has ``carry`` of all profit.

    With LP profit P, carry paid K and r = carry / (1 - carry), x solves K + k x = r (P + (1 - k) x), k the catch-up.
    """
    ratio = carry / (1 - carry)
    lp_profit = state.distributed + preferred - state.contributed
    gain_on_target = catch_up - (1 - catch_up) * ratio
    catches_up = gain_on_target > 1e-12
    missing = np.maximum(ratio * lp_profit - state.carry_paid, 0.0)
    return np.where(catches_up, missing / np.where(catches_up, gain_on_target, 1.0), 0.0)
