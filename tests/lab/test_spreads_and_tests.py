"""How prices spread and what reserves waste; cumulative hazards, limits and the log-rank test, by a second route."""

from math import exp, expm1, log, sqrt

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.stats import norm

from sfund_sim.lab.cases import Case
from sfund_sim.lab.check import check

MAINTAINED = {"time": [9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161], "status": [1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0]}
OTHERS = {"time": [5, 5, 8, 8, 12, 16, 23, 27, 30, 33, 43, 45], "status": [1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1]}
BOTH = {key: MAINTAINED[key] + OTHERS[key] for key in ("time", "status")} | {"group": ["m"] * 11 + ["n"] * 12}
"""The two arms of the aml data; R: survdiff(Surv(time, status) ~ x, data = aml) gives chi-square 3.4, p 0.0653."""


def log_rank():
    """Observed less expected deaths, and the hypergeometric variance, time by time."""
    time, ended, first = np.array(BOTH["time"]), np.array(BOTH["status"]) == 1, np.array(BOTH["group"]) == "m"
    off = spread = 0.0
    for at in np.unique(time[ended]):
        here, at_risk = ended & (time == at), time >= at
        deaths, all_risk, own = here.sum(), at_risk.sum(), (at_risk & first).sum()
        off += (here & first).sum() - deaths * own / all_risk
        if all_risk > 1:
            spread += deaths * own * (all_risk - own) * (all_risk - deaths) / all_risk**2 / (all_risk - 1)
    return off**2 / spread


def limit(sign):
    """Limit of survival at 13, where one of 11 and one of 10 have ended."""
    survived, error = 10 / 11 * 9 / 10, sqrt(1 / (11 * 10) + 1 / (10 * 9))
    return survived ** exp(sign * norm.ppf(0.975) * error / log(survived))


def log_limit(sign):
    """The same on the scale of the logarithm."""
    return 10 / 11 * 9 / 10 * exp(sign * norm.ppf(0.975) * sqrt(1 / (11 * 10) + 1 / (10 * 9)))


def within_budget(v):
    """First-price bid of one of two with a budget of 0.3, who bids it all from 3/7 on."""
    return v / 2 if v < 3 / 7 else 0.3


def deepest(years):
    """Lowest sum of all flows so far of the fund below, and its highest NAV."""
    paid_in, nav, total, sums, navs = 0.0, 0.0, 0.0, [], []
    for year in range(1, years + 1):
        call = (0.3 if year == 1 else 0.5) * (100 - paid_in)
        out = nav * 1.1 * (year / 5) ** 2
        paid_in, nav, total = paid_in + call, nav * 1.1 + call - out, total + out - call
        sums.append(total)
        navs.append(nav)
    return min(sums), max(navs)


def second_moment(reserve, two, sold):
    """Of a price: the reserve if sold, and what two who would pay more add."""
    return reserve**2 * sold + quad(lambda x: 2 * x * two(x), reserve, 1)[0]


def revenue(n, reserve):
    return quad(lambda x: (2 * x - 1) * n * x ** (n - 1), reserve, 1)[0]


def own_bid(v):
    """First-price bid of one of two at a reserve of 0.3."""
    return (v * v + 0.09) / (2 * v)


def poisson_revenue(reserve):
    return quad(lambda x: (2 * x - 1) * 3 * exp(-3 * (1 - x)), reserve, 1)[0]


def poisson_two(x):
    return 1 - exp(-3 * (1 - x)) * (1 + 3 * (1 - x))


def of_best(of, start):
    """Integral over the law of the best of a Poisson number with mean 3."""
    return quad(lambda v: of(v) * 3 * exp(-3 * (1 - v)), start, 1)[0]


SPREAD = second_moment(0.3, lambda x: (1 - x) ** 2, 1 - 0.09) - revenue(2, 0.3) ** 2
OWN_SPREAD = quad(lambda v: own_bid(v) ** 2 * 2 * v, 0.3, 1)[0] - revenue(2, 0.3) ** 2
POISSON_SPREAD = second_moment(0.3, poisson_two, -expm1(-2.1)) - poisson_revenue(0.3) ** 2
POISSON_OWN_SPREAD = of_best(lambda v: (v + expm1(-3 * (v - 0.3)) / 3) ** 2, 0.3) - poisson_revenue(0.3) ** 2
AVERSE = of_best(lambda v: v + expm1(-6 * (v - 0.3)) / 6, 0.3)
PAIR = {"n": 2, "reserve": 0.3}
UNKNOWN = {"lam": 3, "reserve": 0.3}
FUND = {"CC": 100, "RC": [0.3, 0.5], "L": 5, "B": 2.0, "G": 0.1}
MOVES = {
    "data": {"id": [1, 2, 3, 4], "t1": [0, 0, 0, 0], "t2": [1, 2.5, 4, 5], "st": [1, 1, 1, 1]},
    "initial": "entry",
    "state": "entry",
}
"""Four subjects who leave the first state one after another."""
WEIBULLS = {"shape1": 2, "scale1": 2, "shape2": 1, "scale2": 4}


