"""Outcomes of a few rows, reckoned by hand: which rows count, and what is divided by what."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from sfund_sim.outcomes.measures import MEASURES
from sfund_sim.outcomes.measures.cells import Cells, Source
from sfund_sim.outcomes.run_info import RunInfo
from sfund_sim.outcomes.tables import Tables

NONE = np.nan
SHOWN, NEVER = "2020-01-01", None


@pytest.fixture
def outcome(info: RunInfo, tables: Tables) -> Any:
    """Value of an outcome in a replication of as many rows as are told, by the columns that it rests on."""

    def measured(name: str, **columns: list[Any]) -> float:
        measure = MEASURES[name]
        rows = tables[measure.table].head(len(next(iter(columns.values())))).copy()
        for column, numbers in columns.items():
            is_word = isinstance(rows[column].dtype, pd.CategoricalDtype)
            rows[column] = pd.Categorical(numbers, rows[column].cat.categories) if is_word else numbers
        return float(measure.measure(Cells(Source(rows, info, np.array([0])), "all")).value[0])

    return measured


def test_rounds_are_judged_once_they_are_over_and_their_bidders_where_the_offer_was_shown(outcome: Any) -> None:
    """Sold with two bidders, sold with one, no bid, still open, and refused by the GP before it was shown."""
    rounds = {
        "sold": [1, 1, 0, 0, 0], "closed": [1, 1, 1, 0, 1], "bidders": [2, 1, 0, 0, 0], "invited": [8, 6, 4, 2, 0],
        "disclosure_date": [SHOWN, SHOWN, SHOWN, SHOWN, NEVER], "efficient": [1, 0, NONE, NONE, NONE],
        "best_bid_to_floor": [1.5, 1.1, 0.92, NONE, NONE],
    }  # fmt: skip
    expected = {
        "hit_rate": 2 / 4, "mean_bidders": 3 / 3, "share_without_bid": 1 / 3, "share_with_competition": 1 / 3,
        "efficiency_share": 1 / 2, "mean_invited": 20 / 4, "disclosures_count": 20, "listings_count": 5,
        "share_bid_near_floor": 1 / 3,
    }  # fmt: skip
    for name, value in expected.items():
        assert outcome(name, **rounds) == pytest.approx(value), name


def test_the_prematched_part_is_of_what_was_paid_at_venues_and_by_those_who_stood_ready(outcome: Any) -> None:
    """30 by one who stood ready, 60 at a venue where one had stood ready before, 10 by others; 5 never sold."""
    sales = {
        "price_cny": [30.0, 60.0, 10.0, 5.0], "sold": [1, 1, 1, 0], "prematched": [1, 1, 0, 1],
        "ending": ["sold_by_agreement", "sold_by_bidding", "sold_by_agreement", "liquidated"],
        "route": ["agreement", "venue", "agreement", "liquidation"],
    }  # fmt: skip
    assert outcome("prematched_share_of_volume", **sales) == pytest.approx(30 / 90)
    assert outcome("prematched_count", **sales) == 1


def test_better_than_held_is_strictly_better_of_sales_of_which_both_are_known(outcome: Any) -> None:
    gains, sold = [5.0, 0.0, -3.0, NONE, 7.0], [1, 1, 1, 1, 0]
    assert outcome("share_better_than_held", realised_less_held_cny=gains, sold=sold) == pytest.approx(1 / 3)
    assert outcome("realised_less_held_total_cny", realised_less_held_cny=gains, sold=sold) == 2.0
    assert outcome("realised_less_held_all_cny", realised_less_held_cny=gains, sold=sold) == 9.0


def test_a_quotient_takes_rows_that_have_both_of_its_numbers(outcome: Any) -> None:
    """6 of 20; the second has no surplus, the third no NAV, the fourth no sale."""
    sales = {"seller_surplus_cny": [6.0, NONE, 9.0, 9.0], "nav_cny": [20.0, 40.0, NONE, 40.0], "sold": [1, 1, 1, 0]}
    assert outcome("seller_surplus_to_nav", **sales) == pytest.approx(0.3)


def test_what_failed_attempts_and_due_diligence_cost_is_taken_off_the_gains_of_sales(outcome: Any) -> None:
    """Two sales, one at a loss to the seller; one that gave up after two rounds; one that never tried; one still owed
    a rest of its price, whose gain is not known yet, so that its costs do not count either.
    """
    decisions = {
        "sold": [1, 1, 0, 0, 0], "price_cny": [90.0, 290.0, NONE, NONE, 50.0],
        "ending": ["sold_by_bidding", "sold_by_bidding", "lapsed", "open", "open"],
        "nav_cny": [100.0, 300.0, 70.0, NONE, 60.0], "seller_costs_cny": [2.0, 3.0, 4.0, 0.0, 7.0],
        "seller_surplus_cny": [20.0, -5.0, NONE, NONE, NONE], "buyer_surplus_cny": [10.0, 40.0, NONE, NONE, NONE],
        "due_diligence_cny": [6.0, 0.0, 9.0, 0.0, 8.0],
    }  # fmt: skip
    expected = {
        "share_seller_loses": 1 / 2, "due_diligence_total_cny": 15, "failed_costs_total_cny": 4,
        "seller_surplus_total_cny": 15, "seller_surplus_net_total_cny": 11, "seller_surplus_net_to_nav": 11 / 400,
        "buyer_surplus_total_cny": 50, "buyer_surplus_net_total_cny": 35, "buyer_surplus_net_to_nav": 35 / 400,
        "surplus_total_cny": 65, "surplus_net_total_cny": 46,
    }  # fmt: skip
    for name, value in expected.items():
        assert outcome(name, **decisions) == pytest.approx(value), name


def test_loans_are_judged_once_they_are_due(outcome: Any) -> None:
    """Of three loans one is paid back, one in default, one not yet due; the fourth did not borrow."""
    lent = {"loan_cny": [3.0, 4.0, 5.0, NONE], "loan_defaulted": [1, 0, NONE, NONE], "sold": [1, 0, 0, 1]}
    assert outcome("share_loans_defaulted", **lent) == pytest.approx(1 / 2)
    assert outcome("share_pledged", **lent) == pytest.approx(3 / 4)
    assert outcome("loans_total_cny", **lent) == 12.0
    assert outcome("sales_after_loan_count", **lent) == 1


def test_only_those_still_open_wait(outcome: Any) -> None:
    waits = {"duration_days": [100, 300, 900, 50], "censored": [1, 1, 0, 0], "sold": [0, 0, 0, 1]}
    assert outcome("mean_open_wait_days", **waits) == 200.0


def test_money_in_new_funds_is_over_all_that_has_a_use_whatever_it_is(outcome: Any) -> None:
    """30, 20, 40 and 10 m yuan, of which the first two go into new funds (0.8 companies); 50 have no use yet."""
    moved = {
        "use": ["early_stage", "later_stage", "treasury", "idle", "not_yet"],
        "amount_cny": [3e7, 2e7, 4e7, 1e7, 5e7], "companies_financed": [0.5, 0.3, 0.0, 0.0, 0.0],
    }  # fmt: skip
    assert outcome("recycled_cny", **moved) == 5e7
    assert outcome("recycled_share", **moved) == pytest.approx(0.5)
    assert outcome("companies_per_100m", **moved) == pytest.approx(0.8)


@pytest.mark.parametrize(("prices", "median"), [([1.0, 9.0, 2.0], 2.0), ([1.0, 9.0, 2.0, 4.0], 3.0), ([7.0], 7.0)])
def test_a_median_is_the_middle_or_the_mean_of_the_two_in_the_middle(
    prices: list[float], median: float, outcome: Any
) -> None:
    """One that never sold and one without a price do not count."""
    sold = [1] * len(prices) + [0, 1]
    assert outcome("median_price_to_cost", price_to_cost=[*prices, 50.0, NONE], sold=sold) == median
