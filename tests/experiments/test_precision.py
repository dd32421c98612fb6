"""Precision on request: how it is asked for, how batches grow, when they end, and that intervals stay honest."""

from __future__ import annotations

import math
from itertools import count

import numpy as np
import pandas as pd
import pytest
from fake_markets import one_sale, with_row
from hypothesis import given, settings
from hypothesis import strategies as st

from sfund_sim.experiments.facts import run_info
from sfund_sim.experiments.precision import Batches, Look
from sfund_sim.experiments.precision_goals import Goal, goal_of
from sfund_sim.experiments.running import planned, run_in_memory
from sfund_sim.ground.errors import ScenarioError
from sfund_sim.ground.streams import Streams
from sfund_sim.outcomes.intervals import mean_over_replications
from sfund_sim.terms import Purpose

MEAN_VOLUME = 9_000 * 749.5
"""One sale of 500 to 999 units at 9,000 yuan, all equally likely."""


@pytest.fixture(scope="module")
def info(pilot):
    return run_info(pilot.scenario, seed=1, replications=1)


@pytest.mark.parametrize(
    ("text", "cell", "half_width", "is_relative"),
    [
        ("median_exit_days +-5", ("median_exit_days", "all", "all"), 5, False),
        ("median_exit_days+/-5", ("median_exit_days", "all", "all"), 5, False),
        ("share_sold[state] ±0.01", ("share_sold", "is_state", "state"), 0.01, False),
        ("share_sold[central_soe] +-2%", ("share_sold", "lp_kind", "central_soe"), 0.02, True),
        ("mean_price_to_nav[route=venue] +-0.5%", ("mean_price_to_nav", "route", "venue"), 0.005, True),
        ("share_sold[company] +-5%", ("share_sold", "lp_kind", "company"), 0.05, True),
        ("volume_cny +- 1,000,000", ("volume_cny", "all", "all"), 1e6, False),
        ("退出用时中位数［state］＋－５", ("median_exit_days", "is_state", "state"), 5, False),
        ("成交占比【state】±２％", ("share_sold", "is_state", "state"), 0.02, True),
    ],
)
def test_a_goal_may_be_written_in_many_ways(info, text, cell, half_width, is_relative):
    goal = goal_of(text, info)
    assert goal == Goal(*cell, half_width, is_relative)
    assert goal_of(goal.text("en"), info) == goal_of(goal.text("zh"), info) == goal


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("median_exit_dys +-5", "did you mean 'median_exit_days'?"),
        ("share_sold[stat] +-5%", "did you mean 'state'?"),
        ("sales_count[company] +-5%", "may be lp_kind=company, buyer_kind=company"),
        ("share_sold", "write OUTCOME"),
        ("share_sold +-0", "write OUTCOME"),
        ("share_sold +-1.2.3", "write OUTCOME"),
        ("share_sold 5", "write OUTCOME"),
    ],
)
def test_a_goal_that_is_none_is_told_with_what_is_allowed(info, text, words):
    with pytest.raises(ScenarioError, match=words.replace("?", r"\?")):
        goal_of(text, info)


@settings(max_examples=60)
@given(st.integers(10, 3000), st.lists(st.floats(0.01, 30), min_size=40, max_size=40), st.booleans())
def test_batches_begin_with_ten_never_pass_the_cap_and_at_most_double(most, widths, never):
    batches = Batches(most)
    for width in widths:
        batch = batches.next()
        if not batch:
            break
        assert batch.start == batches.done - len(batch) + 1
        batches.look(Look(math.nan if never else width, 1.0))
    assert batches.done <= most
    assert batches.sizes[0] == 10
    for size, before in zip(batches.sizes[1:], np.cumsum(batches.sizes).tolist(), strict=False):
        assert size <= before
    if never:
        assert batches.done <= 80


def test_one_narrow_look_is_not_enough_and_two_in_a_row_are():
    batches = Batches(1000)
    for width in (0.9, 1.1, 0.9):
        assert batches.next()
        batches.look(Look(width, 1.0))
    assert batches.next()
    batches.look(Look(0.8, 1.0))
    assert batches.is_reached
    assert not batches.next()


