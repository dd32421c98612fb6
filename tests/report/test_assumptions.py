"""What pages list as assumptions: everything of one scenario, and of several nothing twice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sfund_sim.report.assumptions import AssumptionRow, assumption_rows
from sfund_sim.scenario.layers import LoadedScenario, load_scenario
from sfund_sim.scenario.nodes import Status
from sfund_sim.scenario.sources import parameters

DAYS, INVITED = "venues.beijing.disclosure.days", "venues.beijing.disclosure.invited"
"""The first rests on something in the pilot, the second is an assumption there."""


@pytest.fixture(scope="module")
def pilot() -> LoadedScenario:
    return load_scenario("beijing_pilot")


def changed(*overrides: str, name: str = "other") -> LoadedScenario:
    loaded = load_scenario("beijing_pilot", overrides)
    return replace(loaded, scenario=loaded.scenario.model_copy(update={"name": name}))


def of_path(rows: list[AssumptionRow], path: str) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(row.value, row.status, row.scenarios) for row in rows if row.path == path]


def test_of_one_scenario_every_assumption_is_listed_once_in_the_order_of_the_model(pilot: LoadedScenario) -> None:
    rows = assumption_rows([pilot])
    assert [row.path for row in rows] == [one.path for one in parameters(pilot) if one.status is Status.ASSUMPTION]
    assert len(rows) > 500
    assert not any(row.scenarios or row.is_varied for row in rows)


def test_rows_say_in_chinese_what_they_are_about(pilot: LoadedScenario) -> None:
    [row] = [row for row in assumption_rows([pilot]) if row.path == INVITED]
    assert row.meaning_zh == "定向披露的受邀投资者数"
    assert all(row.meaning_zh for row in assumption_rows([pilot]))


def test_what_scenarios_share_is_listed_once(pilot: LoadedScenario) -> None:
    assert assumption_rows([pilot, changed()]) == assumption_rows([pilot])


def test_where_scenarios_differ_each_form_stands_first_with_those_that_have_it(pilot: LoadedScenario) -> None:
    rows = assumption_rows([pilot, changed(f"{INVITED}=40"), changed(f"{INVITED}=60", name="third")])
    assert of_path(rows, INVITED) == [
        ("20", "assumption", ("beijing_pilot",)),
        ("40", "assumption", ("other",)),
        ("60", "assumption", ("third",)),
    ]
    assert [row.path for row in rows[:3]] == [INVITED] * 3
    assert [row.path for row in rows[3:]] == [row.path for row in assumption_rows([pilot]) if row.path != INVITED]


def test_a_form_that_is_no_assumption_is_shown_beside_the_one_that_is(pilot: LoadedScenario) -> None:
    assert of_path(assumption_rows([pilot]), DAYS) == []
    rows = assumption_rows([pilot, changed(f"{DAYS}=40")])
    assert of_path(rows, DAYS) == [("20", "recalled", ("beijing_pilot",)), ("40", "assumption", ("other",))]


def test_the_same_value_on_other_evidence_is_told(pilot: LoadedScenario) -> None:
    rows = assumption_rows([pilot, changed(f"{DAYS}=20")])
    assert of_path(rows, DAYS) == [("20", "recalled", ("beijing_pilot",)), ("20", "assumption", ("other",))]


def test_a_parameter_that_only_one_scenario_has_names_that_one(pilot: LoadedScenario) -> None:
    rows = assumption_rows([pilot, load_scenario("before_pilot")])
    assert of_path(rows, "policy_dropped.0") == [("csrc_approval", "assumption", ("before_pilot",))]


def test_what_is_varied_is_marked_with_all_that_stands_below_it(pilot: LoadedScenario) -> None:
    rows = assumption_rows([pilot], {INVITED, "population.lps.company.proceeds", "partnership.gp_consent"})
    varied = {row.path for row in rows if row.is_varied}
    assert {INVITED, "population.lps.company.proceeds.idle"} <= varied
    assert all(path == INVITED or path.startswith("population.lps.company.proceeds.") for path in varied)


def test_large_numbers_are_written_to_the_last_digit() -> None:
    rows = assumption_rows([changed("population.buyers.market_s_fund.mean_capital_cny=123456789")])
    assert of_path(rows, "population.buyers.market_s_fund.mean_capital_cny") == [("123456789", "assumption", ())]
