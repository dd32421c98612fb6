"""What a selling LP reckons when it thinks about its ways out."""

from __future__ import annotations

from typing import NamedTuple

from sfund_sim.scenario.rules import RuleBook


class Assessment(NamedTuple):
    """What the seller reckons at a review; money in fen for the units for sale."""

    rules: RuleBook
    nav: float
    cost: float
    true_value: float
    """Unseen by the seller; for the records."""
    hold_value: float
    by_agreement: float
    """Reservation price for an agreed price."""
    at_venue: float
    """Reservation price for a price made by bidding at a venue."""
    charter: float
    """Price that the fund's charter names for its exit; MISSING where it names none."""
    rate: float
    """Its discount rate, urgency included."""
    regime: str
    """State-asset regime that binds this seller: none, appraisal or full."""
