"""On the same draws more of a good thing never brings less: invitations, days, bidders, consent, floors."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import changed, shipped

from sfund_sim.market.simulate import simulate
from sfund_sim.venue.auctions import AuctionFormat, BidBook

CASE = shipped("case_central_soe")


def first_listings(replication, **leaves):
    return simulate(changed(CASE, **leaves), replication, 4).listings


@pytest.mark.parametrize("replication", range(1, 9))
def test_a_longer_window_never_brings_fewer_ready_buyers(replication):
    no_more = {"venues__beijing__extensions": 0}
    ready = [
        first_listings(replication, venues__beijing__disclosure__days=days, **no_more)[0].ready
        for days in (0, 5, 10, 20, 60)
    ]
    assert all(more >= fewer for fewer, more in pairwise(ready))
    assert ready[0] == 0 < ready[-1]


@pytest.mark.parametrize("replication", range(1, 9))
def test_a_wider_invitation_never_engages_fewer(replication):
    rule = {"venues__beijing__disclosure__rule": "random"}
    engaged = [
        first_listings(replication, venues__beijing__disclosure__invited=invited, **rule)[0].engaged
        for invited in (0, 2, 5, 10, 60)
    ]
    assert all(more >= fewer for fewer, more in pairwise(engaged))
    assert engaged[0] == 0 < engaged[-1]


def test_a_higher_chance_of_consent_never_refuses_one_that_a_lower_gave():
    given_at = []
    for chance in (0.0, 0.3, 0.6, 1.0):
        leaves = {"partnership__state_gp_consent_probability": chance}
        given_at.append([first_listings(number, **leaves)[0].disclosed > 0 for number in range(1, 21)])
    for lower, higher in pairwise(given_at):
        assert all(b >= a for a, b in zip(lower, higher, strict=True))
    assert (sum(given_at[0]), sum(given_at[-1])) == (0, 20)
    assert 0 < sum(given_at[1]) < sum(given_at[2]) < 20


@pytest.mark.parametrize("kind", ["second_price", "ascending"])
@given(st.integers(0, 10_000))
def test_one_bidder_more_never_lowers_the_price_and_a_higher_floor_never_sells_more(kind, seed):
    draws = np.random.default_rng(seed)
    bids, ties = draws.random((6, 50)), draws.random((6, 50))
    auction = AuctionFormat.members[kind]()
    fewer, all_of_them = (auction.clear(BidBook(bids[:n].copy(), 0.3, ties[:n])) for n in (5, 6))
    both = (fewer.winner >= 0) & (all_of_them.winner >= 0)
    assert (all_of_them.price[both] >= fewer.price[both]).all()
    higher = auction.clear(BidBook(bids.copy(), 0.6, ties))
    assert (higher.winner >= 0).sum() <= (all_of_them.winner >= 0).sum()
