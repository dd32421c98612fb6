"""The state machine of one auction, as people meet it."""

import math

import pytest

from sfund_sim.venue.auctions.ascending import Ascending
from sfund_sim.venue.auctions.descending import Descending
from sfund_sim.venue.auctions.first_price import FirstPrice
from sfund_sim.venue.auctions.session import AuctionSession, Quote, Reply
from sfund_sim.venue.auctions.weighted_tender import WeightedTender

ADMITTED = {1: 0.2, 2: 0.8}


def test_a_bid_below_the_floor_by_a_stranger_or_of_no_number_is_refused():
    session = AuctionSession(FirstPrice(), 10.0, ADMITTED)
    assert session.bid(Quote(1, 9.99, 0.0)) is Reply.BELOW_FLOOR
    assert session.bid(Quote(1, math.nan, 0.0)) is Reply.BELOW_FLOOR
    assert session.bid(Quote(7, 50.0, 0.0)) is Reply.NOT_ADMITTED
    assert session.close().winner is None


def test_a_sealed_quote_is_given_once_and_a_tie_goes_to_the_draw():
    session = AuctionSession(FirstPrice(), 10.0, ADMITTED)
    assert session.bid(Quote(1, 10.0, 0.0)) is Reply.ACCEPTED
    assert session.bid(Quote(1, 12.0, 1.0)) is Reply.ALREADY_BID
    assert session.bid(Quote(2, 10.0, 2.0)) is Reply.ACCEPTED
    assert (session.close().winner, session.close().price) == (2, 10.0)


def test_after_the_close_nothing_is_accepted():
    session = AuctionSession(FirstPrice(), 10.0, ADMITTED)
    session.close()
    assert session.bid(Quote(1, 20.0, 0.0)) is Reply.CLOSED


def test_a_rising_price_must_be_met_or_beaten_by_a_full_step():
    session = AuctionSession(Ascending(increment=1.0), 10.0, ADMITTED)
    assert session.bid(Quote(1, 10.0, 0.0)) is Reply.ACCEPTED
    assert session.bid(Quote(1, 10.0, 0.1)) is Reply.ALREADY_BID
    assert session.bid(Quote(2, 10.5, 0.2)) is Reply.BELOW_STANDING
    assert session.bid(Quote(2, 10.0, 0.3)) is Reply.ACCEPTED
    assert session.bid(Quote(1, 11.0, 0.4)) is Reply.ACCEPTED
    assert session.bid(Quote(2, 10.9, 0.5)) is Reply.BELOW_STANDING
    assert (session.close().winner, session.close().price) == (1, 11.0)


def test_the_first_to_stop_a_falling_clock_has_it():
    session = AuctionSession(Descending(), 10.0, ADMITTED)
    assert session.bid(Quote(1, 15.0, at=3.0)) is Reply.ACCEPTED
    assert session.bid(Quote(2, 14.0, at=4.0)) is Reply.TAKEN
    assert session.close().price == 15.0


def test_good_terms_can_beat_a_better_price_in_a_weighted_tender():
    session = AuctionSession(WeightedTender(price_weight=0.5), 10.0, ADMITTED)
    session.bid(Quote(1, 20.0, 0.0, terms=0.1))
    session.bid(Quote(2, 18.0, 0.0, terms=0.9))
    assert session.close().winner == 2
    assert session.close().price == pytest.approx(18.0)
