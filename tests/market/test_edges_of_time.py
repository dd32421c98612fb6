"""Markets at the edges of time and of the told: horizons of days, funds without history, wishes out of place."""

from __future__ import annotations

import copy
from datetime import date

import pytest
from pydantic import ValidationError
from worlds import VENUE, changed, digest, shipped, small_pilot, with_leaves

from sfund_sim.ground.diary import HeapDiary
from sfund_sim.ground.errors import TooMuchMoney
from sfund_sim.market.flows import FundFlows
from sfund_sim.market.simulate import build_market, simulate
from sfund_sim.market.world import EXITING, LIQUIDATING
from sfund_sim.terms import Ending, ListingEnding, Route, Stage, Trigger

PILOT, CASE = shipped("beijing_pilot"), shipped("case_guidance_fund")
SHOCK = "liquidity_shock"


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2020-01-01", "2020-01-02"),
        ("2020-01-01", "2020-03-31"),
        ("2020-03-31", "2020-04-01"),
        ("2020-03-31", "2020-06-30"),
        ("2009-01-01", "2009-12-31"),
        ("2019-02-28", "2020-02-29"),
    ],
)
def test_a_market_lives_for_a_day_a_quarter_or_before_any_fund(start, end):
    scenario = changed(PILOT, horizon={"start": start, "end": end}, policy=[], population__funds__count=20)
    journal = simulate(scenario, 1, 1)
    vintages = [row.vintage for row in journal.funds]
    assert all(vintage < scenario.horizon.days for vintage in vintages)
    assert bool(vintages) == (start > "2010")
    assert all(0 <= row.wished < scenario.horizon.days for row in journal.exits)


def test_a_quarter_that_ends_on_the_first_day_may_be_reported_that_day(monkeypatch):
    reported, publish = [], FundFlows.publish

    def watched(flows, quarter, newest):
        reported.append(quarter)
        publish(flows, quarter, newest)

    monkeypatch.setattr(FundFlows, "publish", watched)
    days = {"start": "2020-03-31", "end": "2021-06-30"}
    simulate(small_pilot(funds=10, horizon=days, portfolio__report_lag_days=0), 1, 1)
    assert reported == list(range(reported[0], reported[0] + 7))


def wishing(*days, vintage="2015-08-20", alone=False):
    """Case B with a company in it that wants out on these days; ``alone``: and the guidance fund stays."""
    funds = copy.deepcopy(CASE.canonical()["population"]["named_funds"])
    funds[0]["vintage"] = vintage
    if alone:
        funds[0]["partners"][0]["wishes"] = []
    funds[0]["partners"][1]["wishes"] = [{"on": day, "trigger": SHOCK} for day in days]
    return changed(CASE, population__named_funds=funds)


@pytest.mark.parametrize("end", ["2015-09-01", "2015-12-31", "2016-02-10"])
def test_a_fund_may_be_founded_on_the_first_day(end):
    scenario = changed(wishing(alone=True), horizon={"start": "2015-08-20", "end": end}, policy=[])
    journal = simulate(scenario, 1, 1)
    assert [row.vintage for row in journal.funds] == ([0] if end > "2015-09-30" else [])
    assert len(journal.exits) == 0


def shocks(journal):
    return [row for row in journal.exits if row.trigger == Trigger.of(SHOCK)]


def test_a_wish_is_told_once_while_the_first_is_under_way_and_never_after_the_share_is_gone():
    scenario = wishing("2021-02-01", "2021-02-02", "2024-01-01", "2025-01-01")
    for replication in range(1, 11):
        journal = simulate(scenario, replication, 1)
        rows = shocks(journal)
        assert rows[0].wished == (date(2021, 2, 1) - CASE.horizon.start).days
        assert len({row.wished for row in rows}) == len(rows)
        sold = [row for row in rows if Ending(row.ending).is_sale]
        assert len(sold) <= 1
        assert all(row.wished <= sold[0].wished for row in rows if sold)
        assert all(row.lp < len(journal.kinds["lps"]) for row in rows)


def test_some_of_those_shares_are_sold_so_that_the_rule_is_tried():
    scenario = wishing("2021-02-01", "2024-01-01")
    endings = [shocks(simulate(scenario, replication, 1))[0].ending for replication in range(1, 11)]
    assert any(Ending(ending).is_sale for ending in endings)


