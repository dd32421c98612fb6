"""Entry with few who can enter, and wallets of more than two, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sfund_sim.investors.bidding import BidView
from sfund_sim.investors.bidding.budgets import _chance_at_budget
from sfund_sim.investors.bidding.cautious import Cautious
from sfund_sim.investors.bidding.information import LognormalError, Wallet
from sfund_sim.investors.bidding.naive import Naive
from sfund_sim.investors.bidding.shading import Rivalry
from sfund_sim.investors.entry import entry_probability, expected_surplus
from sfund_sim.investors.laws import Uniform


def test_an_entrant_s_surplus_is_a_mean_over_the_number_of_rivals_that_come():
    """Of two others each comes with one half: none, one, two with 1/4, 1/2, 1/4. 12/4 + 4/2 + 2/4 = 5.5."""
    assert expected_surplus(np.array([12.0, 4.0, 2.0]), 0.5) == pytest.approx(5.5)


@pytest.mark.parametrize(("cost", "reach", "probability"), [(3.0, 1.0, 0.5), (3.0, 0.5, 1.0), (3.0, 0.8, 0.625),
                                                            (2.0, 1.0, 1.0), (4.1, 1.0, 0.0)])  # fmt: skip
def test_who_may_be_unable_to_enter_leaves_room_for_the_others_to_enter_more_often(cost, reach, probability):
    """Alone an entrant has 4, beside the one rival 2. At a cost of 3 the rival must come with one half."""
    assert entry_probability(np.array([4.0, 2.0]), cost, reach=reach) == pytest.approx(probability)


@pytest.mark.parametrize(("cost", "probability"), [(0.75, 0.75), (0.84, 0.7), (1.01, 0.0)])
def test_of_several_chances_at_which_entering_just_pays_it_is_the_largest(cost, probability):
    """Of three one gains 2 by entering if just one other does: 4 p (1 - p), which is 0.75 at 1/4 and at 3/4."""
    assert entry_probability(np.array([0.0, 2.0, 0.0]), cost) == pytest.approx(probability)


@pytest.mark.parametrize(("rivals", "second", "first"), [(1, 1.0, 0.5), (2, 1.25, 1.25 * 2 / 3), (3, 1.5, 1.125)])
def test_more_wallets_are_tied_at_half_of_the_number_and_two_more_of_the_own_signal(rivals, second, first):
    """(n + 2) x / 2 for n bidders with x = 1/2, and (n - 1) / n of it where the winner pays its own bid.

    A naive bidder counts one half for each rival's wallet instead.
    """
    own = np.array([0.5])
    assert Cautious(information=Wallet()).bids(own, BidView("second", rivals=rivals)) == pytest.approx([second])
    assert Cautious(information=Wallet()).bids(own, BidView("first", rivals=rivals)) == pytest.approx([first])
    assert Naive(information=Wallet()).bids(own, BidView("second", rivals=rivals)) == pytest.approx([0.5 + rivals / 2])


def test_estimates_are_right_on_average_and_share_the_part_of_their_errors_that_correlation_says():
    """At the middle of both errors an estimate is exp(-0.4 ** 2 / 2) of the value, which the right tail makes good."""
    law = LognormalError(correlation=0.36)
    middle, common = law.nature(np.array([[0.5], [0.5]]), np.array([0.5]), 0.4)
    assert (middle.ravel(), common) == (pytest.approx([np.exp(-0.08)] * 2), pytest.approx([1.0]))
    one_sd = 0.8413447460685429  # the normal distribution function at 1
    shared, _ = law.nature(np.array([[0.5]]), np.array([one_sd]), 0.4)
    own, _ = law.nature(np.array([[one_sd]]), np.array([0.5]), 0.4)
    assert np.log(shared / middle[:1]).item() == pytest.approx(0.6 * 0.4)
    assert np.log(own / middle[:1]).item() == pytest.approx(0.8 * 0.4)


@pytest.mark.parametrize(
    ("poisson", "above", "chance"),
    [(False, 0.0, 1.0), (False, 0.5, 7 / 12), (False, 1.0, 1 / 3), (True, 0.0, 1.0), (True, 0.5, 1 - np.exp(-1))],
)
def test_a_bid_at_the_budget_wins_by_lot_among_those_who_bid_it_too(poisson, above, chance):
    """Against two known rivals who bid it with one half: 1/4 x 1 + 1/2 x 1/2 + 1/4 x 1/3 = 7/12. Against a Poisson
    number of mean one, 1 - 1/e.
    """
    rivalry = Rivalry(Uniform(), poisson=poisson, risk_exponent=1.0)
    assert _chance_at_budget(rivalry, above, 2.0) == pytest.approx(chance)
