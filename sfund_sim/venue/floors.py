"""Floor prices 底价 and relisting: below what no bid counts, round by round, and when a lower floor needs approval."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from sfund_sim.ground.errors import RuleError
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


class ReservationFloor(FloorRule):
    """A private seller's floor is its own reservation price, in every round.

    Source: assumption. The optimal reserve of Riley and Samuelson (1981) lies above the seller's value; with fresh
    bidders each round it does not move either.
    """

    kind: ClassVar[str] = "reservation"
    counts_rounds: ClassVar[bool] = False

    def floor(self, round: int, appraised: float, reservation: float, approved: bool) -> float:
        """The reservation price."""
        return reservation

    def floors(
        self, rounds: IntArray, appraised: FloatArray, reservation: FloatArray, approved: BoolArray
    ) -> FloatArray:
        """The reservation prices."""
        return reservation


class FixedFloor(FloorRule):
    """The same number every round, for the lab."""

    kind: ClassVar[str] = "fixed"
    counts_rounds: ClassVar[bool] = False

    value: float = Field(default=0.0, ge=0)
    """The floor."""

    def floor(self, round: int, appraised: float, reservation: float, approved: bool) -> float:
        """The number given."""
        return self.value


class AppraisalFloor(FloorRule):
    """A state seller's floor: the appraised value first, then lower step by step, below a share only with approval.

    The seller may hold out for more (its reservation price), never for less than the rule. Source: Measures for
    supervising transactions of state-owned assets of enterprises (SASAC and MOF Order 32 of 2016), articles 17 and 18:
    first floor at least the filed appraisal; below 90 % of it only with new written approval.
    """

    kind: ClassVar[str] = "appraisal"

    step: float = Field(default=0.05, ge=0, le=1)
    """How much a round without a good enough bid lowers the floor, as a share of the appraised value (assumption)."""
    free_share: float = Field(default=0.90, ge=0, le=1)
    """Lowest share of the appraised value that needs no approval (Order 32, article 18)."""
    lowest_share: float = Field(default=0.75, ge=0, le=1)
    """Lowest share the approving body ever allows (assumption)."""

    @model_validator(mode="after")
    def _shares_in_order(self) -> AppraisalFloor:
        if self.lowest_share > self.free_share:
            raise RuleError("lowest_share must not be above free_share", "lowest_share 不得大于 free_share")
        return self

    def share(self, round: int, approved: bool) -> float:
        """Floor of this round as a share of the appraised value."""
        return max(1.0 - self.step * round, self.lowest_share if approved else self.free_share)

    def floor(self, round: int, appraised: float, reservation: float, approved: bool) -> float:
        """The appraised value less the steps taken so far, and never below the seller's own reservation price."""
        return max(self.share(round, approved) * appraised, reservation)

    def floors(
        self, rounds: IntArray, appraised: FloatArray, reservation: FloatArray, approved: BoolArray
    ) -> FloatArray:
        """The same of many listings."""
        least = np.where(approved, self.lowest_share, self.free_share)
        share = np.maximum(1.0 - self.step * rounds, least)
        return np.asarray(np.maximum(share * appraised, reservation), np.float64)