def test_a_relative_goal_is_relative_to_the_truth_and_not_to_the_estimate(info):
    goal = goal_of("volume_cny +-10%", info)
    assert goal.wanted(-110.0) == pytest.approx(10.0)
    assert goal_of("volume_cny +-10", info).wanted(55.0) == 10.0


def farther_end(row: pd.Series) -> float:
    """How far an interval reaches at most."""
    return float(max(row["high"] - row["estimate"], row["estimate"] - row["low"]))


def test_a_run_until_precise_is_the_run_of_the_number_it_came_to(pilot):
    until = run_in_memory(planned(pilot, simulate=one_sale, workers=1, until="volume_cny +-8%"))
    reached = until.making.reached
    assert reached.is_reached
    assert 10 < until.replications == reached.replications < 100
    plain = run_in_memory(planned(pilot, simulate=one_sale, workers=1, replications=until.replications))
    for name, table in until.tables().items():
        assert table.equals(plain.tables()[name]), name
    row = until.summary.query("outcome == 'volume_cny' and group_by == 'all'").iloc[0]
    assert farther_end(row) == pytest.approx(reached.look.half_width)
    assert reached.look.half_width <= 0.08 / 1.08 * row["estimate"]


def sale_after_a_drawn_time(scenario, replication, seed):
    """One sale, which ends 1 to 64 days later than usual."""
    journal = one_sale(scenario, replication, seed)
    later = 1 + int(Streams(seed, replication).bits(Purpose.LAB, [1])[0]) % 64
    row = journal.exits[0]
    journal.exits = with_row(journal.exits, 0, row._replace(ended=row.ended + later))
    return journal


def test_a_pooled_outcome_is_watched_with_its_pooled_interval(pilot):
    run = run_in_memory(planned(pilot, simulate=sale_after_a_drawn_time, workers=1, until="median_exit_days +-15"))
    row = run.summary.query("outcome == 'median_exit_days' and group_by == 'all'").iloc[0]
    reached = run.making.reached
    assert reached.is_reached
    assert reached.look.half_width == farther_end(row)
    assert 0 < reached.look.half_width <= 15


def test_a_median_of_sales_is_watched_with_the_interval_of_all_sales(pilot):
    run = run_in_memory(planned(pilot, simulate=one_sale, workers=1, until="median_ticket_cny[state] +-10%"))
    row = run.summary.query("outcome == 'median_ticket_cny' and group == 'state'").iloc[0]
    reached = run.making.reached
    assert reached.is_reached
    assert row["estimate"] == run.exits.query("sold == 1")["price_cny"].median()
    assert reached.look.half_width == farther_end(row)
    assert 0 < reached.look.half_width <= 0.1 / 1.1 * row["estimate"]


def test_a_cap_ends_the_search_and_says_what_is_left(pilot):
    run = run_in_memory(planned(pilot, simulate=one_sale, workers=1, replications=15, until="volume_cny +-0.1%"))
    reached = run.making.reached
    assert (run.replications, reached.is_reached) == (15, False)
    assert reached.needed > 1000
    assert "not reached in 15 replications (--max-reps 15)" in reached.text("en")
    assert f"{reached.needed:,} would be needed" in reached.text("en")
    assert "未达到（上限 15）" in reached.text("zh")
    assert reached.data()["replications_needed"] == reached.needed


def test_an_outcome_that_never_occurs_ends_the_search(pilot):
    run = run_in_memory(planned(pilot, simulate=one_sale, workers=1, until="mean_bidders[individual] +-1"))
    reached = run.making.reached
    assert run.replications == 40
    assert reached.data()["half_width"] is None
    assert "hardly any" in reached.text("en")


def seldom_unsold(scenario, replication, seed):
    """One holding listed: sold within a year in all replications but the fortieth."""
    journal = one_sale(scenario, replication, seed)
    if replication == 40:
        row, listing = journal.exits[0], journal.listings[0]
        journal.exits = with_row(journal.exits, 0, row._replace(ended=row.ended + 800))
        journal.listings = with_row(journal.listings, 0, listing._replace(closed=listing.closed + 800))
    return journal


