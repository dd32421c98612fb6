"""A quarter of a fund by hand: forced sales, the fee, what is called, and when its life moves on."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from sfund_sim.ground.columns import MISSING
from sfund_sim.market.flows import FundFlows, _unsold, advance_states, economy_path
from sfund_sim.market.world import ENDED, EXITING, EXTENDED, INVESTING, LIQUIDATING, UNBORN

QUARTER = 5
FIRST = 4
"""Quarter in which the liquidation began: half of the portfolio is gone when the one after it, ``QUARTER``, is over."""


class Columns(SimpleNamespace):
    """Columns of some funds."""

    def __len__(self):
        return self.state.size


def some_funds(*states, **told):
    size = len(states)
    usual = {"liquidation_start": np.full(size, FIRST), "fee_rate": np.full(size, 0.02),
             "commitment_yuan": np.full(size, 1000.0), "units": np.full(size, 10)}  # fmt: skip
    return Columns(**usual | {"state": np.array(states)} | told)


def at_quarter(*numbers):
    """[funds, quarters] what is so in ``QUARTER`` and nothing before."""
    columns = np.zeros((len(numbers), QUARTER + 1))
    columns[:, QUARTER] = numbers
    return columns


def test_a_liquidation_sells_a_quarter_of_what_there_was_each_quarter():
    funds = some_funds(LIQUIDATING)
    left = [_unsold(funds, np.array([0]), quarter)[0] for quarter in range(FIRST, FIRST + 6)]
    assert left == [1.0, 0.75, 0.5, 0.25, 0.0, 0.0]


def test_who_is_in_liquidation_invests_and_earns_on_what_is_left_and_sells_at_the_discount():
    """Three quarters are left of the portfolio and one of them is sold: at 20 % off, 100 x 1/4 x 0.8 = 20 come in.

    Of 8 to be invested 6 are, and of 12 that exits bring 9 come; of 100, marked at 120, one half is left.
    """
    paths = SimpleNamespace(invested=at_quarter(8, 8), proceeds=at_quarter(12, 12), value=at_quarter(100, 100),
                            mark=at_quarter(120, 120))  # fmt: skip
    flows, funds = SimpleNamespace(paths=paths), some_funds(LIQUIDATING, EXITING)
    invested, proceeds, (value, mark) = FundFlows._portfolios(flows, funds, QUARTER, 0.2)
    assert invested.tolist() == [6.0, 8.0]
    assert proceeds == pytest.approx([9.0 + 20.0, 12.0])
    assert (value.tolist(), mark.tolist()) == ([50.0, 100.0], [60.0, 120.0])
    assert paths.invested[:, QUARTER].tolist() == [8.0, 8.0], "the paths are those of a fund that goes on"


def test_the_fee_is_on_commitment_then_on_the_cost_of_what_is_held():
    """Of 800 put into four companies three are left: 600 at 2 % a year are 3 a quarter, and three quarters of it 2.25
    where one was sold by force. While the fund invests its 1,000 of commitment cost 5.
    """
    paths = SimpleNamespace(alive=at_quarter(3, 3, 3))
    flows = SimpleNamespace(paths=paths, invested=np.full(3, 800.0), financed=np.full((3, QUARTER + 1), 4))
    found = FundFlows._fee(flows, some_funds(INVESTING, EXITING, LIQUIDATING), QUARTER)
    assert found == pytest.approx([5.0, 3.0, 2.25])


@pytest.mark.parametrize(
    ("unfunded", "invested", "fee", "called"),
    [
        (6_000, 10_000, 5_000, 1_500),
        (4_000, 10_000, 30_000, 2_000),
        (2_000, 10_000, 30_000, 1_000),
        (500, 10_000, 30_000, 500),
        (6_000, 0, 0.001, 0.01),
    ],
    ids=["all of the fee", "the fee as far as it goes", "no fee", "what there is", "a whole fen a unit"],
)
def test_a_fee_leaves_alone_what_is_kept_for_later_companies(unfunded, invested, fee, called):
    """Ten units, in yuan a unit. 30,000 of 80,000 are still to be invested; after 10,000 of it, 20,000 are kept."""
    funds = some_funds(INVESTING, unfunded=np.array([unfunded * 100]))
    flows = SimpleNamespace(investable=np.array([80_000.0]), invested=np.array([50_000.0]))
    found = FundFlows._calls(flows, funds, np.array([float(invested)]), np.array([float(fee)]))
    assert found.tolist() == [round(called * 100)]


def lived(state, *, age=8, alive=1, term_end=99, since=MISSING):
    """State of a fund after a quarter's end; its investment period lasts 8 quarters. Is its term over, has it ended?"""
    funds = Columns(state=np.array([state]), start_quarter=np.array([QUARTER - age]), term_end=np.array([term_end]),
                    investment_quarters=np.array([8]), liquidation_start=np.array([since]))  # fmt: skip
    at_term, ended = advance_states(funds, SimpleNamespace(alive=at_quarter(alive)), QUARTER)
    return int(funds.state[0]), at_term.size > 0, ended.size > 0


@pytest.mark.parametrize(
    ("fund", "state", "at_term", "ended"),
    [
        ({"state": UNBORN, "age": 0}, INVESTING, False, False),
        ({"state": INVESTING, "age": 7}, INVESTING, False, False),
        ({"state": INVESTING, "age": 7, "alive": 0}, INVESTING, False, False),
        ({"state": INVESTING, "age": 8}, EXITING, False, False),
        ({"state": EXITING, "alive": 0}, EXITING, False, True),
        ({"state": EXITING, "term_end": QUARTER + 1}, EXITING, False, False),
        ({"state": EXITING, "term_end": QUARTER}, EXITING, True, False),
        ({"state": EXITING, "term_end": QUARTER, "alive": 0}, EXITING, False, True),
        ({"state": EXTENDED, "term_end": QUARTER}, EXTENDED, True, False),
        ({"state": LIQUIDATING, "since": QUARTER - 2, "term_end": 0}, LIQUIDATING, False, False),
        ({"state": LIQUIDATING, "since": QUARTER - 3, "term_end": 0}, LIQUIDATING, False, True),
        ({"state": ENDED, "term_end": 0, "alive": 0}, ENDED, False, False),
    ],
)
def test_a_fund_s_life_moves_on_at_the_quarter_that_its_terms_say(fund, state, at_term, ended):
    """A liquidation is done with its fourth quarter; without companies nothing is left to vote on."""
    assert lived(**fund) == (state, at_term, ended)


def test_a_quarter_of_the_market_is_a_quarter_of_its_mean_and_half_of_its_spread_under_the_window_of_its_middle():
    asked = []
    window = SimpleNamespace(hazard=lambda: 0.3, closure=lambda: 0.6)

    def on(day):
        asked.append(day)
        return SimpleNamespace(ipo_window=window)

    drawn = SimpleNamespace(standard_normal=lambda size: np.array([1.0, -2.0])[:size])
    path = economy_path(
        SimpleNamespace(economy=SimpleNamespace(market_expected_return=0.08, market_volatility=0.2)),
        SimpleNamespace(on=on),
        SimpleNamespace(count=2, ends=np.array([90, 181])),
        SimpleNamespace(of=lambda _: drawn),
    )
    assert path.market_log_return == pytest.approx([0.02 + 0.1, 0.02 - 0.2])
    assert asked == [45, 136]
    assert (path.ipo_hazard.tolist(), path.window_shut.tolist()) == ([0.3, 0.3], [0.6, 0.6])
