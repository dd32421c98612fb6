"""Outcomes by venue: where the fund is at home, where a listing was; only where there are several."""

from __future__ import annotations

import pytest

import sfund_sim as sf
from sfund_sim.scenario.experiment import Experiment

CITY = {"funds_share": 0.5, "buyers_share": 0.5, "visitors_share": 0.0}
SMALL = ["population.funds.count=60", "horizon.start=2020-01-01", "horizon.end=2023-12-31"]


@pytest.fixture(scope="module")
def results():
    cities = ["venues.shanghai={like: beijing}"]
    cities += [f"venues.{city}.{name}={value}" for city in ("beijing", "shanghai") for name, value in CITY.items()]
    opening = "policy.0.set={venues.beijing.open: true, venues.shanghai.open: true}"
    return sf.run(sf.load_scenario("beijing_pilot", [*SMALL, *cities, opening]), replications=2, seed=1)


def test_shares_and_prices_by_venue_are_those_of_the_rows(results):
    found = results.summary.set_index(["outcome", "group_by", "group"])["estimate"]
    exits, listings = results.exits, results.listings
    assert set(exits["home_venue_id"]) == {"beijing", "shanghai"}
    listed = exits["venue_id"].notna()
    assert (exits["home_venue_id"] == exits["venue_id"])[listed].all()
    sold = exits.groupby(["rep", "home_venue_id"])["sold"].mean().groupby("home_venue_id").mean()
    hits = listings[listings["closed"] == 1].groupby(["rep", "venue_id"])["sold"].mean().groupby("venue_id").mean()
    for city in ("beijing", "shanghai"):
        assert found["share_sold", "home_venue_id", city] == pytest.approx(sold[city])
        assert found["hit_rate", "venue_id", city] == pytest.approx(hits[city])


def test_one_venue_is_no_group():
    groups = sf.run(sf.load_scenario("beijing_pilot", SMALL), replications=2, seed=1).summary["group_by"]
    assert not groups.str.endswith("venue_id").any()


def test_a_sweep_may_ask_for_them():
    assert Experiment(levers={"a": [1, 2]}, group_by=["all", "home_venue_id", "venue_id"]).group_by


def test_deals_a_year_are_those_of_the_years_in_which_some_venue_and_in_which_each_was_open(results):
    """Both cities open on one day: so the rate of all is the sum of theirs, and no venue halves it by opening."""
    found = results.summary.set_index(["outcome", "group_by", "group"])["estimate"]["venue_deals_per_year"]
    scenario = results.loaded.scenario
    years = (scenario.horizon.end - scenario.policy[0].on).days / 365.25
    deals = ((results.exits["route"] == "venue") & (results.exits["sold"] == 1)).sum() / 2
    assert found["all", "all"] == pytest.approx(deals / years, rel=0.01)
    assert found["home_venue_id"].sum() == pytest.approx(found["all", "all"])