def stays(t):
    return exp(-((t / 2) ** 2) - t / 4)


POINTS = [
    ("A01", "efficiency, ascending", {"n": 3}, 1.0),
    ("A01", "mean surplus loss, first-price", {"n": 3}, 0.0),
    ("A02", "standard deviation of price, second-price", {"n": 3}, sqrt(0.05)),
    ("A02", "standard deviation of price, descending", {"n": 3}, sqrt(1 / 60)),
    ("A02", "median price, ascending", {"n": 3}, 0.5),
    ("A02", "median price, first-price", {"n": 3}, 2 / 3 * 0.5 ** (1 / 3)),
    ("A02", "quantile of price at p, first-price", {"n": 3, "p": 0.1}, 2 / 3 * 0.1 ** (1 / 3)),
    ("A04", "variance of revenue (0 if unsold), ascending", PAIR, SPREAD),
    ("A04", "standard deviation of revenue, second-price", PAIR, sqrt(SPREAD)),
    ("A04", "variance of revenue, first-price", PAIR, OWN_SPREAD),
    ("A04", "median price if sold, second-price", PAIR, 1 - sqrt(0.91 / 2)),
    ("A04", "median price if sold, descending", PAIR, own_bid(sqrt(1.09 / 2))),
    ("A04", "quantile of price if sold at p, second-price", {**PAIR, "p": 0.3}, 0.3),
    ("A04", "efficiency, second-price", {"n": 2, "reserve": 0.5}, 1 - 0.5**3),
    ("A04", "mean surplus loss, first-price", {"n": 2, "reserve": 0.5}, 2 / 3 * 0.5**3),
    (
        "A04",
        "mean revenue plus seller value if unsold, ascending",
        {"n": 2, "reserve": 0.6, "seller_value": 0.2},
        revenue(2, 0.6) + 0.2 * 0.36,
    ),
    ("A05", "variance of revenue, second-price", UNKNOWN, POISSON_SPREAD),
    ("A05", "variance of revenue, first-price with unknown N", UNKNOWN, POISSON_OWN_SPREAD),
    ("A05", "mean revenue, first-price with unknown N", {**UNKNOWN, "crra_exponent": 0.5}, AVERSE),
    ("A05", "median price if sold, second-price", {**UNKNOWN, "reserve": 0.9}, 0.9),
    ("A05", "efficiency, second-price", UNKNOWN, of_best(lambda v: v, 0.3) / of_best(lambda v: v, 0)),
    (
        "A05",
        "mean surplus loss, first-price with unknown N",
        UNKNOWN,
        of_best(lambda v: v, 0) - of_best(lambda v: v, 0.3),
    ),
    (
        "A05",
        "mean revenue plus seller value if unsold, second-price",
        {**UNKNOWN, "seller_value": 0.2},
        poisson_revenue(0.3) + 0.2 * exp(-2.1),
    ),
    ("A04", "efficiency loss", {"n": 2, "reserve": 0.5}, 2 / 3 * 0.5**3),
    ("A04", "variance of revenue", PAIR, SPREAD),
    (
        "A04",
        "seller's expected profit with own value c",
        {"n": 2, "reserve": 0.6, "seller_value": 0.2},
        revenue(2, 0.6) + 0.2 * 0.36,
    ),
    ("A06", "mean revenue ascending", {"n": 3, "reserve": 0.3}, revenue(3, 0.3)),
    ("A06", "revenue gain of first-price over second-price", {"n": 2, "crra_exponent": 0.5}, 4 / 9 - 1 / 3),
    ("A06", "probability of sale", {"n": 2, "reserve": 0.5}, 0.75),
    (
        "A10",
        "revenue difference first-price minus second-price, common budget",
        {"n": 2, "budget": 0.3},
        quad(lambda v: within_budget(v) * 2 * v, 0, 1, points=[3 / 7])[0] - quad(lambda x: (1 - x) ** 2, 0, 0.3)[0],
    ),
    ("A10", "P(some bidder bids the budget), first-price", {"n": 2, "budget": 0.3}, 1 - (3 / 7) ** 2),
    ("A11", "mean revenue English", {"n": 2}, 2 / 3),
    ("A11", "winner profit English", {}, 1 / 3),
    ("A12", "mean revenue, English minus first-price", {"n": 4, "eps": 12}, 12 / 5),
    ("A15", "P(no entry)", {"N": 2, "cost": 1 / 3}, 0.25),
    ("A17", "mean number reached", {"n": 10, "q": 0.3}, 3.0),
    (
        "A17",
        "revenue loss from directed disclosure (q<1)",
        {"n": 2, "q": 0.3, "reserve": 0.4},
        revenue(2, 0.4) - 0.4 * (1 - 0.82**2) - quad(lambda x: 0.09 * (1 - x) ** 2, 0.4, 1)[0],
    ),
    ("A19", "probability that the highest value wins", {"n": 2, "increment": 0.25}, 1 - 0.25 / 2),
    ("A19", "probability of sale", {"n": 2, "increment": 0.25, "reserve": 0.5}, 0.75),
    ("D01", "peak NAV", FUND, deepest(5)[1]),
    ("D01", "lowest cumulative net cash flow", FUND, deepest(5)[0]),
    ("D01", "rate of distribution RD_t", {**FUND, "t": 3}, 0.36),
    ("D01", "rate of distribution RD_t", {**FUND, "t": 1, "Y": 0.05}, 0.05),
    ("D02", "IRR incl. terminal NAV (quarterly)", FUND, 0.1),
    ("D03", "IRR at year t (incl. NAV)", {**FUND, "t": 2}, 0.1),
    ("D03", "PIC at year t", {**FUND, "t": 3}, 0.825),
    ("E02", "mean number of acceptable bids", {"lam": 2, "window": 3, "qualify": 0.7, "floor": 0.6}, 1.68),
    ("F01", "variance reduction factor", {"n": 2}, (1 / 18 + 1 / 20) / (1 / 18 + 1 / 20 - 2 / 30)),
    ("D08", "expected time in state up to t", {**MOVES, "t": 3}, 1 + 0.75 * 1.5 + 0.5 * 0.5),
    ("D06", "CIF cause 3, exponential", {"h1": 0.1, "h2": 0.2, "h3": 0.3, "t": 2}, -0.5 * expm1(-1.2)),
    ("D06", "P(cause 1 ever), exponential", {"h1": 0.1, "h2": 0.2}, 1 / 3),
    ("D06", "P(cause 1 ever), exponential", {"h1": 0, "h2": 0}, 0.0),
    ("D06", "mean time to exit, exponential", {"h1": 0.1, "h2": 0.2}, 10 / 3),
    ("D06", "median time to exit, exponential", {"h1": 0.1, "h2": 0.2}, log(2) * 10 / 3),
    ("D06", "P(cause 2 ever), Weibull", WEIBULLS, quad(lambda t: stays(t) / 4, 0, np.inf)[0]),
    ("D06", "mean time to exit, Weibull", WEIBULLS, quad(stays, 0, np.inf)[0]),
    ("D06", "median time to exit, Weibull", WEIBULLS, brentq(lambda t: stays(t) - 0.5, 0, 5)),
    ("D07", "Nelson-Aalen cumulative hazard at t", {**MAINTAINED, "t": 13}, 1 / 11 + 1 / 10),
    ("D07", "Nelson-Aalen cumulative hazard", {**MAINTAINED, "t": 8}, 0.0),
    ("D07", "Nelson-Aalen cumulative hazard", {**OTHERS, "t": 8}, 2 / 12 + 2 / 10),
    ("D07", "standard error of Nelson-Aalen cumulative hazard", {**MAINTAINED, "t": 13}, sqrt(1 / 121 + 1 / 100)),
    ("D07", "lower 95% confidence limit (log-log)", {**MAINTAINED, "t": 13}, limit(-1)),
    ("D07", "upper 95% confidence limit (log-log)", {**MAINTAINED, "t": 13}, limit(1)),
    ("D07", "lower 95% confidence limit (log)", {**MAINTAINED, "t": 13}, log_limit(-1)),
    ("D07", "upper 95% confidence limit (log)", {**MAINTAINED, "t": 13}, min(log_limit(1), 1.0)),
    ("D07", "number of events by t", {**MAINTAINED, "t": 23}, 4),
    ("D07", "log-rank chi-square", BOTH, log_rank()),
    ("D07", "log-rank p-value", BOTH, 2 * norm.sf(sqrt(log_rank()))),
    ("E01", "P(price(n+1)<price(n)) with common draws", {"n": 2, "reserve": 0.5}, 0.0),
]


