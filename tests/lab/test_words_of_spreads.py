"""Spreads beside means, tails beside chances, and other words for what is there: by closed forms."""

from math import comb, exp, expm1, sqrt

import pytest

from sfund_sim.lab.case_items import Case
from sfund_sim.lab.check import check
from sfund_sim.lab.families import FAMILIES
from sfund_sim.lab.questions import MeanOf, Simulated, mean_difference, mean_of, variance_of
from sfund_sim.lab.spread_of_means import with_spreads

AML = {"time": [9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161], "status": [1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0]}
WINDOW = {"lam": 2, "window": 2, "qualify": 0.5, "floor": 0.4}
FUND = {"set": "classic", "t": 3}
LATE = {"set": "classic", "t": 11}
"""A year before the end of a fund that grows by 13 %: its price is what comes then, NAV 1.13, discounted."""


def found(family, quantity, params, expected=0.0):
    case = Case(id="own", family=family, quantity=quantity, params=params, expected=expected)
    return check([case], replications=40_000, seed=4)[0]


@pytest.mark.parametrize(
    ("family", "quantity", "params", "expected"),
    [
        ("A06", "variance of price, first-price", {"n": 3, "crra_exponent": 0.5}, 0.8**2 * 3 / 80),
        ("A06", "winner's expected payoff, first-price", {"n": 3, "crra_exponent": 0.5}, 0.75 * 0.2),
        ("A11", "variance of revenue second-price", {}, 4 / 18),
        ("A11", "standard deviation of revenue first-price", {}, sqrt(1 / 18)),
        ("A11", "winner's mean profit", {}, 1 / 3),
        ("A11", "equilibrium bid b(x), second-price", {"x": 0.3}, 0.6),
        ("A11", "equilibrium bid b(x), first-price", {"x": 0.3}, 0.3),
        ("A11", "naive bid b(x), first-price", {"x": 0.3}, 0.8),
        ("A12", "equilibrium bid b(x), first-price", {"n": 4, "eps": 12, "x": 50}, 38.0),
        ("A12", "equilibrium bid b(x), second-price", {"n": 4, "eps": 12, "x": 50}, 44.0),
        ("A12", "naive bid b(x), second-price", {"n": 4, "eps": 12, "x": 50}, 50.0),
        ("E05", "equilibrium bid b(v), first-price with ROFR", {"n_outsiders": 1, "v": 0.6}, 0.3),
        ("E05", "P(holder exercises), first-price", {"n_outsiders": 1}, 0.75),
        ("E05", "mean surplus per outsider with ROFR, first-price", {"n_outsiders": 1}, 1 / 12),
        ("A12", "variance of winner profit first-price", {"n": 3, "eps": 1}, 4 * 3 / 80),
        ("A17", "variance of revenue", {"n": 2, "q": 1}, 1 / 18),
        ("A20", "standard deviation of auction duration", {"lam": 1, "window": 0.5}, sqrt(expm1(1) - exp(0.5))),
        ("B02", "standard deviation of time to sale at R", {"lam": 2, "R": 0.6}, 1.25),
        ("B02", "variance of sale price at R", {"lam": 2, "R": 0.6}, 0.4**2 / 12),
        ("E03", "standard deviation of time to sale", {"n": 1, "floor": 0.5, "listing_length": 2}, 2 * sqrt(2)),
        ("D05", "standard deviation of NAV_t", {"N0": 1, "mu": 0, "sigma": 0.2, "t": 2}, sqrt(expm1(0.08))),
        ("A20", "P(auction lasts longer than t)", {"lam": 1, "window": 0.5, "t": 0.5}, 1 - exp(-0.5)),
        ("E02", "P(no acceptable bid)", WINDOW, exp(-1.2)),
        ("E02", "P(exactly one acceptable bid)", WINDOW, 1.2 * exp(-1.2)),
        ("A04", "P(price equals the reserve)", {"n": 3, "reserve": 0.5}, 3 / 8),
        ("A05", "P(price equals the reserve)", {"lam": 2, "reserve": 0.5}, exp(-1)),
        ("A17", "P(price equals the reserve)", {"n": 4, "q": 0.5}, comb(4, 1) / 16),
        ("A10", "probability of sale, private U(0,1) budgets", {"n": 2, "reserve": 0.3}, 1 - 0.51**2),
        ("E03", "P(sold by time t)", {"n": 1, "floor": 0.5, "listing_length": 0.1, "t": 0.3}, 7 / 8),
        ("E03", "P(unsold at time t)", {"n": 1, "floor": 0.5, "listing_length": 2, "t": 5}, 1 / 4),
        ("E03", "P(unsold at time t)", {"n": 1, "floor": 0.5, "listing_length": 2, "t": 1.9}, 1.0),
        ("E04", "P(at least one refusal)", {"n": 5, "p": 0.02}, 1 - 0.98**5),
        ("E04", "P(fewer than m consent)", {"n": 3, "p": 0.5, "m": 2}, 0.5),
        ("D06", "overall survival, exponential", {"h1": 0.1, "h2": 0.2, "t": 2}, exp(-0.6)),
        ("D06", "P(exit by t), exponential", {"h1": 0.1, "h2": 0.2, "t": 2}, -expm1(-0.6)),
        ("D06", "P(exit by t), Weibull", {"shape1": 2, "scale1": 2, "shape2": 1, "scale2": 4, "t": 2}, -expm1(-1.5)),
        ("D07", "variance of S(t)", {"t": 9, **AML}, 10 / 11 * (1 / 11) / 11),
        ("D04", "implied IRR at age t", {**LATE, "discount": 1 - 1.13 / 1.05}, 0.05),
        ("D04", "implied IRR at age t", {**LATE, "discount": 1 - 1.13 / 0.9}, -0.1),
        ("D04", "implied IRR at age t", {**LATE, "discount": 1 - 1.13 / 1.5}, 0.5),
        ("D01", "unfunded commitment at end of year t", FUND, 25.0),
        ("D01", "paid-in capital at end of year t", FUND, 75.0),
    ],
)
def test_a_quantity_beside_those_of_the_set(family, quantity, params, expected):
    assert found(family, quantity, params, expected).passed


def test_a_spread_is_made_for_a_mean_that_has_none_in_the_same_words():
    means = {
        "mean price (of sales)": Simulated(dict, dict, mean_of("price")),
        "variance of price": Simulated(dict, dict, variance_of("revenue")),
        "share sold": Simulated(dict, dict, mean_of("sold"), is_proportion=True),
        "mean loss": Simulated(dict, dict, mean_difference("first", "second")),
    }
    assert set(with_spreads(means)) - set(means) == {"standard deviation of price (of sales)"}


def test_no_spread_is_of_two_designs_that_differ_in_it():
    assert not isinstance(FAMILIES["A11"]["mean revenue"].estimate, MeanOf)
    assert found("A11", "variance of revenue", {}).refusal is not None
