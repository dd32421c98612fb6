"""Paired differences: their interval, the variance that pairing removed, and what cannot be paired."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sfund_sim.outcomes.comparison import paired_differences


def frame(numbers: list[float], outcome: str = "share_sold", group: str = "all") -> pd.DataFrame:
    size = len(numbers)
    return pd.DataFrame({"outcome": [outcome] * size, "group_by": ["all"] * size, "group": [group] * size,
                         "rep": range(size), "value": numbers, "n": [1] * size})  # fmt: skip


def test_difference_and_interval_are_the_paired_t_tests_where_differences_are_not_skewed() -> None:
    generator = np.random.default_rng(5)
    one, away = generator.random(30), generator.normal(0.0, 0.05, 15)
    two = one + 0.1 + np.concatenate((away, -away))
    row = paired_differences(frame(list(one)), frame(list(two))).iloc[0]
    oracle = stats.ttest_rel(two, one).confidence_interval()
    assert row["difference"] == pytest.approx(two.mean() - one.mean())
    assert (row["low"], row["high"]) == pytest.approx((oracle.low, oracle.high))
    expected = 1 - np.var(two - one, ddof=1) / (np.var(one, ddof=1) + np.var(two, ddof=1))
    assert row["variance_removed"] == pytest.approx(expected)
    assert row["unit"] == "share"


def test_a_scenario_against_itself_differs_by_nothing_for_certain() -> None:
    row = paired_differences(frame([0.2, 0.4, 0.7]), frame([0.2, 0.4, 0.7])).iloc[0]
    assert (row["difference"], row["low"], row["high"], row["variance_removed"]) == (0, 0, 0, 1)


def test_pairing_that_does_harm_is_said_so() -> None:
    row = paired_differences(frame([0.1, 0.5, 0.9]), frame([0.9, 0.5, 0.1])).iloc[0]
    assert row["variance_removed"] == pytest.approx(-1)


def test_replications_without_a_value_on_either_side_are_left_out() -> None:
    row = paired_differences(frame([0.1, np.nan, 0.3, 0.9]), frame([0.2, 0.5, np.nan, 0.8])).iloc[0]
    assert row["replications"] == 2
    assert row["level_first"] == pytest.approx(0.5)


def test_groups_of_one_scenario_only_and_single_replications_give_no_interval() -> None:
    assert paired_differences(frame([0.1], group="x"), frame([0.1], group="y")).empty
    assert paired_differences(frame([0.1]).iloc[:0], frame([0.1]).iloc[:0]).empty
    row = paired_differences(frame([0.1]), frame([0.3])).iloc[0]
    assert row["difference"] == pytest.approx(0.2)
    assert np.isnan(row["low"])
    assert np.isnan(row["variance_removed"])


def test_what_rounding_leaves_is_no_difference() -> None:
    """The same shares added up in another order, of which one replication really differs."""
    one = [0.1 + 0.2 + 0.3, 0.7, 0.5]
    two = [0.3 + 0.2 + 0.1, 0.7, 0.5]
    assert one != two
    same = paired_differences(frame(one), frame(two)).iloc[0]
    assert (same["difference"], same["low"], same["high"]) == (0, 0, 0)
    other = paired_differences(frame(one), frame([*two[:2], 0.6])).iloc[0]
    assert other["difference"] == pytest.approx(0.1 / 3)
