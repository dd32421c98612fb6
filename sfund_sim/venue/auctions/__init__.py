"""Auction formats 竞价方式: who wins a listing and at what price, one file a format.

A new format is one new file here: a subclass of ``AuctionFormat`` with a ``kind``, a ``pricing`` and a ``clear``.
"""

from sfund_sim.ground.parts import import_beside
from sfund_sim.venue.auctions.book import BidBook, Clearing
from sfund_sim.venue.auctions.family import AuctionFormat, Manner, Pricing

__all__ = ["AuctionFormat", "BidBook", "Clearing", "Manner", "Pricing"]

import_beside(__name__, __path__)
