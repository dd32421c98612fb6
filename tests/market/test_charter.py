"""Prices that charters name: who has them, what they come to and stand for, and no change where there are none."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

import numpy as np
import pytest
from worlds import changed, digest, small_pilot

from sfund_sim.ground.columns import MISSING
from sfund_sim.ground.diary import HeapDiary
from sfund_sim.market import exchange, reviews
from sfund_sim.market.charter import charter_prices, names_price
from sfund_sim.market.gains import _next_floors
from sfund_sim.market.quarter_end import close_quarter
from sfund_sim.market.simulate import build_market, simulate
from sfund_sim.terms import Ending, LpKind, Remark, Route

GUIDANCE = int(LpKind.GUIDANCE_FUND)
MANY = {"population__lps__guidance_fund__share": 0.48, "population__lps__company__share": 0.1,
        "population__lps__private_institution__share": 0.05, "population__lps__individual__share": 0.1,
        "state_assets__blame_weight": 0.0}  # fmt: skip


def world(share, **leaves):
    return small_pilot(funds=60, haste=6.0, state_assets__charter_price_share=share, **MANY, **leaves)


@lru_cache(maxsize=8)
def market_with(share, seed=5, **leaves):
    return simulate(world(share, **leaves), 1, seed)


def guidance(journal):
    return {number for number, row in enumerate(journal.exits) if row.lp_kind == GUIDANCE}


def told(journal, remark):
    return [row for row in journal.trail if row.remark == remark]


def opened(scenario):
    """The market on its first day, with its funds' past."""
    market, *_ = build_market(scenario, 1, 5, HeapDiary())
    for quarter in range(market.clock.first_live):
        close_quarter(market, quarter)
    return market


def rule_with(market, **told):
    return market.rules().state_assets.model_copy(update=told)


def by_hand(market, holding, rate, balance=0.0, after=-1):
    """One holding's balance a unit, fen, quarter by quarter after one."""
    fund = int(market.holdings.fund[holding])
    for quarter in range(after + 1, market.clock.last_ended(market.today) + 1):
        balance *= (1 + rate) ** 0.25
        balance += int(market.flows.called[fund, quarter]) - int(market.flows.distributed[fund, quarter])
        balance = max(balance, 0.0)
    return balance


def test_the_price_is_what_was_paid_in_and_is_not_back_with_interest():
    market = opened(world(1.0))
    holdings = np.arange(len(market.holdings))
    units, kinds = np.full(holdings.size, 10), np.full(holdings.size, GUIDANCE)
    prices = charter_prices(market, rule_with(market, charter_interest_rate=0.08), holdings, kinds, units)
    assert prices == pytest.approx([10 * by_hand(market, holding, 0.08) for holding in holdings], abs=1.0)
    costs = market.costs_of(holdings, units)
    assert (prices >= costs - 1.0).all()
    assert (prices > 1.1 * costs).sum() > 100
    (free, *_), none = (
        charter_prices(market, rule_with(market, **told), holdings, kinds, units)
        for told in ({"charter_interest_rate": 0.0}, {"regime": "none"})
    )
    assert free == pytest.approx(10 * by_hand(market, 0, 0.0))
    assert (none == MISSING).all()
    others = np.full(holdings.size, int(LpKind.LOCAL_SOE))
    assert (charter_prices(market, rule_with(market), holdings, others, units) == MISSING).all()


def test_what_was_bought_second_hand_begins_with_its_price():
    market = opened(world(1.0))
    last, price = market.clock.last_ended(market.today), 700_000.0
    holding = int(np.flatnonzero(market.funds.start_quarter[market.holdings.fund] < last - 8)[0])
    market.holdings.basis[holding], market.holdings.acquired[holding] = price, market.clock.ends[last - 2] + 20
    told = rule_with(market, charter_interest_rate=0.1), np.array([holding]), np.array([GUIDANCE]), np.array([10])
    assert charter_prices(market, *told) == pytest.approx(
        10 * by_hand(market, holding, 0.1, balance=price, after=last - 2), abs=1.0
    )


def test_where_every_charter_names_a_price_guidance_funds_have_nothing_appraised_and_list_at_that_price():
    journal = market_with(1.0)
    priced = told(journal, Remark.CHARTER_PRICE)
    listed = {(row.exit, row.day): row.a for row in told(journal, Remark.LISTED)}
    assert {row.exit for row in priced} <= guidance(journal)
    assert not {row.exit for row in told(journal, Remark.APPRAISED)} & guidance(journal)
    assert not {row.exit for row in told(journal, Remark.APPROVAL_GIVEN)} & guidance(journal)
    at_venue = [row for row in priced if (row.exit, row.day) in listed]
    assert len(at_venue) > 20
    reckoned = {(row.exit, row.day): row.a for row in told(journal, Remark.RECKONED)}
    for row in at_venue:
        assert listed[row.exit, row.day] == pytest.approx(max(row.a, reckoned[row.exit, row.day]), abs=1)
    rounds = [row for row in journal.listings if row.exit in guidance(journal)]
    assert all(row.appraisal == MISSING for row in rounds)
    assert any(row.appraisal != MISSING for row in journal.listings)  # State enterprises have theirs appraised as ever.


