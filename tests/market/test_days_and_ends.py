"""Days that decide: extensions of a disclosure, an opening that moves, patience, reports, the horizon, a fund's end."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest
from lone_seller import selling
from worlds import digest, small_pilot

from sfund_sim.ground.columns import MISSING
from sfund_sim.ground.diary import HeapDiary
from sfund_sim.ground.docket import Docket
from sfund_sim.market import closing, exchange, reckoning
from sfund_sim.market.exit_columns import ExitColumns
from sfund_sim.market.listings import Listing
from sfund_sim.market.notices import answer_now
from sfund_sim.market.quarter_end import close_quarter
from sfund_sim.market.recycling import recycle
from sfund_sim.market.sale import sale
from sfund_sim.market.simulate import build_market, simulate
from sfund_sim.market.wishes import SellClocks
from sfund_sim.market.world import LEAST_UNITS
from sfund_sim.scenario.model import Scenario
from sfund_sim.terms import Ending, ListingEnding, Stage


@pytest.mark.parametrize(("ready", "times"), [(20, 0), (21, 1), (26, 2), (31, 2)])
def test_a_disclosure_is_extended_no_more_often_than_allowed(ready, times):
    venue = SimpleNamespace(disclosure=SimpleNamespace(days=20), extension_days=5, extensions=2)
    assert exchange._extensions(venue, [(1, ready)]) == times


def test_an_offer_opens_on_its_new_day_when_the_gp_is_given_other_days_meanwhile(monkeypatch):
    """The GP's days change every month, for open listings too: some were filed before and are answered after."""
    tree, expected, enter = small_pilot(haste=8.0).canonical(), [], Docket.enter
    for year, month in product((2021, 2022), range(1, 13)):
        change = {"on": f"{year}-{month:02d}-01", "because": "a test", "applies_to": "open_listings"}
        tree["policy"].append({**change, "set": {"partnership.gp_consent_days": 45 if month % 2 else 5}})

    def watched(docket, day, number, matter):
        expected.extend([number] if isinstance(matter, Listing) else [])
        enter(docket, day, number, matter)

    monkeypatch.setattr(Docket, "enter", watched)
    journal = simulate(Scenario.model_validate(tree), 1, 5)
    twice = [number for number, times in Counter(expected).items() if times == 2]
    assert len(twice) > 2
    assert any(journal.listings[number].disclosed != MISSING for number in twice)


def test_the_wait_before_listing_again_is_nobodys_who_lists_no_more():
    waits = (small_pilot(venues__beijing__relists=0, venues__beijing__relist_wait_days=days) for days in (0, 30))
    assert len({digest(simulate(scenario, 1, 5)) for scenario in waits}) == 1


@pytest.mark.parametrize("interested", [0.0, 1.0])
def test_a_sale_is_efficient_when_nobody_ready_and_no_partner_valued_the_share_more(monkeypatch, interested):
    """Judged is who has the share in the end: where a partner took it, that the winner valued it most is no merit."""
    answers = {}

    def heard(market, notice):
        answers[notice.exit.number, notice.exit.listings] = answer = answer_now(market, notice)
        return answer

    monkeypatch.setattr(closing, "answer_now", heard)
    leaves = {"partnership__preemption_interest_probability": interested}
    journal, values = simulate(small_pilot(**leaves), 1, 5), defaultdict(dict)
    for bid in journal.bids:
        values[bid.listing][bid.buyer] = bid.value
    sold = [(number, row) for number, row in enumerate(journal.listings) if row.ending == ListingEnding.SOLD]
    assert {row.efficient for _, row in sold} == {0, 1}
    taken = misjudged = 0
    for number, row in sold:
        answer, exit = answers.get((row.exit, row.round)), journal.exits[row.exit]
        most, ready = round(answer.most) if answer else 0, max(values[number].values())
        assert row.efficient == (exit.buyer_value >= max(ready, most))
        assert row.taker == (answer.taker if answer else MISSING)
        if row.taker == MISSING:
            assert (exit.buyer, exit.buyer_value) == (row.winner, values[number][row.winner])
        else:
            assert (exit.buyer, exit.buyer_value) == (row.taker, round(answer.worth))
            assert answer.most >= answer.worth
            misjudged += not row.efficient and values[number][row.winner] == ready
            taken += 1
    assert (taken > 0, misjudged > 0) == (interested == 1.0,) * 2
    unsold = [row for row in journal.listings if row.ending != ListingEnding.SOLD]
    assert {(row.efficient, row.taker) for row in unsold} == {(MISSING, MISSING)}


