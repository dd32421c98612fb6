"""Consent of the general partner 普通合伙人同意: a transfer needs it, by bidding or by agreement.

But for that of a guidance fund that must leave, where the rules say so
(``Partnership.guidance_leaves_without_consent``).
"""

from __future__ import annotations

import numpy as np

from sfund_sim.market.exits import Exit
from sfund_sim.market.market import Market
from sfund_sim.market.world import Flags, Floats, Ints
from sfund_sim.scenario.rules import Partnership
from sfund_sim.terms import GpKind, Purpose

_STATE = int(GpKind.STATE)


def draw_of_talks(market: Market, exit: Exit) -> float:
    """The draw for the talks that the exit has begun last."""
    return market.streams.draw(Purpose.CONSENT, exit.key, exit.attempt)


def leaves_freely(exit: Exit, rule: Partnership) -> bool:
    """Need the seller ask nobody?"""
    return exit.must_leave and rule.guidance_leaves_without_consent


def gp_days(exit: Exit, rule: Partnership) -> int:
    """Working days that the GP takes to answer; none where it need not be asked."""
    return 0 if leaves_freely(exit, rule) else rule.gp_consent_days


def gp_consents(market: Market, exit: Exit, rule: Partnership, draw: float) -> bool:
    """What the GP answers once it has had its days, by a uniform draw of the round or of the talks."""
    by_state = market.funds.cells.gp[exit.fund] == _STATE
    return leaves_freely(exit, rule) or draw < rule.consent_probability(by_state=by_state)


def chance_of_consent(market: Market, funds: Ints, free: Flags, rule: Partnership) -> Floats:
    """How likely nobody stands in the way of a transfer [sellers]: the GP consents, or (``free``) need not be asked."""
    of_state, of_private = (rule.consent_probability(by_state=by_state) for by_state in (True, False))
    chance = np.where(market.funds.gp[funds] == _STATE, of_state, of_private)
    chance[free] = 1.0
    return chance
