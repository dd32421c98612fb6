"""Families of our own: a waterfall as a clerk would reckon it, bidders who are not alike, and two who bargain."""

from fractions import Fraction
from math import exp

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from sfund_sim.lab.cases import Case
from sfund_sim.lab.check import check

CASH = st.lists(st.tuples(st.integers(0, 100), st.integers(0, 150)), min_size=1, max_size=6)


def found(family, quantity, params, expected, **said):
    case = Case(id="own", family=family, quantity=quantity, params=params, expected=float(expected), **said)
    return check([case], replications=20_000, seed=7)[0]


def clerk(cash, *, hurdle, carry, catch_up):
    """Fill tier after tier, year by year, in fractions: (LPs, GP, due) of each year."""
    due = paid = lps = gp = Fraction(0)
    for called, left in cash:
        due = due * (1 + hurdle) + called
        paid += called
        first = min(left, due)
        due, left, lps = due - first, left - first, lps + first
        to_lps, to_gp = first, Fraction(0)
        if catch_up > carry:
            behind = max(Fraction(0), carry * (lps + gp - paid) - gp)
            second = min(left, behind / (catch_up - carry))
            to_lps, to_gp = to_lps + (1 - catch_up) * second, catch_up * second
            lps, left = lps + (1 - catch_up) * second, left - second
        to_lps, to_gp, lps = to_lps + (1 - carry) * left, to_gp + carry * left, lps + (1 - carry) * left
        gp += to_gp
        yield to_lps, to_gp, due


@settings(deadline=None)
@given(
    cash=CASH,
    hurdle=st.sampled_from([Fraction(0), Fraction(8, 100)]),
    carry=st.sampled_from([Fraction(0), Fraction(1, 5), Fraction(3, 10)]),
    catch_up=st.sampled_from([Fraction(0), Fraction(1, 5), Fraction(1, 2), Fraction(1)]),
)
def test_the_waterfall_of_the_market_shares_out_as_a_clerk_would(cash, hurdle, carry, catch_up):
    params = {"contributions": [called for called, _ in cash], "proceeds": [taken for _, taken in cash]}
    params |= {"periods_per_year": 1, "hurdle": float(hurdle), "carry": float(carry), "catch_up": float(catch_up)}
    rows = list(clerk(cash, hurdle=hurdle, carry=carry, catch_up=catch_up))
    last = {**params, "t": len(rows)}
    assert found("S04", "total carried interest", params, sum(row[1] for row in rows)).passed
    assert found("S04", "total distributions to LPs", params, sum(row[0] for row in rows)).passed
    assert found("S04", "distribution to GP in period t", last, rows[-1][1]).passed
    assert found("S04", "distribution to LPs in period t", last, rows[-1][0]).passed
    assert found("S04", "capital and preferred return due after period t", last, rows[-1][2]).passed


def test_periods_shorter_than_a_year_accrue_in_proportion():
    params = {"contributions": [100, 0, 0], "proceeds": [0, 0, 0], "hurdle": 0.08, "t": 3}
    due = "capital and preferred return due after period t"
    assert found("S04", due, {**params, "periods_per_year": 2}, 108.0).passed
    assert found("S04", due, {**params, "periods_per_year": 4}, 100 * 1.08**0.5).passed


@pytest.mark.parametrize(
    ("quantity", "changed", "said"),
    [
        ("total carried interest", {"proceeds": [1.0]}, "equally long"),
        ("total carried interest", {"proceeds": [1.0, -1.0]}, "none below 0"),
        ("carried interest in period t", {"t": 3}, "t must not be above the number of periods"),
        ("carried interest as a share of profit", {}, "no profit"),
    ],
)
def test_cash_that_makes_no_waterfall_is_refused(quantity, changed, said):
    params = {"contributions": [10.0, 0.0], "proceeds": [0.0, 10.0]} | changed
    assert said in found("S04", quantity, params, 0.0).refusal.text()


TWO = {"laws": [1, {"kind": "exponential", "mean": 0.5}]}
"""Uniform on (0, 1) against exponential of mean 1/2."""


def chance_of_the_first():
    return quad(lambda v: 1 - exp(-2 * v), 0, 1)[0]


