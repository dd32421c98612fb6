"""The state machine of one auction, as people meet it."""

import math

import pytest

from sfund_sim.venue.auctions.ascending import Ascending
from sfund_sim.venue.auctions.descending import Descending
from sfund_sim.venue.auctions.first_price import FirstPrice
from sfund_sim.venue.auctions.session import AuctionSession, Clock, Quote, Reply
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


def running_clock():
    session = AuctionSession(Descending(), 0.5, ADMITTED)
    session.start_clock(Clock((0.9, 0.8, 0.7, 0.6, 0.5), step_minutes=0.1, starts_at=2.0))
    return session


def test_a_falling_clock_cannot_be_stopped_before_it_runs_nor_after():
    session = AuctionSession(Descending(), 0.5, ADMITTED)
    assert session.stop_clock(1, at=1.0) is Reply.NOT_STARTED
    session = running_clock()
    assert session.closes_at == pytest.approx(2.5)
    assert session.stop_clock(1, at=2.51) is Reply.CLOSED
    assert session.close().winner is None


@pytest.mark.parametrize("step", range(5))
def test_who_stops_the_clock_at_one_price_stops_it_at_one_moment_and_lots_decide(step):
    session = running_clock()
    assert session.stop_clock(1, at=2.001 + 0.1 * step) is Reply.ACCEPTED
    assert session.stop_clock(1, at=2.002 + 0.1 * step) is Reply.ALREADY_BID
    assert session.stop_clock(2, at=2.099 + 0.1 * step) is Reply.ACCEPTED
    assert session.stop_clock(7, at=2.099 + 0.1 * step) is Reply.NOT_ADMITTED
    assert session.closes_at == pytest.approx(2.1 + 0.1 * step)
    result = session.close()
    assert (result.winner, result.price) == (2, pytest.approx(0.9 - 0.1 * step))


def test_who_comes_at_a_later_price_is_told_that_the_clock_was_stopped():
    session = running_clock()
    assert session.stop_clock(1, at=2.05) is Reply.ACCEPTED
    assert session.stop_clock(2, at=2.11) is Reply.TAKEN
    session.close()
    assert session.stop_clock(2, at=2.05) is Reply.TAKEN


def test_a_format_without_a_window_takes_bids_for_the_time_announced():
    session = AuctionSession(FirstPrice(), 10.0, ADMITTED)
    session.start_timed_period(1.0, sealed_minutes=0.5)
    assert session.bid(Quote(1, 12.0, at=1.5)) is Reply.ACCEPTED
    assert session.bid(Quote(2, 13.0, at=1.501)) is Reply.CLOSED


def test_the_least_bid_is_the_floor_and_then_a_step_above_the_standing_price():
    session = AuctionSession(Ascending(increment=1.0), 10.0, ADMITTED)
    assert session.least() == 10.0
    session.bid(Quote(1, 12.5, at=0.0))
    assert session.least() == 13.5
    assert session.bid(Quote(2, session.least(), at=0.0)) is Reply.ACCEPTED
    stepless = AuctionSession(Ascending(), 10.0, ADMITTED)
    stepless.bid(Quote(1, 12.5, at=0.0))
    assert stepless.bid(Quote(2, stepless.least(), at=0.0)) is Reply.ACCEPTED


def test_an_auction_that_is_called_off_binds_nobody_and_takes_no_bid_more():
    session = AuctionSession(Ascending(increment=1.0), 10.0, ADMITTED)
    session.bid(Quote(1, 12.0, at=0.0))
    session.call_off()
    assert session.standing == []
    assert session.bid(Quote(2, 15.0, at=0.0)) is Reply.CLOSED
    assert session.close().winner is None
    clock = AuctionSession(Descending(), 10.0, ADMITTED)
    clock.start_clock(Clock((12.0, 11.0, 10.0), 1.0, 0.0))
    clock.stop_clock(1, at=0.5)
    clock.call_off()
    assert clock.stop_clock(2, at=0.6) is Reply.CLOSED


def test_a_late_bid_is_answered_and_restarts_the_period_until_nobody_bids():
    session = AuctionSession(Ascending(increment=1.0, window_minutes=1.0), 10.0, ADMITTED)
    assert session.bid(Quote(1, 10.0, at=5.0)) is Reply.ACCEPTED
    session.start_timed_period(6.0)
    assert session.bid(Quote(2, 11.0, at=6.99)) is Reply.ACCEPTED
    assert session.bid(Quote(1, 12.0, at=7.98)) is Reply.ACCEPTED
    assert session.bid(Quote(2, 13.0, at=8.99)) is Reply.CLOSED
    assert (session.close().winner, session.extensions) == (1, 2)
