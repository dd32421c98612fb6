"""Values that a later dated change sets again are told of, and no others."""

from __future__ import annotations

import pytest

from sfund_sim.experiments.sweeping import with_experiment
from sfund_sim.report.warning_words import warning_text
from sfund_sim.scenario.cut_short import among, cut_short, files_cut_short, levers_cut_short
from sfund_sim.scenario.layers import load_scenario
from sfund_sim.scenario.shipped import shipped_names

SHARE = "state_assets.exempt_share"
FIRST, SECOND = f"policy.4.set.{SHARE}", f"policy.8.set.{SHARE}"


def told(*overrides: str) -> tuple[str, ...]:
    return cut_short(load_scenario("beijing_pilot", overrides))


def told_of_levers(**experiment: object) -> tuple[str, ...]:
    return levers_cut_short(with_experiment(load_scenario("beijing_pilot"), experiment))


def test_an_option_that_later_changes_undo_names_path_changes_days_and_remedy() -> None:
    [warning] = told(f"{SHARE}=1")
    assert warning == (
        f"{SHARE}: the value set holds only until 2022-04-15, for it is set anew by policy.4 (government_fund_rules, "
        f"2022-04-15), policy.8 (state_council_guidance, 2025-01-07); to change it throughout, set {FIRST}, {SECOND} "
        "too, or drop what sets it anew (policy_dropped)"
    )


def test_the_remedy_is_one() -> None:
    assert told(f"{SHARE}=1", f"{FIRST}=1", f"{SECOND}=1") == ()
    assert told(f"{SHARE}=1", "policy_dropped=[government_fund_rules, state_council_guidance]") == ()


@pytest.mark.parametrize(
    "overrides",
    [
        ["state_assets.blame_weight=1"],  # no change sets it
        ["policy.8.on=2024-01-01"],  # a change alone
        ["venues.beijing.open=true"],  # the change sets the same value
        [f"{SHARE}=1", "horizon.end=2022-04-14"],  # the changes come after the end
        [f"{SHARE}=1", "policy=[]"],
    ],
)
def test_nothing_is_told_of_values_that_hold_to_the_end(overrides: list[str]) -> None:
    assert told(*overrides) == ()


def test_a_change_that_sets_the_same_value_does_not_end_it() -> None:
    assert "until 2025-01-07" in told(f"{SHARE}=0.2")[0]
    assert "policy.8" not in told(f"{SHARE}=0.5")[0]


def test_a_moved_change_ends_it_on_its_own_day() -> None:
    moved = told("fundraising.state_pace=3", "policy_moved.vc_measures=2021-01-01")
    assert "until 2021-01-01, for it is set anew by policy.7 (vc_measures, 2021-01-01), policy.3 " in moved[0]


def test_what_a_change_of_before_the_start_sets_again_never_holds() -> None:
    overrides = ["ipo_window.state=shut", "horizon.start=2024-01-01"]
    [warning] = told(*overrides)
    assert load_scenario("beijing_pilot", overrides).scenario.timeline().on(0).ipo_window.state == "tight"
    assert warning.startswith("ipo_window.state: the value set is without effect, for it is set anew by policy.6 ")


@pytest.mark.parametrize(
    ("lever", "is_told"),
    [
        ({"state_assets.floor.step": [0.1, 0.2]}, True),
        ({"state_assets.floor": [{"kind": "appraisal"}, "reservation"]}, True),
        ({"state_assets.floor": ["reservation"]}, False),
        ({"venues.beijing.relists": [1]}, False),
        ({"venues.beijing.auction.increment_share": [0.1]}, False),
        ({"venues.beijing.auction": ["first_price"]}, True),
    ],
)
def test_parts_are_looked_into(lever: dict[str, list[object]], is_told: bool) -> None:
    set_again = "{state_assets.floor: {kind: reservation}, venues.beijing.auction.kind: ascending}"
    base = load_scenario("beijing_pilot", [f"policy=[{{on: 2023-01-01, because: x, set: {set_again}}}]"])
    warnings = levers_cut_short(with_experiment(base, {"levers": lever}))
    assert [warning.split(": the value set holds only until 2023-01-01")[0] for warning in warnings] == (
        list(lever) if is_told else []
    )


def test_levers_packages_and_uncertainties_are_told_of() -> None:
    warnings = told_of_levers(
        levers={SHARE: [0.0, 0.2]},
        packages={"window": {"as it is": {}, "shut": {"ipo_window.state": "shut"}}},
        uncertainties={"state_assets.approval_probability": {"low": 0.1, "high": 0.9}, "state_assets.blame_weight":
                       {"low": 1.0, "high": 2.0, "also": ["fundraising.market_pace"]}},
        design="latin_hypercube",
    )  # fmt: skip
    paths = ["fundraising.market_pace", "ipo_window.state", "state_assets.approval_probability", SHARE]
    assert [warning.split(": ")[0] for warning in warnings] == paths


def test_levers_that_take_the_changes_along_are_not_told_of() -> None:
    level = {SHARE: 1.0, FIRST: 1.0, SECOND: 1.0}
    assert told_of_levers(packages={"exempt": {"as it is": {}, "all": level}}) == ()
    dropped = {SHARE: 1.0, "policy_dropped": ["government_fund_rules", "state_council_guidance"]}
    assert told_of_levers(packages={"exempt": {"as it is": {}, "all": dropped}}) == ()
    assert "policy.8" not in told_of_levers(levers={SHARE: [0.0], SECOND: [0.0]})[0]


def test_no_shipped_scenario_asks_for_what_does_not_hold() -> None:
    for name in shipped_names():
        loaded = load_scenario(name)
        assert (cut_short(loaded), files_cut_short(loaded), levers_cut_short(loaded)) == ((), (), ()), name


FILE = """\
extends: beijing_pilot
schema_version: 1
name: mine
state_assets: {exempt_share: 0.9}
venues: {beijing: {disclosure: {invited: 5}}}
policy_added:
  - {on: 2022-03-01, because: a, set: {venues.beijing.disclosure.invited: 9}}
variants:
  sure: {state_assets.approval_probability: 0.9}
"""


def test_a_file_is_told_what_its_base_sets_again_but_not_what_it_sets_again_itself(tmp_path) -> None:
    (tmp_path / "mine.yaml").write_text(FILE)
    loaded = load_scenario(tmp_path / "mine.yaml")
    assert [warning.split(": ")[0] for warning in files_cut_short(loaded)] == [SHARE]
    assert cut_short(loaded) == ()


def test_variants_are_told_of_and_a_line_up_names_those_concerned(tmp_path) -> None:
    (tmp_path / "mine.yaml").write_text(FILE)
    both = [load_scenario(tmp_path / "mine.yaml", [f"{SHARE}=1"], variant=name) for name in ("", "sure")]
    of_all, of_one = sorted(among(both), key=len, reverse=True)
    assert of_all.startswith(f"{SHARE}: the value set")
    assert of_one.startswith("in mine_sure: state_assets.approval_probability: the value set holds only until 2025-")


@pytest.mark.parametrize("start", ["2018-01-01", "2023-01-01"])
def test_they_are_told_in_chinese(start: str) -> None:
    [warning] = told(f"{SHARE}=1", f"horizon.start={start}")
    chinese = warning_text(warning, "zh")
    assert SHARE in chinese
    assert SECOND in chinese
    assert "按日期生效的变更" in chinese
    assert "the value" not in chinese
    assert warning_text(f"in mine, other: {warning}", "zh") == f"mine、other：{chinese}"
