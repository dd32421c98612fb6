"""The ascending clock: its rungs, and its timed period."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sfund_sim.venue.auctions import BidBook
from sfund_sim.venue.auctions.ascending import Ascending
from sfund_sim.venue.auctions.session import AuctionSession, Quote, Reply


def cleared(rule, bids, floor=0.0, ties=None):
    column = np.array(bids, float)[:, None]
    return rule.clear(BidBook(column, floor, np.linspace(0.1, 0.9, len(bids))[:, None] if ties is None else ties))


def test_a_bidder_left_alone_pays_the_rung_that_drove_out_the_last_rival():
    result = cleared(Ascending(increment=0.1), [0.87, 0.42, 0.31])
    assert (result.winner[0], result.runner_up[0]) == (0, 0.42)
    assert result.price[0] == pytest.approx(0.5)


def test_those_who_leave_together_share_the_rung_before_by_lot():
    result = cleared(Ascending(increment=0.1), [0.48, 0.42, 0.31])
    assert result.winner[0] == 1, "the highest tie draw, not the highest limit, decides within a rung"
    assert result.price[0] == pytest.approx(0.4)


def test_a_sole_bidder_pays_the_floor_whatever_the_step():
    assert cleared(Ascending(increment=0.3), [0.9], floor=0.5).price[0] == 0.5


@given(limit=st.floats(0, 1e6), floor=st.floats(0, 1e5), step=st.floats(1e-9, 1e3))
@settings(max_examples=60)
def test_rounding_never_lets_the_price_pass_the_winners_limit(limit, floor, step):
    result = cleared(Ascending(increment=step), [limit, limit], floor=floor)
    assert (result.winner[0] >= 0) == (limit >= floor)
    if result.winner[0] >= 0:
        assert floor <= result.price[0] <= limit
        assert result.price[0] + 2.0 * step >= limit * (1 - 1e-12)


def test_a_share_of_the_floor_is_the_same_step_and_both_at_once_are_refused():
    bids = [0.87, 0.62]
    by_share = cleared(Ascending(increment_share=0.2), bids, floor=0.5)
    assert by_share.price[0] == pytest.approx(cleared(Ascending(increment=0.1), bids, floor=0.5).price[0])
    with pytest.raises(ValueError, match="not both"):
        Ascending(increment=1.0, increment_share=0.1)


@given(seed=st.integers(0, 10_000), soft=st.booleans())
@settings(max_examples=40)
def test_the_timed_period_of_the_state_machine_and_of_the_block_are_the_same(seed, soft):
    rule = Ascending(window_minutes=1.0, soft_close=soft)
    gaps = np.random.default_rng(seed).exponential(0.8, 400)
    supply = iter(gaps)
    period = rule.timed_period(1, lambda count: np.array([next(supply) for _ in range(count)]))
    session = AuctionSession(rule, 0.0, {0: 0.5, 1: 0.5})
    session.start_timed_period(0.0)
    replies = [session.bid(Quote(number % 2, float(number), at)) for number, at in enumerate(np.cumsum(gaps))]
    assert session.closes_at == pytest.approx(period.duration[0])
    assert session.extensions == period.extensions[0]
    if soft:
        assert replies.count(Reply.ACCEPTED) == period.extensions[0]
    assert replies[-1] is Reply.CLOSED


def test_without_a_soft_close_a_late_bid_cannot_be_answered():
    rule = Ascending(window_minutes=5.0, soft_close=False)
    session = AuctionSession(rule, 1.0, {0: 0.5, 1: 0.5})
    session.start_timed_period(0.0)
    assert session.bid(Quote(0, 1.0, at=4.9)) is Reply.ACCEPTED
    assert session.bid(Quote(1, 2.0, at=5.1)) is Reply.CLOSED
    assert session.close().winner == 0


@pytest.mark.parametrize(("name", "least"), [("increment", 1e-9), ("increment_share", 1e-6)])
def test_a_least_raise_too_fine_to_be_counted_is_refused(name, least):
    assert Ascending(**{name: 0.0}).step(1.0) == 0.0
    assert Ascending(**{name: least}).step(1.0) == least
    with pytest.raises(ValueError, match=f"{name} is 0 or at least"):
        Ascending(**{name: least / 2})
