"""Value factors: the present value of what is left, against a projection spelt out, and looked up in the table."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sfund_sim.funds.factor_table import RATES, FactorTable, StrategyOutlook, places
from sfund_sim.funds.holding_value import Outlook, value_factors

OUTLOOKS = [StrategyOutlook(28 + 4 * s, 0.06 + 0.02 * s, 2.5 + 0.5 * s, 0.4) for s in range(4)]
TABLE = FactorTable.build(OUTLOOKS)


def spelt_out(outlook, rate, nav, unfunded):
    """Project NAV and unfunded period by period and discount what comes."""
    a_year, life = outlook.periods_per_year, (outlook.age + outlook.remaining) / outlook.periods_per_year
    worth = 0.0
    for period in range(1, outlook.remaining + 1):
        year = (outlook.age + period - 1) // a_year
        paid = max(min((year + 1) / life, 1.0) ** outlook.bow, outlook.yield_rate)
        paid, left = 1 - (1 - paid) ** (1 / a_year), outlook.remaining - period + 1
        last_year = paid == 1.0
        if outlook.last_year_evenly:
            last_year = left <= a_year
            paid = 1 / left if last_year else paid
        rate_called = outlook.contribution_rates[min(year, len(outlook.contribution_rates) - 1)]
        called = unfunded * (1 - (1 - rate_called) ** (1 / a_year))
        nav *= (1 + outlook.growth) ** (1 / a_year)
        cash = nav * paid
        kept = 1 - outlook.forced_sale_discount if last_year else 1.0
        worth += (cash * kept - called) / (1 + rate) ** (period / a_year)
        nav, unfunded = nav - cash + called, unfunded - called
    return worth + nav * (1 - outlook.forced_sale_discount) / (1 + rate) ** (outlook.remaining / a_year)


outlooks = st.builds(
    Outlook,
    age=st.integers(0, 60),
    remaining=st.integers(0, 50),
    growth=st.floats(-0.1, 0.3),
    bow=st.floats(0.5, 5),
    contribution_rates=st.lists(st.floats(0, 1), min_size=1, max_size=4).map(tuple),
    forced_sale_discount=st.floats(0, 0.9),
    yield_rate=st.floats(0, 0.2),
    last_year_evenly=st.booleans(),
    periods_per_year=st.sampled_from([1, 4]),
)


@given(outlook=outlooks, rate=st.floats(0, 0.5), nav=st.floats(0, 1e3), unfunded=st.floats(0, 1e3))
@settings(max_examples=150)
def test_factors_give_the_present_value_of_all_that_is_left(outlook, rate, nav, unfunded):
    of_nav, of_unfunded = value_factors(outlook, rate)
    expected = spelt_out(outlook, rate, nav, unfunded)
    assert of_nav * nav + of_unfunded * unfunded == pytest.approx(expected, rel=1e-9, abs=1e-6)


@given(outlook=outlooks, rate=st.floats(0, 0.4), more=st.floats(0.001, 0.3))
@settings(max_examples=60)
def test_a_dearer_rate_never_raises_what_nav_is_worth(outlook, rate, more):
    assert value_factors(outlook, rate + more)[0] <= value_factors(outlook, rate)[0] + 1e-12


def test_a_fund_without_time_left_is_worth_its_nav_less_the_forced_sale():
    outlook = Outlook(40, 0, 0.1, 2.5, (0.5,), forced_sale_discount=0.3)
    assert [float(factor) for factor in value_factors(outlook, 0.2)] == [0.7, 0.0]


def test_a_fund_past_its_life_with_one_quarter_left_is_sold_in_that_quarter():
    of_nav, of_unfunded = value_factors(Outlook(44, 1, 0.08, 3.0, (0.0,)), 0.12)
    assert of_nav == pytest.approx((1.08 / 1.12) ** 0.25)
    assert of_unfunded == 0


def test_arrays_are_valued_element_by_element():
    number = np.arange(24)
    outlook = Outlook(number % 9, 1 + number % 13, 0.08, 2.0 + number % 3, (0.5, 0.3))
    together = value_factors(outlook, 0.15)
    for i in range(24):
        alone = value_factors(Outlook(i % 9, 1 + i % 13, 0.08, 2.0 + i % 3, (0.5, 0.3)), 0.15)
        np.testing.assert_allclose([factor[i] for factor in together], alone, rtol=1e-14)


@given(strategy=st.integers(0, 3), remaining=st.integers(0, 60), investing=st.booleans(), rate=st.floats(0, 0.6))
@settings(max_examples=80)
def test_looked_up_factors_are_the_computed_ones(strategy, remaining, investing, rate):
    typical = OUTLOOKS[strategy]
    outlook = Outlook(
        age=max(typical.life_quarters - remaining, 0),
        remaining=remaining,
        growth=typical.growth,
        bow=typical.bow,
        contribution_rates=(typical.contribution_rate if investing else 0.0,),
        last_year_evenly=True,
    )
    looked_up = TABLE.read(TABLE.cells(strategy, remaining, investing), *places(np.array([rate])))
    exact = np.ravel(value_factors(outlook, rate))
    # A straight line errs by at most step^2 / 8 times the second derivative: (years to come + 1)^2 times the amounts.
    error = 1.1 * (1.0 + np.abs(exact)) * (0.01 * (1 + remaining / 4)) ** 2 / 8
    assert (np.abs(np.ravel(looked_up) - exact) <= error + 1e-9).all()


def test_a_rate_beyond_the_grid_is_taken_as_its_end():
    beyond = np.array([-0.1, 2.0])
    cell = TABLE.cells(1, 20, True)
    np.testing.assert_array_equal(TABLE.read(cell, *places(beyond)), TABLE.read(cell, *places(RATES[[0, -1]])))
