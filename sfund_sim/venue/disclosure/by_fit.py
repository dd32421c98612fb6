"""Disclosure to the investors whom the holding suits and who have the cash for it."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from sfund_sim.venue.disclosure.family import BoolArray, DisclosureRule, FloatArray, first_by


class ByFit(DisclosureRule):
    """The ``invited`` eligible investors with the best fit, of which ``DisclosureRule.choose`` says what it is.

    First come those whose mandate the share suits and who told that they have the cash; the draw decides between
    them. Those who have a part of it come next, by that part; those whose mandate it does not suit come last.

    Source: Kleymenova, Talmor and Vasvari (2012) on bids by fit of buyer and interest.
    """

    kind: ClassVar[str] = "by_fit"

    invited: int = Field(default=20, ge=0)
    """Size of the set; 5 to 60 is the model's range (assumption, domain brief 1c)."""

    def choose(self, eligible: BoolArray, fit: FloatArray, activity: FloatArray, draws: FloatArray) -> BoolArray:
        """Best fit first, equal fit by the lower draw."""
        return first_by(fit, eligible, draws, invited=self.invited)

    def number_shown(self, eligible: int) -> float:
        """As many as are invited, if there are so many."""
        return float(min(self.invited, eligible))
