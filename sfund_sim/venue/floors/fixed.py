"""One number for all rounds."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from sfund_sim.venue.floors.family import FloorRule


class FixedFloor(FloorRule):
    """The same number every round, for the lab: in a market it is one sum for every share, whatever its size."""

    kind: ClassVar[str] = "fixed"
    counts_rounds: ClassVar[bool] = False

    value: float = Field(default=0.0, ge=0)
    """The floor, in the money of the other numbers: the lab's, in a market fen."""

    def floor(self, round: int, appraised: float, reservation: float, approved: bool) -> float:
        """The number given."""
        return self.value
