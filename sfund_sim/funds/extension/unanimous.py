"""Every partner must agree to extend the term."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from sfund_sim.funds.extension.family import Booleans, ExtensionRule, Floats


class Unanimous(ExtensionRule):
    """One refusal blocks.

    Source: Partnership Enterprise Law 2006, Art. 85 (the partners decide); unanimity in Case B of the seed article.
    """

    kind: ClassVar[str] = "unanimous"

    def carried(self, in_favour: Booleans, weights: Floats) -> Booleans:
        """Is each vote carried? A vote without any partner is not."""
        present = weights > 0
        return np.asarray((in_favour | ~present).all(axis=0) & present.any(axis=0))
