"""What a comparison's page says of its scenarios."""

from __future__ import annotations

from sfund_sim.report.comparison_page import changes_between
from sfund_sim.scenario.layers import load_scenario


def test_changes_are_told_as_a_scenario_file_writes_them() -> None:
    changes = ["name=other", "seed=9", "venues.beijing.open=true", "population.buyers.insurer.mean_capital_cny=4.5e+8"]
    told = list(changes_between(load_scenario("beijing_pilot"), load_scenario("beijing_pilot", changes)))
    assert told == [
        "venues.beijing.open: false → true",
        "population.buyers.insurer.mean_capital_cny: 250000000 → 450000000",
    ]


def test_what_one_scenario_lacks_is_a_dash() -> None:
    auction = ["venues.beijing.auction={kind: second_price}"]
    told = list(changes_between(load_scenario("beijing_pilot"), load_scenario("beijing_pilot", auction)))
    assert told[0] == "venues.beijing.auction.kind: ascending → second_price"
    assert "venues.beijing.auction.soft_close: true → –" in told


def test_what_was_empty_and_is_filled_is_told_by_its_entries_alone():
    moved = ["policy_moved.ipo_tightening=2020-01-01"]
    told = list(changes_between(load_scenario("beijing_pilot"), load_scenario("beijing_pilot", moved)))
    assert told == ["policy_moved.ipo_tightening: – → 2020-01-01"]
