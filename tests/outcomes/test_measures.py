"""Measures against plain pandas, their invariants, and the intervals over replications."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from made_up_market import made_up_record
from scipy import stats

from sfund_sim.ground.errors import SfundError
from sfund_sim.outcomes.dictionary import outcomes
from sfund_sim.outcomes.intervals import mean_over_replications
from sfund_sim.outcomes.measures import GROUPINGS, MEASURES, replication_values, summary
from sfund_sim.outcomes.multistate import cumulative_incidence
from sfund_sim.outcomes.run_info import RunInfo
from sfund_sim.outcomes.survival import kaplan_meier
from sfund_sim.outcomes.tables import Tables, joined, replication_tables


@pytest.fixture(scope="module")
def values(info: RunInfo, tables: Tables) -> pd.Series:
    return replication_values(tables, info).set_index(["outcome", "group_by", "group", "rep"])["value"].sort_index()


def by_kind(values: pd.Series, outcome: str) -> pd.Series:
    return values[outcome]["lp_kind"].dropna().sort_index()


@pytest.mark.parametrize(
    ("outcome", "column", "how"),
    [("median_price_to_nav", "price_to_nav", "median"), ("mean_price_to_nav", "price_to_nav", "mean"),
     ("share_sold", "sold", "mean"), ("share_open", "censored", "mean"),
     ("median_price_to_cost", "price_to_cost", "median")],
)  # fmt: skip
def test_means_and_medians_are_those_of_pandas(
    tables: Tables, values: pd.Series, outcome: str, column: str, how: str
) -> None:
    exits = tables["exits"].astype({"lp_kind": str})
    grouped = (exits.query("sold == 1") if "price" in column else exits).groupby(["lp_kind", "rep"])[column]
    expected = grouped.agg(how).astype(float).dropna().sort_index()
    np.testing.assert_allclose(by_kind(values, outcome).to_numpy(), expected.to_numpy())


def test_quotients_are_sums_over_sums(tables: Tables, values: pd.Series) -> None:
    sales = tables["exits"].query("sold == 1 and rep == 3")
    expected = sales["price_cny"].sum() / sales["nav_cny"].sum()
    assert values["weighted_price_to_nav", "all", "all", 3] == pytest.approx(expected)
    listings = tables["listings"].query("rep == 3")
    years = listings["days_on_market"].sum() / 365.25
    assert values["sales_per_listing_year", "all", "all", 3] == pytest.approx(listings["sold"].sum() / years)


def test_a_sale_without_nav_has_no_part_in_the_price_by_value(info: RunInfo, tables: Tables) -> None:
    """8 paid for a NAV of 10; of 1 paid for a NAV of nothing no ratio can be told."""
    one = {name: table[table["rep"] == 1] for name, table in tables.items()}
    sales = one["exits"].head(2).assign(sold=1, price_cny=[8.0, 1.0], nav_cny=[10.0, 0.0])
    found = replication_values({**one, "exits": sales}, info).query("group == 'all'").set_index("outcome")
    assert found.loc["weighted_price_to_nav", "value"] == pytest.approx(0.8)
    assert found.loc["weighted_price_to_nav", "n"] == 1


def test_counts_add_up_over_groups_and_shares_of_sales_to_one(values: pd.Series) -> None:
    whole = values["exits_count"]["all"]["all"]
    for grouping in ("lp_kind", "is_state", "route", "trigger", "period", "is_state_period"):
        np.testing.assert_allclose(values["exits_count"][grouping].groupby("rep").sum(), whole)
        np.testing.assert_allclose(values["share_of_sales"][grouping].groupby("rep").sum(), 1.0)
    endings = sum(
        values[name]["all"]["all"] for name in ("share_sold", "share_open", "share_lapsed", "share_liquidated")
    )
    np.testing.assert_allclose(endings + values["loans_repaid_count"]["all"]["all"] / whole, 1.0)


def test_times_to_exit_are_kaplan_meiers_with_censored_exits(tables: Tables, values: pd.Series) -> None:
    mine = tables["exits"].query("rep == 1 and is_state == 1")
    curve = kaplan_meier(mine["followed_days"], mine["event"])
    key = ("is_state", "state", 1)
    assert values[("median_exit_days", *key)] == curve.median().value
    assert values[("restricted_mean_exit_days", *key)] == pytest.approx(curve.restricted_mean(1095).value)
    assert values[("share_out_in_one_year", *key)] == pytest.approx(1 - float(curve.at(365)))
    finished = mine.query("event == 1")["duration_days"]
    assert curve.restricted_mean(1095).value > np.minimum(finished, 1095).mean()


@pytest.mark.parametrize("days", [2, 300, 364, 365, 366, 1094, 1095, 1096, 2000])
def test_nothing_is_said_of_times_to_which_nobody_could_be_followed(info: RunInfo, tables: Tables, days: int) -> None:
    """One wish on the first day of a run of so many days, still open at its end."""
    short, one = replace(info, horizon_days=days), {name: table[table["rep"] == 1] for name, table in tables.items()}
    waiting = one["exits"].head(1).assign(followed_days=days - 1, event=0, censored=1)

    def of_everybody(exits: pd.DataFrame) -> pd.Series:
        found = replication_values({**one, "exits": exits}, short)
        return found[(found["group_by"] == "all")].set_index("outcome")["value"]

    value = of_everybody(waiting)
    assert np.isnan(value["share_out_in_one_year"]) == (days <= 365)
    assert np.isnan(value["restricted_mean_exit_days"]) == (days <= 1095)
    value = of_everybody(waiting.assign(event=1, censored=0))
    assert value["restricted_mean_exit_days"] == min(days - 1, 1095), "known when all are out before"
    assert value["share_out_in_one_year"] == (days <= 366)


def test_who_gives_up_stays_without_its_money(tables: Tables, values: pd.Series) -> None:
    mine = tables["exits"].query("rep == 1").reset_index(drop=True)
    lapsed = mine["ending"] == "lapsed"
    assert lapsed.any()
    assert (mine["followed_days"] >= mine["duration_days"]).all()
    cause = np.where(lapsed, 2, mine["event"])
    cash = cumulative_incidence(mine["duration_days"], cause, ("cash", "lapse"))
    within = cash.probability[cash.times <= 365, 0][-1]
    assert values[("share_out_in_one_year", "all", "all", 1)] == pytest.approx(within, abs=0.01)


WAYS = ("venue", "agreed", "liquidated", "lapsed")


def test_incidences_of_a_hand_worked_market(info: RunInfo, tables: Tables) -> None:
    """Five wishes, one of which is followed for 200 days only: the two who still wait then share what it would add.

    By day 100 one fifth sold at the venue and by day 150 another by agreement; of the two left after day 200 each
    stands for three tenths: one lapses on day 300, the other's fund ends on day 800.
    """
    told = [(100, "sold_by_bidding", "venue"), (150, "sold_by_agreement", "agreement"), (200, "open", "hold"),
            (300, "lapsed", "hold"), (800, "fund_ended", "hold")]  # fmt: skip
    days, endings, routes = zip(*told, strict=True)
    one = {name: table[table["rep"] == 1] for name, table in tables.items()}
    exits = one["exits"].head(5).assign(duration_days=days, censored=[0, 0, 1, 0, 0], sold=[1, 1, 0, 0, 0])
    for name, words in (("ending", endings), ("route", routes)):
        exits[name] = pd.Categorical(words, exits[name].cat.categories)
    found = replication_values({**one, "exits": exits}, info).query("group == 'all'").set_index("outcome")["value"]
    assert [found[f"share_{way}_in_one_year"] for way in WAYS] == pytest.approx([0.2, 0.2, 0, 0.3])
    assert [found[f"share_{way}_in_three_years"] for way in WAYS] == pytest.approx([0.2, 0.2, 0.3, 0.3])
    found = replication_values({**one, "exits": exits.head(4)}, info).query("group == 'all'").set_index("outcome")
    assert found.loc["share_lapsed_in_three_years", "value"] == pytest.approx(0.5), "nobody is left who could do else"
    found = replication_values({**one, "exits": exits.head(3)}, info).query("group == 'all'").set_index("outcome")
    assert found.loc[[f"share_{way}_in_one_year" for way in WAYS], "value"].isna().all(), "nobody was followed so long"


@pytest.mark.parametrize(("time", "days"), [("one_year", 365), ("three_years", 1095)])
def test_all_ways_out_and_those_who_still_wait_add_up_to_one(
    tables: Tables, values: pd.Series, time: str, days: int
) -> None:
    exits = tables["exits"].query("rep == 2")
    told = [values[f"share_{way}_in_{time}", "all", "all", 2] for way in WAYS]
    waiting = float(kaplan_meier(exits["duration_days"], exits["censored"] == 0).at(days))
    cause = np.where(exits["censored"] == 1, 0, np.where(exits["ending"] == "loan_repaid", 1, 2))
    curve = cumulative_incidence(exits["duration_days"], cause, ("loan", "other"))
    assert (cause == 1).any()
    repaid = curve.probability[curve.times <= days, 0][-1]
    assert sum(told) + repaid + waiting == pytest.approx(1)
    assert min(told) > 0


def test_the_pooled_median_uses_all_replications(info: RunInfo, tables: Tables) -> None:
    row = summary(tables, info).set_index(["outcome", "group_by", "group"]).loc[("median_exit_days", "all", "all")]
    curve = kaplan_meier(tables["exits"]["followed_days"], tables["exits"]["event"], clusters=tables["exits"]["rep"])
    assert row["estimate"] == curve.median().value
    assert row["low"] <= row["estimate"] <= row["high"]


def test_a_pooled_median_counts_the_replications_that_it_rests_on(info: RunInfo, tables: Tables) -> None:
    """Also those in which fewer than half are out, whose own median is not reached; not those without such exits."""
    exits = tables["exits"]
    waiting = exits.assign(event=exits["event"].where(exits["rep"] > 2, 0))
    some = waiting[(waiting["rep"] < 5) | (waiting["lp_kind"] != "company")]
    table = summary({**tables, "exits": some}, info).set_index(["outcome", "group_by", "group"])["replications"]
    assert table["median_exit_days", "all", "all"] == 6
    assert table["median_exit_days", "lp_kind", "company"] == some.query("lp_kind == 'company'")["rep"].nunique() == 5


def test_intervals_of_few_replications_are_students(info: RunInfo, tables: Tables, values: pd.Series) -> None:
    table = summary(tables, info).set_index(["outcome", "group_by", "group"])
    row, sample = table.loc[("mean_price_to_nav", "all", "all")], values["mean_price_to_nav", "all", "all"].to_numpy()
    expected = stats.t.interval(0.95, 5, sample.mean(), stats.sem(sample))
    assert (row["low"], row["high"]) == pytest.approx(expected)
    assert row["replications"] == 6
    assert row["n"] == tables["exits"].query("sold == 1")["price_to_nav"].notna().sum()


def test_a_liquidation_has_no_price_and_its_proceeds_are_an_outcome_of_their_own(info: RunInfo, tables: Tables) -> None:
    """Where nothing is sold there is no price, whatever liquidations pay out."""
    exits = tables["exits"]
    liquidated = exits[exits["ending"] == "liquidated"].dropna(subset=["price_to_nav"])
    without_sales = {**tables, "exits": exits[exits["sold"] == 0]}
    found = replication_values(without_sales, info).query("group == 'all'").set_index(["outcome", "rep"])["value"]
    for name in ("median_price_to_nav", "mean_price_to_nav", "weighted_price_to_nav", "mean_discount",
                 "median_price_to_true_value", "median_price_to_cost", "median_price_to_appraisal"):  # fmt: skip
        assert found[name].isna().all(), name
    expected = liquidated.groupby("rep")["price_to_nav"].median()
    np.testing.assert_allclose(found["median_liquidation_to_nav"].loc[expected.index], expected)
    every = summary(tables, info).set_index(["outcome", "group_by", "group"])
    assert every.loc[("median_liquidation_to_nav", "route", "liquidation"), "n"] == len(liquidated)
    assert np.isnan(every.loc[("median_price_to_nav", "route", "liquidation"), "estimate"])


def test_bidders_are_counted_over_rounds_in_which_somebody_could_bid(info: RunInfo, tables: Tables) -> None:
    """A round that ends before disclosure, because the GP refused, says nothing of the demand for a share."""
    before = (
        tables["listings"]
        .head(200)
        .assign(disclosure_date=None, closed=1, sold=0, invited=0, ready=0, bidders=0, listing_ending="consent_refused")
    )
    more = {**tables, "listings": pd.concat([tables["listings"], before.astype(tables["listings"].dtypes)])}
    one, other = (
        summary(each, info).query("group == 'all'").set_index("outcome")[["estimate", "n"]] for each in (tables, more)
    )
    for name in ("mean_bidders", "share_without_bid", "share_with_competition", "mean_invited"):
        pd.testing.assert_series_equal(one.loc[name], other.loc[name])
    assert other.loc["hit_rate", "n"] > one.loc["hit_rate", "n"], "a refused round is over without a sale all the same"


def test_one_replication_gives_estimates_without_intervals(info: RunInfo) -> None:
    table = summary(
        joined(replication_tables(info, record) for record in [made_up_record(0, exits=80)]),
        replace(info, replications=1),
    )
    assert table["estimate"].notna().any()
    assert table[["low", "high"]].isna().all().all()


def test_a_replication_without_any_exit_counts_as_zero_exits(info: RunInfo) -> None:
    records = [made_up_record(0, exits=10), made_up_record(1, exits=0)]
    values = replication_values(joined(replication_tables(info, record) for record in records), info).set_index(
        ["outcome", "group_by", "group", "rep"]
    )
    assert values.loc[("exits_count", "all", "all", 1), "value"] == 0
    assert np.isnan(values.loc[("share_sold", "all", "all", 1), "value"])
    row = summary(joined(replication_tables(info, record) for record in records), info).set_index(
        ["outcome", "group_by", "group"]
    )
    assert row.loc[("exits_count", "all", "all"), "estimate"] == 5
    assert row.loc[("share_sold", "all", "all"), "replications"] == 1


def test_the_order_of_rows_and_of_replications_changes_nothing(info: RunInfo, tables: Tables) -> None:
    shuffled = {name: table.sample(frac=1, random_state=4) for name, table in tables.items()}
    # An end of an interval that lies near 0 is the difference of two sums of tens of millions.
    pd.testing.assert_frame_equal(summary(shuffled, info), summary(tables, info), rtol=1e-12, atol=1e-7)


def test_summary_lists_every_outcome_in_every_grouping_of_its_table(info: RunInfo, tables: Tables) -> None:
    table = summary(tables, info)
    assert list(dict.fromkeys(table["outcome"])) == [one.name for one in outcomes()]
    for name, part in table.groupby("outcome"):
        assert set(part["group_by"]) == set(MEASURES[str(name)].groupings) <= set(GROUPINGS[MEASURES[str(name)].table])
    inside = table.dropna(subset=["low"])
    assert (inside["low"] <= inside["estimate"] + 1e-9).all()
    assert (inside["estimate"] <= inside["high"] + 1e-9).all()


def test_a_venue_that_never_opens_has_no_deals_a_year(info: RunInfo, tables: Tables) -> None:
    shut = replace(info, any_venue_open_days=0)
    table = summary(tables, shut).set_index(["outcome", "group_by", "group"])
    assert np.isnan(table.loc[("venue_deals_per_year", "all", "all"), "estimate"])
    late = replace(info, any_venue_open_days=365)
    deals = (
        summary(tables, late).set_index(["outcome", "group_by", "group"]).loc[("venue_deals_per_year", "all", "all")]
    )
    assert deals["estimate"] == pytest.approx(deals["n"] / 6 / (365 / 365.25))


def test_falls_of_nav_after_sales_are_not_set_against_rises(tables: Tables, values: pd.Series) -> None:
    sales = tables["exits"].query("sold == 1 and rep == 3")
    followed = sales[sales["nav_change_in_one_year_cny"].notna()]
    change, nav = followed["nav_change_in_one_year_cny"].astype(float), followed["nav_cny"].astype(float).sum()
    fallen, risen = -change[change < 0].sum() / nav, change[change > 0].sum() / nav
    key = ("all", "all", 3)
    assert values["nav_fall_to_nav"][key] == pytest.approx(fallen)
    assert values["share_nav_fell"][key] == pytest.approx((change < 0).mean())
    assert values["nav_change_to_nav"][key] == pytest.approx(risen - fallen)
    assert min(fallen, risen) > 0.01


def test_replications_without_a_value_are_left_out_of_the_mean() -> None:
    estimate = mean_over_replications(np.array([[1.0, np.nan], [3.0, np.nan], [np.nan, 5.0]]))
    np.testing.assert_allclose(estimate.value, [2.0, 5.0])
    assert np.isnan(estimate.low[1])
    assert estimate.low[0] == pytest.approx(2 - 12.7062047364)


def test_old_funds_alive_are_those_of_8_to_14_years(tables: Tables, values: pd.Series) -> None:
    funds = tables["funds"].query("rep == 0")
    old = funds[(funds["age_years"] >= 8) & (funds["age_years"] <= 14)]
    assert 0 < len(old) < len(funds)
    expected = (old["fund_state"] != "ended").mean()
    assert values["share_alive_aged_8_to_14", "all", "all", 0] == pytest.approx(expected)


def test_the_year_after_listing_begins_with_the_first_round_and_not_with_talks_before_it(
    info: RunInfo, tables: Tables, values: pd.Series
) -> None:
    record = made_up_record(3, exits=150)
    record.arrays["exits"]["filed"] -= 300 * (record.arrays["exits"]["filed"] > 300)
    earlier = replication_tables(info, record)
    kept, moved = tables["exits"].query("rep == 3"), earlier["exits"]
    assert (moved["filing_date"].dropna().to_numpy() != kept["filing_date"].dropna().to_numpy()).any()
    assert moved["listing_date"].dropna().tolist() == kept["listing_date"].dropna().tolist()
    again = replication_values(earlier, info).set_index(["outcome", "group_by", "group", "rep"])["value"]
    listed = earlier["listings"].query("round == 1").set_index("exit_id")["filing_date"]
    rows = moved[moved["exit_id"].isin(listed.index)].set_index("exit_id")
    waited = (pd.to_datetime(rows["end_date"]) - pd.to_datetime(listed[rows.index])).dt.days
    last = pd.Timestamp(info.start_date) + pd.Timedelta(days=info.horizon_days - 1 - 365)
    followed = pd.to_datetime(listed[rows.index]) <= last
    sold = (rows["sold"] == 1) & (rows["route"].astype(str) == "venue") & (waited <= 365)
    key = ("hit_rate_one_year", "all", "all", 3)
    assert 0 < sold[followed].mean() < 1
    assert again[key] == values[key] == pytest.approx(sold[followed].mean())


def test_an_outcome_without_its_line_in_the_dictionary_is_told_by_name() -> None:
    """It was a bare KeyError, where it was first used."""
    from sfund_sim.outcomes.measures.registry import outcome

    with pytest.raises(SfundError, match=r"'share_of_moonlight' has no line in outcomes/dictionary.csv"):
        outcome("share_of_moonlight", "exits", lambda cells: cells.mean(cells["days"]))
