"""What a floor rule must tell: the floor of each listing round, and whether a lower one needs approval."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from sfund_sim.ground.parts import Part

FloatArray = NDArray[np.float64]
_ROUNDING = 1e-9
"""Of a floor: seven steps of 5 % leave 65 % and no less."""
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


class FloorRule(Part, family="floor rule"):
    """The floor of each listing round; round 0 is the first listing, round 1 the first relisting."""

    counts_rounds: ClassVar[bool] = True
    """Do rounds that nobody bid enough in count for the floor of later ones?"""

    @abstractmethod
    def floor(self, round: int, appraised: float, reservation: float, approved: bool) -> float:
        """Floor of this round, in the money of ``appraised`` and ``reservation``.

        ``approved``: has the approving body allowed a floor below the share that is free?
        """

    def floors(
        self, rounds: IntArray, appraised: FloatArray, reservation: FloatArray, approved: BoolArray
    ) -> FloatArray:
        """Floors of many listings, elementwise: what ``floor`` says of each, for rules that know no shorter way."""
        rows = zip(*(each.tolist() for each in (rounds, appraised, reservation, approved)), strict=True)
        return np.array([self.floor(*row) for row in rows], np.float64)

    def needs_approval(self, round: int, appraised: float, reservation: float) -> bool:
        """Would the floor of this round be lower if the approving body allowed it?"""
        allowed, free = (self.floor(round, appraised, reservation, approved) for approved in (True, False))
        return allowed < free * (1.0 - _ROUNDING)
