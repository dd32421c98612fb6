"""State sellers: the appraised value, step by step less, and below a share of it only with approval."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field, model_validator

from sfund_sim.ground.errors import RuleError
from sfund_sim.venue.floors.family import BoolArray, FloatArray, FloorRule, IntArray


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
