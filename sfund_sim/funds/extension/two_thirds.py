"""A qualified majority by commitment extends the term."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from sfund_sim.funds.extension.family import Booleans, ExtensionRule, Floats


class TwoThirds(ExtensionRule):
    """Partners holding at least ``share`` of the commitments must agree.

    Source: common limited partnership agreements in China, two thirds of paid-in capital (recalled, medium confidence).
    """

    kind: ClassVar[str] = "two_thirds"

    share: float = Field(default=2 / 3, gt=0, le=1)
    """Share of commitments that must be in favour."""

    def carried(self, in_favour: Booleans, weights: Floats) -> Booleans:
        """Is each vote carried? A vote without any partner is not."""
        total, agreed = weights.sum(axis=0), (weights * in_favour).sum(axis=0)
        # Three equal partners of whom two agree reach two thirds exactly: rounding must not decide the vote.
        return np.asarray((agreed >= self.share * total * (1 - 1e-12)) & (total > 0))
