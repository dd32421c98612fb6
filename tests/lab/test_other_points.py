"""The same families at parameters that the published set does not list, against the formulas of its text."""

from math import exp, expm1, log, sqrt

import pytest
from scipy.stats import binom, norm

from sfund_sim.lab.cases import Case
from sfund_sim.lab.check import check


def reserve_revenue(n, r):
    return (n - 1) / (n + 1) + r**n * (1 - 2 * n * r / (n + 1))


def poisson_revenue(lam, r):
    m = lam * (1 - r)
    return r * -expm1(-m) + (1 - r) * (1 + 2 * expm1(-m) / m + exp(-m))


def thinned_revenue(n, q, r):
    reach = q * (1 - r)
    none = (1 - reach) ** n
    return r * (1 - none) + (1 - r) * (1 - 2 * (1 - none * (1 - reach)) / ((n + 1) * reach) + none)


NESTED = "revenue(n+1,no reserve)-revenue(n,r*) with nested bidders (>0)"
FLOORED = "mean revenue, second-price with floor"

ONE_YEAR = {"CC": 100, "RC": [0.5], "L": 1, "B": 2, "G": 0.1}
TWO_YEARS = {"CC": 200, "RC": [0.5], "L": 2, "B": 2, "G": 0.05}
"""100 called in the first year; its 105 paid out in the second, in which 50 are called."""

NARROW = {"dist": "lognormal", "mu": -0.16251892949777494, "sigma": 0.2}

