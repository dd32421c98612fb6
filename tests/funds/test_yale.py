"""The Yale model as a market's portfolio: it lives its term, in the mean as the paper says."""

import numpy as np
import pytest
from portfolios import QUARTERS, draws, economy, funds

from sfund_sim.funds.cashflow import QuarterGrid
from sfund_sim.funds.cashflow.yale import Yale
from sfund_sim.funds.takahashi import TakahashiSpec, project

GRID = QuarterGrid(QUARTERS)


def test_a_fund_pays_out_everything_by_its_term_and_calls_no_more_than_its_investable_money():
    some = funds()
    paths = Yale().roll(some, GRID, economy(), draws())
    age = np.arange(QUARTERS) - some.start_quarter[:, None]
    assert (paths.value[age >= some.term_quarters[:, None] - 1] == 0).all()
    assert (paths.value[age == 4] > 0).all()
    assert (paths.invested.sum(axis=1) <= some.investable * (1 + 1e-12)).all()
    np.testing.assert_array_equal(paths.alive > 0, paths.value > 0)
    assert (paths.invested[age < 0] == 0).all()


def test_before_its_last_year_it_is_the_papers_model_in_quarters():
    spec = TakahashiSpec()
    one = funds(1, start_quarter=np.array([3]), term_quarters=np.array([48]))
    model = Yale(rates_of_contribution=spec.rates_of_contribution, bow=2.5, growth_per_year=0.13)
    paths = model.roll(one, GRID, economy(), draws())
    flows = project(spec, one.investable[0], periods_per_year=4)
    for got, expected in ((paths.value, flows.nav), (paths.proceeds, flows.distributions)):
        np.testing.assert_allclose(got[0, 3 : 3 + 44], expected[:44], rtol=1e-12)


def test_own_volatility_spreads_funds_and_keeps_their_mean():
    same = {"commitment": 1e8, "investable_share": 0.85, "start_quarter": 0, "term_quarters": 40}
    many = funds(4000, **{name: np.full(4000, value) for name, value in same.items()})
    sure, risky = (Yale(volatility_per_year=v).roll(many, GRID, economy(), draws()) for v in (0.0, 0.2))
    assert risky.value[:, 20].mean() == pytest.approx(sure.value[0, 20], rel=0.03)
    assert risky.value[:, 20].std() > 0.1 * sure.value[0, 20]


def test_a_market_above_expectation_lifts_funds_with_beta_only():
    boom = economy(market=0.05)
    some = funds()
    plain, boomed = (Yale().roll(some, GRID, path, draws()) for path in (economy(), boom))
    np.testing.assert_array_equal(plain.proceeds, boomed.proceeds)
    with_beta = Yale(market_beta=1.2).roll(some, GRID, boom, draws())
    assert (with_beta.proceeds.sum(axis=1) > plain.proceeds.sum(axis=1)).all()


def test_the_last_years_nav_is_paid_out_in_four_equal_parts_and_nothing_is_called_in_it():
    """Without growth, what is left four quarters before the term goes out evenly."""
    one = funds(1, start_quarter=np.array([0]), term_quarters=np.array([40]))
    paths = Yale(growth_per_year=0.0, rates_of_contribution=(0.4, 0.5)).roll(one, GRID, economy(), draws())
    assert paths.proceeds[0, 36:40] == pytest.approx([paths.value[0, 35] / 4] * 4)
    assert paths.invested[0, 36] == 0 < paths.invested[0, 35]
