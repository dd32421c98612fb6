"""What buyers can pay, tell and take up: limits with fees and commitments, least tickets, what a purchase cost."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from lone_seller import selling
from worlds import changed

from sfund_sim.market import talks
from sfund_sim.market.bidders import committed_of, engage, limit, limits
from sfund_sim.market.bidding_day import _uncontested
from sfund_sim.market.bookings import Bids
from sfund_sim.market.deeds import transfer
from sfund_sim.market.openings import Prospects
from sfund_sim.market.quarter_end import _obligations
from sfund_sim.market.world import ENDED
from sfund_sim.venue.settlement import Fees

PLENTY = 10**18


def free_buyer(market):
    """Buyer 0, held back by nothing but its cash."""
    cells = market.buyers.cells
    cells.cost_cap[0], cells.concentration_share[0], cells.ticket_max[0], cells.raised[0] = np.inf, 1.0, PLENTY, PLENTY
    return cells


@pytest.mark.parametrize("fees", [Fees(buyer_share=0.05), Fees(buyer_share=0.0, least_fen=5_000_000)])
def test_the_fee_and_the_unfunded_fit_into_what_a_buyer_may_pay(fees):
    market, exit = selling()
    free_buyer(market)
    market.accounts.of[market.first_buyer] = market.unfunded_of(exit) + 60_000_000
    price = int(limit(market, exit, 0, fees))
    assert 0 < price + fees.of(price)[1] <= 60_000_000


def test_what_a_buyer_may_have_in_one_fund_counts_the_unfunded_with_the_price():
    market, exit = selling()
    cells = free_buyer(market)
    market.funds.cells.paid_in[exit.fund] = 0
    unfunded = market.unfunded_of(exit)
    cells.raised[0], market.accounts.of[market.first_buyer] = unfunded + 70_000_000, PLENTY
    fees = Fees(buyer_share=0.0, seller_share=0.0)
    assert limit(market, exit, 0, fees) == 70_000_000
    shares = market.sheet.shares(market.sheet.rows([exit]))
    assert limits(market, shares, np.array([0]), np.array([float(PLENTY)]), [0], fees).tolist() == [70_000_000]
    market.buyers.commit(0, exit.fund, 20_000_000)
    market.buyers.commit(0, exit.fund + 1, 30_000_000)
    committed = committed_of(market, np.array([0]), np.array([exit.fund]))
    assert limit(market, exit, 0, fees) == 50_000_000, "what it has in the fund already counts, in another one not"
    assert limits(market, shares, np.array([0]), np.array([float(PLENTY)]), committed, fees).tolist() == [50_000_000]


@pytest.mark.parametrize("fees", [Fees(buyer_share=0.05), Fees(buyer_share=0.0, least_fen=5_000_000)])
def test_the_fee_fits_into_what_a_buyer_may_have_in_one_fund(fees):
    """As a purchase counts there with its fee, so does one that is bid for."""
    market, exit = selling()
    cells = free_buyer(market)
    cells.raised[0], market.accounts.of[market.first_buyer] = market.unfunded_of(exit) + 60_000_000, PLENTY
    price = int(limit(market, exit, 0, fees))
    assert 59_999_998 <= price + fees.of(price)[1] <= 60_000_000
    shares = market.sheet.shares(market.sheet.rows([exit]))
    assert limits(market, shares, np.array([0]), np.array([float(PLENTY)]), [0], fees).astype(int).tolist() == [price]


@pytest.mark.parametrize(("short_by", "takes"), [(0, True), (1, False)])
def test_a_buyer_takes_an_offer_up_with_just_its_least_ticket_in_cash(short_by, takes):
    def least(cells, listing, free):
        cells.ticket_min[0], listing.floor = free + short_by, -UNFUNDED

    assert takes_up(least) is takes


@pytest.mark.parametrize(("short_by", "takes"), [(0, True), (1, False)])
def test_a_buyer_takes_an_offer_up_with_just_its_floor_and_what_is_to_be_paid_in_yet(short_by, takes):
    def dear(cells, listing, free):
        cells.ticket_min[0], listing.floor = 0, free - UNFUNDED + short_by

    assert takes_up(dear) is takes


@pytest.mark.parametrize(("short_by", "takes"), [(0, True), (1, False)])
def test_a_buyer_takes_an_offer_up_only_if_it_can_pay_the_whole_due_diligence(short_by, takes):
    def dear(cells, listing, free):
        cells.ticket_min[0], listing.floor, cells.diligence_cost[0] = 0, 0, free + short_by

    assert takes_up(dear) is takes


UNFUNDED = 12_000
"""Of the share that is offered below, fen."""


def takes_up(change):
    """Is the one buyer that is shown an offer busy with it, in a market so changed?"""
    market, exit = selling()
    cells = free_buyer(market)
    cells.slots[0], cells.busy[0] = 3, 0
    listing = SimpleNamespace(exit=exit, floor=0.0, due_diligence=0)
    market.unfunded_of = lambda _: UNFUNDED
    market.accounts.of[market.first_buyer] += 100_000_000
    before = market.free_cash_of(0)
    change(cells, listing, before)
    keen = engage(market, listing, Prospects(np.array([market.first_buyer]), [(0, 5)]))
    assert cells.busy[0] == len(keen)
    assert listing.due_diligence == before - market.free_cash_of(0) == len(keen) * cells.diligence_cost[0]
    return bool(keen)


@pytest.mark.parametrize(("short_by", "met"), [(0, True), (1, False)])
def test_a_buyer_that_told_less_than_its_least_ticket_is_never_met_in_talks(short_by, met, monkeypatch):
    """Every share suits every buyer here, and nobody is looked for among the partners."""
    market, exit = selling(is_state=False)
    everybody = np.ones((1, len(market.buyers)), bool)
    monkeypatch.setattr(talks, "wants", lambda *_: everybody)
    market.scenario = changed(market.scenario, population__co_partners__counterparty_share=0.0)
    market.buyers.founded[:] = 0
    market.buyers.ticket_min[:] = 1000
    market.buyers.told_cash[:] = 1000 - short_by
    (meeting,) = talks.brief_talks(market, [talks.Talk(exit, market.rules())], [market.today])
    assert (meeting.investor >= market.first_buyer) is met


def test_who_has_promised_more_than_it_has_tells_of_no_cash():
    market, _ = selling()
    market.buyers.raised[0], market.buyers.obligations[0] = 1, market.free_cash_of(0) + 7
    market.hear_from_buyers()
    assert market.free_cash_of(0) == -7
    assert market.buyers.told_cash[0] == 0


def test_what_a_buyer_paid_is_the_first_part_of_the_price_and_its_fee():
    market, exit = selling(price=1000, rest=300)
    transfer(market, exit, market.first_buyer, 7)
    assert market.purchases[-1].paid == 707


def test_a_sole_bid_at_the_floor_buys():
    made = Bids(worth=[120], most=[100.0], wishes=[110.0], bids=[100], cash=[100.0], committed=[0])
    result = _uncontested(SimpleNamespace(sole_bidder_share=0.5), 100.0, [3], made)
    assert (result.bidders, result.winner, result.price) == (1, 0, 100)


def test_an_ended_fund_asks_its_buyers_for_nothing_more():
    market, exit = selling(price=1000, rest=0)
    transfer(market, exit, market.first_buyer, 0)
    market.buyers.holdings = np.flatnonzero(market.holdings.owner >= market.first_buyer)
    market.funds.paid_in[exit.fund], market.funds.state[exit.fund] = 0, 1
    assert _obligations(market)[0] > 0
    market.funds.state[exit.fund] = ENDED
    assert _obligations(market)[0] == 0
