"""What the market knows to come up: reviews, offers that will open or be bid for, talks and notices that will end."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from sfund_sim.ground.docket import Docket
from sfund_sim.market.bidding_day import BiddingResult, brief_results
from sfund_sim.market.bookings import Booking
from sfund_sim.market.exits import Exit
from sfund_sim.market.listings import Listing
from sfund_sim.market.market import Market
from sfund_sim.market.notices import Notice, NoticeAnswer, brief_notices
from sfund_sim.market.openings import Prospects, brief_openings
from sfund_sim.market.reviews import Review, brief_reviews
from sfund_sim.market.talks import Meeting, Talk, brief_talks


class Dockets(NamedTuple):
    """By kind of matter."""

    openings: Docket[Listing, Prospects]
    """Offers that will be opened to the invited."""
    bookings: Docket[Booking, BiddingResult]
    """Offers for which there will be bids."""
    talks: Docket[Talk, Meeting]
    """Talks that will come to an end."""
    notices: Docket[Notice, NoticeAnswer]
    """Notices to partners that will run out."""
    reviews: Docket[Exit, Review | None]
    """Sellers who will weigh their ways out."""


def open_dockets(market: Market) -> Dockets:
    """Empty dockets, and how each kind of matter is prepared."""
    stretches = market.stretches
    return Dockets(
        openings=Docket(partial(brief_openings, market), stretches),
        bookings=Docket(partial(brief_results, market), stretches),
        talks=Docket(partial(brief_talks, market), stretches),
        notices=Docket(partial(brief_notices, market), stretches),
        reviews=Docket(partial(brief_reviews, market), stretches),
    )