POINTS = [
    ("A01", "mean price, second-price/ascending", {"n": 50, "dist": "uniform"}, 49 / 51),
    ("A01", "mean price, first-price/descending (equilibrium bids)", {"n": 1, "dist": "uniform"}, 0.0),
    ("A01", "mean price, first-price/descending (equilibrium bids)", {"n": 50, "dist": "exponential"}, 3.4992053383),
    ("A02", "variance of price, second-price", {"n": 9}, 2 * 8 / (10**2 * 11)),
    ("A02", "variance of price, first-price", {"n": 9}, (8 / 9) ** 2 * 9 / (10**2 * 11)),
    ("A03", "equilibrium bid b(v)", {"n": 50, "v": 0.9}, 49 * 0.9 / 50),
    ("A03", "equilibrium bid b(v)", {"n": 3, "v": 0.16, **NARROW}, 0.1581446497562907),
    ("A04", "mean revenue (0 if unsold)", {"n": 7, "reserve": 0.0}, reserve_revenue(7, 0.0)),
    ("A04", "mean revenue (0 if unsold)", {"n": 2, "reserve": 0.9}, reserve_revenue(2, 0.9)),
    ("A04", "probability of sale", {"n": 2, "reserve": 1.0}, 0.0),
    ("A04", "optimal reserve r*", {"seller_value": 0.9}, 0.95),
    ("A05", "mean revenue, first-price with unknown N", {"lam": 0.1, "reserve": 0.3}, poisson_revenue(0.1, 0.3)),
    ("A05", "equilibrium bid b(v)", {"lam": 3, "v": 0.7}, 0.7 + expm1(-2.1) / 3),
    ("A05", "equilibrium bid b(v)", {"lam": 3, "v": 0.7, "reserve": 0.4}, 0.7 + 1.3 / 3 * expm1(-0.9) / 1.3),
    ("A05", "mean revenue, second-price", {"lam": 40, "reserve": 0.6}, poisson_revenue(40, 0.6)),
    ("A06", "mean revenue first-price", {"n": 5, "crra_exponent": 0.3, "reserve": 0}, 20 / (6 * 4.3)),
    ("A06", "mean revenue second-price", {"n": 3, "crra_exponent": 0.4}, 0.5),
    ("A06", "equilibrium bid b(v)", {"n": 3, "v": 0.8, "crra_exponent": 0.4}, 2 * 0.8 / 2.4),
    ("A06", "equilibrium bid b(v)", {"n": 2, "v": 0.9, "crra_exponent": 0.5, "reserve": 0.5}, 0.9 - 0.604 / 2.43),
    ("A10", "mean revenue second-price, common budget", {"n": 2, "budget": 0.6}, 0.6 - 0.36 + 0.6**3 / 3),
    ("A11", "winner profit, naive first-price bid x+1/2", {"n": 2}, -1 / 6),
    ("A12", "winner profit English", {"n": 2, "eps": 3.0}, 1.0),
    ("A12", "winner profit second-price", {"n": 20, "eps": 0.1}, 0.2 * 19 / (20 * 21)),
    ("A15", "equilibrium entry probability", {"N": 3, "cost": 0.6}, 0.0),
    ("A16", NESTED, {"n": 4, "reserve": 0.5}, 4 / 6 - reserve_revenue(4, 0.5)),
    ("A17", "mean revenue (0 if unsold)", {"n": 40, "q": 0.1, "reserve": 0.3}, thinned_revenue(40, 0.1, 0.3)),
    ("A17", "probability unsold", {"n": 3, "q": 0.0, "reserve": 0.3}, 1.0),
    ("A17", "price loss from disclosing to K of n at random", {"n": 9, "K": 9}, 0.0),
    ("A17", "price loss from disclosing to K of n at random", {"n": 9, "K": 1}, 0.8),
    ("A17", "mean revenue, exactly K of n reached", {"n": 12, "K": 4}, 0.6),
    ("A17", "mean revenue, exactly K of n reached", {"n": 12, "K": 1}, 0.0),
    ("A19", "mean price", {"n": 2, "increment": 0.5}, 0.5 * 0.75),
    ("A19", "mean price", {"n": 3, "increment": 1e-7}, 0.5),
    ("A20", "mean auction duration (soft close)", {"lam": 0.2, "window": 4.0}, expm1(0.8) / 0.2),
    ("A20", "mean number of extensions", {"lam": 3.0, "window": 1.2}, expm1(3.6)),
    ("B02", "mean time to sale at R*", {"lam": 2, "rho": 0.0, "h": 0.04, "dist": "uniform"}, 1 / (2 * 0.2)),
    ("B02", "P(unsold at time t), uniform offers", {"lam": 3, "R": 0.9, "t": 2.0}, exp(-0.6)),
    ("B02", "P(unsold at time t), uniform offers", {"lam": 1, "R": 1.2, "t": 2.0}, 1.0),
    ("B02", "P(unsold at time t), uniform offers", {"lam": 2, "R": 0.99999, "t": 30.0}, exp(-0.0006)),
    ("B04", "mean number of listings", {"bidders": "fixed", "n": 1, "beta": 1.0, "relist_cost": 0.02}, 1 / sqrt(0.02)),
    ("C04", "mean number open", {"lam": 2, "mean_open": 3, "law": "exponential"}, 6.0),
    ("C04", "autocovariance at lag s", {"lag": 4.0, "lam": 2, "mean_open": 3, "law": "fixed"}, 0.0),
    ("C04", "transient mean number open at t from empty", {"lam": 2, "mean_open": 4, "t": 2, "law": "fixed"}, 4.0),
    ("C04", "transient variance of number open at t from empty", {"lam": 2, "mean_open": 4, "t": 2, "law": "fixed"}, 4),
    ("C04", "autocovariance at lag s", {"lag": 0.5, "t": 2, "lam": 2, "mean_open": 1, "law": "fixed"}, 1.0),
    ("C04", "mean number open", {"lam": 1e7, "mean_open": 2e-7, "law": "exponential"}, 2.0),
    ("C04", "mean number open", {"lam": 2e-7, "mean_open": 1e7, "law": "uniform"}, 2.0),
    ("D03", "DPI at end", ONE_YEAR, 0.0),
    ("D03", "RVPI at end", ONE_YEAR, 1.0),
    ("D03", "DPI at end", TWO_YEARS, 1.05 / 1.5),
    ("D03", "RVPI at year t", {"t": 1, **TWO_YEARS}, 1.0),
    ("D03", "RVPI at end", TWO_YEARS, 0.5 / 1.5),
    ("D04", "price at age t", {"t": 1, "required_irr": 0.25, **TWO_YEARS}, 105 / 1.25),
    ("D05", "P(NAV_t<K)", {"K": 2, "N0": 1.5, "mu": 0, "sigma": 0.3, "t": 0.25}, norm.cdf(log(4 / 3) / 0.15 + 0.075)),
    ("D06", "CIF cause 1, Weibull", {"shape1": 0.5, "scale1": 2, "shape2": 0.5, "scale2": 2, "t": 8}, -expm1(-4) / 2),
    ("D06", "CIF cause 2, exponential", {"h1": 0.1, "h2": 0.2, "t": 3}, -2 / 3 * expm1(-0.9)),
    ("D06", "CIF cause 2, Weibull", {"shape1": 1, "scale1": 2, "shape2": 1, "scale2": 4, "t": 2}, -expm1(-1.5) / 3),
    ("D07", "KM standard error (Greenwood)", {"t": 9, "time": [9, 13, 18], "status": [1, 1, 0]}, sqrt(4 / 9 / 6)),
    ("D07", "KM standard error (Greenwood)", {"t": 8, "time": [9, 13, 18], "status": [1, 1, 0]}, 0.0),
    ("E01", "E[price(n+1)-price(n)] (>0; pathwise >=0 with common draws)", {"n": 9, "dist": "exponential"}, 0.1),
    ("E02", FLOORED, {"lam": 9, "window": 2, "qualify": 0.5, "floor": 0.1}, poisson_revenue(9, 0.1)),
    ("E02", "P(at least one acceptable bid)", {"lam": 9, "window": 2, "qualify": 0.0, "floor": 0.1}, 0.0),
    ("E03", "mean time to sale", {"n": 1, "floor": 0.9, "listing_length": 0.5, "dist": "uniform"}, 5.0),
    ("E03", "P(listing fails)", {"n": 2, "floor": 3.0, "listing_length": 1, "dist": "uniform"}, 1.0),
    ("E04", "P(at least m consent)", {"n": 7, "p": 0.3, "m": 5}, float(binom.sf(4, 7, 0.7))),
    ("E04", "P(unanimous consent)", {"n": 4, "p": 0.0}, 1.0),
    ("E05", "P(holder exercises)", {"n_outsiders": 1}, 1.0),
    ("E05", "mean seller loss from ROFR", {"n_outsiders": 20}, 20 / 22 - 19 / 21),
    ("F01", "Cov(price_n, price_{n+1}) under CRN", {"n": 9}, 8 / 11 - 8 / 24 + 72 / (2 * 11 * 12) - 8 / 10 * 9 / 11),
]  # fmt: skip


