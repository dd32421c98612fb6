"""Medians of rows of all replications together: what they are, and how sure."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up_market import made_up_record
from scipy import stats

from sfund_sim.ground.columns import MISSING
from sfund_sim.outcomes.intervals import mean_over_replications
from sfund_sim.outcomes.measures import MEASURES, summary
from sfund_sim.outcomes.medians import Rows
from sfund_sim.outcomes.run_info import RunInfo
from sfund_sim.outcomes.tables import Tables, replication_tables

EXPERIMENTS = 400


def sales(generator: np.random.Generator, replications: int, mean: float) -> Rows:
    """Prices of a few sales a replication, or none, that share the luck of their replication; the median is 1."""
    replication = np.repeat(np.arange(replications), generator.poisson(mean, replications))
    luck = generator.normal(0, 0.5, replications)
    return Rows(np.exp(generator.normal(size=replication.size) + luck[replication]), replication)


@given(st.lists(st.lists(st.integers(0, 9), max_size=6), min_size=2, max_size=9), st.booleans())
def test_the_interval_holds_what_students_test_of_the_parts_below_does_not_reject(values, has_ties) -> None:
    replication = np.repeat(np.arange(len(values)), [len(each) for each in values])
    flat = np.array([value for each in values for value in each], float)
    flat += 0.0 if has_ties else np.arange(flat.size) / 1e3
    found = Rows(flat, replication).median()
    if not flat.size:
        assert np.isnan(found.value)
        return
    assert found.value == pytest.approx(np.median(flat))
    counts = np.bincount(replication)
    there = counts > 0
    edges = [-np.inf, *np.unique(flat)]
    too_low, too_high = [], []
    for edge in edges:
        excess, number = counts[there] / 2 - np.bincount(replication, flat > edge, counts.size)[there], there.sum()
        spread = max(np.sum((excess - excess.mean()) ** 2), flat.size / 4) * number / max(number - 1, 1)
        reach = (stats.t.ppf(0.975, number - 1) if number > 1 else np.inf) * np.sqrt(spread)
        too_low.append(excess.sum() < -reach)
        too_high.append(excess.sum() > reach)
    # Cut i lies just above value i - 1, so the last one that is not too high is followed by the interval's end.
    first, last = too_low.index(False), len(edges) - 1 - too_high[::-1].index(False)
    if first == 0 or last == len(edges) - 1:
        assert np.isnan([found.low, found.high]).all()
    else:
        assert (found.low, found.high) == (edges[first], edges[last + 1])


@given(st.integers(0, 1000), st.integers(2, 30))
def test_what_keeps_the_order_of_values_moves_the_median_and_its_interval_with_them(seed, replications) -> None:
    rows = sales(np.random.default_rng(seed), replications, 3.0)
    values = rows.value if rows.value.size % 2 else rows.value[1:]
    plain = Rows(values, rows.replication[: values.size])
    if plain.value.size:
        cut = np.maximum(np.median(values), np.percentile(values, 90))
        moved = Rows(np.where(values > cut, 1e9, values) * 3.0, plain.replication).median()
        found = plain.median()
        assert moved.value == pytest.approx(3.0 * found.value)
        assert np.isnan(moved.low) == np.isnan(found.low)


def test_six_rows_or_one_replication_give_no_interval() -> None:
    assert np.isnan(Rows(np.arange(6.0), np.arange(6)).median().low)
    assert Rows(np.arange(7.0), np.arange(7)).median()[2:] == (0.0, 6.0)
    alone = Rows(np.arange(100.0), np.zeros(100, int)).median()
    assert alone.value == 49.5
    assert np.isnan([alone.low, alone.high]).all()


@given(st.integers(0, 1000), st.integers(2, 40), st.sampled_from([0.7, 3.0, 40.0]))
def test_parts_of_replications_have_the_median_for_mean_and_an_interval_as_wide(seed, replications, mean) -> None:
    rows = sales(np.random.default_rng(seed), replications, mean)
    found, parts = rows.median(), rows.linearised(replications)
    if np.isnan(found.low):
        assert np.isnan(parts).all()
    else:
        estimate = mean_over_replications(parts[:, None], skewed=False)
        assert estimate.value[0] == pytest.approx(found.value)
        assert estimate.high[0] - estimate.low[0] == pytest.approx(found.high - found.low)


@pytest.mark.slow
@pytest.mark.parametrize(("mean", "replications"), [(1, 30), (3, 10), (3, 30), (60, 10), (60, 30)])
def test_medians_of_few_and_of_many_rows_are_covered_and_so_are_their_differences(mean, replications) -> None:
    generator = np.random.default_rng(3)
    hits, paired, naive = 0, 0, 0
    for _ in range(EXPERIMENTS):
        rows = sales(generator, replications, mean)
        # Most sales come about under the other rule too, for a third more.
        other = Rows(rows.value * 4 / 3, rows.replication)
        stays = generator.random(rows.value.size) < 0.8
        other = Rows(other.value[stays], other.replication[stays])
        found = rows.median()
        hits += found.low <= 1.0 <= found.high
        parts = other.linearised(replications) - rows.linearised(replications)
        difference = mean_over_replications(parts[:, None], skewed=False)
        paired += difference.low[0] <= 1 / 3 <= difference.high[0]
        medians = pd.Series(rows.value).groupby(rows.replication).median().to_numpy()
        mean_of_medians = mean_over_replications(medians[:, None], skewed=False)
        naive += mean_of_medians.low[0] <= 1.0 <= mean_of_medians.high[0]
    assert 0.92 <= hits / EXPERIMENTS <= 0.99
    assert 0.92 <= paired / EXPERIMENTS <= 0.99
    if mean == 1:
        assert naive / EXPERIMENTS < 0.85, "a mean of medians of single sales is a mean"


def test_every_median_of_a_summary_is_the_one_of_all_rows(info: RunInfo, tables: Tables) -> None:
    columns = {
        "median_price_to_nav": "price_to_nav", "median_price_to_true_value": "price_to_true_value",
        "median_price_to_cost": "price_to_cost", "median_price_to_appraisal": "price_to_appraisal",
        "median_liquidation_to_nav": "price_to_nav", "median_ticket_cny": "price_cny", "median_buyer_irr": "buyer_irr",
        "median_days_to_sale": "duration_days", "median_days_from_decision": "days_from_decision",
        "median_days_from_filing": "days_from_filing",
    }  # fmt: skip
    of_exits = {name for name, measure in MEASURES.items() if measure.rows and measure.table == "exits"}
    assert set(columns) == of_exits
    table = summary(tables, info).set_index(["outcome", "group_by", "group"])
    exits = tables["exits"].astype({"lp_kind": str, "buyer_kind": str})
    for name, column in columns.items():
        rows = exits[exits["sold"] == (name != "median_liquidation_to_nav")].dropna(subset=[column])
        for by in ("lp_kind", "buyer_kind"):
            for group, part in rows.groupby(by):
                if (name, by, group) not in table.index:
                    continue
                row = table.loc[(name, by, group)]
                assert row["estimate"] == pytest.approx(float(part[column].astype(float).median())), (name, group)
                assert (row["n"], row["replications"]) == (len(part), part["rep"].nunique())
                found = Rows(part[column].to_numpy(float), part["rep"].to_numpy()).median()
                np.testing.assert_equal((row["low"], row["high"]), (found.low, found.high))


def test_the_best_bid_is_told_by_its_median_over_rounds_and_near_misses_by_their_share(info: RunInfo) -> None:
    """A floor near nought, for which any bid is many times enough, rules a mean, and moves neither of these."""
    record = made_up_record(2, exits=400)
    listings = record.arrays["listings"]
    lowest = np.flatnonzero(listings["best_bid"] != MISSING)
    ratios = np.random.default_rng(3).uniform(0.5, 1.3, lowest.size)
    listings["best_bid"][lowest] = (listings["floor"][lowest] * ratios).astype(np.int64)
    of_units = record.arrays["exits"]["units"][listings["exit"]]
    listings["floor"][lowest[0]] = of_units[lowest[0]] * 1_000_000 // 50  # 2 % of what was committed
    tables = replication_tables(info, record)
    rows = tables["listings"]
    bids = rows["best_bid_to_floor"].astype(float)
    assert bids.max() > 50
    table = summary(tables, info).set_index(["outcome", "group_by", "group"])
    for by, group in (("all", "all"), ("is_state", "state")):
        part = rows if by == "all" else rows[rows["is_state"] == 1]
        known = bids[part.index].dropna()
        found = table.loc[("median_best_bid_to_floor", by, group)]
        assert found["estimate"] == pytest.approx(known.median())
        assert found["n"] == len(known)
        near = known.between(0.9, 1, inclusive="left").sum() / len(part)
        assert 0 < near < 1
        assert table.loc[("share_bid_near_floor", by, group), "estimate"] == pytest.approx(near)
