"""Ties of a stepped clock, and a board of listings that fills up: by counting cells and by integrals."""

from math import comb, exp

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import poisson

from sfund_sim.lab.case_items import Case
from sfund_sim.lab.chance import Chance
from sfund_sim.lab.check import check
from sfund_sim.lab.listings import OpenListings

STEP = 0.2
BOARD = {"lam": 0.8, "mean_open": 1.5, "law": "exponential"}


def found(family, quantity, params, expected=0.0):
    case = Case(id="own", family=family, quantity=quantity, params=params, expected=expected)
    return check([case], replications=20_000, seed=3)[0]


def ties(n, step=STEP):
    """(chance, rung) of m bidders tied in the highest cell that holds anybody."""
    for cell in range(round(1 / step)):
        for m in range(2, n + 1):
            yield m, cell * step, comb(n, m) * step**m * (cell * step) ** (n - m)


def chance_of_tie(n):
    return sum(chance for _, _, chance in ties(n))


def price(n):
    """Mean price of the clock: rung after rung, climbed if two reach the last one and one this one."""
    total = 0.0
    for rung in range(1, round(1 / STEP)):
        low, high = (rung - 1) * STEP, rung * STEP
        total += STEP * (1 - high**n - n * (1 - high) * low ** (n - 1))
    return total


def in_tie(n):
    return sum(chance * rung for _, rung, chance in ties(n)) / chance_of_tie(n)


@pytest.mark.parametrize("n", [2, 4])
def test_the_draw_decides_where_the_last_bidders_leave_together(n):
    params = {"n": n, "increment": STEP}
    of_tied = chance_of_tie(n)
    highest = sum(chance / m for m, _, chance in ties(n)) / of_tied
    lost = sum(chance * STEP * (m / (m + 1) - 1 / 2) for m, _, chance in ties(n))
    apart = (price(n) - of_tied * in_tie(n)) / (1 - of_tied)
    assert found("A19", "probability of a tie", params, of_tied).passed
    assert found("A19", "mean price in a tie", params, in_tie(n)).passed
    assert found("A19", "mean price without a tie", params, apart).passed
    assert found("A19", "probability that the highest value wins in a tie", params, highest).passed
    assert found("A19", "efficiency", params, 1 - lost / (n / (n + 1))).passed


def test_on_a_continuous_clock_nobody_ties():
    params = {"n": 3, "increment": 0}
    assert found("A19", "P(tie)", params, 0.0).passed
    assert "no such number" in str(found("A19", "mean price in a tie", params).refusal)
    assert found("A19", "mean price without a tie", params, 0.5).passed


def mean_open(t):
    return 0.8 * 1.5 * (1 - exp(-t / 1.5))


@pytest.mark.parametrize(
    ("quantity", "more", "expected"),
    [
        ("transient P(no listing open) at t from empty", {}, exp(-mean_open(2))),
        ("P(no listing open) at t from empty", {}, exp(-mean_open(2))),
        ("transient P(k listings open) at t from empty", {"k": 1}, poisson.pmf(1, mean_open(2))),
        ("P(at least k listings open) at t from empty", {"k": 2}, poisson.sf(1, mean_open(2))),
        ("P(more than k listings open)", {"k": 2}, poisson.sf(2, mean_open(2))),
        ("expected time with no listing open up to t from empty", {}, quad(lambda s: exp(-mean_open(s)), 0, 2)[0]),
        (
            "expected time with k listings open up to t from empty",
            {"k": 1},
            quad(lambda s: poisson.pmf(1, mean_open(s)), 0, 2)[0],
        ),
        ("time-average number open up to t from empty", {}, quad(mean_open, 0, 2)[0] / 2),
    ],
)
def test_a_board_that_begins_empty_fills_up(quantity, more, expected):
    assert found("C04", quantity, {**BOARD, "t": 2, **more}, expected).passed


def test_a_settled_board_has_the_poisson_tail():
    assert found("C04", "P(at least k listings open)", {**BOARD, "k": 2}, poisson.sf(1, 1.2)).passed


@pytest.mark.parametrize("quantity", ["P(k or fewer listings open)", "P(fewer than k listings open)"])
def test_words_of_another_tail_are_not_answered(quantity):
    assert "no quantity" in str(found("C04", quantity, {**BOARD, "k": 2}).refusal)


def test_a_random_time_is_drawn_only_from_an_empty_board():
    with pytest.raises(ValueError, match="empty board"):
        OpenListings(openings=1.0, mean_open=1.0, within=True)


def test_looks_without_a_random_time_stay_as_they_were():
    plain = OpenListings(openings=2.0, mean_open=1.0, after=3.0)
    assert np.array_equal(
        plain.sample(Chance(1), 300)["open_later"],
        plain.model_copy(update={"within": True}).sample(Chance(1), 300)["open_later"],
    )
