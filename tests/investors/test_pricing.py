"""What buyers believe after a look, what sellers ask, and how two sides split a surplus: closed forms and limits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sfund_sim.investors.pricing import expected_best_bid, nash_price, reservation_with_blame, trust

SD = st.floats(0.01, 2.0)
LOG = st.floats(-2, 2)
MONEY = st.floats(0, 1e12)


@given(LOG, SD, LOG, SD)
def test_a_posterior_lies_between_prior_and_signal_and_is_surer_than_either(mean, sd, signal, noise):
    weight, log_sd = (each[0] for each in trust(sd, np.array([noise])))
    log_mean = mean + weight * (signal - mean)
    low, high = sorted((mean, signal))
    assert low - 1e-12 <= log_mean <= high + 1e-12
    assert log_sd < min(sd, noise)
    precision = 1 / sd**2 + 1 / noise**2
    assert log_sd == pytest.approx(precision**-0.5)
    assert log_mean == pytest.approx((mean / sd**2 + signal / noise**2) / precision, abs=1e-9)


def test_a_perfect_signal_is_believed_and_a_sure_prior_is_not_moved():
    assert trust(0.3, np.array([0.0])) == (1.0, 0.0)
    assert trust(0.0, np.array([0.2])) == (0.0, 0.0)


def test_beliefs_are_calibrated():
    """Of many holdings with the same posterior, the truth averages to what was expected."""
    draws = np.random.default_rng(5)
    truth = -0.15 + 0.25 * draws.standard_normal(200_000)
    signal = truth + 0.2 * draws.standard_normal(truth.size)
    weight, log_sd = trust(0.25, np.full(truth.size, 0.2))
    ratio = np.exp(truth - (-0.15 + weight * (signal + 0.15) + 0.5 * log_sd**2))
    assert ratio.mean() == pytest.approx(1.0, abs=4 * ratio.std() / np.sqrt(ratio.size))


@given(MONEY, MONEY, st.floats(0, 50))
def test_the_blamed_official_asks_a_price_between_hold_value_and_cost(hold, cost, blame):
    price = reservation_with_blame(hold, cost, blame)
    assert hold <= price * (1 + 1e-12)
    assert price <= max(hold, cost) * (1 + 1e-12)
    assert price - blame * max(0.0, cost - price) == pytest.approx(hold, rel=1e-9, abs=1.0)


@given(MONEY, MONEY, st.floats(0, 10), st.floats(0, 10))
def test_more_blame_never_lowers_the_price_asked(hold, cost, blame, more):
    asked = reservation_with_blame(hold, cost, blame)
    assert reservation_with_blame(hold, cost, blame + more) >= asked * (1 - 1e-12)


@given(MONEY, MONEY, st.floats(0, 1))
def test_the_bargain_splits_the_surplus_and_there_is_none_without_one(reservation, value, share):
    price = nash_price(reservation, value, share)
    if value < reservation:
        assert np.isnan(price)
    else:
        assert price - reservation == pytest.approx(share * (value - reservation), rel=1e-6, abs=1e-3)


@given(MONEY, MONEY, st.floats(0.05, 0.95), MONEY, MONEY)
def test_a_bargain_within_bounds_is_the_allowed_price_with_the_highest_product(reservation, value, share, least, most):
    price = nash_price(reservation, value, share, least=least, most=most)
    low, high = max(reservation, least), min(value, most)
    if low > high:
        assert np.isnan(price)
        return
    assert low <= price <= high
    assume(value - reservation > 1)
    allowed = np.linspace(low, high, 101)

    def product(at):
        mine, yours = (at - reservation) / (value - reservation), (value - at) / (value - reservation)
        return np.maximum(mine, 0) ** share * np.maximum(yours, 0) ** (1 - share)

    assert product(price) >= product(allowed).max() - 1e-9


@given(st.floats(0, 3), st.floats(0.1, 2), st.floats(0.05, 1), st.floats(0.05, 1))
def test_a_higher_floor_is_reached_less_often_and_by_higher_bids(floor, median, below, above):
    chance, mean = expected_best_bid(floor, median, below, above)
    less, higher = expected_best_bid(floor + 0.1, median, below, above)
    assume(less > 1e-6)
    assert 1 >= chance >= less
    assert higher >= mean - 1e-9
    assert mean >= floor - 1e-9


@pytest.mark.parametrize(("below", "above"), [(0.45, 0.45), (0.8, 0.3), (0.2, 0.6)])
def test_the_best_bid_agrees_with_a_million_draws_of_its_law(below, above):
    normal = np.random.default_rng(2).standard_normal(1_000_000)
    bids = 0.65 * np.exp(np.where(normal < 0, below, above) * normal)
    for floor in (0.0, 0.4, 0.65, 0.9):
        chance, mean = expected_best_bid(floor, 0.65, below, above)
        reached = bids[bids >= floor]
        assert chance == pytest.approx(reached.size / bids.size, abs=2e-3)
        assert mean == pytest.approx(reached.mean(), rel=3e-3)


def test_a_sure_best_bid_reaches_the_floor_or_does_not():
    assert expected_best_bid(0.6, 0.65, 0.0, 0.0) == (1.0, pytest.approx(0.65))
    assert expected_best_bid(0.7, 0.65, 0.0, 0.0) == (0.0, 0.0)