@pytest.mark.parametrize("format", ["second-price", "ascending"])
def test_unequal_bidders_of_any_laws_bid_their_values_where_the_next_bid_is_paid(format):
    price = quad(lambda x: (1 - x) * exp(-2 * x), 0, 1)[0]
    assert found("S05", f"mean revenue, {format}", TWO, price).passed
    assert found("S05", f"P(bidder wins), {format}", {**TWO, "bidder": 1}, chance_of_the_first()).passed
    assert found("S05", f"P(bidder wins), {format}", {**TWO, "bidder": 2}, 1 - chance_of_the_first()).passed
    gain = quad(lambda v: (1 - v) * (1 - exp(-2 * v)), 0, 1)[0]
    assert found("S05", f"bidder's expected payoff, {format}", {**TWO, "bidder": 1}, gain).passed
    assert found("S05", f"P(sold to other than the highest value), {format}", TWO, 0.0).passed
    assert found("S05", f"probability of sale, {format}", {**TWO, "reserve": 0.5}, 1 - 0.5 * (1 - exp(-1))).passed


@pytest.mark.parametrize("changed", [{"laws": [1, 2, 3]}, TWO, {"reserve": 0.2}, {"laws": [1]}])
def test_unequal_bidders_whose_own_bids_are_unknown_are_refused(changed):
    verdict = found("S05", "mean revenue, first-price", {"laws": [1, 2]} | changed, 0.4)
    assert "known only for two of them" in verdict.refusal.text()
    assert "不对称竞买人" in verdict.refusal.text("zh")


def test_a_bidder_who_is_not_there_is_refused():
    verdict = found("S05", "P(bidder wins), second-price", {"laws": [1, 2], "bidder": 3}, 0.4)
    assert "bidder must not be above the number of bidders" in verdict.refusal.text()


TALKS = {"buyer": 2, "seller": {"kind": "uniform", "lowest": 0.5, "highest": 1}, "seller_share": 0.25}
"""The buyer's worth is uniform on (0, 2), the seller's reservation on (0.5, 1)."""


def over_talks(of, floor=0.0, purse=2.0):
    """Integral of ``of(worth, reservation)`` over the talks that end in a bargain."""

    def of_reservation(kept):
        least, bounds = max(kept, floor), (kept + 4 * (floor - kept), kept + 4 * (purse - kept), purse)
        turns = sorted(turn for turn in bounds if least < turn < 2)
        if least > purse:
            return 0.0
        return quad(lambda worth: of(worth, kept) / 2 / 0.5, least, 2, points=turns or None)[0]

    return quad(of_reservation, 0.5, 1, points=[point for point in (floor, purse) if 0.5 < point < 1] or None)[0]


@pytest.mark.parametrize(("floor", "purse"), [(0.0, 2.0), (0.7, 0.9), (0.0, 0.8), (0.9, 2.0)])
def test_a_bargain_splits_what_lies_between_worth_and_reservation(floor, purse):
    def price(worth, kept):
        return min(max(kept + 0.25 * (worth - kept), kept, floor), worth, purse)

    talks = TALKS | {"floor": floor, "purse": purse}
    agreed = over_talks(lambda *_: 1.0, floor, purse)
    paid = over_talks(price, floor, purse)
    assert found("S06", "probability of a bargain", talks, agreed).passed
    assert found("S06", "mean price if agreed", talks, paid / agreed).passed
    gain = over_talks(lambda worth, kept: worth - kept, floor, purse)
    assert found("S06", "mean gain of both", talks, gain).passed
    sellers = paid - over_talks(lambda _, kept: kept, floor, purse)
    assert found("S06", "mean gain of the seller", talks, sellers).passed
    assert found("S06", "mean gain of the buyer", talks, gain - sellers).passed


def test_where_no_price_suits_both_there_is_no_such_number():
    verdict = found("S06", "Nash price", {"worth": 0.5, "reservation": 0.7}, 0.6)
    assert "there is no such number" in verdict.refusal.text()


@pytest.mark.parametrize("law", [-1, True, "triangular", {"kind": "exponential", "middle": 2}])
def test_what_is_no_law_is_refused(law):
    assert found("S06", "probability of a bargain", TALKS | {"buyer": law}, 0.5).refusal
