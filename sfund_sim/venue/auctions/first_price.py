"""One sealed quote 一次报价: the highest quote wins and is paid."""

from __future__ import annotations

from typing import ClassVar

from sfund_sim.venue.auctions.book import BidBook, Clearing, acceptable, clearing, merit
from sfund_sim.venue.auctions.family import AuctionFormat, Manner, Pricing


class FirstPrice(AuctionFormat):
    """Each bidder hands in one sealed quote; the highest at or above the floor wins and pays it.

    Source: online bidding by one quote in exchange rulebooks; Vickrey (1961).
    """

    kind: ClassVar[str] = "first_price"
    pricing: ClassVar[Pricing] = "first"
    manner: ClassVar[Manner] = "sealed"

    def clear(self, book: BidBook) -> Clearing:
        """Highest quote wins and pays itself."""
        ranked = merit(acceptable(book), book.ties)
        return clearing(ranked, ranked.best)
