"""How an answer is judged: by which error or tolerance, and when the lab says that it cannot tell."""

from math import exp, expm1, sqrt

import pytest

from sfund_sim.lab.cases import Case
from sfund_sim.lab.check import check

REVENUE = {"family": "A04", "quantity": "mean revenue (0 if unsold)"}
RARE = {**REVENUE, "params": {"n": 1, "reserve": 12.0, "dist": "exponential"}, "expected": 12 * exp(-12)}
SEARCH = {"lam": 2, "rho": 0.1, "h": 0}
FUND = {"CC": 100, "RC": [0.25, 0.5], "L": 8, "B": 2.0, "G": 0.1}


def judged(replications=10_000, seed=1, **case):
    return check([Case(id="X1", **case)], replications=replications, seed=seed)[0]


def test_a_heavy_tail_that_the_sample_missed_is_judged_by_the_error_that_the_case_states():
    """The fourth moment of a lognormal value lies where hardly a sample reaches; so its own error is far too small."""
    spread, years, size = 0.6, 10, 10_000
    w = exp(spread**2 * years)
    variance = expm1(spread**2 * years)
    sd = sqrt(w**6 - 4 * w**3 + 6 * w - 3 - variance**2)
    case = {"family": "D05", "quantity": "Var[NAV_t]", "params": {"N0": 1, "mu": 0, "sigma": spread, "t": years}}
    given = {**case, "expected": variance}
    errors = [
        {"sd_per_replication": sd},
        {"se_at_100k": sd / sqrt(100_000)},
        {"tolerance": 4 * sd / sqrt(100_000)},
    ]
    alone = [judged(size, seed, **given) for seed in range(1, 16)]
    assert any(verdict.failed for verdict in alone)
    for seed, verdict in enumerate(alone, start=1):
        stated = [judged(size, seed, **given, **error) for error in errors]
        assert all(one.passed for one in stated)
        assert [one.se for one in stated] == pytest.approx([sd / 100] * 3)
        assert verdict.se < sd / 100


def test_a_sample_that_varies_more_than_its_case_says_is_judged_by_the_sample():
    case = {**REVENUE, "params": {"n": 2, "reserve": 0.5}, "expected": 5 / 12}
    assert judged(**case, sd_per_replication=0.01).se == judged(**case).se


@pytest.mark.parametrize(
    ("case", "found"),
    [
        (RARE, "0"),
        (
            {
                "family": "A10",
                "quantity": "mean revenue second-price, common budget",
                "params": {"n": 10, "budget": 0.2},
                "expected": 0.19999991435636366,
            },
            "0.2",
        ),
        (
            {
                "family": "E04",
                "quantity": "mean number of consecutive extensions",
                "params": {"n": 49, "p": 0.33},
                "expected": 1e-6,
            },
            "0",
        ),
    ],
)
def test_what_did_not_happen_once_is_neither_right_nor_wrong(case, found):
    verdict = judged(**case)
    assert not verdict.failed
    assert f"all 10,000 replications gave {found}, and what would make it" in verdict.refusal.text()
    assert "过于罕见" in verdict.refusal.text("zh")
    stated = judged(**case, sd_per_replication=0.03)
    assert stated.passed
    assert stated.se == pytest.approx(0.0003)


def test_a_sample_without_spread_that_is_far_off_fails():
    sure = {**REVENUE, "params": {"n": 2, "reserve": 1.5, "dist": "uniform"}}
    assert judged(**sure, expected=0.0).passed
    assert judged(**sure, expected=3e-9).passed
    assert judged(**sure, expected=0.2).failed
    assert judged(**sure, expected=1e-5, tolerance=1e-6).failed
    one = {"family": "A04", "quantity": "probability of sale", "params": {"n": 2, "reserve": 0.0}}
    assert judged(**one, expected=0.0).failed


@pytest.mark.parametrize(
    ("family", "quantity", "params", "expected"),
    [
        ("B02", "optimal reservation price R* (= value)", SEARCH, 0.729843788128),
        (
            "B04",
            "seller value at r*",
            {"bidders": "Fixed", "n": 1, "beta": 1.0, "relist_cost": 0.02},
            (1 - sqrt(0.02)) ** 2,
        ),
    ],
)
def test_what_can_be_computed_is_held_to_the_tolerance_of_a_deterministic_case(family, quantity, params, expected):
    case = {"family": family, "quantity": quantity, "params": params}
    right = judged(**case, expected=expected, kind="deterministic", tolerance=1e-8)
    assert (right.passed, right.se, right.z) == (True, None, None)
    assert judged(**case, expected=expected + 1e-6, kind="deterministic", tolerance=1e-8).failed
    assert judged(**case, expected=expected + 1e-6, kind="monte-carlo").passed