def test_more_holdings_have_it_at_a_higher_share_and_those_of_a_lower_share_keep_it():
    def named(share):
        return {row.exit for row in told(market_with(share, venues__beijing__open=True), Remark.CHARTER_PRICE)}

    market, *_ = build_market(world(0.5), 1, 5, HeapDiary())
    holdings = np.flatnonzero(market.lps.kind[market.holdings.owner] == GUIDANCE)
    some, most = (
        charter_prices(market, rule, holdings, np.full(holdings.size, GUIDANCE), np.ones(holdings.size, int)) != MISSING
        for rule in (rule_with(market, charter_price_share=at) for at in (0.3, 0.7))
    )
    assert not (some & ~most).any()
    assert some.mean() == pytest.approx(0.3, abs=0.1)
    assert most.mean() == pytest.approx(0.7, abs=0.1)
    assert len(named(0.4)) < len(named(1.0))


def test_an_agreed_price_reaches_what_the_charter_names():
    leaves = {"state_assets__agreement": "free", "agreement__known_counterparty_probability": 1.0}
    sold = 0
    for seed in (1, 2, 3):
        journal = market_with(1.0, seed, **leaves)
        named = {row.exit: row.a for row in told(journal, Remark.CHARTER_PRICE)}
        for number, row in enumerate(journal.exits):
            if row.lp_kind == GUIDANCE and row.ending == Ending.SOLD_BY_AGREEMENT:
                assert row.price >= named[number]
                sold += 1
    assert sold > 5


def test_somebody_who_stands_ready_pays_what_the_charter_names():
    leaves = {"state_assets__agreement": "free", "agreement__prematched_share": 1.0}
    journal = market_with(1.0, **leaves)
    of_talks = {row.exit: row.a for row in told(journal, Remark.CHARTER_PRICE)}
    rows = [
        (number, row) for number, row in enumerate(journal.exits)
        if row.lp_kind == GUIDANCE and row.prematched and row.ending == Ending.SOLD_BY_AGREEMENT
    ]  # fmt: skip
    assert len(rows) > 3
    assert all(row.price == of_talks[number] for number, row in rows)


def test_sellers_expect_the_floors_and_know_the_needs_that_they_meet(monkeypatch):
    """Prepared and alone, in columns and one by one: what is expected at the review is what the next step does."""
    seen, filed = Counter(), exchange._file

    def watched_filing(market, exit, assessed, venue):
        sellers = reviews.sellers_of(market, assessed.rules, [exit], [market.today])
        (expected,) = _next_floors(assessed.rules, venue, sellers, np.array([0]))
        listing = filed(market, exit, assessed, venue)
        assert listing.floor == pytest.approx(expected, abs=1.0)
        names = names_price(market, exit, assessed.rules.state_assets)
        assert names == (assessed.charter != MISSING)
        assert not (names and sellers.must_appraise[0])
        seen["named" if names else "not"] += 1
        return listing

    monkeypatch.setattr(exchange, "_file", watched_filing)
    simulate(world(0.6), 1, 3)
    assert min(seen.values()) > 20


@pytest.mark.parametrize("leaves", [{"state_assets__regime": "none"}, {"state_assets__charter_price_share": 0.0}])
def test_nothing_changes_where_no_price_is_asked_of_state_sellers_or_no_charter_names_one(leaves):
    plain = changed(world(0.0), **{name: value for name, value in leaves.items() if "regime" in name})
    other = changed(world(1.0, state_assets__charter_interest_rate=0.5), **leaves)
    assert digest(simulate(plain, 1, 5)) == digest(simulate(other, 1, 5))


def test_who_must_leave_need_not_ask_where_the_rules_say_so():
    wary = {f"partnership__{by}_gp_consent_probability": 0.0 for by in ("private", "state")}
    freed = market_with(1.0, partnership__guidance_leaves_without_consent=True, **wary)
    asked = market_with(1.0, **wary)
    sold = [row for row in freed.exits if Ending(row.ending).is_sale]
    assert len(sold) > 3
    assert {row.lp_kind for row in sold} == {GUIDANCE}
    assert not any(Ending(row.ending).is_sale for row in asked.exits)
    free = {row.exit for row in told(freed, Remark.CONSENT_NOT_NEEDED)}
    assert free
    assert not free & {row.exit for row in told(freed, Remark.CONSENT_REFUSED)}
    assert {Route.VENUE} >= {row.route for row in sold}
