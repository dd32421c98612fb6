"""Common values: what a signal says, and what winning adds to it."""

import numpy as np
import pytest

from sfund_sim.investors.bidding import BidView
from sfund_sim.investors.bidding.cautious import Cautious
from sfund_sim.investors.bidding.information import LognormalError, UniformError, Wallet, expected_maximum
from sfund_sim.investors.bidding.naive import Naive
from sfund_sim.investors.laws import Lognormal

X = np.array([0.2, 0.5, 0.9])


def test_two_wallets_follow_klemperer():
    assert np.allclose(Cautious(information=Wallet()).bids(X, BidView("second")), 2 * X)
    assert np.allclose(Cautious(information=Wallet()).bids(X, BidView("first")), X)
    assert np.allclose(Naive(information=Wallet()).bids(X, BidView("first")), X + 0.5)


def test_uniform_errors_follow_kagel_and_levin():
    rule = Cautious(information=UniformError(half_width=2.0))
    assert np.allclose(rule.bids(X, BidView("first", rivals=3)), X - 2.0)
    assert np.allclose(rule.bids(X, BidView("second", rivals=3)), X - 1.0)
    seen = BidView("second", rivals=3, lowest_signal=np.asarray(0.1))
    assert np.allclose(rule.bids(X, seen), (X + 0.1) / 2)


@pytest.mark.parametrize(("number", "maximum"), [(1, 0.0), (2, 0.5641895835), (3, 0.8462843753), (10, 1.5387527308)])
def test_the_expected_maximum_of_normals_is_the_tabulated_one(number, maximum):
    assert expected_maximum(np.asarray(float(number))) == pytest.approx(maximum, abs=1e-6)


def test_correlated_errors_leave_less_to_correct_and_no_error_leaves_nothing():
    view = BidView("second", rivals=4, error=0.2)
    corrected = [Cautious(information=LognormalError(correlation=share)).bids(X, view) for share in (0.0, 0.5, 1.0)]
    assert np.all(corrected[0] < corrected[1])
    assert np.allclose(corrected[2], X)
    assert np.allclose(Cautious().bids(X, BidView("second", rivals=4)), X)


def test_the_corrected_winner_breaks_even_where_the_naive_one_loses():
    rng, bidders, auctions, error = np.random.default_rng(2), 6, 40_000, 0.15
    estimates = np.exp(error * rng.standard_normal((bidders, auctions)))
    view = BidView("first", rivals=bidders - 1, error=error)
    cautious = Cautious(information=LognormalError(correlation=0.0)).bids(estimates, view).max(axis=0)
    naive = Naive().bids(estimates, view).max(axis=0)
    assert 1.0 - naive.mean() < -0.15
    assert abs(1.0 - cautious.mean()) < 0.01


def test_a_law_adds_shading_only_where_the_winner_pays_its_own_bid():
    for rule in (Naive, Cautious):
        plain, shading = rule(), rule(law=Lognormal())
        first, second = BidView("first", rivals=2, error=0.1), BidView("second", rivals=2, error=0.1)
        assert np.all(shading.bids(X, first) < plain.bids(X, first))
        assert np.array_equal(shading.bids(X, second), plain.bids(X, second))
