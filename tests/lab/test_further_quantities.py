"""Quantities that the texts of the published families name and the set's points do not ask, by a second route."""

from math import exp, expm1, log, sqrt

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import binom, norm, poisson

from sfund_sim.lab.case_items import Case
from sfund_sim.lab.cases import ask
from sfund_sim.lab.check import check
from sfund_sim.lab.families import FAMILIES
from sfund_sim.lab.wording import meant as meant_by
from sfund_sim.lab.wording import words

FUND = {"CC": 100, "RC": [0.3, 0.5], "L": 5, "B": 2.0, "G": 0.1}
AML = {"time": [9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161], "status": [1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0]}
MOVES = {
    "data": {"id": [1, 2, 3, 4], "t1": [0, 0, 0, 0], "t2": [1, 2.5, 4, 5], "st": [1, 1, 1, 1]},
    "initial": "entry",
    "state": "a",
}
"""Four subjects who move one after another, none censored: the share that has moved is binomial."""


def table():
    """The fund by hand: contributions, distributions, NAV of each year."""
    paid_in, nav, rows = 0.0, 0.0, []
    for year in range(1, FUND["L"] + 1):
        call = (FUND["RC"][0] if year == 1 else FUND["RC"][1]) * (FUND["CC"] - paid_in)
        grown = nav * (1 + FUND["G"])
        out = grown * (year / FUND["L"]) ** FUND["B"]
        paid_in, nav = paid_in + call, grown + call - out
        rows.append((call, out, nav))
    return np.array(rows).T


CALLS, PAID, NAV = table()


def paid_by_quarters(years):
    """What the fund has paid out after some years, by quarters that compound to the yearly rates."""
    unfunded, nav, total = FUND["CC"], 0.0, 0.0
    for year in range(1, years + 1):
        called = FUND["RC"][0] if year == 1 else FUND["RC"][1]
        paid = (year / FUND["L"]) ** FUND["B"]
        for _ in range(4):
            grown = nav * (1 + FUND["G"]) ** 0.25
            call, out = unfunded * (1 - (1 - called) ** 0.25), grown * (1 - (1 - paid) ** 0.25)
            unfunded, nav, total = unfunded - call, grown + call - out, total + out
    return total


def kept(n, reserve=0.0):
    """Profit of all bidders: the integral of (1 - F) F^(n-1) for each, uniform values."""
    return n * quad(lambda x: (1 - x) * x ** (n - 1), reserve, 1)[0]


def revenue(n, reserve):
    """Virtual values over the law of the best, uniform values."""
    return quad(lambda x: (2 * x - 1) * n * x ** (n - 1), reserve, 1)[0]


def poisson_revenue(lam, reserve):
    return quad(lambda x: (2 * x - 1) * lam * exp(-lam * (1 - x)), reserve, 1)[0]


def poisson_surplus(lam, reserve):
    return quad(lambda x: x * lam * exp(-lam * (1 - x)), reserve, 1)[0]


def relisted(reserve, beta, cost):
    """Value and number of listings with two bidders."""
    unsold = reserve**2
    return (revenue(2, reserve) - unsold * cost) / (1 - beta * unsold), 1 / (1 - unsold)


def greenwood_error_of_restricted_mean(limit):
    """Area after each event, squared, over Y (Y - d)."""
    times, ends = np.array(AML["time"]), np.array(AML["status"])
    total = 0.0
    for event in np.unique(times[ends == 1]):
        at_risk, died = (times >= event).sum(), ((times == event) & (ends == 1)).sum()
        if event < limit:
            total += quad(survived, event, limit, points=times, limit=500)[0] ** 2 / (at_risk * (at_risk - died))
    return sqrt(total)


def survived(t):
    times, ends = np.array(AML["time"]), np.array(AML["status"])
    return float(np.prod([1 - 1 / (times >= at).sum() for at in times[(ends == 1) & (times <= t)]]))


