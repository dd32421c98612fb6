"""Leaks, deposits and who valued a share most, by numbers that can be reckoned by hand."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from lone_seller import selling

from sfund_sim.market import bidding_day, closing, exchange
from sfund_sim.market.bidding_day import BiddingResult, Hammer
from sfund_sim.market.chances import LEAK
from sfund_sim.market.closing import Deal, Terms
from sfund_sim.market.listings import Listing
from sfund_sim.market.notices import Notice, NoticeAnswer
from sfund_sim.market.route import assess
from sfund_sim.terms import BuyerKind, Ending, Route
from sfund_sim.venue.settlement import IN_ONE_SUM, Fees


def terms(investor, *, price=1000, deposit=0, ending=Ending.SOLD_BY_BIDDING):
    """A sale at a price of so many fen in one sum, in which the buyer's fee is 30 fen and nobody can be sure to pay."""
    return Terms(
        investor, price, ending, Route.VENUE, Fees(seller_share=0.0, buyer_share=0.0, least_fen=30), IN_ONE_SUM,
        signing_days=5, registration_days=5, title_first=False, delay_log_sd=0.0, failure_probability=1.0,
        deposit=deposit,
    )  # fmt: skip


def listed(market, exit, floor=50.0):
    rules = market.rules()
    exit.venue = 0
    return Listing(0, exit, 1, 0, rules, market.venue_rules(0, rules), nav=100_000.0, floor=floor, appraisal=0)


@pytest.mark.parametrize(("invited", "draw", "leaks"), [(2, 0.74, 1), (2, 0.76, 0), (1, 0.49, 1), (1, 0.51, 0),
                                                        (0, 0.0, 0)])  # fmt: skip
def test_each_of_the_invited_may_let_the_offer_out_and_a_leak_costs_its_share_of_nav(invited, draw, leaks, monkeypatch):
    """Two who each keep it to themselves with a chance of one half both do so with one quarter."""
    market, exit = selling()
    rule = SimpleNamespace(leak_probability=0.5, leak_cost_share=0.02)
    listing = SimpleNamespace(exit=exit, invited=invited, nav=100_000.0, venue=SimpleNamespace(disclosure=rule))
    monkeypatch.setattr(market, "draws_of_round", lambda _: {LEAK: draw})
    assert exchange._leak(market, listing) == exit.leaked == leaks
    assert exit.costs == 2_000 * leaks


@pytest.mark.parametrize(
    ("worth", "of_the_ready", "of_partners", "efficient"),
    [(10, 10, 0, 1), (10, 10, 10, 1), (10, 10, 11, 0), (11, 10, 11, 1), (9, 10, 0, 0)],
)
def test_a_sale_is_efficient_if_neither_one_ready_nor_a_partner_valued_the_share_more(
    worth, of_the_ready, of_partners, efficient, monkeypatch
):
    market, exit = selling()
    exit.venue, exit.buyer_value, deal_terms = 0, worth, terms(market.first_buyer)

    def told(answer):
        yield from ()
        return answer

    deal = Deal(deal_terms, deal_terms.investor, deal_terms.ending, of_partners)
    hammer = Hammer(deal.investor, 1000, 900, of_the_ready, deal.ending)
    monkeypatch.setattr(exchange, "_open_accounts", lambda *_: told(None))
    monkeypatch.setattr(exchange, "_disclose", lambda *_: told(([], [], 0)))
    monkeypatch.setattr(exchange, "hold_bidding", lambda *_: hammer)
    monkeypatch.setattr(exchange, "close_deal", lambda *_: told(deal))
    monkeypatch.setattr(exchange, "see_through", lambda *_: told(None))
    list(exchange._run_listing(market, exit, assess(market, exit)))
    assert market.listings[0].efficient == efficient


