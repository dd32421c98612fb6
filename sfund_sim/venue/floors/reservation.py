"""Private sellers: the reservation price, round after round."""

from __future__ import annotations

from typing import ClassVar

from sfund_sim.venue.floors.family import BoolArray, FloatArray, FloorRule, IntArray


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
