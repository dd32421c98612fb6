"""Tender by weighted score 权重报价: price and terms are scored, the best total wins and pays its own price."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from sfund_sim.venue.auctions.book import BidBook, Clearing, FloatArray, acceptable, clearing, merit
from sfund_sim.venue.auctions.family import AuctionFormat, Manner, Pricing


class WeightedTender(AuctionFormat):
    """Total score = weight x (bid / highest acceptable bid) + (1 - weight) x terms score; the best total wins.

    Terms (payment in one sum, industrial fit) are scored in [0, 1] by the seller and handed in with the book; without
    them only the price counts. Source: weighted quotes in exchange rulebooks (recalled).
    """

    kind: ClassVar[str] = "weighted_tender"
    pricing: ClassVar[Pricing] = "first"
    manner: ClassVar[Manner] = "sealed"

    price_weight: float = Field(default=0.7, gt=0, le=1)
    """Weight of the price in the total score. The market's buyers bid no terms: there it changes nothing."""

    def score(self, bids: FloatArray, terms: FloatArray | None) -> FloatArray:
        """Weighted total, [bidders, auctions]; -inf where a bid is not acceptable."""
        top = bids.max(axis=0)
        with np.errstate(invalid="ignore", divide="ignore"):
            price_score = np.where(top > 0, bids / top, bids - top)
        total = self.price_weight * price_score + (1.0 - self.price_weight) * (0.0 if terms is None else terms)
        return np.where(bids > -np.inf, total, -np.inf)

    def clear(self, book: BidBook) -> Clearing:
        """Best total score wins and pays its own bid."""
        bids = acceptable(book)
        ranked = merit(bids, book.ties, score=self.score(bids, book.terms))
        return clearing(ranked, ranked.best)
