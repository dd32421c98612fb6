"""Bid what it is worth: right in ascending and second-price auctions of private values."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from sfund_sim.investors.bidding.family import BiddingStrategy, BidView, FloatArray


class Truthful(BiddingStrategy):
    """The bid is the value, or the budget if that is less.

    A dominant strategy where the winner pays the next bid. Source: Vickrey (1961); with budgets Che and Gale (1998).
    """

    kind: ClassVar[str] = "truthful"

    def bids(self, values: FloatArray, view: BidView) -> FloatArray:
        """The smaller of value and budget."""
        return np.minimum(values, view.budget)
