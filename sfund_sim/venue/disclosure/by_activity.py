"""Disclosure to the investors who have bought most often so far."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from sfund_sim.venue.disclosure.family import BoolArray, DisclosureRule, FloatArray, first_by


class ByActivity(DisclosureRule):
    """The ``invited`` eligible investors with the most purchases since the simulation began.

    Source: a modelling choice; it lets a venue's habit of calling its usual buyers be studied.
    """

    kind: ClassVar[str] = "by_activity"

    invited: int = Field(default=20, ge=0)
    """Size of the set; 5 to 60 is the model's range (assumption, domain brief 1c)."""

    def choose(self, eligible: BoolArray, fit: FloatArray, activity: FloatArray, draws: FloatArray) -> BoolArray:
        """Most active first, equal activity by the lower draw."""
        return first_by(activity, eligible, draws, invited=self.invited)

    def number_shown(self, eligible: int) -> float:
        """As many as are invited, if there are so many."""
        return float(min(self.invited, eligible))
