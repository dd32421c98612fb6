"""Disclosure to a random set of the eligible."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from sfund_sim.venue.disclosure.family import BoolArray, DisclosureRule, FloatArray, first_by


class Random(DisclosureRule):
    """Every eligible investor is as likely as any other to be among the ``invited``.

    Source: the benchmark of random restriction; the mean second price of K of n uniform values is (K-1)/(K+1).
    """

    kind: ClassVar[str] = "random"

    invited: int = Field(default=20, ge=0)
    """Size of the set; 5 to 60 is the model's range (assumption, domain brief 1c)."""

    def choose(self, eligible: BoolArray, fit: FloatArray, activity: FloatArray, draws: FloatArray) -> BoolArray:
        """The ``invited`` eligible investors with the lowest draws."""
        return first_by(np.zeros(eligible.shape), eligible, draws, invited=self.invited)

    def number_shown(self, eligible: int) -> float:
        """As many as are invited, if there are so many."""
        return float(min(self.invited, eligible))
