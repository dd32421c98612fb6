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


def first_rounds(replication, leaves):
    """Of a market under each of these leaves the first listing, and who of the invited was ready to bid in it."""
    rounds = []
    for changes in leaves:
        journal = simulate(changed(CASE, **changes), replication, 4)
        rounds.append((journal.listings[0], {bid.buyer for bid in journal.bids if bid.listing == 0}))
    return rounds


@pytest.mark.parametrize("replication", range(1, 9))
def test_a_longer_window_never_brings_fewer_ready_buyers(replication):
    no_more = {"venues__beijing__extensions": 0}
    rounds = first_rounds(
        replication, [{"venues__beijing__disclosure__days": days, **no_more} for days in (0, 5, 10, 20, 60)]
    )
    for (one, fewer), (other, more) in pairwise(rounds):
        assert fewer <= more
        assert (one.engaged, one.ready <= other.ready) == (other.engaged, True)
    assert rounds[0][0].ready == 0 < rounds[-1][0].ready


@pytest.mark.parametrize("replication", range(1, 9))
def test_a_wider_invitation_never_engages_fewer_nor_other_buyers(replication):
    rule = {"venues__beijing__disclosure__rule": "random", "venues__beijing__disclosure__days": 60}
    rounds = first_rounds(
        replication, [{"venues__beijing__disclosure__invited": invited, **rule} for invited in (0, 2, 5, 8, 10, 60)]
    )
    for (one, fewer), (other, more) in pairwise(rounds):
        assert fewer <= more
        assert one.engaged <= other.engaged
    assert rounds[0][0].engaged == 0 < rounds[-1][0].engaged


def test_a_higher_chance_of_consent_never_refuses_one_that_a_lower_gave():
    given_at = []
    for chance in (0.0, 0.3, 0.6, 1.0):
        leaves = {"partnership__state_gp_consent_probability": chance}
        listed = [[*first_listings(number, **leaves)] for number in range(1, 21)]
        given_at.append([bool(one) and one[0].disclosed > 0 for one in listed])  # Without hope of consent nobody lists.
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