def test_nav_is_rolled_forward_by_the_flows_of_one_later_quarter():
    market, *_ = build_market(small_pilot(), 1, 1, HeapDiary())
    for quarter in range(market.clock.first_live):
        close_quarter(market, quarter)
    flows, quarter = market.flows, market.clock.first_live - 2
    nav = np.zeros(len(market.funds))
    nav[: flows.marked[quarter].size] = flows.marked[quarter]
    later = (flows.called[:, quarter + 1] - flows.distributed[:, quarter + 1]) / 100.0
    assert np.any(later != 0)
    flows.publish(quarter, quarter + 1)
    np.testing.assert_allclose(market.funds.nav_published, np.maximum(nav + later, 0.0))


@pytest.mark.parametrize(("later", "binding", "lapses"), [(-1, False, False), (0, False, True), (900, True, False)])
def test_patience_ends_with_the_first_report_after_its_last_day_and_never_where_the_wish_binds(
    later, binding, lapses, monkeypatch
):
    market, exit = selling(is_state=False)
    market.triggers[0][0] = SimpleNamespace(binding=binding)
    monkeypatch.setattr("sfund_sim.market.sale._way_out", lambda *_: None)
    story = sale(market, exit)
    for _ in range(2):
        next(story)
    market.diary.today = market.reports.next(market.lp_mixes[0].patience_days) + later
    next(story, None)
    assert (exit.ending == Ending.LAPSED) is lapses


@pytest.mark.parametrize(("before_horizon", "known"), [(1, True), (0, False)])
def test_a_stage_that_ends_on_the_horizon_has_no_known_end(before_horizon, known):
    market, exit = selling()
    left = market.horizon - before_horizon
    market.spend_stage(exit, Stage.CUSTODY, left)
    assert market.journal.stages[-1].left == (left if known else MISSING)


def test_a_sale_whose_rest_is_due_stays_a_sale_when_the_fund_has_ended(monkeypatch):
    market, exit = selling(price=1000, rest=300, transferred=5)
    market.funds.cells.ended[exit.fund] = 7
    for later in ("_final_exits", "_final_funds", "_final_holdings"):
        monkeypatch.setattr(reckoning, later, lambda _: None)
    reckoning.close_books(market)
    assert (exit.ending, exit.price) == (Ending.OPEN, 1000)
    exit.transferred = MISSING
    reckoning.close_books(market)
    assert exit.ending in (Ending.FUND_ENDED, Ending.LIQUIDATED)


@pytest.mark.parametrize(("held", "sold"), [(2 * LEAST_UNITS, LEAST_UNITS), (2 * LEAST_UNITS - 1, 2 * LEAST_UNITS - 1)])
def test_a_holding_of_just_two_least_parts_may_be_sold_in_part(held, sold):
    market, _ = selling()
    market.holdings.units[0] = held
    clocks = SellClocks(market, [])
    clocks.part_sale_share = np.ones_like(clocks.part_sale_share)
    assert clocks._units(np.array([0]), market.holdings.key[:1], np.array([0])).tolist() == [sold]


def test_new_funds_have_invested_nothing_before_they_are_founded():
    early, late = (simulate(small_pilot(recycling__founding_days=days), 1, 5).recycling for days in (1, 3600))
    assert sum(row.companies for row in early) > sum(row.companies for row in late) == 0


@pytest.mark.parametrize(("costs", "rows"), [(999, True), (1000, False), (2000, False)])
def test_money_that_went_into_costs_is_not_spent_again(costs, rows):
    market, exit = selling(price=1000, costs=costs, decided=1, transferred=5)
    exit.end(Ending.SOLD_BY_AGREEMENT, 5)
    recycle(market, ExitColumns([exit], market.horizon))
    assert bool(len(market.journal.recycling)) is rows
