"""A partner who may match a bid that its bidder would pay: bids are answered best by themselves, or refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sfund_sim.investors.bidding import BidView
from sfund_sim.investors.laws import Exponential, Lognormal, Uniform
from sfund_sim.lab.chance import Chance
from sfund_sim.lab.lesson import Lesson, by_reserve

UNKNOWN = [
    {"bidders": 1, "entry_cost": 0.02},
    {"reach": 0.3},
    {"poisson": True},
    {"reserve": 0.4},
    {"law": Exponential()},
    {"law": Lognormal()},
    {"budget": 0.5},
    {"budgets": Uniform()},
    {"law": Uniform(lowest=0.5, highest=2), "reserve": 0.6},
]


@pytest.mark.parametrize("format", ["sealed", "descending"])
@pytest.mark.parametrize("choices", UNKNOWN, ids=str)
def test_mixes_for_which_no_equilibrium_is_known_are_refused(format, choices):
    with pytest.raises(ValueError, match="bids are known only for uniform values"):
        Lesson(format=format, preemption=True, **choices).auction()


@pytest.mark.parametrize("choices", UNKNOWN[:7], ids=str)
def test_where_the_next_bid_is_paid_they_are_taken(choices):
    assert Lesson(format="second_price", preemption=True, **choices).auction()


@given(
    bidders=st.integers(1, 6),
    risk=st.sampled_from([0.5, 1.0, 2.0]),
    lowest=st.sampled_from([0.0, 0.5]),
    value=st.floats(0.05, 1.0),
)
@settings(max_examples=40)
def test_no_outsider_gains_by_another_bid(bidders, risk, lowest, value):
    """Gain from a bid b of value v, both above the lowest value: (v - b)^a, if all rivals and the partner are below."""
    law = Uniform(lowest=lowest, highest=lowest + 1.0)
    auction = Lesson(format="sealed", bidders=bidders, preemption=True, risk=risk, law=law).auction()
    bid_of = np.linspace(0.0, 1.0, 400)
    view = BidView("first", floor=auction.floor_price(), rivals=auction.rivals())
    bids = auction.strategy.bids(lowest + bid_of, view) - lowest
    gain = np.maximum(value - bids, 0.0) ** risk * bid_of ** (bidders - 1) * np.maximum(bids, 0.0)
    own = auction.strategy.bids(np.array([lowest + value]), view)[0] - lowest
    assert gain.max() <= (value - own) ** risk * value ** (bidders - 1) * own + 1e-9


def test_a_picture_of_reserves_leaves_out_those_under_which_bids_are_not_known():
    sweep = by_reserve(Lesson(format="sealed", bidders=2, preemption=True), Chance(1), 100)
    assert np.isfinite(sweep["revenue"][0])
    assert np.isnan(sweep["revenue"][1:]).all()
