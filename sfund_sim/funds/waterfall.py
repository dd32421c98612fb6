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

from sfund_sim.ground.calendar import QUARTERS_PER_YEAR

LEAST_GAIN = 1e-12
"""A catch-up that brings the GP no nearer to its share than this is none."""
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


class Tiers(NamedTuple):
    """What the terms come to, reckoned once: numbers or arrays [funds]."""

    accrual: float | Floats
    """By what the hurdle lets grow in a quarter what is due."""
    carry: float | Floats
    catch_up: float | Floats
    ratio: float | Floats
    """The GP's share of profit over the LPs'."""
    gain_on_target: float | Floats
    """By what a yuan in the catch-up tier brings the GP nearer to its share; infinite where there is no such tier."""

    @classmethod
    def of(cls, terms: WaterfallTerms) -> Tiers:
        """The tiers of some terms."""
        carry, catch_up = np.asarray(terms.carry_rate), np.asarray(terms.catch_up)
        ratio = carry / (1 - carry)
        gain = catch_up - (1 - catch_up) * ratio
        accrual = (1 + np.asarray(terms.hurdle_rate)) ** (1 / QUARTERS_PER_YEAR)
        return cls(accrual, carry, catch_up, ratio, np.where(gain > LEAST_GAIN, gain, np.inf))

    def first(self, funds: int) -> Tiers:
        """Those of the first funds, where they are arrays."""
        return Tiers(*(np.asarray(each)[:funds] for each in self))


@dataclass
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

    def first(self, funds: int) -> WaterfallState:
        """The first funds, as views: what changes there changes here."""
        return WaterfallState(
            self.contributed[:funds], self.distributed[:funds], self.preferred_due[:funds], self.carry_paid[:funds]
        )


def advance(state: WaterfallState, calls: Floats, proceeds: Floats, tiers: Tiers) -> tuple[Floats, Floats]:
    """One quarter: the hurdle accrues on what was due before, the calls are paid in, the proceeds are shared out.

    ``calls`` and ``proceeds`` are yuan [funds], not negative. The state changes; returned is what LPs and GP get, which
    adds up to the proceeds.
    """
    state.preferred_due *= tiers.accrual
    state.preferred_due += calls
    state.contributed += calls
    to_lps = shared(state, proceeds, tiers)
    to_gp = proceeds - to_lps
    state.distributed += to_lps
    state.preferred_due -= to_lps
    np.maximum(state.preferred_due, 0.0, out=state.preferred_due)
    state.carry_paid += to_gp
    return to_lps, to_gp


def shared(state: WaterfallState, gross: Floats, tiers: Tiers) -> Floats:
    """What LPs get of ``gross``: all of it but the catch-up's share of one tier and the carry on the rest.

    With LP profit P, carry paid K and r = carry / (1 - carry), the cash x of the catch-up tier solves
    K + k x = r (P + (1 - k) x), k the catch-up.
    """
    preferred = np.minimum(gross, state.preferred_due)
    missing = state.distributed + preferred
    missing -= state.contributed
    missing *= tiers.ratio
    missing -= state.carry_paid
    np.maximum(missing, 0.0, out=missing)
    missing /= tiers.gain_on_target
    rest = gross - preferred
    catching = np.minimum(rest, missing, out=missing)
    rest -= catching
    rest *= tiers.carry
    catching *= tiers.catch_up
    to_lps = np.subtract(gross, catching, out=catching)
    to_lps -= rest
    return to_lps
