"""A small fund's cash, quarter by quarter and to the fen: calls, fee, exits, carry, distributions, NAV and its news."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from sfund_sim.funds.cashflow.columns import FundPaths
from sfund_sim.market.flows import FundFlows
from sfund_sim.market.world import ENDED, EXITING, INVESTING, Funds

FEN = 100


def one(number):
    return np.array([number])


@pytest.fixture
def flows():
    """Ten units, 100,000 yuan: 80 % for companies, 2 % fee, 20 % carry without hurdle. One company is bought for 20,000
    yuan in the first quarter; in the second it brings 30,000.10 yuan, and what is left of it is worth 10,000, marked at
    12,000.
    """
    funds = Funds(
        one(np.uint64(1)), ["a fund"], strategy=one(0), gp=one(0), vintage=one(0), start_quarter=one(0), units=one(10),
        companies=one(1), investment_quarters=one(20), term_quarters=one(28), extension_quarters=one(4),
        extension_rule=one(0), venue=one(-1), fee_rate=one(0.02), investable_share=one(0.8), hurdle_rate=one(0.0),
        catch_up_share=one(1.0), carry_share=one(0.2),
    )  # fmt: skip
    funds.state[:] = INVESTING
    paths = FundPaths.empty(1, 3)
    paths.invested[:], paths.proceeds[:] = [[20_000.0, 0.0, 0.0]], [[0.0, 30_000.10, 0.0]]
    paths.value[:], paths.mark[:], paths.alive[:] = (
        [[20_000.0, 10_000.0, 0.0]],
        [[20_000.0, 12_000.0, 0.0]],
        [[1, 1, 1]],
    )
    return FundFlows.begin(funds, paths, SimpleNamespace(count=3))


def closed(flows, quarter, in_funds):
    calls, payouts, came = flows.close_quarter(flows.funds, quarter, 0.0, in_funds)
    return int(calls[0]), int(payouts[0]), came


def test_what_is_called_is_invested_and_pays_the_fee(flows):
    """20,000 and a quarter of 2 % of 100,000, so 20,500 yuan or 2,050 a unit; all of it leaves the fund."""
    in_funds = np.zeros(1, np.int64)
    assert closed(flows, 0, in_funds) == (2_050 * FEN, 0, -20_500 * FEN)
    assert in_funds.tolist() == [0]
    assert (flows.funds.paid_in.tolist(), flows.funds.nav_true.tolist()) == ([2_050 * FEN], [2_000.0])


def test_an_exit_pays_back_what_was_paid_in_then_profit_less_carry_and_what_is_no_whole_fen_a_unit_stays(flows):
    """500 are called for the fee. Of 30,000.10 yuan 21,000 pay back; of the 9,000.10 above it the GP has 1,800.02.

    28,200.08 are 2,820.008 a unit, so 2,820 are paid and 8 fen stay. Came in from outside: the exit less fee and carry.
    Of 10,000 that are left LPs will have 80 %: 800 a unit; as it is marked, 960.
    """
    in_funds = np.zeros(1, np.int64)
    closed(flows, 0, in_funds)
    flows.funds.nav_published[:] = 3_000.0
    assert closed(flows, 1, in_funds) == (50 * FEN, 2_820 * FEN, 2_770_008)
    assert in_funds.tolist() == [8]
    assert flows.funds.nav_true == pytest.approx([800.0])
    assert flows.marked[1] == pytest.approx([960.0])
    assert flows.funds.nav_published == pytest.approx([3_000.0 + 50.0 - 2_820.0]), "everybody sees a fund's flows"


def test_what_is_published_late_is_rolled_forward_by_what_flowed_since(flows):
    """The first quarter's 2,000 a unit, 50 called and 2,820 paid since: nothing is left, and never less. In the second
    only 960 of it count.
    """
    in_funds = np.zeros(1, np.int64)
    for quarter in range(2):
        closed(flows, quarter, in_funds)
    flows.marked[0] += 1_000.0
    flows.publish(0, 1)
    assert flows.funds.nav_published == pytest.approx([3_000.0 + 50.0 - 2_820.0])
    assert list(flows.marked) == [1]
    flows.marked[0] = one(2_000.0)
    flows.publish(0, 1)
    assert flows.funds.nav_published.tolist() == [0.0]
    flows.publish(1, 1)
    assert flows.funds.nav_published == pytest.approx([960.0])


def test_an_ended_fund_neither_calls_nor_pays_and_has_no_nav(flows):
    in_funds = np.zeros(1, np.int64)
    closed(flows, 0, in_funds)
    flows.funds.state[:] = ENDED
    assert closed(flows, 1, in_funds) == (0, 0, 0)
    assert (flows.funds.nav_true.tolist(), flows.funds.nav_published.tolist()) == ([0.0], [0.0])
    flows.publish(0, 0)
    assert flows.funds.nav_published.tolist() == [0.0]


def test_companies_locked_up_are_counted_once_among_those_financed(flows):
    """Three held, one of them listed and locked up, which counts as an exit already, and one written off: four."""
    flows.paths.alive[:], flows.paths.locked[:] = [[3, 3, 3]], [[1, 1, 1]]
    flows.paths.exits[:] = np.array([1, 0, 0, 1])[None, :, None]
    again = FundFlows.begin(flows.funds, flows.paths, flows.clock)
    assert again.financed.tolist() == [[4, 4, 4]]
    again.funds.state[:] = EXITING
    again.invested[:] = 800.0
    assert again._fee(again.funds, 1) == pytest.approx([3.0]), "2 % a year on three quarters of 800"