@pytest.mark.parametrize(
    ("family", "quantity", "params", "expected"),
    [
        ("A04", "probability of sale", {"n": 2, "reserve": 0.5}, 0.75),
        ("A04", "probability unsold", {"n": 30, "reserve": 0.1}, 1e-30),
        ("A04", "mean revenue (0 if unsold)", {"n": 2, "reserve": 0.5}, 5 / 12),
        ("A04", "mean revenue, first-price", {"n": 2, "reserve": 0.5}, 5 / 12),
        ("A05", "probability unsold", {"lam": 80, "reserve": 0.1}, exp(-72)),
        ("A17", "probability unsold", {"n": 40, "q": 0.6}, 0.4**40),
        ("A17", "probability of sale", {"n": 3, "q": 1e-7}, 1 - (1 - 1e-7) ** 3),
        ("A19", "mean price", {"n": 2, "increment": 0.5}, 0.375),
        ("E02", "P(at least one acceptable bid)", {"lam": 2, "window": 3, "qualify": 0.5, "floor": 0.2}, -expm1(-2.4)),
        ("E03", "P(listing fails)", {"n": 20, "floor": 0.1, "listing_length": 1}, 1e-20),
        ("E03", "mean time to sale", {"n": 2, "floor": 0.5, "listing_length": 3}, 4.0),
        ("E04", "P(unanimous consent)", {"n": 30, "p": 0.6}, 0.4**30),
        ("E04", "mean number of consecutive extensions", {"n": 2, "p": 0.5}, 1 / 3),
        ("A20", "mean number of extensions", {"lam": 1, "window": 1}, expm1(1)),
    ],
)
def test_what_theory_knows_of_an_experiment_is_computed_where_a_case_asks_for_it(family, quantity, params, expected):
    case = {"family": family, "quantity": quantity, "params": params, "kind": "deterministic"}
    verdict = judged(**case, expected=expected)
    assert (verdict.passed, verdict.se) == (True, None), (verdict.found, verdict.refusal)
    assert verdict.found == pytest.approx(expected, rel=1e-8)
    assert judged(**case, expected=expected + 1e-6).failed


@pytest.mark.parametrize(
    ("family", "quantity", "params", "right"),
    [
        ("A17", "probability unsold", {"n": 40, "q": 0.6}, 0.4**40),
        ("A04", "probability of sale", {"n": 40, "reserve": 0.7}, 1 - 0.7**40),
        ("E04", "P(unanimous consent)", {"n": 30, "p": 0.6}, 0.4**30),
    ],
)
def test_a_probability_too_small_for_a_sample_is_held_to_the_computed_one_too(family, quantity, params, right):
    case = {"family": family, "quantity": quantity, "params": params, "tolerance": 1e-3}
    assert judged(**case, expected=right).passed
    assert judged(**case, expected=right).se > 0
    wrong = judged(**case, expected=right + 0.01 * min(right, 1 - right))
    assert (wrong.failed, wrong.se) == (True, None)
    assert wrong.found == pytest.approx(right, rel=1e-12)


def test_a_simulated_quantity_is_not_held_to_an_absolute_tolerance():
    case = {"family": "A02", "quantity": "variance of price, second-price", "params": {"n": 2}, "expected": 1 / 18}
    verdict = judged(**case, tolerance=1e-10, kind="deterministic")
    assert "the lab simulates this quantity" in verdict.refusal.text()
    assert "“monte-carlo”" in verdict.refusal.text("zh")


@pytest.mark.parametrize(
    ("family", "quantity", "params", "said", "said_zh"),
    [
        ("D04", "discount to NAV at age t", {"t": 1, "required_irr": 0.2, "RC": [0.0, 0.5]}, "no NAV", "没有定义"),
        ("D04", "price at age t", {"t": 1, "required_irr": 0.2, "RC": [0.0, 0.5]}, "no NAV", "没有定义"),
        ("D03", "TVPI at year t", {"t": 1, "RC": [0.0, 0.5]}, "nothing has been paid in", "尚未实缴"),
        ("D03", "RVPI at end", {"RC": [0.0]}, "nothing has been paid in", "尚未实缴"),
        ("D03", "KS-PME at constant index return m", {"m": 0.1, "RC": [0.0]}, "nothing has been paid in", "尚未实缴"),
        ("D03", "IRR incl. terminal NAV (== G)", {"RC": [0.0]}, "no IRR", "没有 IRR"),
        ("D03", "IRR incl. terminal NAV (== G)", {"G": 12.0}, "between -99% and 1000% a year", "不在其中"),
        ("D03", "IRR incl. terminal NAV (== G)", {"G": -0.995}, "between -99% and 1000% a year", "不在其中"),
        ("D03", "TVPI at end", {"G": 1e200}, "beyond what a computer can count", "计算机"),
        ("D05", "E[NAV_t]", {"N0": 1, "mu": 900, "sigma": 0.1, "t": 1}, "beyond what a computer can count", "计算机"),
    ],
)
def test_a_number_that_does_not_exist_is_refused_and_not_failed(family, quantity, params, said, said_zh, recwarn):
    fund = {} if family == "D05" else FUND
    verdict = judged(100, family=family, quantity=quantity, params={**fund, **params}, expected=1.0)
    assert not verdict.failed
    assert not recwarn.list
    assert said in verdict.refusal.text()
    assert said_zh in verdict.refusal.text("zh")


@pytest.mark.parametrize(
    ("changed", "said"),
    [({"L": 8}, "ages must come in order"), ({"target": 90.0}, "no IRR between"), ({"RC": [0.0]}, "no IRR between")],
)
def test_a_mean_discount_that_no_irr_gives_is_refused(changed, said):
    quantity = "required IRR that gives a mean discount over ages"
    ages = {"first_age": 4, "last_age": 9, "target": 0.09}
    verdict = judged(family="D04", quantity=quantity, params={**FUND, "L": 12, **ages, **changed}, expected=0.1)
    assert said in verdict.refusal.text()


def test_a_fund_may_have_a_rate_of_contribution_for_each_year_of_a_long_life():
    long = {**FUND, "RC": [0.1] * 70, "L": 70, "t": 20, "required_irr": 0.1}
    assert judged(family="D04", quantity="discount to NAV at age t", params=long, expected=0.0).passed
