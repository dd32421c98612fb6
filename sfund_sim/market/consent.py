"""Consent of the general partner 普通合伙人同意: every transfer needs it, by bidding or by agreement."""

from __future__ import annotations

from sfund_sim.market.exits import Exit
from sfund_sim.market.market import Market
from sfund_sim.scenario.rules import Partnership
from sfund_sim.terms import GpKind, Purpose

_STATE = int(GpKind.STATE)
TALKS = 1_000_000
"""Keeps the draws of agreements (by review) apart from those of listings (by round)."""


def gp_consents(market: Market, exit: Exit, rule: Partnership, request: int) -> bool:
    """What the GP answers once it has had its days; ``request`` tells the listing round, or TALKS plus the review."""
    by_state = market.funds.cells.gp[exit.fund] == _STATE
    chance = rule.state_gp_consent_probability if by_state else rule.private_gp_consent_probability
    return market.streams.draw(Purpose.CONSENT, exit.key, request) < chance