FORMATS = ("second-price", "ascending", "first-price", "descending")
SEARCH = {"lam": 2, "rho": 0.1, "h": 0}
R = (2.1 - sqrt(2.1**2 - 2.0**2)) / 2.0
"""Of that search: rho R = lam (1 - R)^2 / 2."""
NEED = {"n": 4, "p": 0.3}
AT = {"bidders": "fixed", "n": 2, "beta": 0.9, "relist_cost": 0.1, "reserve": 0.6}
FIXED = {"lam": 2, "mean_open": 1, "law": "fixed"}
D1 = (log(4 / 3) - (0.05 - 0.045) * 2) / (0.3 * sqrt(2))
PUT = 2 * norm.cdf(D1) - 1.5 * exp(0.1) * norm.cdf(D1 - 0.3 * sqrt(2))
GBM = {"K": 2, "N0": 1.5, "mu": 0.05, "sigma": 0.3, "t": 2}

POINTS = [
    ("A01", "winner's expected payoff", {"n": 3}, kept(3)),
    ("A01", "bidder's expected payoff", {"n": 4}, 1 / 20),
    ("A01", "bidder's expected payoff", {"n": 3, "dist": "exponential"}, 1 / 3),
    *[("A01", f"mean price, {name}", {"n": 3}, 0.5) for name in FORMATS],
    *[("A01", f"mean revenue, {name}", {"n": 2, "dist": "exponential"}, 0.5) for name in FORMATS],
    *[("A01", f"winner's expected payoff, {name}", {"n": 2}, 1 / 3) for name in FORMATS],
    *[("A01", f"bidder's expected payoff, {name}", {"n": 2}, 1 / 6) for name in FORMATS],
    ("A02", "variance of price, ascending", {"n": 3}, 0.05),
    ("A02", "variance of price, descending", {"n": 3}, 1 / 60),
    ("A02", "mean price, first-price", {"n": 3}, 0.5),
    ("A03", "equilibrium bid", {"n": 2, "v": 0.7}, 0.35),
    ("A04", "probability unsold", {"n": 3, "reserve": 0.4}, 0.064),
    ("A04", "mean price if sold", {"n": 2, "reserve": 0.5}, revenue(2, 0.5) / 0.75),
    ("A04", "winner's expected payoff (0 if unsold)", {"n": 2, "reserve": 0.5}, kept(2, 0.5)),
    ("A04", "bidder's expected payoff", {"n": 2, "reserve": 0.5}, kept(2, 0.5) / 2),
    *[("A04", f"mean revenue, {name}", {"n": 3, "reserve": 0.3}, revenue(3, 0.3)) for name in FORMATS],
    *[("A04", f"mean price if sold, {name}", {"n": 1, "reserve": 0.3}, 0.3) for name in FORMATS],
    *[("A04", f"winner's expected payoff, {name}", {"n": 3, "reserve": 0.6}, kept(3, 0.6)) for name in FORMATS],
    ("A04", "optimal reserve", {"n": 5, "seller_value": 0.2}, 0.6),
    ("A04", "mean revenue at r*", {"n": 3, "seller_value": 0.2}, revenue(3, 0.6)),
    ("A04", "probability of sale at r*", {"n": 3, "dist": "exponential"}, 1 - (1 - exp(-1)) ** 3),
    ("A05", "optimal reserve r*", {"lam": 3}, 0.5),
    ("A05", "optimal reserve", {"lam": 3, "dist": "exponential", "seller_value": 0.5}, 1.5),
    ("A05", "probability of sale", {"lam": 3, "reserve": 0.5}, -expm1(-1.5)),
    ("A05", "mean price if sold, second-price", {"lam": 3, "reserve": 0.5}, poisson_revenue(3, 0.5) / -expm1(-1.5)),
    (
        "A05",
        "mean price if sold, first-price with unknown N",
        {"lam": 3, "reserve": 0.5},
        poisson_revenue(3, 0.5) / -expm1(-1.5),
    ),
    ("A05", "realised gross surplus E[max; max>=r]", {"lam": 3, "reserve": 0.5}, poisson_surplus(3, 0.5)),
    (
        "A05",
        "winner's expected payoff (0 if unsold)",
        {"lam": 3, "reserve": 0.5},
        poisson_surplus(3, 0.5) - poisson_revenue(3, 0.5),
    ),
    ("A05", "equilibrium bid", {"lam": 3, "v": 0.7}, 0.7 + expm1(-2.1) / 3),
    ("A06", "equilibrium bid", {"n": 3, "v": 0.8, "crra_exponent": 0.4}, 2 * 0.8 / 2.4),
    ("A10", "equilibrium bid b(v) first-price, common budget", {"n": 2, "budget": 0.3, "v": 0.42}, 0.21),
    ("A10", "equilibrium bid b(v) first-price, common budget", {"n": 2, "budget": 0.3, "v": 0.43}, 0.3),
    ("A12", "mean revenue first-price", {"n": 4, "eps": 2, "mean_value": 30}, 30 - 2 * 2 / 5),
    ("A12", "mean revenue second-price", {"n": 4, "eps": 2, "mean_value": 30}, 30 - 2 * 2 * 3 / 20),
    ("A12", "mean revenue English", {"n": 4, "eps": 2, "mean_value": 30}, 30 - 2 / 5),
    ("A12", "mean revenue less common value, English", {"n": 4, "eps": 2}, -2 / 5),
    ("A12", "mean revenue, English minus second-price", {"n": 4, "eps": 2}, 2 * 2 / 20),
    ("A12", "mean revenue, second-price minus first-price", {"n": 4, "eps": 2}, 2 * 2 / 20),
    ("A12", "winner profit naive second-price (bid own signal)", {"n": 4, "eps": 2}, -2 / 5),
    ("A15", "mean number of entrants in equilibrium", {"N": 2, "cost": 1 / 3}, 1.0),
    ("A15", "bidder's expected payoff in equilibrium (net of the cost)", {"N": 2, "cost": 1 / 3}, 0.0),
    ("A15", "mean surplus net of entry costs in equilibrium", {"N": 2, "cost": 1 / 3}, 1 / 4 + 1 / 6 - 1 / 3),
    ("A15", "mean revenue in equilibrium", {"N": 2, "cost": 1 / 3}, 1 / 12),
    ("A15", "probability unsold in equilibrium", {"N": 2, "cost": 1 / 3}, 0.25),
    ("A16", "revenue(n+1,no reserve)", {"n": 2, "reserve": 0.5}, 0.5),
    ("A16", "revenue(n,r*)", {"n": 2, "reserve": 0.5}, 5 / 12),
    ("A17", "probability of sale", {"n": 3, "q": 0.5, "reserve": 0.4}, 1 - 0.7**3),
    (
        "A17",
        "realised gross surplus E[max; max>=r]",
        {"n": 2, "q": 0.5, "reserve": 0.4},
        quad(lambda x: x * (0.5 + 0.5 * x), 0.4, 1)[0],
    ),
    ("A19", "mean surplus", {"n": 2, "increment": 0.5}, 2 / 3 - 0.5 * (2 / 3 - 1 / 2) * 0.5),
    ("A19", "variance of price", {"n": 2, "increment": 0.5}, 0.75 * 0.25 * 0.25),
    ("A20", "variance of number of extensions", {"lam": 1, "window": 0.5}, exp(0.5) * expm1(0.5)),
    ("A20", "P(no extension)", {"lam": 2, "window": 0.4}, exp(-0.8)),
    ("B02", "P(unsold at time t)", {"lam": 2, "R": 1.5, "t": 1, "dist": "exponential"}, exp(-2 * exp(-1.5))),
    ("B02", "optimal reservation price", SEARCH, R),
    ("B02", "P(sold by time t)", {"lam": 2, "R": 0.5, "t": 1}, -expm1(-1.0)),
    ("B02", "P(unsold at time t) at R*", {**SEARCH, "t": 1.5}, exp(-3 * (1 - R))),
    ("B02", "variance of time to sale at R*", SEARCH, (2 * (1 - R)) ** -2),
    ("B02", "mean time to sale at R", {"lam": 2, "R": 0.75}, 2.0),
    ("B02", "mean sale price at R", {"lam": 2, "R": 0.75}, 0.875),
    ("B02", "seller value at R", {"lam": 2, "R": 0.75, "rho": 0.1, "h": 0.02}, (0.875 * 0.5 - 0.02) / 0.6),
    ("B04", "mean sale price at r*", {"bidders": "fixed", "n": 1, "beta": 1.0, "relist_cost": 0.02}, 1 - sqrt(0.02)),
    ("B04", "optimal reserve", {"bidders": "fixed", "n": 1, "beta": 1.0, "relist_cost": 0.02}, 1 - sqrt(0.02)),
    ("B04", "P(listing fails) at r*", {"bidders": "fixed", "n": 1, "beta": 1.0, "relist_cost": 0.02}, 1 - sqrt(0.02)),
    ("B04", "seller value at given reserve", AT, relisted(0.6, 0.9, 0.1)[0]),
    ("B04", "mean number of listings at given reserve", AT, relisted(0.6, 0.9, 0.1)[1]),
    ("C04", "autocorrelation at lag s", {**FIXED, "lag": 0.25}, 0.75),
    ("C04", "P(k listings open)", {**FIXED, "k": 3}, poisson.pmf(3, 2)),
    ("D01", "net cash flow in year t", {**FUND, "t": 3}, PAID[2] - CALLS[2]),
    ("D01", "cumulative net cash flow in year t", {**FUND, "t": 3}, (PAID - CALLS)[:3].sum()),
    ("D01", "cumulative contributions in year t", {**FUND, "t": 3}, 82.5),
    ("D01", "cumulative distributions in year t", {**FUND, "t": 4}, PAID[:4].sum()),
    ("D01", "unfunded commitment in year t", {**FUND, "t": 3}, 17.5),
    ("D02", "quarterly total contributions", FUND, 100 - 70 * 0.5**4),
    ("D02", "cumulative distributions at end of year t (quarterly)", {**FUND, "t": 2}, paid_by_quarters(2)),
    ("D03", "direct alpha at constant index return m", {**FUND, "m": 0.04}, log(1.1 / 1.04)),
    ("D03", "direct alpha", {**FUND, "m": 0.04}, log(1.1 / 1.04)),
    ("D03", "KS-PME", {**FUND, "m": 0.1}, 1.0),
    ("D03", "IRR", FUND, 0.1),
    ("D03", "direct alpha, yearly rate, at constant index return m", {**FUND, "m": 0.04}, 1.1 / 1.04 - 1),
    (
        "D04",
        "price to NAV at age t",
        {**FUND, "t": 4, "required_irr": 0.2},
        (PAID[4] - CALLS[4] + NAV[4]) / 1.2 / NAV[3],
    ),
    (
        "D04",
        "mean discount over ages",
        {**FUND, "first_age": 4, "last_age": 4, "required_irr": 0.2},
        1 - (PAID[4] - CALLS[4] + NAV[4]) / 1.2 / NAV[3],
    ),
    ("D05", "P(NAV_t>K)", GBM, norm.sf(D1)),
    ("D05", "E[(K-NAV_t)+] (undiscounted put on NAV)", GBM, PUT),
    (
        "D05",
        "Var[NAV_t], stochastic-growth TA",
        {**FUND, "t": 2, "sigma": 0.2},
        (33.0 * 0.84) ** 2 * expm1(0.04),
    ),
    ("D06", "P(no exit by t), exponential", {"h1": 0.1, "h2": 0.2, "t": 3}, exp(-0.9)),
    ("D06", "P(no exit by t), Weibull", {"shape1": 2, "scale1": 2, "shape2": 1, "scale2": 4, "t": 2}, exp(-1.5)),
    ("D07", "number at risk at t", {**AML, "t": 13}, 10),
    ("D07", "KM median", AML, 31),
    ("D07", "median", AML, 31),
    ("D07", "median survival", AML, 31),
    ("D07", "restricted mean", {**AML, "t": 48}, quad(survived, 0, 48, points=AML["time"][:9], limit=500)[0]),
    ("D07", "standard error of restricted mean", {**AML, "t": 48}, greenwood_error_of_restricted_mean(48)),
    ("D08", "standard error of state occupancy p_state(t)", {**MOVES, "t": 2}, sqrt(0.25 * 0.75 / 4)),
    ("D08", "standard error of state occupancy", {**MOVES, "t": 3}, sqrt(0.5 * 0.5 / 4)),
    ("D08", "standard error of state occupancy", {**MOVES, "t": 0.5}, 0.0),
    ("D08", "state occupancy", {**MOVES, "t": 3}, 0.5),
    ("E01", "E[price(n+1)]", {"n": 3}, 0.6),
    ("E01", "E[price(n)]", {"n": 3}, 0.5),
    ("E02", "probability unsold", {"lam": 2, "window": 2, "qualify": 0.5, "floor": 0.7}, exp(-0.6)),
    ("E02", "probability of sale", {"lam": 2, "window": 2, "qualify": 0.5, "floor": 0.7}, -expm1(-0.6)),
    ("E03", "mean sale price", {"n": 2, "floor": 0.5, "listing_length": 1}, revenue(2, 0.5) / 0.75),
    ("E03", "mean number of listings", {"n": 2, "floor": 0.5, "listing_length": 1}, 4 / 3),
    (
        "E04",
        "mean number of consecutive extensions, at least m consent",
        {**NEED, "m": 3},
        binom.sf(2, 4, 0.7) / binom.cdf(2, 4, 0.7),
    ),
    ("E04", "P(at least k consecutive extensions)", {**NEED, "k": 2}, 0.7**8),
    ("E05", "mean revenue with ROFR", {"n_outsiders": 3}, 2 / 4),
    ("E05", "mean revenue WITHOUT ROFR", {"n_outsiders": 3}, 3 / 5),
    ("E05", "mean surplus per outsider WITHOUT ROFR", {"n_outsiders": 3}, 1 / 20),
    ("E05", "mean surplus of the holder WITHOUT ROFR", {"n_outsiders": 3}, 1 / 20),
    ("E05", "mean surplus of the holder with ROFR", {"n_outsiders": 3}, quad(lambda p: (1 - p) ** 3 * 3 * p, 0, 1)[0]),
    ("E05", "mean price, first-price with ROFR", {"n_outsiders": 1}, 0.25),
    ("E05", "mean price, first-price WITHOUT ROFR", {"n_outsiders": 1}, 1 / 3),
    ("F01", "E[price_n price_{n+1}] under CRN", {"n": 2}, 1 / 4 - 1 / 10 + 2 / 40),
    ("F01", "correlation, independent", {"n": 3}, 0.0),
    ("F01", "variance of difference, CRN", {"n": 2}, 1 / 18 + 1 / 20 - 2 / 30),
    ("F01", "variance of difference, independent", {"n": 2}, 1 / 18 + 1 / 20),
]  # fmt: skip


