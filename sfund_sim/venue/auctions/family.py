"""The family of auction formats: what each of them must say and do."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Literal

from sfund_sim.ground.parts import Part
from sfund_sim.venue.auctions.book import BidBook, Clearing, FloatArray

Pricing = Literal["first", "second"]
"""What the winner pays: its own bid, or what the next bid (or the floor) makes it pay."""

Manner = Literal["sealed", "rising", "falling"]
"""How bids come in: once and unseen, openly upward, or on a falling clock that the first taker stops."""


class AuctionFormat(Part, family="auction format"):
    """How bids become a winner and a price."""

    pricing: ClassVar[Pricing]
    manner: ClassVar[Manner]

    @abstractmethod
    def clear(self, book: BidBook) -> Clearing:
        """Decide a block of auctions at once.

        Bids below the floor do not count; a bid equal to it does; equal best bids are decided by ``book.ties``. Where
        a bid counts, somebody wins, as in the auction played bid by bid (``session.py``): to keep the share although
        a bid reaches the floor is no format, but a floor rule that asks for more. The winner's price is never below
        the floor and never above its own bid.

        The market asks only where two or more bids count. A sole bidder, who buys in nearly half of the pilot's sales
        by bidding, pays the floor and ``sole_bidder_share`` of what its bid is above it, whatever the format.
        """

    def score(self, bids: FloatArray, terms: FloatArray | None) -> FloatArray:
        """What the best bid is best at, [bidders, auctions]; the bid itself unless the format weighs terms."""
        return bids

    def sealed_price(self, own: float, others: Sequence[float], floor: float) -> float:
        """What the winner of sealed quotes pays, given its own and the others' accepted ones."""
        return own if self.pricing == "first" else max(others, default=floor)

    def step(self, floor: FloatArray | float) -> FloatArray | float:
        """Least raise at this floor; 0 unless the format sets one."""
        return 0.0

    def period_from(self, at: float) -> float:
        """When a timed period that starts at ``at`` (minutes) ends; never, unless the format has one."""
        return float("inf")

    def restarted_by(self, at: float, closes_at: float) -> float:
        """When the auction closes after a bid at ``at``; as before, unless the format has a soft close."""
        return closes_at
