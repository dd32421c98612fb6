"""The family of extension rules: whose consent prolongs a fund's term."""

from __future__ import annotations

from abc import abstractmethod

import numpy as np
from numpy.typing import NDArray

from sfund_sim.ground.parts import Part

Booleans = NDArray[np.bool_]
Floats = NDArray[np.float64]


class ExtensionRule(Part, family="extension rule"):
    """Decides votes on prolonging the term."""

    @abstractmethod
    def carried(self, in_favour: Booleans, weights: Floats) -> Booleans:
        """Is each vote carried? [votes].

        ``in_favour`` is [partners, votes]; ``weights`` (commitments) is [partners, votes] or [partners, 1], and a
        weight of 0 means that the seat is empty. A partner barred from voting to extend counts as not in favour.
        """
