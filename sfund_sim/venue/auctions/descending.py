"""Falling clock (Dutch auction): the first bidder to stop the clock buys at the price it shows."""

from __future__ import annotations

from typing import ClassVar

from sfund_sim.venue.auctions.book import BidBook, Clearing, acceptable, clearing, merit
from sfund_sim.venue.auctions.family import AuctionFormat, Manner, Pricing


class Descending(AuctionFormat):
    """A bid is the price at which its bidder would stop the clock; the clock never falls below the floor.

    Strategically the same as one sealed quote. Source: Vickrey (1961); Krishna, Auction Theory, chapter 1.
    """

    kind: ClassVar[str] = "descending"
    pricing: ClassVar[Pricing] = "first"
    manner: ClassVar[Manner] = "falling"

    def clear(self, book: BidBook) -> Clearing:
        """The highest stopping price is reached first, and paid."""
        ranked = merit(acceptable(book), book.ties)
        return clearing(ranked, ranked.best)
