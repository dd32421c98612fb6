"""Disclosure that reaches each eligible investor with the same chance."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from sfund_sim.venue.disclosure.family import BoolArray, DisclosureRule, FloatArray


class EachWithProbability(DisclosureRule):
    """Each eligible investor is reached, independently, with ``probability``.

    Source: binomial thinning of the bidder set (Levin and Smith 1994 for auctions with a random number of bidders).
    """

    kind: ClassVar[str] = "each_with_probability"

    probability: float = Field(default=0.5, ge=0, le=1)
    """Chance of being reached."""

    def choose(self, eligible: BoolArray, fit: FloatArray, activity: FloatArray, draws: FloatArray) -> BoolArray:
        """The eligible whose draw lies below the probability."""
        return eligible & (draws < self.probability)

    def number_shown(self, eligible: int) -> float:
        """The eligible in proportion."""
        return self.probability * eligible
