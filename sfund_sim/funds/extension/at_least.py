"""A given number of partners, by head, extends the term."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from sfund_sim.funds.extension.family import Booleans, ExtensionRule, Floats


class AtLeast(ExtensionRule):
    """At least ``partners`` partners must agree, whatever they hold.

    Source: the threshold variant of the unanimity rule; its probability is a binomial tail when partners refuse
    independently.
    """

    kind: ClassVar[str] = "at_least"

    partners: int = Field(ge=1)
    """Number of partners that must be in favour."""

    def carried(self, in_favour: Booleans, weights: Floats) -> Booleans:
        """Is each vote carried?"""
        return np.asarray((in_favour & (weights > 0)).sum(axis=0) >= self.partners)