@pytest.mark.parametrize(("family", "quantity", "params", "expected"), POINTS, ids=lambda value: str(value)[:40])
def test_a_further_quantity_is_answered_rightly(family, quantity, params, expected, recwarn):
    case = Case(id="further", family=family, quantity=quantity, params=params, expected=float(expected))
    verdict = check([case], replications=12_000, seed=5)[0]
    assert verdict.passed, (verdict.found, verdict.se, verdict.z, verdict.refusal)
    assert not recwarn.list


@pytest.mark.parametrize(
    ("family", "said", "meant"),
    [
        ("A01", "Winner's mean payoff", "winner's expected payoff"),
        ("A01", "expected revenue, first price", "mean revenue, first-price"),
        ("A01", "mean price, FPA", "mean price, first-price"),
        ("A04", "chance of sale", "probability of sale"),
        ("A04", "Mean revenue", "mean revenue (0 if unsold)"),
        ("A12", "winner profit ascending", "winner profit English"),
        ("D05", "mean NAV_t", "E[NAV_t]"),
        ("D07", "KM s.e. (Greenwood)", "KM standard error (Greenwood)"),
        ("B02", "probability unsold by time t", "P(unsold at time t)"),
        ("A01", "mean price, Vickrey", "mean price, second-price"),
        ("A01", "mean price (second-price)", "mean price, second-price"),
        ("A01", "mean price, first-price (equilibrium bids)", "mean price, first-price/descending (equilibrium bids)"),
        ("A02", "price variance, second-price", "variance of price, second-price"),
        ("A02", "variance of revenue, second-price", "variance of price, second-price"),
        ("A03", "b(v)", "equilibrium bid b(v)"),
        ("A04", "P(no sale)", "probability unsold"),
        ("A04", "mean seller revenue", "mean revenue (0 if unsold)"),
        ("A04", "mean revenue (if sold)", "mean price if sold"),
        ("A04", "optimal reserve price r*", "optimal reserve r*"),
        ("A04", "mean revenue at optimal reserve", "mean revenue at r*"),
        ("A10", "mean revenue first-price", "mean revenue first-price, common budget"),
        ("A15", "mean seller revenue", "mean seller revenue in equilibrium"),
        (
            "A16",
            "revenue(n+1, no reserve) - revenue(n, r*)",
            "revenue(n+1,no reserve)-revenue(n,r*) with nested bidders (>0)",
        ),
        ("A19", "mean revenue", "mean price"),
        ("C04", "autocovariance", "autocovariance at lag s"),
        ("C04", "Cov(N(t), N(t+s))", "autocovariance at lag s"),
        ("D01", "NAV", "NAV in year t"),
        ("D06", "cumulative incidence of cause 1, exponential", "CIF cause 1, exponential"),
        ("D07", "S(t)", "KM survival S(t)"),
        ("D07", "Kaplan-Meier survival at t", "KM survival S(t)"),
        ("D07", "survival at t", "KM survival S(t)"),
        ("D08", "state occupancy probability", "state occupancy p_state(t)"),
        ("E01", "E[price(n+1)] - E[price(n)]", "E[price(n+1)-price(n)] (>0; pathwise >=0 with common draws)"),
        ("E05", "P(holder takes)", "P(holder exercises)"),
    ],
)
def test_other_words_for_the_same_quantity_are_understood(family, said, meant):
    assert list(meant_by(FAMILIES[family], said).values()) == [FAMILIES[family][meant]]


