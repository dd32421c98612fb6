"""Sales whose price is paid in parts, and whose last part falls due after the run: open exits, but no liquidations."""

from __future__ import annotations

import pandas as pd
import pytest

import sfund_sim as sf
from sfund_sim.report.price_figure import price_to_nav

IN_PARTS = ("venues.beijing.settlement.first_share=0.3", "venues.beijing.settlement.rest_days=360")


def few_funds(*overrides: str) -> sf.Results:
    """The pilot with few funds."""
    loaded = sf.load_scenario("beijing_pilot", ["population.funds.count=60", *overrides])
    return sf.run(loaded, replications=2, seed=5, workers=1)


@pytest.fixture(scope="module")
def in_parts() -> sf.Results:
    """Buyers pay most of the price a year after they have the share."""
    return few_funds(*IN_PARTS)


def estimates(results: sf.Results) -> pd.Series:
    return results.summary.query("group == 'all'").set_index("outcome")["estimate"]


def test_what_liquidations_pay_out_holds_no_sale_whose_rest_is_outstanding(in_parts: sf.Results) -> None:
    exits = in_parts.exits
    liquidated = exits[exits["ending"] == "liquidated"]["price_to_nav"].dropna()
    owed_a_rest = exits[(exits["ending"] == "open") & exits["price_to_nav"].notna()]
    assert len(liquidated) > 3 < len(owed_a_rest)
    found = in_parts.summary.query("outcome == 'median_liquidation_to_nav' and group == 'all'").iloc[0]
    assert (found["estimate"], found["n"]) == (pytest.approx(liquidated.median()), len(liquidated))
    drawn = price_to_nav(exits, in_parts.info, "en")
    assert drawn.data.query("panel == 'by_route'")["n"].tolist()[-1] == len(liquidated)
    assert f"and {len(liquidated)} liquidations" in drawn.caption


def test_shares_that_have_passed_are_counted_whether_or_not_the_rest_is_paid(in_parts: sf.Results) -> None:
    exits, found = in_parts.exits, estimates(in_parts)
    has_passed = exits["buyer_id"].notna()
    assert (has_passed & (exits["sold"] == 0)).sum() > 3
    assert found["share_transferred"] == pytest.approx(has_passed.groupby(exits["rep"]).mean().mean())
    assert found["share_transferred"] > found["share_sold"]


def test_a_price_paid_in_one_sum_passes_with_the_share() -> None:
    found = estimates(few_funds())
    assert found["share_transferred"] == found["share_sold"] > 0


def test_what_sellers_had_against_holding_on_leaves_out_whose_price_is_not_paid_yet(in_parts: sf.Results) -> None:
    exits, found = in_parts.exits, estimates(in_parts)
    owed_a_rest = exits["buyer_id"].notna() & (exits["sold"] == 0)
    for column, outcome in (
        ("realised_less_held_cny", "realised_less_held_all_cny"),
        ("realised_less_held_urgent_cny", "realised_less_held_urgent_all"),
    ):
        totals = exits[~owed_a_rest].groupby("rep")[column].sum()
        assert found[outcome] == pytest.approx(totals.mean())
        assert exits.loc[owed_a_rest, column].sum() < -1e6, "the first part alone looks like a loss"
