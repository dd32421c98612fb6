"""What the words of a quantity, a fund's name or a letter say of its parameters, and R's median."""

import pytest

from sfund_sim.lab.case_items import Case
from sfund_sim.lab.check import check
from sfund_sim.lab.families import FAMILIES
from sfund_sim.lab.wording import meant

CLASSIC = {"CC": 100, "RC": [0.25, 1 / 3, 0.5], "L": 12, "B": 2.5, "G": 0.13}
IRR = "required IRR that gives a 9% mean discount over ages 4-9 (classic TA)"


def answered(family, quantity, params, expected=1.0):
    case = Case(id="X1", family=family, quantity=quantity, params=params, expected=expected)
    return check([case], replications=20_000, seed=1)[0]


def test_numbers_in_the_words_are_those_of_the_question():
    """The mean discount at the IRR that was found is the one asked for: another way round the same fund."""
    for share, first, last in ((9, 4, 9), (13.8, 4, 9), (9, 5, 7)):
        quantity = f"required IRR that gives a {share}% mean discount over ages {first}-{last}"
        rate = answered("D04", quantity, CLASSIC).found
        back = {**CLASSIC, "required_irr": rate}
        assert answered("D04", f"mean discount over ages {first} to {last}", back, share / 100).passed
    ages = {"first_age": 4, "last_age": 9, "target": 0.09}
    apart = answered("D04", "required IRR that gives a mean discount over ages", {**CLASSIC, **ages}).found
    assert apart == answered("D04", IRR, CLASSIC).found == answered("D04", IRR, {**CLASSIC, **ages}).found


@pytest.mark.parametrize(
    ("quantity", "params", "said"),
    [
        (IRR, {**CLASSIC, "target": 0.138}, "target: the quantity says 0.09, and the parameters 0.138"),
        (IRR, {**CLASSIC, "first_age": 5}, "first_age: the quantity says 4, and the parameters 5"),
        (IRR.replace("classic TA", "buyout10"), CLASSIC, "RC is not that of the set 'buyout10'"),
        ("NAV", {"set": "classic", "L": 10, "t": 3}, "L is not that of the set 'classic', 12"),
        ("required IRR that gives a mean discount over ages 4-9", CLASSIC, "target: this is missing"),
    ],
)
def test_words_and_parameters_that_differ_are_refused(quantity, params, said):
    family = "D01" if quantity == "NAV" else "D04"
    assert said in answered(family, quantity, params).refusal.text()


def test_a_published_fund_is_known_by_its_name():
    for quantity in ("NAV in year t", "distribution in year t", "contribution in year t"):
        by_letters = answered("D01", quantity, {**CLASSIC, "t": 5}).found
        assert answered("D01", quantity, {"set": "classic", "t": 5}).found == by_letters
    own = answered("D01", "NAV in year t", {**CLASSIC, "set": "mine", "L": 11, "t": 5})
    assert own.refusal is None


