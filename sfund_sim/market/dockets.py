"""What the market knows to come up: reviews, offers that will open or be bid for, talks and notices that will end."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from sfund_sim.ground.docket import PreparedDocket
from sfund_sim.market.bidding_day import Result, brief_results, results_of_day
from sfund_sim.market.bookings import Booking
from sfund_sim.market.exits import Exit
from sfund_sim.market.listings import Listing
from sfund_sim.market.market import Market
from sfund_sim.market.notices import Answer, Notice, answers, brief_notices
from sfund_sim.market.openings import Brief, Prospects, brief_openings, prospects
from sfund_sim.market.reviews import Review, brief_reviews, reviews_of_day
from sfund_sim.market.talks import Counterparty, Meeting, Talk, brief_talks, counterparties


class Dockets(NamedTuple):
    """By kind of matter."""

    openings: PreparedDocket[Listing, Brief, Prospects]
    """Offers that will be opened to the invited."""
    bookings: PreparedDocket[Booking, Result, Result]
    """Offers for which there will be bids."""
    talks: PreparedDocket[Talk, Meeting, Counterparty]
    """Talks that will come to an end."""
    notices: PreparedDocket[Notice, Answer, Answer]
    """Notices to partners that will run out."""
    reviews: PreparedDocket[Exit, Review | None, Review]
    """Sellers who will weigh their ways out."""


def open_dockets(market: Market) -> Dockets:
    """Empty dockets, and how each kind of matter is prepared and answered."""
    stretches = market.sheet.stretches
    return Dockets(
        PreparedDocket(partial(brief_openings, market), partial(prospects, market), stretches),
        PreparedDocket(partial(brief_results, market), results_of_day, stretches),
        PreparedDocket(partial(brief_talks, market), partial(counterparties, market), stretches),
        PreparedDocket(partial(brief_notices, market), answers, stretches),
        PreparedDocket(partial(brief_reviews, market), reviews_of_day, stretches),
    )
