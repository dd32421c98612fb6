"""Agreed sales that come to nothing, the cap on partners, and what the seller is left with."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

import numpy as np
import pytest
from lone_seller import selling
from worlds import small_pilot

from sfund_sim.ground.columns import MISSING
from sfund_sim.market import closing
from sfund_sim.market.agreement import sell_by_agreement
from sfund_sim.market.partners import within_cap, would_exceed_cap
from sfund_sim.market.route import assess
from sfund_sim.market.simulate import simulate
from sfund_sim.terms import Ending, ListingEnding, RegisterEntry


@lru_cache(maxsize=4)
def market_with(**leaves):
    return simulate(small_pilot(**leaves), 1, 5)


def nobody_pays():
    return market_with(venues__beijing__payment_failure_probability=1.0, partnership__preemption__applies=False)


def test_sellers_costs_are_what_the_register_says_less_deposits_that_they_kept():
    journal, spent = nobody_pays(), Counter()
    for row in journal.register:
        if row.entry == RegisterEntry.FEE:
            lp = journal.exits[row.deal].lp
            spent[row.deal] += row.fen * ((row.giver == lp) - (row.taker == lp))
    assert len(spent) > 3
    assert all(row.seller_costs == spent[number] for number, row in enumerate(journal.exits))


def test_a_contract_that_came_to_nothing_leaves_no_signature():
    journal = nobody_pays()
    failed = {row.exit for row in journal.listings if row.ending == ListingEnding.PAYMENT_FAILED}
    running = {row.exit for row in journal.listings if row.ending == ListingEnding.OPEN}
    rows = [journal.exits[number] for number in failed - running]
    rows = [row for row in rows if row.ending == Ending.LAPSED]
    assert len(rows) > 3
    assert all(row.signed == MISSING for row in rows)


def test_without_the_right_of_preemption_nobody_waives_it():
    register = nobody_pays().register
    assert not any(row.entry == RegisterEntry.WAIVE for row in register)
    assert any(row.entry == RegisterEntry.WAIVE for row in market_with().register)


def test_a_sale_falls_through_at_payment_when_the_fund_is_full_by_then(monkeypatch):
    monkeypatch.setattr(closing, "would_exceed_cap", lambda *_: True)
    journal = simulate(small_pilot(), 1, 5)
    assert any(row.winner != MISSING for row in journal.listings)
    assert all(row.buyer == MISSING for row in journal.exits)


def test_a_seller_whose_fund_is_wound_up_while_the_gp_thinks_pays_for_no_agreement():
    market, exit = selling(is_state=False, met=1)
    steps = sell_by_agreement(market, exit, assess(market, exit))
    next(steps)
    next(steps)
    market.gone = b"\x01" * len(market.funds)
    assert list(steps) == []
    assert exit.costs == 0


def capped(market, exit, more, *, newcomer=True):
    """May buyer 0 not buy in a fund of partners with a holding each, which may have so many more than it has?

    It is one of them already if it is no ``newcomer``.
    """
    rows = market.holdings.index.where(exit.fund)
    partners = np.arange(market.holdings.index.count(exit.fund))
    if not newcomer:
        partners[0] = market.first_buyer
    market.holdings.owner[rows] = partners
    exit.lp = int(market.holdings.owner[exit.holding])
    rules = market.rules()
    cap = {"partner_cap": partners.size + more}
    rules = rules.model_copy(update={"partnership": rules.partnership.model_copy(update=cap)})
    exceeds = would_exceed_cap(market, exit, market.first_buyer, rules)
    assert (within_cap(market, exit, [0], rules) == []) is exceeds
    return exceeds


@pytest.mark.parametrize(("more", "exceeds"), [(-1, True), (0, True), (1, False)])
def test_a_newcomer_buying_a_part_takes_a_place_of_its_own(more, exceeds):
    market, exit = selling()
    exit.units = int(market.holdings.units[exit.holding]) - 1
    assert capped(market, exit, more) is exceeds


@pytest.mark.parametrize(("more", "exceeds"), [(-1, True), (0, False)])
def test_a_newcomer_buying_all_takes_the_sellers_place(more, exceeds):
    assert capped(*selling(units=None), more) is exceeds


@pytest.mark.parametrize(("more", "exceeds"), [(-2, True), (-1, False), (0, False)])
def test_a_partner_buying_all_takes_no_place_and_makes_one_free(more, exceeds):
    """Of thirteen partners twelve are left, which is one too many still where only eleven may be."""
    market, exit = selling(units=None)
    assert capped(market, exit, more, newcomer=False) is exceeds