@pytest.mark.parametrize("goal", ["hit_rate_one_year +-0.02", "hit_rate_one_year +-2%"])
def test_replications_that_all_agree_on_a_share_do_not_end_the_search_before_they_say_enough(pilot, goal):
    run = run_in_memory(planned(pilot, simulate=seldom_unsold, workers=1, until=goal, replications=400))
    row = run.summary.query("outcome == 'hit_rate_one_year' and group_by == 'all'").iloc[0]
    assert run.replications > 40
    assert run.making.reached.is_reached
    assert row["low"] <= 1 - 1 / run.replications <= row["high"]


def test_a_share_of_all_is_within_what_the_number_of_replications_allows(pilot):
    run = run_in_memory(planned(pilot, simulate=one_sale, workers=1, until="hit_rate_one_year +-0.05"))
    row = run.summary.query("outcome == 'hit_rate_one_year' and group_by == 'all'").iloc[0]
    reached = run.making.reached
    assert reached.is_reached
    assert row["estimate"] == row["high"] == 1
    assert reached.look.half_width == pytest.approx(1 - row["low"])
    assert 0 < reached.look.half_width <= 0.05
    # 1 - 0.025 ** (1 / n) is 0.05 at n = 71.9, so no fewer will do.
    assert 72 <= run.replications <= 110


@pytest.mark.parametrize("goal", ["leaks_count +-5%", "exits_count +-1"])
def test_values_that_never_vary_end_the_search_with_what_was_seen_and_no_claim(pilot, goal):
    run = run_in_memory(planned(pilot, simulate=one_sale, workers=1, until=goal))
    reached = run.making.reached
    assert (run.replications, reached.is_reached, reached.data()["half_width"]) == (40, False, None)
    assert "all have the same value" in reached.text("en")
    assert "取值全部相同" in reached.text("zh")
    row = run.summary[run.summary["outcome"] == goal.split()[0]].iloc[0]
    assert np.isnan([row["low"], row["high"]]).all()


def ended(draw, wanted) -> tuple[float, float, int]:
    """Mean, half-width and number of replications of one search on drawn numbers; ``wanted`` of the mean so far."""
    batches, values = Batches(1000), np.empty(0)
    while batch := batches.next():
        values = np.append(values, draw(len(batch)))
        found = mean_over_replications(values[:, None])
        half_width = float(max(found.high[0] - found.value[0], found.value[0] - found.low[0]))
        batches.look(Look(half_width, wanted(float(found.value[0]))))
    return float(values.mean()), half_width, values.size


@pytest.mark.parametrize("wanted", [0.6, 0.4, 0.3, 0.2])
def test_stopping_when_narrow_keeps_the_intervals_honest(wanted):
    generator = np.random.default_rng(2024)
    runs = [ended(generator.standard_normal, lambda mean: wanted) for _ in range(800)]
    coverage = np.mean([abs(mean) <= half_width for mean, half_width, _ in runs])
    assert 0.92 <= coverage <= 0.98
    assert np.mean([half_width <= wanted for _, half_width, _ in runs]) == 1


def search_of(seed: int, goal: Goal) -> tuple[float, float, int]:
    """The search of ``run_in_memory`` for the volume of ``one_sale``, from the same draws without the tables."""
    numbers = count(1)

    def draw(size: int) -> np.ndarray:
        bits = [int(Streams(seed, next(numbers)).bits(Purpose.LAB, [0])[0]) for _ in range(size)]
        return np.array([9_000.0 * (500 + drawn % 500) for drawn in bits])

    return ended(draw, goal.wanted)


def test_stopping_when_narrow_keeps_the_intervals_of_a_synthetic_market_honest(pilot, info):
    goal = goal_of("volume_cny +-12%", info)
    searches = [search_of(seed, goal) for seed in range(2000)]
    hits = [abs(mean - MEAN_VOLUME) <= half_width for mean, half_width, _ in searches]
    assert 0.92 <= np.mean(hits) <= 0.98
    for seed in range(4):
        run = run_in_memory(planned(pilot, simulate=one_sale, seed=seed, workers=1, until="volume_cny +-12%"))
        row = run.summary.query("outcome == 'volume_cny' and group_by == 'all'").iloc[0]
        mean, half_width, size = searches[seed]
        assert run.replications == size
        assert (row["estimate"], farther_end(row)) == pytest.approx((mean, half_width))
