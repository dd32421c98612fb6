"""What every bidding strategy owes the buyer that uses it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_parts import made

from sfund_sim.investors.bidding import BiddingStrategy, BidView
from sfund_sim.investors.bidding.information import InformationModel

every_strategy = pytest.mark.parametrize(
    "strategy", [made(member) for member in BiddingStrategy.members.values()], ids=repr
)
every_information = pytest.mark.parametrize(
    "model", [made(member) for member in InformationModel.members.values()], ids=repr
)
SHIPPED = {"cautious", "equilibrium", "naive", "truthful"}
"""They never bid above value; in equilibrium of a third-price auction, say, bidders do."""
PRICING = st.sampled_from(["first", "second"])


@every_strategy
@given(
    values=st.lists(st.floats(0.01, 5.0), min_size=1, max_size=20),
    pricing=PRICING,
    rivals=st.floats(0, 20),
    budget=st.floats(0.1, 3),
)
@settings(max_examples=40)
def test_no_bid_exceeds_the_budget_and_a_higher_value_never_bids_less(strategy, values, pricing, rivals, budget):
    values = np.sort(np.array(values))
    bids = strategy.bids(values, BidView(pricing, floor=0.3, rivals=rivals, budget=budget, error=0.1))
    assert bids.shape == values.shape
    assert np.all(bids <= budget)
    assert np.all(np.diff(bids) >= -1e-5)
    if type(strategy).kind in SHIPPED:
        assert np.all(bids <= values * (1 + 1e-12))


@every_strategy
@given(pricing=PRICING, scale=st.floats(1e-3, 1e9))
@settings(max_examples=25)
def test_bids_scale_with_the_money(strategy, pricing, scale):
    values = np.array([0.5, 0.8, 1.1])
    plain = strategy.bids(values, BidView(pricing, floor=0.6, rivals=2.0, budget=0.9, error=0.1))
    scaled = strategy.bids(values * scale, BidView(pricing, 0.6 * scale, 2.0, 0.9 * scale, scale, 0.1))
    assert np.allclose(scaled, plain * scale, rtol=1e-9)


def _strategy_and_heavier_users(strategy):
    """The strategy as it is by default, and with its switches about budgets thrown."""
    switches = [name for name in type(strategy).model_fields if "budget" in name]
    return [strategy, *(strategy.model_copy(update={name: True}) for name in switches)]


@every_strategy
@given(
    values=st.lists(st.floats(0.01, 5.0), min_size=1, max_size=8),
    pricing=PRICING,
    data=st.data(),
    floor=st.floats(0, 1),
)
@settings(max_examples=40)
def test_everybodys_own_budget_does_nothing_but_cut(strategy, values, pricing, data, floor):
    values = np.array(values)
    budgets = data.draw(st.lists(st.floats(0.1, 3), min_size=values.size, max_size=values.size))
    for each in _strategy_and_heavier_users(strategy):
        limited, free = (
            each.bids(values, BidView(pricing, floor, 2.0, np.array(budget), error=0.1))
            for budget in (budgets, np.full(values.size, np.inf))
        )
        assert np.array_equal(limited, np.minimum(free, budgets))


@every_strategy
def test_budgets_and_floors_may_differ_from_bidder_to_bidder(strategy):
    values = np.array([[0.5, 0.8], [1.1, 0.9]])
    view = BidView(
        "first", floor=np.array([0.2, 0.6]), rivals=np.array([1.0, 3.0]), budget=np.array([[0.4], [0.7]]), error=0.1
    )
    together = strategy.bids(values, view)
    for row in range(2):
        for column in range(2):
            alone = BidView("first", view.floor[column], view.rivals[column], view.budget[row, 0], error=0.1)
            assert together[row, column] == pytest.approx(strategy.bids(values[row : row + 1, column], alone)[0])


@every_strategy
def test_the_source_of_a_strategy_is_named(strategy):
    assert "Source" in (type(strategy).__doc__ or "")


@every_information
def test_winning_is_never_good_news(model):
    signals = np.linspace(0.1, 0.9, 9)
    alone = BidView("second", rivals=0.0, error=0.2)
    contested = BidView("second", rivals=5.0, error=0.2)
    drop_alone = model.expectation(signals, alone) - model.if_winning(signals, alone)
    drop = model.expectation(signals, contested) - model.if_winning(signals, contested)
    assert drop.mean() > drop_alone.mean() - 1e-12
    assert "Source" in (type(model).__doc__ or "")
