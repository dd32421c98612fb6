"""Outcomes of a sweep that have no number are named, with why."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from sfund_sim.experiments.sweep_gaps import gaps
from sfund_sim.report.warning_words import warning_text

SUMMARY = pd.DataFrame({"outcome": ["share_sold", "median_price_to_nav", "hit_rate"], "estimate": [0.1, 0.9, math.nan]})
EFFECTS = pd.DataFrame(
    {
        "outcome": ["share_sold", "share_sold", "median_price_to_nav"],
        "policy_id": [2, 3, 3],
        "difference": [0.0, 0.1, 0.01],
    }
)
ASKED = ["share_sold", "median_price_to_nav", "hit_rate"]


def test_an_outcome_without_a_number_or_a_difference_is_named():
    told = list(gaps(ASKED, SUMMARY, EFFECTS, 2))
    assert told == [
        "median_price_to_nav: no difference from the first combination of levers in 1 of 2 others, for no replication "
        "has it in both; what there is of it is in summary.csv",
        "hit_rate: left out, for in no run is there anything to measure",
    ]
    assert all("、" in text or "，" in text for text in (warning_text(one, "zh") for one in told))


@pytest.mark.parametrize("outcomes", [[], ["share_sold"]])
def test_where_all_is_there_or_nothing_compared_nothing_is_said(outcomes):
    assert list(gaps(outcomes, SUMMARY, EFFECTS, 2)) == []
    assert list(gaps([*outcomes, "median_price_to_nav"], SUMMARY, EFFECTS.iloc[:0], 0)) == []
