"""Variances, medians, shares and reserves in families whose published points ask for means, by a second route."""

from math import exp, expm1, log, sqrt

import numpy as np
import pytest
from scipy.integrate import dblquad, quad
from scipy.optimize import brentq
from scipy.stats import binom, norm

from sfund_sim.lab.cases import Case
from sfund_sim.lab.check import check

FUND = {"CC": 100, "RC": [0.3, 0.5], "L": 5, "B": 2.0, "G": 0.1}


def revenue(n, reserve):
    """Virtual values over the law of the best, uniform values."""
    return quad(lambda x: (2 * x - 1) * n * x ** (n - 1), reserve, 1)[0]


def poisson_revenue(lam, reserve):
    return quad(lambda x: (2 * x - 1) * lam * exp(-lam * (1 - x)), reserve, 1)[0]


def thinned_revenue(q, reserve):
    """Two investors, each reached with chance q: the reserve if sold, and what two of them add."""
    return reserve * sold(q, reserve) + quad(lambda x: (q * (1 - x)) ** 2, reserve, 1)[0]


def sold(q, reserve):
    return 1 - (1 - q * (1 - reserve)) ** 2


def within_budget(budget, reserve):
    """Two bidders of a common budget who pay the next bid."""
    return reserve * (1 - reserve**2) + quad(lambda x: (1 - x) ** 2, reserve, budget)[0]


def jump(budget, reserve):
    """Value at which one of two is indifferent between shading and its whole budget, ties by lot."""

    def gain(v):
        return (v - budget) * (1 + v) / 2 - quad(lambda x: x, reserve, v)[0]

    return brentq(gain, budget, 1)


def own_bids_within_budget(budget, reserve):
    def bid(v):
        return v - quad(lambda x: x, reserve, v)[0] / v

    turn = jump(budget, reserve)
    return quad(lambda v: bid(v) * 2 * v, reserve, turn)[0] + budget * (1 - turn**2)


def entry(cost, reserve):
    """Chance at which entering brings one of two what it costs."""
    alone = quad(lambda x: 1 - x, reserve, 1)[0]
    against = quad(lambda x: (1 - x) * x, reserve, 1)[0]
    return brentq(lambda p: (1 - p) * alone + p * against - cost, 0, 1)


def price_by_rungs(n, increment, reserve):
    """Mean price of a clock, pair by pair of the best bidder's rung and that of the next; -1 for below the reserve."""
    rungs = int((1 - reserve) / increment) + 1
    top = np.append(reserve + increment * np.arange(rungs), 1.0)
    below = dict(enumerate(top[1:])) | {-1: reserve, -2: 0.0}
    total = 0.0
    for best in range(rungs):
        alone = 0.0
        for next_best in range(-1, best):
            chance = (
                n * (below[best] - below[best - 1]) * (below[next_best] ** (n - 1) - below[next_best - 1] ** (n - 1))
            )
            total += chance * (reserve + (next_best + 1) * increment)
            alone += chance
        tied = below[best] ** n - below[best - 1] ** n - alone
        total += tied * (reserve + best * increment)
    return total


def second_of(n, u):
    """Chance that the second best of n uniforms is above u."""
    return binom.sf(1, n, 1 - u)


def english_loss_of_three():
    """Chance that the mean of the lowest and the middle of three errors on (-1, 1) is above 0."""
    return dblquad(lambda middle, low: 6 / 8 * (1 - middle), -1, 1, lambda low: max(low, -low), lambda low: 1)[0]


def flows(years):
    """Calls, payments and NAV of the fund by hand."""
    paid_in, nav, rows = 0.0, 0.0, []
    for year in range(1, years + 1):
        call = (0.3 if year == 1 else 0.5) * (100 - paid_in)
        out = nav * 1.1 * (year / 5) ** 2
        paid_in, nav = paid_in + call, nav * 1.1 + call - out
        rows.append((call, out, nav))
    return np.array(rows).T


def pme(years, m):
    calls, paid, nav = flows(years)
    index = (1 + m) ** np.arange(1, years + 1)
    return ((paid / index).sum() + nav[-1] / index[-1]) / (calls / index).sum()


def quarterly(years):
    """What the fund has paid out after some years of quarters that compound to the yearly rates."""
    unfunded, nav, total = 100.0, 0.0, 0.0
    for year in range(1, years + 1):
        called, paid = (0.3 if year == 1 else 0.5), (year / 5) ** 2
        for _ in range(4):
            grown = nav * 1.1**0.25
            call, out = unfunded * (1 - (1 - called) ** 0.25), grown * (1 - (1 - paid) ** 0.25)
            unfunded, nav, total = unfunded - call, grown + call - out, total + out
    return total


def discount(age, required):
    calls, paid, _ = flows(5)
    later = np.arange(1, 5 - age + 1)
    worth = ((paid - calls)[age:] / (1 + required) ** later).sum() + flows(5)[2][-1] / (1 + required) ** later[-1]
    return 1 - worth / flows(age)[2][-1]


