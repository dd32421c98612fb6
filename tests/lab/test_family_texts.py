"""Where parameters are left out or added, a quantity stays what the family's text says it is."""

import math

import pytest
from scipy.integrate import quad

from sfund_sim.lab.cases import Case
from sfund_sim.lab.check import check

NESTED = "revenue(n+1,no reserve)-revenue(n,r*) with nested bidders (>0)"
MORE = "E[price(n+1)-price(n)] (>0; pathwise >=0 with common draws)"
BEST = "efficient surplus E[max value] (efficiency = 1)"


def answer(family, quantity, params, expected=0.0, replications=40_000):
    case = Case(id="X1", family=family, quantity=quantity, params=params, expected=expected)
    return check([case], replications=replications, seed=1)[0]


def uniform_revenue(n, r):
    return (n - 1) / (n + 1) + r**n * (1 - 2 * n * r / (n + 1))


def exponential_revenue(n, r):
    """Virtual values x - 1 integrated over the law of the highest value (Myerson 1981)."""
    return quad(lambda x: (x - 1) * n * (-math.expm1(-x)) ** (n - 1) * math.exp(-x), r, 50)[0]


def still_open(law, mean, s):
    """Chance that a listing is open longer than s."""
    return {"exponential": math.exp(-s / mean), "fixed": float(s < mean), "uniform": max(1 - s / (2 * mean), 0.0)}[law]


@pytest.mark.parametrize(
    ("family", "quantity", "params", "expected"),
    [
        ("E01", MORE, {"n": 2, "reserve": 0.5}, uniform_revenue(3, 0.5) - uniform_revenue(2, 0.5)),
        ("E01", "E[price(n+1)]", {"n": 2, "reserve": 0.5}, uniform_revenue(3, 0.5)),
        ("E01", "E[price(n)]", {"n": 1, "reserve": 0.5}, uniform_revenue(1, 0.5)),
        ("A16", NESTED, {"n": 2}, 1 / 12),
        ("A16", NESTED, {"n": 3, "dist": "exponential"}, 13 / 12 - exponential_revenue(3, 1.0)),
        ("A16", "revenue(n,r*)", {"n": 3, "dist": "exponential"}, exponential_revenue(3, 1.0)),
        ("A16", "revenue(n,r*)", {"n": 3, "dist": "exponential", "reserve": 1.0}, exponential_revenue(3, 1.0)),
        ("A16", "revenue(n+1,no reserve)", {"n": 2}, 0.5),
        ("A01", BEST, {"n": 3, "reserve": 0}, 0.75),
        ("F01", "Cov(price_n, price_{n+1}) under CRN", {"n": 1}, 0.0),
    ],
)
def test_a_reserve_is_that_of_the_quantity(family, quantity, params, expected):
    assert answer(family, quantity, params, expected).passed


@pytest.mark.parametrize("law", ["exponential", "fixed", "uniform"])
@pytest.mark.parametrize(("t", "lag"), [(1.0, 1.0), (0.5, 1.5), (3.0, 0.5)])
def test_a_covariance_from_an_empty_board_is_of_the_looks_at_t_and_a_lag_later(law, t, lag):
    params = {"lam": 4, "mean_open": 2, "law": law, "t": t, "lag": lag}
    expected = 4 * quad(lambda u: still_open(law, 2, u + lag), 0, t, points=[max(2 - lag, 0)], limit=200)[0]
    assert answer("C04", "autocovariance at lag s", params, expected, 10_000).passed
    mean = 4 * quad(lambda u: still_open(law, 2, u), 0, t, points=[2])[0]
    assert answer("C04", "mean number open", params, mean, 10_000).passed


@pytest.mark.parametrize(
    ("family", "quantity", "params", "said"),
    [
        ("A16", NESTED, {"n": 2, "reserve": 0.3}, "r*, is 0.5"),
        ("A16", "revenue(n,r*)", {"n": 2, "reserve": 0.0}, "r*, is 0.5"),
        ("A01", BEST, {"n": 2, "reserve": 0.5}, "reserve: '0.5' is out of range"),
        ("A02", "variance of price, second-price", {"n": 2, "reserve": 0.5}, "reserve: '0.5' is out of range"),
    ],
)
def test_a_reserve_that_the_quantity_has_not_is_refused(family, quantity, params, said):
    assert said in answer(family, quantity, params).refusal.text()
