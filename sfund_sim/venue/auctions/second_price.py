"""Sealed second-price auction, for research: the highest quote wins and pays the next one, or the floor."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from sfund_sim.venue.auctions.book import BidBook, Clearing, acceptable, clearing, merit
from sfund_sim.venue.auctions.family import AuctionFormat, Manner, Pricing


class SecondPrice(AuctionFormat):
    """Each bidder hands in one sealed quote; the highest wins and pays max(second highest, floor).

    Source: Vickrey (1961), "Counterspeculation, auctions, and competitive sealed tenders", Journal of Finance 16.
    """

    kind: ClassVar[str] = "second_price"
    pricing: ClassVar[Pricing] = "second"
    manner: ClassVar[Manner] = "sealed"

    def clear(self, book: BidBook) -> Clearing:
        """Highest quote wins; the second highest, or the floor, is paid."""
        ranked = merit(acceptable(book), book.ties)
        return clearing(ranked, np.maximum(ranked.runner_up, book.floor))
