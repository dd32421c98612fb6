"""What the dictionary says of a column is what a market's tables hold."""

from __future__ import annotations

import pandas as pd
import pytest

import sfund_sim as sf
from sfund_sim.experiments.results import Results
from sfund_sim.outcomes.dictionary import columns_of, entry


@pytest.fixture(scope="module")
def results() -> Results:
    return sf.run(sf.load_scenario("beijing_pilot", ["population.funds.count=80"]), replications=2, seed=1, workers=1)


def test_the_share_in_favour_is_that_of_the_partners_votes(results: Results) -> None:
    votes = results.votes
    assert ((votes["share_in_favour"] == 1) == (votes["in_favour"] == votes["partners"])).all()
    assert ((votes["share_in_favour"] == 0) == (votes["in_favour"] == 0)).all()
    some = votes[votes["in_favour"].between(1, votes["partners"] - 1)]
    assert len(some) > 0
    assert some["share_in_favour"].nunique() > 1, "it is no rule's threshold"
    assert "rule_share" not in columns_of("votes")


def test_a_listing_is_valued_on_its_filing_day_and_a_sale_on_the_day_of_payment(results: Results) -> None:
    sold = results.listings.query("sold == 1").merge(results.exits, on=["rep", "exit_id"], suffixes=("", "_of_exit"))
    assert (sold["price_cny"] == sold["price_cny_of_exit"]).all()
    same = sold["nav_cny"] == sold["nav_cny_of_exit"]
    assert 0 < same.mean() < 0.5, "NAV moves between filing and payment"
    for name in ("price_to_nav", "nav_cny"):
        assert "on the day of payment" in entry(name).definition
        assert "on the day of filing" in entry(name).definition


def test_a_listings_price_may_come_to_nothing(results: Results) -> None:
    listings = results.listings
    assert listings.query("sold == 1")["price_cny"].notna().all()
    unsold = listings[(listings["sold"] == 0) & listings["price_cny"].notna()]
    assert set(unsold["listing_ending"]) <= {"payment_failed", "open", "overtaken"}
    assert len(unsold) > 0
    assert "otherwise than in a sale" in entry("price_cny").definition


def test_holdings_of_ended_funds_have_no_units_and_only_they(results: Results) -> None:
    holdings = results.tables()["holdings"].merge(
        results.tables()["funds"], on=["rep", "fund_id"], suffixes=("", "_fund")
    )
    ended = holdings["fund_state"] == "ended"
    assert ended.any()
    assert ((holdings["share_units"] == 0) == ended).all()


def test_selling_costs_are_less_by_what_defaulting_winners_lost(results: Results) -> None:
    failed = results.listings.query("listing_ending == 'payment_failed'")
    exits = results.exits.merge(failed[["rep", "exit_id"]].drop_duplicates(), on=["rep", "exit_id"])
    assert isinstance(exits, pd.DataFrame)
    assert (results.exits["seller_costs_cny"] < 0).any()
    assert set(results.exits.query("seller_costs_cny < 0")["exit_id"]) <= set(exits["exit_id"])