def test_a_wish_may_come_on_the_day_after_the_quarter_in_which_the_fund_was_founded_and_no_sooner():
    journal = simulate(wishing("2021-04-01", vintage="2021-01-01", alone=True), 1, 1)
    assert [row.wished for row in shocks(journal)] == [(date(2021, 4, 1) - CASE.horizon.start).days]
    assert journal.exits[0].wished <= shocks(journal)[0].wished
    with pytest.raises(ValidationError, match="2021-03-31 is not after 2021-03-31"):
        wishing("2021-03-31", vintage="2021-01-01", alone=True)


@pytest.mark.filterwarnings("ignore:working days")
def test_a_market_of_one_fund_and_of_another_cash_flow_model_run():
    one = simulate(changed(PILOT, population__funds__count=1), 1, 1)
    yale = simulate(changed(PILOT, portfolio__model={"kind": "yale"}, population__funds__count=12), 1, 1)
    assert len(one.funds) == 1
    assert len(yale.funds) == 12
    assert len(yale.exits) > 5


def lasting(path, days):
    """A lively market without chance in its stages, in which one stage lasts so many working days."""
    haste = small_pilot(haste=20.0, agreement__delay_log_sd=0.0, venues__beijing__delay_log_sd=0.0)
    return simulate(with_leaves(haste, {path: days}), 1, 1)


@pytest.mark.parametrize("path", ["population.lps.company.approval_days", VENUE + "resale_gap_days"])
def test_beyond_the_horizon_it_is_all_one_how_long_something_lasts(path):
    within, beyond = lasting(path, 1050), lasting(path, 3650)
    assert min(len(within.exits), len(within.listings)) > 20
    assert digest(within) == digest(beyond)


@pytest.mark.parametrize(
    ("path", "never"), [("partnership.gp_consent_days", Stage.SIGNED), (VENUE + "disclosure.days", Stage.BIDDING)]
)
def test_a_stage_may_last_longer_than_working_days_are_known(path, never):
    journal = lasting(path, 3650)
    assert sum(row.filed >= 0 for row in journal.exits) > 10
    assert never not in {row.stage for row in journal.stages}


def test_a_route_is_that_of_the_attempt_under_way_and_none_between_attempts():
    """An exit whose rounds came to nothing waits: it is on no route, whatever was tried before."""
    waiting = under_way = 0
    for replication in range(2):
        journal = simulate(small_pilot(funds=60, haste=8.0), 1, replication)
        last = {listing.exit: listing for listing in journal.listings}
        for number, row in enumerate(journal.exits):
            if row.ending == Ending.LAPSED:
                assert row.route == Route.HOLD
            if row.ending == Ending.OPEN and row.route == Route.VENUE and number in last:
                under_way += last[number].ending in (ListingEnding.OPEN, ListingEnding.NO_BID, ListingEnding.SOLD)
            if row.ending == Ending.OPEN and row.route == Route.HOLD and number in last:
                assert last[number].ending not in (ListingEnding.OPEN, ListingEnding.SOLD)
                waiting += 1
    assert min(waiting, under_way) > 2


@pytest.mark.parametrize("lag", [40, 90, 200])
def test_a_fund_that_has_ended_reports_no_value_however_late_the_report(lag):
    journal = simulate(small_pilot(funds=60, portfolio__report_lag_days=lag), 1, 1)
    ended = [row for row in journal.funds if row.ended >= 0]
    assert len(ended) > 2
    assert {row.nav_reported for row in ended} == {0}


@pytest.mark.parametrize("since", [0, 1, 3, 4])
def test_a_fund_in_liquidation_pays_a_fee_on_what_it_has_not_sold_yet(since):
    market, *_ = build_market(small_pilot(funds=20), 1, 1, HeapDiary())
    funds, quarter = market.funds, market.clock.first_live + 4
    founded = funds.vintage < 0
    funds.state[founded], market.flows.invested[:] = EXITING, 1e7
    held = market.flows._fee(funds, quarter)
    funds.state[founded], funds.liquidation_start[founded] = LIQUIDATING, quarter - since
    assert (held[founded] > 0).any()
    assert market.flows._fee(funds, quarter)[founded] == pytest.approx(held[founded] * (1 - since / 4))


@pytest.mark.parametrize("what", ["funds", "buyers"])
def test_sums_that_no_market_has_stop_the_replication_instead_of_wrapping_round(what):
    wild = {
        "funds": {"economy__market_expected_return": 1.0, "economy__market_volatility": 1.0},
        "buyers": {
            f"population__buyers__insurer__{name}": value
            for name, value in (("net_assets_cny", 1e14), ("capital_log_sd", 5.0), ("count", 200))
        },
    }
    with pytest.raises(TooMuchMoney, match=f"{what}: more than 1e.15 yuan"):
        simulate(changed(PILOT, **wild[what]), 1, 1)