@pytest.mark.parametrize(
    ("family", "said"),
    [
        ("A12", "mean revenue, second-price minus English"),
        ("D05", "E[(K - NAV_t)]"),
        ("D06", "KM cause 1, exponential"),
        ("E05", "mean surplus of the holder"),
        ("A01", ""),
        ("A01", "mean"),
        ("A01", "expected payoff"),
        ("A01", "standard deviation of price"),
        ("A01", "median price, second-price"),
        ("A01", "mean value"),
        ("A04", "mean price"),
        ("A04", "variance of price"),
        ("A05", "mean revenue"),
        ("A12", "winner profit first-price (naive, bidding twice)"),
        ("A12", "second-price minus English"),
        ("A12", "mean revenue, first-price minus English"),
        ("C04", "number of listings opened"),
        ("D05", "log of NAV_t"),
        ("D05", "P(K<NAV_t)"),
        ("D05", "P(K > NAV_t)"),
        ("D04", "NAV to price at age t"),
        ("D03", "committed to paid-in capital at year t"),
        ("A06", "revenue gain of second-price over first-price"),
        ("A12", "common value less mean revenue, English"),
        ("E01", "P(price(n)<price(n+1)) with common draws"),
        ("E01", "E[price(n)-price(n+1)]"),
        ("E05", "mean revenue without"),
        ("E05", "mean price, with ROFR, first"),
        ("F01", "correlation"),
        ("S06", "mean gain"),
        ("F01", "variance of difference"),
    ],
)
def test_words_that_may_mean_something_else_are_not_taken_for_it(family, said):
    assert len(meant_by(FAMILIES[family], said)) != 1