OFFERS = {"lam": 2, "R": 0.75}
SEARCH = {"lam": 2, "rho": 0.1, "h": 0}
BEST = (2.1 - sqrt(2.1**2 - 2.0**2)) / 2.0
AT = {"bidders": "fixed", "n": 2, "beta": 0.9, "relist_cost": 0.1, "reserve": 0.6}
ALONE = {"bidders": "fixed", "n": 1, "beta": 1.0, "relist_cost": 0.02}
R = 1 - sqrt(0.02)
FLOORED = {"n": 2, "floor": 0.9, "listing_length": 0.5}
UNSOLD = 0.81
VOTES = {"n": 4, "p": 0.3}
AGREED, SOME_AGREED = 0.7**4, binom.sf(2, 4, 0.7)
TIMED = {"lam": 2, "window": 0.4}
GBM = {"N0": 1.5, "mu": 0.05, "sigma": 0.3, "t": 2}

POINTS = [
    (
        "A10",
        "mean revenue second-price, common budget",
        {"n": 2, "budget": 0.6, "reserve": 0.3},
        within_budget(0.6, 0.3),
    ),
    ("A10", "threshold type vhat", {"n": 2, "budget": 0.4, "reserve": 0.3}, jump(0.4, 0.3)),
    (
        "A10",
        "mean revenue first-price, common budget",
        {"n": 2, "budget": 0.4, "reserve": 0.3},
        own_bids_within_budget(0.4, 0.3),
    ),
    (
        "A10",
        "mean revenue second-price, private U(0,1) budgets",
        {"n": 2, "reserve": 0.3},
        0.3 * (1 - (1 - 0.7**2) ** 2) + quad(lambda x: (1 - x) ** 4, 0.3, 1)[0],
    ),
    ("A11", "P(winner loses), naive first-price bid x+1/2", {}, 0.75),
    ("A11", "P(winner loses), naive second-price bid x+1/2", {}, 0.25),
    ("A11", "P(winner loses), first-price", {}, 0.0),
    ("A12", "P(winner loses), first-price", {"n": 4, "eps": 2}, 0.0),
    ("A12", "P(winner loses), second-price", {"n": 4, "eps": 2}, second_of(4, 0.75)),
    ("A12", "P(winner loses), English", {"n": 3, "eps": 2}, english_loss_of_three()),
    ("A12", "P(winner loses), naive first-price (bid own signal)", {"n": 4, "eps": 2}, 1 - 2**-4),
    ("A12", "P(winner loses), naive second-price (bid own signal)", {"n": 4, "eps": 2}, second_of(4, 0.5)),
    ("A15", "equilibrium entry probability", {"N": 2, "cost": 0.15, "reserve": 0.2}, entry(0.15, 0.2)),
    (
        "A15",
        "mean revenue in equilibrium",
        {"N": 2, "cost": 0.15, "reserve": 0.2},
        thinned_revenue(entry(0.15, 0.2), 0.2),
    ),
    (
        "A17",
        "mean price if sold",
        {"n": 2, "q": 0.5, "reserve": 0.4},
        thinned_revenue(0.5, 0.4) / sold(0.5, 0.4),
    ),
    ("A17", "mean revenue, first-price", {"n": 2, "q": 0.5, "reserve": 0.4}, thinned_revenue(0.5, 0.4)),
    (
        "A17",
        "mean price if sold, first-price",
        {"n": 2, "q": 0.5, "reserve": 0.4},
        thinned_revenue(0.5, 0.4) / sold(0.5, 0.4),
    ),
    ("A17", "mean revenue, exactly K of n reached", {"n": 5, "K": 2, "reserve": 0.4}, revenue(2, 0.4)),
    (
        "A17",
        "price loss from disclosing to K of n at random",
        {"n": 5, "K": 2, "reserve": 0.4},
        revenue(5, 0.4) - revenue(2, 0.4),
    ),
    ("A19", "mean price", {"n": 3, "increment": 0.25, "reserve": 0.3}, price_by_rungs(3, 0.25, 0.3)),
    ("A19", "mean price", {"n": 2, "increment": 0.2, "reserve": 0.5}, price_by_rungs(2, 0.2, 0.5)),
    ("A20", "P(at least k extensions)", {**TIMED, "k": 2}, expm1(-0.8) ** 2),
    ("A20", "P(exactly k extensions)", {**TIMED, "k": 1}, -expm1(-0.8) * exp(-0.8)),
    ("B02", "variance of time to sale at R", OFFERS, 4.0),
    ("B02", "median time to sale at R", OFFERS, 2 * log(2)),
    ("B02", "mean number of offers at R", OFFERS, 4.0),
    ("B02", "P(unsold after k offers) at R", {**OFFERS, "k": 3}, 0.75**3),
    ("B02", "median time to sale at R*", SEARCH, log(2) / (2 * (1 - BEST))),
    ("B02", "mean number of offers at R*", SEARCH, 1 / (1 - BEST)),
    ("B04", "variance of number of listings at r*", ALONE, R / 0.02),
    ("B04", "P(unsold after k listings) at r*", {**ALONE, "k": 3}, R**3),
    ("B04", "variance of number of listings at given reserve", AT, 0.36 / 0.64**2),
    ("B04", "mean sale price at given reserve", AT, revenue(2, 0.6) / 0.64),
    ("B04", "P(unsold after k listings) at given reserve", {**AT, "k": 2}, 0.36**2),
    ("D02", "contribution in year t (quarterly)", {**FUND, "t": 2}, 35.0),
    ("D02", "distribution in year t (quarterly)", {**FUND, "t": 1}, quarterly(1)),
    ("D02", "distribution in year t (quarterly)", {**FUND, "t": 3}, quarterly(3) - quarterly(2)),
    ("D02", "distribution in year t (quarterly)", {**FUND, "t": 5}, quarterly(5) - quarterly(4)),
    ("D03", "IRR at year t", {**FUND, "t": 3}, 0.1),
    ("D03", "KS-PME at year t", {**FUND, "t": 3, "m": 0.04}, pme(3, 0.04)),
    ("D03", "direct alpha at year t", {**FUND, "t": 3, "m": 0.04}, log(1.1 / 1.04)),
    ("D03", "paid-in to committed capital at year t", {**FUND, "t": 3}, 0.825),
    ("D04", "implied IRR at age t", {**FUND, "t": 3, "discount": discount(3, 0.25)}, 0.25),
    ("D04", "required IRR that gives a discount at age t", {**FUND, "t": 4, "discount": discount(4, 0.2)}, 0.2),
    ("D05", "median NAV_t", GBM, 1.5 * exp((0.05 - 0.045) * 2)),
    ("D05", "quantile of NAV_t at p", {**GBM, "p": 0.1}, 1.5 * exp(0.01 + 0.3 * sqrt(2) * norm.ppf(0.1))),
    ("D05", "Var[D_t], stochastic-growth TA", {**FUND, "t": 2, "sigma": 0.2}, (33 * 0.16) ** 2 * expm1(0.04)),
    (
        "E02",
        "mean price if sold",
        {"lam": 2, "window": 2, "qualify": 0.5, "floor": 0.7},
        poisson_revenue(2, 0.7) / -expm1(-0.6),
    ),
    (
        "E02",
        "mean revenue, first-price with floor",
        {"lam": 2, "window": 2, "qualify": 0.5, "floor": 0.7},
        poisson_revenue(2, 0.7),
    ),
    (
        "E02",
        "mean price if sold, first-price",
        {"lam": 2, "window": 2, "qualify": 0.5, "floor": 0.7},
        poisson_revenue(2, 0.7) / -expm1(-0.6),
    ),
    ("E03", "mean sale price, first-price", FLOORED, revenue(2, 0.9) / (1 - UNSOLD)),
    ("E03", "variance of time to sale", FLOORED, 0.25 * UNSOLD / (1 - UNSOLD) ** 2),
    ("E03", "variance of number of listings", FLOORED, UNSOLD / (1 - UNSOLD) ** 2),
    ("E03", "median time to sale", FLOORED, 4 * 0.5),
    ("E03", "P(unsold after k listings)", {**FLOORED, "k": 3}, UNSOLD**3),
    ("E04", "variance of number of consecutive extensions", VOTES, AGREED / (1 - AGREED) ** 2),
    (
        "E04",
        "variance of number of consecutive extensions, at least m consent",
        {**VOTES, "m": 3},
        SOME_AGREED / (1 - SOME_AGREED) ** 2,
    ),
    ("E04", "P(exactly k consecutive extensions)", {**VOTES, "k": 1}, AGREED * (1 - AGREED)),
    ("E04", "P(at least k consecutive extensions), at least m consent", {**VOTES, "m": 3, "k": 2}, SOME_AGREED**2),
    (
        "E04",
        "P(exactly k consecutive extensions), at least m consent",
        {**VOTES, "m": 3, "k": 2},
        SOME_AGREED**2 * (1 - SOME_AGREED),
    ),
]


@pytest.mark.parametrize(("family", "quantity", "params", "expected"), POINTS, ids=lambda value: str(value)[:40])
def test_a_quantity_beside_the_means_is_answered_rightly(family, quantity, params, expected, recwarn):
    case = Case(id="further", family=family, quantity=quantity, params=params, expected=float(expected))
    verdict = check([case], replications=12_000, seed=5)[0]
    assert verdict.passed, (verdict.found, verdict.se, verdict.z, verdict.refusal)
    assert not recwarn.list
