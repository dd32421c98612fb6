"""Portfolios of companies: accounts that hold whatever happens, and draws that no policy touches."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from portfolios import QUARTERS, draws, economy, funds

from sfund_sim.funds.cashflow import QuarterGrid
from sfund_sim.funds.cashflow import companies as companies_module
from sfund_sim.funds.cashflow.companies import Companies
from sfund_sim.funds.cashflow.company_law import VC
from sfund_sim.funds.marks.fair import Fair
from sfund_sim.funds.marks.last_round import LastRound
from sfund_sim.terms import CompanyExit, Strategy

GRID = QuarterGrid(QUARTERS)
MODEL = Companies()


def rolled(model=MODEL, some=None, path=None, grid=GRID):
    return model.roll(funds() if some is None else some, grid, path or economy(grid.quarters), draws())


@given(seed=st.integers(0, 1000), hazard=st.floats(0, 2), shut=st.floats(0, 1), market=st.floats(-0.1, 0.1))
@settings(max_examples=15)
def test_the_accounts_of_every_portfolio_hold(seed, hazard, shut, market):
    some = funds()
    paths = MODEL.roll(some, GRID, economy(hazard=hazard, shut=shut, market=market), draws(seed))
    np.testing.assert_allclose(paths.invested.sum(axis=1), some.investable, rtol=1e-6)
    left = paths.exits.sum(axis=1)
    np.testing.assert_array_equal(paths.alive[:, -1] - paths.locked[:, -1] + left[:, -1], some.companies)
    assert (np.diff(paths.exits, axis=2) >= 0).all(), "an exit is never taken back"
    assert min(array.min() for array in (paths.value, paths.mark, paths.proceeds, paths.invested)) >= 0
    assert (paths.locked <= paths.alive).all()
    nothing_held = paths.alive == 0
    assert (paths.value[nothing_held] == 0).all()
    assert (paths.mark[nothing_held] == 0).all()


def test_money_goes_in_during_the_investment_period_and_only_then():
    some = funds()
    paths = rolled(some=some)
    age = np.arange(QUARTERS) - some.start_quarter[:, None]
    outside = (age < 0) | (age >= some.investment_quarters[:, None])
    assert (paths.invested[outside] == 0).all()
    assert (paths.invested[age == 0] >= 0).all()
    half = some.investment_quarters // 2
    early = np.where(age < half[:, None], paths.invested, 0).sum() / paths.invested.sum()
    assert early > 0.5, "companies are financed faster at first"


def test_a_quarter_without_exits_multiplies_value_by_the_market_alone_when_companies_have_no_shocks():
    law = VC.model_copy(
        update={
            "volatility_per_year": 0.0,
            "log_drift_per_year": 0.04,
            "market_beta": 1.5,
            "ready_multiple": 1e9,
            "trade_sale_hazard_per_year": 0.0,
            "buyback_hazard_per_year": 0.0,
        }
    )
    some = funds(8, strategy=Strategy.VC, start_quarter=np.zeros(8, int), investment_quarters=np.ones(8, int))
    paths = rolled(Companies(vc=law), some, economy(market=0.02))
    expected = some.investable[:, None] * np.exp((0.01 + 1.5 * 0.02) * np.arange(QUARTERS))
    np.testing.assert_allclose(paths.value, expected, rtol=1e-4)
    assert paths.proceeds.sum() == 0


def test_shares_of_a_listed_company_become_cash_when_the_lockup_ends():
    single = funds(4000, companies=1, strategy=Strategy.VC, start_quarter=np.zeros(4000, int))
    paths = rolled(Companies(lockup_quarters=6), single, economy(hazard=1.0))
    listed = paths.exits[:, CompanyExit.IPO]
    fund = np.flatnonzero(listed[:, -7] > 0)
    assert fund.size > 100
    day = listed[fund].argmax(axis=1)
    assert (paths.proceeds[fund, day + 6] > 0).all()
    np.testing.assert_array_equal(np.count_nonzero(paths.proceeds[fund], axis=1), 1)
    assert (paths.locked[fund, day] == 1).all()
    assert (paths.locked[fund, day + 6] == 0).all()


@given(low=st.floats(0.0, 0.5), more=st.floats(0.01, 2))
@settings(max_examples=10)
def test_a_wider_window_never_delays_a_company_and_moves_no_draw(low, more):
    single = funds(1500, companies=1, strategy=Strategy.VC)
    narrow = rolled(some=single, path=economy(hazard=low))
    wide = rolled(some=single, path=economy(hazard=low + more))
    assert (wide.exits.sum(axis=1) >= narrow.exits.sum(axis=1)).all()
    assert (wide.exits[:, CompanyExit.IPO] >= narrow.exits[:, CompanyExit.IPO]).all()
    same = (wide.exits == narrow.exits).all(axis=(1, 2))
    np.testing.assert_array_equal(wide.value[same], narrow.value[same])


def test_a_window_that_shuts_later_leaves_all_earlier_quarters_as_they_were():
    shut_late = np.where(np.arange(QUARTERS) < 40, 0.0, 1.0)
    open_always, shut = rolled(), rolled(path=economy(shut=shut_late, hazard=0.2 - 0.15 * shut_late))
    for name in ("invested", "proceeds", "value", "mark", "alive"):
        np.testing.assert_array_equal(getattr(open_always, name)[:, :40], getattr(shut, name)[:, :40])
    assert (shut.value[:, 40] <= open_always.value[:, 40]).all()


def test_marks_lockup_and_terms_change_neither_value_nor_dates():
    base = rolled()
    marked = rolled(Companies(marks=LastRound(round_interval_years=3.0)))
    fair = rolled(Companies(marks=Fair()))
    termed = rolled(some=funds(term_quarters=np.full(60, 40)))
    for other in (marked, fair, termed):
        np.testing.assert_array_equal(other.value, base.value)
        np.testing.assert_array_equal(other.exits, base.exits)
    np.testing.assert_array_equal(fair.mark, fair.value)
    assert not np.array_equal(marked.mark, base.mark)
    longer = rolled(Companies(lockup_quarters=8))
    np.testing.assert_array_equal(longer.exits, base.exits)


def test_a_longer_grid_only_appends():
    short = rolled(grid=QuarterGrid(40), path=economy(40))
    np.testing.assert_array_equal(rolled().value[:, :40], short.value)


def test_funds_of_later_blocks_leave_earlier_blocks_as_they_were(monkeypatch):
    monkeypatch.setattr(companies_module, "FUNDS_PER_BLOCK", 20)
    some = funds(60)
    all_of_them, first = rolled(some=some), rolled(some=some.rows(slice(0, 40)))
    np.testing.assert_array_equal(all_of_them.value[:40], first.value)


def test_a_fund_founded_after_the_grid_stays_empty_and_no_funds_give_no_paths():
    late = funds(3, start_quarter=np.array([0, QUARTERS - 1, QUARTERS + 5]))
    paths = rolled(some=late)
    assert (paths.invested.sum(axis=1) > 0).tolist() == [True, True, False]
    assert not paths.alive[2].any()
    assert rolled(some=late.rows(slice(0, 0))).value.shape == (0, QUARTERS)


def test_twice_the_commitment_is_twice_the_money_and_the_same_exits():
    some, double = funds(), funds(commitment=2 * funds().commitment)
    once, twice = rolled(some=some), rolled(some=double)
    np.testing.assert_allclose(twice.proceeds, 2 * once.proceeds, rtol=1e-5)
    np.testing.assert_allclose(twice.mark, 2 * once.mark, rtol=1e-5)
    np.testing.assert_array_equal(twice.exits, once.exits)


def test_a_founder_pays_cost_with_interest_or_what_the_founder_can():
    law = VC.model_copy(
        update={
            "volatility_per_year": 0.0,
            "log_drift_per_year": -0.08,
            "market_beta": 0.0,
            "trade_sale_hazard_per_year": 0.0,
            "buyback_hazard_per_year": 50.0,
            "buyback_age_years": 5.0,
            "collapse_multiple": 1e-9,
        }
    )
    single = funds(20, companies=1, strategy=Strategy.VC, investment_quarters=np.ones(20, int))
    paths = rolled(Companies(vc=law), single)
    claim, able = 1.08**5.25, 1.5 * np.exp(-0.08 * 5.25)
    assert paths.exits[:, CompanyExit.BUYBACK, -1].all()
    received = paths.proceeds.sum(axis=1) / single.investable
    assert received.max() <= claim
    assert np.median(received) == pytest.approx(able, rel=1e-3)


@pytest.mark.parametrize("exit_kind", list(CompanyExit), ids=lambda kind: kind.label)
def test_every_way_out_is_taken_by_some(exit_kind):
    assert rolled().exits[:, exit_kind, -1].sum() > 0
