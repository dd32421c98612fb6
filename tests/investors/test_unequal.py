"""Two unequal bidders who pay their own bids: neither gains by another bid, and the published revenue comes out."""

import numpy as np
import pytest
from scipy.integrate import quad

from sfund_sim.investors.bidding import BidView
from sfund_sim.investors.bidding.equilibrium import Equilibrium
from sfund_sim.investors.laws import Uniform
from sfund_sim.investors.unequal import bids_between_two


@pytest.mark.parametrize(("high", "rivals_high"), [(1.0, 2.0), (2.0, 1.0), (3.0, 0.5), (1.0, 1.001)])
def test_no_other_bid_brings_more(high, rivals_high):
    rivals = np.linspace(0.0, rivals_high, 200_001)
    against = bids_between_two(rivals, rivals_high, high)
    assert against[-1] == pytest.approx(high * rivals_high / (high + rivals_high))
    others = np.linspace(0.0, against[-1], 4_001)
    chance = np.interp(others, against, rivals / rivals_high)
    for value in np.linspace(0.05, 1.0, 9) * high:
        own = float(bids_between_two(np.array([value]), high, rivals_high)[0])
        gain = (value - own) * np.interp(own, against, rivals / rivals_high)
        assert ((value - others) * chance).max() <= gain + 1e-7


def test_equal_highs_are_the_symmetric_equilibrium():
    values = np.linspace(0.1, 1.5, 8)
    alike = Equilibrium(law=Uniform(highest=1.5), poisson=False).bids(values, BidView("first", rivals=1.0))
    assert bids_between_two(values, 1.5, 1.5) == pytest.approx(alike)


def test_the_weaker_bids_more_for_the_same_value():
    values = np.linspace(0.01, 1.0, 50)
    assert (bids_between_two(values, 1.0, 2.0) > bids_between_two(values, 2.0, 1.0)).all()


def test_the_published_revenue_of_one_and_two_comes_out():
    values = np.linspace(0.0, 2.0, 400_001)
    weak, strong = bids_between_two(values, 1.0, 2.0), bids_between_two(values, 2.0, 1.0)

    def price_is_above(bid):
        return 1.0 - min(np.interp(bid, weak, values), 1.0) * np.interp(bid, strong, values) / 2.0

    assert quad(price_is_above, 0.0, 2.0 / 3.0, limit=200)[0] == pytest.approx(0.459005, abs=1e-5)