@pytest.mark.parametrize(("family", "quantity", "params", "expected"), POINTS, ids=lambda value: str(value)[:40])
def test_a_quantity_is_answered_rightly(family, quantity, params, expected, recwarn):
    case = Case(id="further", family=family, quantity=quantity, params=params, expected=float(expected))
    verdict = check([case], replications=12_000, seed=5)[0]
    assert verdict.passed, (verdict.found, verdict.se, verdict.z, verdict.refusal)
    assert not recwarn.list


def test_the_log_rank_of_the_aml_arms_is_the_published_one():
    assert log_rank() == pytest.approx(3.396389, abs=1e-6)


@pytest.mark.parametrize(
    ("quantity", "params", "said"),
    [
        ("log-rank chi-square", {**BOTH, "group": ["m"] * 23}, "name two groups"),
        ("log-rank chi-square", {**BOTH, "group": ["m", "n"]}, "as long as time"),
        ("lower 95% confidence limit", {**MAINTAINED, "t": 13}, "may be one of several"),
        ("lower 95% confidence limit, log-log", {**MAINTAINED, "t": 1}, "no such number"),
    ],
)
def test_what_has_no_answer_is_refused(quantity, params, said):
    case = Case(id="further", family="D07", quantity=quantity, params=params, expected=1.0)
    assert said in check([case], replications=100, seed=5)[0].refusal.text()
