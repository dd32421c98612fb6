"""Bidding strategies of buyers: from what a holding is worth to them to what they bid, one file a strategy."""

from sfund_sim.ground.parts import import_beside
from sfund_sim.investors.bidding.family import BiddingStrategy, BidView

__all__ = ["BidView", "BiddingStrategy"]

import_beside(__name__, __path__)
