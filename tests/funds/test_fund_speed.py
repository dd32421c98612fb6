"""Speed of the fund models, as ratios to the bare cost of their draws or as time for a lookup."""

import time

import numpy as np
import pytest
from portfolios import draws, economy, funds

from sfund_sim.funds.cashflow import QuarterGrid
from sfund_sim.funds.cashflow.companies import Companies
from sfund_sim.funds.factor_table import FactorTable, StrategyOutlook
from sfund_sim.funds.holding_value import Outlook, value_factors
from sfund_sim.terms import Purpose

pytestmark = pytest.mark.benchmark


def best_of(times, deed):
    """Shortest wall time of a deed, in seconds."""
    spans = []
    for _ in range(times):
        start = time.perf_counter()
        deed()
        spans.append(time.perf_counter() - start)
    return min(spans)


def test_rolling_companies_costs_little_more_than_their_draws():
    quarters, some = 80, funds(8192, companies=20, start_quarter=np.zeros(8192, int))
    shocks, chance = np.empty(20 * 4096, np.float32), draws()(Purpose.LAB, 0)
    bare = best_of(3, lambda: [chance.standard_normal(dtype=np.float32, out=shocks) for _ in range(2 * quarters)])
    rolled = best_of(3, lambda: Companies().roll(some, QuarterGrid(quarters), economy(quarters), draws()))
    print(f"companies to bare normals: {rolled / bare:.2f}")
    assert rolled < 3.5 * bare


def test_ten_thousand_holdings_are_valued_in_milliseconds():
    number = np.arange(10_000)
    outlook = Outlook(number % 28, 1 + number % 40, 0.08, 2.0 + number % 3, (0.3 + number % 2 / 10,))
    spent = best_of(5, lambda: value_factors(outlook, 0.1 + number % 7 / 100))
    print(f"10,000 holdings: {1e3 * spent:.1f} ms")
    assert spent < 0.06


def test_a_fund_is_looked_up_for_forty_buyers_in_microseconds():
    table, rates = FactorTable.build([StrategyOutlook(28, 0.08, 3.0, 0.4)] * 4), np.linspace(0.1, 0.3, 40)
    spent = best_of(5, lambda: [table.at(1, 20, True, rates) for _ in range(1000)]) / 1000
    print(f"lookup for 40 buyers: {1e6 * spent:.1f} microseconds")
    assert spent < 60e-6