@pytest.mark.parametrize(
    ("family", "said", "params", "fits"),
    [
        ("B02", "mean time to sale", {"lam": 2, "rho": 0.1}, "mean time to sale at R*"),
        ("B02", "mean time to sale", {"lam": 2, "R": 0.1}, "mean time to sale at R"),
        ("B04", "seller value", {"bidders": "fixed", "n": 2, "beta": 0.9, "relist_cost": 0}, "seller value at r*"),
        ("D03", "TVPI", FUND, "TVPI at end"),
        ("D03", "TVPI", {**FUND, "t": 2}, "TVPI at year t"),
        ("D06", "CIF cause 1", {"h1": 0.1, "h2": 0.2, "t": 3}, "CIF cause 1, exponential"),
    ],
)
def test_parameters_tell_which_of_several_quantities_is_meant(family, said, params, fits):
    assert len(meant_by(FAMILIES[family], said)) > 1
    case = Case(id="X", family=family, quantity=said, params=params, expected=1.0)
    assert ask(case).question == FAMILIES[family][fits]


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_no_two_quantities_of_a_family_come_to_the_same_words(family):
    questions = {}
    for name, question in FAMILIES[family].items():
        assert words(name)
        assert questions.setdefault(words(name), question) == question, name


def test_what_nothing_was_sold_for_is_refused():
    case = Case(id="X", family="A04", quantity="mean price if sold", params={"n": 2, "reserve": 1.5}, expected=1.0)
    assert "there is no such number" in check([case], replications=1_000, seed=1)[0].refusal.text()
