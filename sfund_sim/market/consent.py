"""Consent of the general partner 普通合伙人同意: every transfer needs it, by bidding or by agreement."""

from __future__ import annotations

import numpy as np

from sfund_sim.market.exits import Exit
from sfund_sim.market.market import Market
from sfund_sim.market.world import Floats, Ints
from sfund_sim.scenario.rules import Partnership
from sfund_sim.terms import GpKind, Purpose

_STATE = int(GpKind.STATE)
_TALKS = 1_000_000
"""Keeps the draws of agreements (by reported quarter) apart from those of listings (by round)."""


def draw_of_talks(market: Market, exit: Exit) -> float:
    """The draw for the talks that the exit has begun last."""
    return market.streams.draw(Purpose.CONSENT, exit.key, _TALKS + exit.met)


def gp_consents(market: Market, exit: Exit, rule: Partnership, draw: float) -> bool:
    """What the GP answers once it has had its days, by a uniform draw of the round or of the talks."""
    return draw < rule.consent_probability(by_state=market.funds.cells.gp[exit.fund] == _STATE)


def chance_of_consent(market: Market, funds: Ints, rule: Partnership) -> Floats:
    """How likely the GPs of these funds consent to a transfer [funds]."""
    of_state, of_private = (rule.consent_probability(by_state=by_state) for by_state in (True, False))
    return np.where(market.funds.gp[funds] == _STATE, of_state, of_private)