@pytest.mark.parametrize(
    ("family", "quantity", "params", "expected"),
    [
        ("A04", "probability of sale", {"n": 2, "r": 0.5}, 0.75),
        ("A04", "optimal reserve", {"c": 0.2}, 0.6),
        ("A04", "mean revenue", {"n": 2, "lowest": 1, "highest": 3}, 5 / 3),
        ("A04", "mean revenue", {"n": 2, "dist": "exp", "mean": 3}, 1.5),
        ("A04", "optimal reserve", {"dist": "exponential", "mean": 2}, 2.0),
        ("A04", "mean revenue", {"n": 3, "dist": "U(0, 1)"}, 0.5),
        ("A12", "winner profit English", {"n": 3, "e": 2}, 0.5),
        ("A19", "mean price", {"n": 2, "d": 0.5}, 0.375),
        ("C04", "mean number open", {"lambda": 2, "d": 3, "law": "deterministic"}, 6.0),
        ("C04", "autocovariance at lag s", {"lam": 2, "mean_open": 3, "law": "fixed", "s": 1}, 4.0),
        ("E02", "P(at least one acceptable bid)", {"lam": 1, "w": 1, "q": 0.5, "r": 1.0}, 0.0),
        ("E03", "mean time to sale", {"n": 1, "r": 0.5, "d": 2}, 4.0),
        ("D01", "NAV", {"set": "classic", "t": 0}, 0.0),
        ("D01", "unfunded commitment", {"set": "classic", "t": 0}, 100.0),
        ("D05", "P(NAV_t<K)", {"N0": 1, "mu": 0.1, "sigma": 0.2, "t": 1, "K": 0}, 0.0),
        ("E05", "mean seller loss from ROFR", {"n_outsiders": 3, "dist": "exponential"}, 1 / 4),
        ("E05", "P(holder exercises)", {"n_outsiders": 3, "dist": "lognormal", "mu": 0, "s": 1}, 1 / 2),
        ("E05", "mean price, first-price WITHOUT ROFR", {"n_outsiders": 2, "dist": "exponential"}, 5 / 6),
        ("F01", "Cov(price_n, price_{n+1}) under CRN", {"n": 1, "dist": "exponential"}, 0.0),
        ("S01", "chance that the first-named of equal bidders wins", {"n": 2, "format": "first-price"}, 0.5),
    ],
)
def test_letters_of_the_formulas_and_numbers_of_a_law(family, quantity, params, expected):
    assert answered(family, quantity, params, expected).passed


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"n": 2, "w": 0.3}, "w: there is no such item; allowed: dist, lowest"),
        ({"x": 2}, "x: there is no such item; allowed: "),
        ({"n": 2, "r": 0.3, "reserve": 0.3}, "r: there is no such item"),
        ({"n": 2, "dist": "exponential", "highest": 2}, "the exponential law has no 'highest'"),
        ({"n": 2, "lowest": 2, "highest": 1}, "highest must be above lowest"),
        ({"n": None}, "n: this is missing"),
    ],
)
def test_parameters_that_a_question_has_not_are_told_first(params, said):
    assert said in answered("A04", "probability of sale", params).refusal.text()


@pytest.mark.parametrize(
    ("time", "status", "found"),
    [
        ([1, 2, 3, 4], [1, 1, 1, 1], 2.5),
        ([1, 2, 3, 4, 5], [1, 1, 1, 1, 1], 3),
        ([1, 2, 3, 4], [1, 1, 0, 0], 2),
        ([1, 2, 3, 4], [1, 1, 0, 1], 3),
        (list(range(1, 13)), [0] * 11 + [1], 12),
    ],
)
def test_the_median_is_that_of_r(time, status, found):
    """Worked by hand by the rule of ``survfit``: (x[1] + x[first below]) / 2 on a flat piece at one half."""
    assert answered("D07", "median survival", {"time": time, "status": status}, found).passed


@pytest.mark.parametrize(("n", "cost"), [(2, 0.8), (3, 0.6)])
def test_costly_entry_beside_a_partner_breaks_even_under_any_law(n, cost):
    asked = {"N": n, "cost": cost, "dist": "exponential", "mean": 2}
    chance = answered("E05", "outsider entry probability WITHOUT ROFR", asked).found
    assert 0 < chance < 1
    gained = answered("E05", "entrant's surplus at that entry prob WITHOUT ROFR", {**asked, "p": chance}, cost)
    assert gained.passed


@pytest.mark.parametrize(
    ("family", "quantity", "own"),
    [
        ("A10", "vhat", "threshold type vhat"),
        ("A20", "E[T]", "mean auction duration (soft close)"),
        ("A20", "Var T", "variance of auction duration"),
        ("D01", "cum. net", "cumulative net cash flow in year t"),
        ("D03", "Kaplan-Schoar PME", "KS-PME"),
        ("E02", "P(>=1 bid)", "P(at least one acceptable bid)"),
        ("E03", "P(no sale)", "P(listing fails)"),
        ("D05", "P(NAV_t <= K)", "P(NAV_t<=K)"),
        ("D05", "undiscounted call on NAV", "E[(NAV_t-K)+] (undiscounted call on NAV)"),
        ("A04", "mean revenue at the optimal reserve", "mean revenue at r*"),
    ],
)
def test_a_name_of_one_family_is_that_of_its_quantity(family, quantity, own):
    assert FAMILIES[family][own] in meant(FAMILIES[family], quantity).values()


def test_a_curve_that_stays_above_one_half_has_no_median():
    told = answered("D07", "KM median", {"time": [1, 2, 3], "status": [1, 0, 0]}).refusal.text()
    assert "does not come down to one half" in told