LIMITS = [
    ("E02", FLOORED, {"lam": 2, "window": 0, "qualify": 0.5, "floor": 0.1}, 0.0),
    ("E02", "P(at least one acceptable bid)", {"lam": 2, "window": 0, "qualify": 1}, 0.0),
    ("E02", "P(at least one acceptable bid)", {"lam": 0, "window": 3, "qualify": 1}, 0.0),
    ("A04", "mean revenue (0 if unsold)", {"n": 0, "reserve": 0.1}, 0.0),
    ("A04", "probability of sale", {"n": 0, "reserve": 0.1}, 0.0),
    ("A04", "realised gross surplus E[max; max>=r]", {"n": 0}, 0.0),
    ("A05", "mean revenue, second-price", {"lam": 0}, 0.0),
    ("A05", "mean revenue, first-price with unknown N", {"lam": 0, "reserve": 0.2}, 0.0),
    ("A05", "probability unsold", {"lam": 0}, 1.0),
    ("A10", "mean revenue first-price, common budget", {"n": 3, "budget": 0}, 0.0),
    ("A10", "mean revenue second-price, common budget", {"n": 3, "budget": 0}, 0.0),
    ("A10", "threshold type vhat", {"n": 2, "budget": 0}, 0.0),
    ("A15", "equilibrium entry probability", {"N": 1, "cost": 0.5}, 1.0),
    ("A17", "mean revenue (0 if unsold)", {"n": 0, "q": 0.5}, 0.0),
    ("A17", "probability unsold", {"n": 0, "q": 0.5}, 1.0),
    ("A19", "mean price", {"n": 3, "increment": 0}, 0.5),
    ("A19", "mean surplus loss", {"n": 3, "increment": 0}, 0.0),
    ("A20", "mean auction duration (soft close)", {"lam": 2, "window": 0}, 0.0),
    ("A20", "mean number of extensions", {"lam": 2, "window": 0}, 0.0),
    ("A20", "variance of auction duration", {"lam": 2, "window": 0}, 0.0),
    ("B02", "P(unsold at time t), uniform offers", {"lam": 0, "R": 0.5, "t": 9.0}, 1.0),
    ("C04", "mean number open", {"lam": 0, "mean_open": 2, "law": "fixed"}, 0.0),
    ("C04", "P(no listing open)", {"lam": 0, "mean_open": 2, "law": "exponential"}, 1.0),
    ("C04", "transient mean number open at t from empty", {"lam": 2, "mean_open": 4, "t": 0, "law": "gamma"}, 0.0),
    ("C04", "mean number open", {"lam": 2, "mean_open": 3, "law": "lognormal", "sigma": 0}, 6.0),
    ("C04", "autocovariance at lag s", {"lam": 0, "mean_open": 2, "law": "lognormal", "lag": 1}, 0.0),
    ("D05", "E[NAV_t]", {"N0": 2, "mu": 0.1, "sigma": 0, "t": 3}, 2 * exp(0.3)),
    ("D05", "Var[NAV_t]", {"N0": 2, "mu": 0.1, "sigma": 0, "t": 3}, 0.0),
    ("D05", "P(NAV_t<K)", {"N0": 2, "mu": 0.1, "sigma": 0, "t": 3, "K": 2.7}, 1.0),
    ("D05", "E[(NAV_t-K)+] (undiscounted call on NAV)", {"N0": 2, "mu": 0.1, "sigma": 0.3, "t": 0, "K": 1.5}, 0.5),
    ("D06", "CIF cause 1, exponential", {"h1": 0, "h2": 0.2, "t": 5}, 0.0),
    ("D06", "CIF cause 1, exponential", {"h1": 0.2, "h2": 0, "t": 5}, -expm1(-1.0)),
    ("D06", "CIF cause 1, exponential", {"h1": 0, "h2": 0, "t": 5}, 0.0),
    ("E04", "P(at least m consent)", {"n": 5, "p": 0.9, "m": 0}, 1.0),
]  # fmt: skip

