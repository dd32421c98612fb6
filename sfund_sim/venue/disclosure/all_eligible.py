"""Disclosure to everybody who is eligible."""

from __future__ import annotations

from typing import ClassVar

from sfund_sim.venue.disclosure.family import BoolArray, DisclosureRule, FloatArray


class AllEligible(DisclosureRule):
    """Every eligible investor sees the listing, and nobody else.

    Source: the widest set the law allows (Decree 762 of 2023, articles 18 and 20).
    """

    kind: ClassVar[str] = "all_eligible"

    def choose(self, eligible: BoolArray, fit: FloatArray, activity: FloatArray, draws: FloatArray) -> BoolArray:
        """The eligible."""
        return eligible.copy()

    def number_shown(self, eligible: int) -> float:
        """All of them."""
        return float(eligible)
