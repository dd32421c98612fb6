"""Facts of a run: for how long venues take business."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import VENUE, changed, small_pilot

from sfund_sim.experiments.facts import run_info
from sfund_sim.outcomes.measures.registry import groupings_of

PILOT = small_pilot()


def info_of(days):
    """Of a run whose venue is shut at first and opens, or shuts, on each of these days in turn."""
    turns = [
        {"on": str(PILOT.horizon.start + timedelta(day)), "because": "a test", "set": {VENUE + "open": turn % 2 == 0}}
        for turn, day in enumerate(days)
    ]
    scenario = changed(PILOT, venues__beijing__open=False, policy=turns)
    return scenario, run_info(scenario, seed=1, replications=1)


@settings(max_examples=30)
@given(st.lists(st.integers(-400, PILOT.horizon.days + 400), unique=True, max_size=4).map(sorted))
def test_a_venues_open_days_are_those_on_which_the_rules_say_so(days):
    scenario, info = info_of(days)
    timeline = scenario.timeline()
    counted = sum(timeline.on(day).venues["beijing"].open for day in range(scenario.horizon.days))
    assert info.venue_open_days == (counted,)
    assert info.any_venue_open_days == counted


def test_a_venue_that_was_open_for_a_year_counts_for_one_year_only():
    _, info = info_of([100, 465])
    assert info.venue_open_days == (365,)
    assert [period.first_day for period in info.periods[1:]] == [100]


def test_years_in_which_several_venues_are_open_count_once():
    other = PILOT.canonical()["venues"]["beijing"] | {"open": False, "funds_share": 0.0}
    turns = [(100, "beijing", True), (200, "shanghai", True), (400, "beijing", False), (500, "shanghai", False)]
    policy = [
        {"on": str(PILOT.horizon.start + timedelta(day)), "because": "a test", "set": {f"venues.{city}.open": is_open}}
        for day, city, is_open in turns
    ]
    scenario = changed(PILOT, venues__shanghai=other, venues__hainan=other, venues__beijing__open=False, policy=policy)
    info = run_info(scenario, seed=1, replications=1)
    assert dict(zip(info.names.venues, info.venue_open_days, strict=True)) == {
        "beijing": 300, "shanghai": 300, "hainan": 0,
    }  # fmt: skip
    assert info.any_venue_open_days == 400


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_periods_follow_the_opening_as_written_even_where_it_is_dropped(depth):
    """However the change spells it, and though what is written would not fit together if nothing were dropped."""
    venues = PILOT.canonical()["venues"]
    venues["beijing"]["open"] = True
    value = [venues, venues["beijing"], True][depth]
    path = ["venues", "venues.beijing", VENUE + "open"][depth]
    floor = "state_assets.floor."
    sets = [(50, "opening", {path: value}), (60, "lower", {floor + "lowest_share": 0.8}),
            (70, "free", {floor + "free_share": 0.78})]  # fmt: skip
    policy = [
        {"name": name, "on": str(PILOT.horizon.start + timedelta(day)), "because": "a test", "set": rules}
        for day, name, rules in sets
    ]
    scenario = changed(PILOT, venues__beijing__open=False, policy=policy, policy_dropped=["opening", "lower"])
    info = run_info(scenario, seed=1, replications=1)
    assert [period.first_day for period in info.periods[1:]] == [50]
    assert info.venue_open_days == (0,)


def test_regimes_are_groups_only_where_state_sellers_meet_several():
    """Where one binds them all alike, its groups would be the sectors once more."""
    assert run_info(PILOT, seed=1, replications=1).state_regimes == (PILOT.state_assets.regime,)
    first = PILOT.horizon.start
    turns = {"none": -400, "appraisal": 200, "full": PILOT.horizon.days + 1}
    policy = [
        {"on": str(first + timedelta(day)), "because": "a test", "set": {"state_assets.regime": regime}}
        for regime, day in turns.items()
    ]
    two = run_info(changed(PILOT, policy=policy), seed=1, replications=1)
    assert two.state_regimes == ("none", "appraisal")
    for table in ("exits", "listings", "recycling"):
        assert "regime" in groupings_of(table, two)
        assert "regime" not in groupings_of(table, replace(two, state_regimes=("full",)))