@pytest.mark.parametrize(("deposit", "lost"), [(300, 300), (1000, 1000), (1200, 1000)])
def test_who_does_not_pay_loses_its_deposit_but_never_more_than_the_price(deposit, lost):
    market, exit = selling()
    winner, before = market.first_buyer, market.accounts.cash.copy()
    assert closing._payment_fails(market, exit, terms(winner, deposit=deposit), winner)
    moved = market.accounts.cash - before
    assert (moved[winner], moved[exit.lp], exit.costs) == (-lost, lost, -lost)


def test_a_partner_is_never_said_not_to_pay():
    market, exit = selling()
    assert not closing._payment_fails(market, exit, terms(0, deposit=300), 0)
    assert exit.costs == 0


def test_a_winner_sets_price_fee_and_unfunded_aside_and_has_all_of_it_back_if_a_partner_takes_the_share():
    """Ten units of which 200 fen each are not yet called: 1,000 + 30 + 2,000."""
    market, exit = selling(units=10)
    market.funds.paid_in[exit.fund] = 100_0000 - 200
    buyers, deal = market.buyers, terms(market.first_buyer + 3)
    free, room = market.free_cash_of(3), buyers.committed.get((3, exit.fund), 0)
    reserved = closing._reserve(market, exit, deal)
    assert reserved == 3_030
    assert (free - market.free_cash_of(3), buyers.committed[3, exit.fund] - room) == (3_030, 3_030)
    closing._withdraw(market, exit, deal, reserved)
    assert (market.free_cash_of(3), buyers.committed[3, exit.fund]) == (free, room)
    assert closing._reserve(market, exit, terms(0)) == 0, "partners are not asked what they have"


@pytest.mark.parametrize(("taker", "most"), [(None, 880), (4, 880)])
def test_what_the_share_is_worth_to_partners_is_kept_whether_one_of_them_takes_it_or_not(taker, most, monkeypatch):
    market, exit = selling()
    deal = terms(market.first_buyer)
    answer = NoticeAnswer(3, closing.MISSING if taker is None else taker, 840.0, 880.0, 0)
    monkeypatch.setattr(closing, "answer_now", lambda *_: answer)
    done = closing._after_notice(market, Notice(exit, market.rules(), 1000, 30, IN_ONE_SUM), deal)
    assert (done.investor, done.most_valued) == (deal.investor if taker is None else taker, most)
    assert done.ending == (Ending.SOLD_BY_BIDDING if taker is None else Ending.SOLD_TO_PARTNER)
    assert exit.buyer_value == (closing.MISSING if taker is None else 840)


@pytest.mark.parametrize(
    ("ready", "ending", "kind"),
    [
        (1, Ending.SOLD_BY_AGREEMENT, BuyerKind.RELATED_STATE),
        (1, Ending.SOLD_TO_PARTNER, BuyerKind.CO_LP),
        (0, Ending.SOLD_BY_AGREEMENT, BuyerKind.CO_LP),
    ],
)
def test_a_partner_is_a_related_enterprise_only_where_it_stood_ready_and_the_share_was_not_taken_from_it(
    ready, ending, kind
):
    market, exit = selling(prematched=ready)
    assert closing._kind_of(market, exit, Deal(terms(0, ending=ending), 0, ending)) == kind


@pytest.mark.parametrize(("spent", "here", "bid"), [(0, 0, 90), (5, 0, 90), (15, 0, 80), (0, 15, 80), (5, 10, 80)])
def test_a_bid_made_beforehand_stands_until_money_or_room_in_the_fund_may_not_suffice(spent, here, bid, monkeypatch):
    """It wished to bid 90 when it might pay 100: what it spent since, or put into this fund, must come to 10."""
    market, exit = selling()
    free, room = market.free_cash_of(0), market.buyers.committed.get((0, exit.fund), 0)
    made = BiddingResult(
        [95], [100.0], [90.0], [90], [free], [room], ready=[0], bidders=1, winner=0, price=90, runner_up=-1
    )
    market.buyers.cells.reserved[0] += spent
    market.buyers.commit(0, exit.fund, here)
    monkeypatch.setattr(bidding_day, "limit", lambda *_: 80.9)
    assert bidding_day._as_of_today(market, listed(market, exit), made).bids == [bid]