FIRST, SECOND = "mean price, first-price/descending (equilibrium bids)", "mean price, second-price/ascending"
V = exp(-0.1)
SURE = {"dist": "lognormal", "mu": -0.1, "sigma": 0}
"""A law without spread: everybody values the share at V."""
SURE_VALUES = [
    ("A01", SECOND, {"n": 2}, V),
    ("A01", SECOND, {"n": 1}, 0.0),
    ("A01", FIRST, {"n": 2}, V),
    ("A01", FIRST, {"n": 1}, 0.0),
    ("A02", "variance of price, first-price", {"n": 3}, 0.0),
    ("A03", "equilibrium bid b(v)", {"n": 3, "v": V}, V),
    ("A04", "mean revenue (0 if unsold)", {"n": 1, "reserve": 0.5}, 0.5),
    ("A04", "mean revenue (0 if unsold)", {"n": 1, "reserve": V}, V),
    ("A04", "probability of sale", {"n": 2, "reserve": 0.91}, 0.0),
    ("A04", "optimal reserve r*", {"seller_value": 0.2}, V),
    ("A05", "mean revenue, second-price", {"lam": 2}, V * (1 - 3 * exp(-2))),
    ("A05", "mean revenue, first-price with unknown N", {"lam": 2}, V * (1 - 3 * exp(-2))),
    ("A15", "equilibrium entry probability", {"N": 2, "cost": 0.3}, 1 - 0.3 / V),
    ("B02", "optimal reservation price R* (= value)", {"lam": 2, "rho": 0.1}, 2 * V / 2.1),
    ("B04", "optimal reserve r*", {"bidders": "fixed", "n": 2, "beta": 0.9, "relist_cost": 0.1}, V),
    ("E03", "P(listing fails)", {"n": 2, "floor": 0.5, "listing_length": 1}, 0.0),
]  # fmt: skip
SAME_LAW = [
    ("A01", SECOND, {"n": 3, "dist": "Uniform"}, 0.5),
    ("A01", FIRST, {"n": 2, "dist": "EXPONENTIAL"}, 0.5),
    ("A10", "mean revenue second-price, common budget", {"n": 2, "budget": 0.6, "dist": "uniform"}, 0.312),
    ("A10", "threshold type vhat", {"n": 2, "budget": 0.7, "dist": "uniform"}, 1.0),
    ("A19", "mean price", {"n": 2, "increment": 0.5, "dist": "Uniform"}, 0.375),
    ("C04", "mean number open", {"lam": 2, "mean_open": 3, "law": "Fixed"}, 6.0),
    ("E05", "P(holder exercises)", {"n_outsiders": 1, "dist": "uniform"}, 1.0),
    ("F01", "correlation under CRN", {"n": 2, "dist": "uniform"}, 0.632455532),
]  # fmt: skip
LIMITS += [(family, quantity, params | SURE, expected) for family, quantity, params, expected in SURE_VALUES]


@pytest.mark.parametrize(
    ("family", "quantity", "params", "expected"), [*POINTS, *LIMITS, *SAME_LAW], ids=lambda value: str(value)[:40]
)
def test_a_point_of_the_same_form_is_answered_rightly(family, quantity, params, expected, recwarn):
    case = Case(id="other", family=family, quantity=quantity, params=params, expected=float(expected))
    verdict = check([case], replications=12_000, seed=3)[0]
    assert verdict.passed, (verdict.found, verdict.se, verdict.z)
    assert not recwarn.list
