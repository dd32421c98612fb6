"""What the market knows to come up: reviews, offers that will open or be bid for, talks and notices that will end."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from sfund_sim.ground.docket import Docket
from sfund_sim.market.bidding_day import Result, brief_results
from sfund_sim.market.bookings import Booking
from sfund_sim.market.exits import Exit
from sfund_sim.market.listings import Listing
from sfund_sim.market.market import Market
from sfund_sim.market.notices import Answer, Notice, brief_notices
from sfund_sim.market.openings import Brief, Prospects, brief_openings, prospects
from sfund_sim.market.reviews import Review, brief_reviews
from sfund_sim.market.talks import Counterparty, Meeting, Talk, brief_talks, counterparties


class Dockets(NamedTuple):
    """By kind of matter."""

    offers: Docket[Listing, Brief]
    """Offers that will be opened to the invited: what can be told of them before."""
    openings: Docket[Listing, Prospects]
    """The same offers on their day."""
    bookings: Docket[Booking, Result]
    """Offers for which there will be bids."""
    meetings: Docket[Talk, Meeting]
    """Talks that will come to an end: what can be told of them before."""
    talks: Docket[Talk, Counterparty]
    """The same talks on their day."""
    notices: Docket[Notice, Answer]
    """Notices to partners that will run out."""
    reviews: Docket[Exit, Review | None]
    """Sellers who will weigh their ways out."""

    def expect_opening(self, day: int, listing: Listing) -> None:
        """An offer will be opened on a day."""
        self.offers.enter(day, listing.number, listing)
        self.openings.enter(day, listing.number, listing)

    def expect_end_of_talks(self, day: int, talk: Talk) -> None:
        """Talks will come to an end on a day."""
        self.meetings.enter(day, talk.exit.number, talk)
        self.talks.enter(day, talk.exit.number, talk)


def open_dockets(market: Market) -> Dockets:
    """Empty dockets, and how each kind of matter is prepared and answered."""
    stretches, days = market.sheet.stretches, range(market.horizon)
    return Dockets(
        offers=Docket(partial(brief_openings, market), stretches),
        openings=Docket(partial(_prospects_of_day, market), days),
        bookings=Docket(partial(brief_results, market), stretches),
        meetings=Docket(partial(brief_talks, market), stretches),
        talks=Docket(partial(_counterparties_of_day, market), days),
        notices=Docket(partial(brief_notices, market), stretches),
        reviews=Docket(partial(brief_reviews, market), stretches),
    )


def _prospects_of_day(market: Market, listings: list[Listing], _: list[int]) -> list[Prospects]:
    offers, today = market.dockets.offers, market.today
    return prospects(market, listings, [offers.answer(today, listing.number) for listing in listings])


def _counterparties_of_day(market: Market, talks: list[Talk], _: list[int]) -> list[Counterparty]:
    meetings, today = market.dockets.meetings, market.today
    return counterparties(market, talks, [meetings.answer(today, talk.exit.number) for talk in talks])
