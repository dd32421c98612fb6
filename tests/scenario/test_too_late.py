"""Dated changes after the last day do nothing: a slip in the year is told, what may be meant is not."""

from __future__ import annotations

import pytest

from sfund_sim.experiments.sweeping import with_experiment
from sfund_sim.report.warning_words import warning_text
from sfund_sim.scenario.cut_short import among
from sfund_sim.scenario.layers import load_scenario
from sfund_sim.scenario.shipped import shipped_names
from sfund_sim.scenario.too_late import too_late, too_late_for_sweep

LAST = "the last day of the simulated time is"
FILE = """\
extends: beijing_pilot
schema_version: 1
name: mine
{more}
policy_added:
  - {{name: slip, on: {on}, because: b, set: {{venues.beijing.disclosure.days: 9}}}}
variants:
  never: {{policy_moved.csrc_approval: 2099-01-01}}
  sooner: {{policy_moved.slip: 2024-01-01}}
  short: {{horizon.end: 2022-12-31}}
"""


@pytest.fixture
def mine(tmp_path):
    def load(*overrides, variant="", on="2205-01-01", more=""):
        (tmp_path / "mine.yaml").write_text(FILE.format(on=on, more=more), "utf-8")
        return load_scenario(tmp_path / "mine.yaml", overrides, variant=variant)

    return load


def test_a_slip_in_the_year_is_told_with_change_days_and_remedy(mine):
    (warning,) = too_late(mine())
    assert warning == (
        f"policy.10 (slip, 2205-01-01): without effect, for {LAST} 2027-12-31; correct the day, or horizon.end"
    )
    chinese = warning_text(warning, "zh")
    assert chinese == "policy.10 (slip, 2205-01-01)：晚于模拟期结束日 2027-12-31，不起作用；请更正日期或 horizon.end"


@pytest.mark.parametrize(("on", "is_told"), [("2027-12-31", False), ("2028-01-01", True), ("1990-01-01", False)])
def test_the_last_day_still_counts_and_what_comes_before_the_first_is_in_force_on_it(on, is_told, mine):
    loaded = mine(on=on)
    assert bool(too_late(loaded)) == is_told
    assert (loaded.scenario.timeline().on(0).venues["beijing"].disclosure.days == 9) == (on == "1990-01-01")


def test_a_slip_in_the_day_to_which_a_file_moves_a_change_is_told(mine):
    assert [warning.split(":")[0] for warning in too_late(mine(more="policy_moved: {vc_measures: 2204-06-19}"))] == [
        "policy.7 (vc_measures, 2204-06-19)",
        "policy.10 (slip, 2205-01-01)",
    ]


@pytest.mark.parametrize("overrides", [["policy_moved.csrc_approval=2099-01-01"], ["horizon.end=2022-12-31"]])
def test_what_options_move_past_the_end_or_cut_off_is_not_told(overrides):
    assert too_late(load_scenario("beijing_pilot", overrides)) == ()


def test_a_day_set_past_the_end_by_an_option_is_told():
    (warning,) = too_late(load_scenario("beijing_pilot", ["horizon.end=2022-12-31", "policy.0.on=2202-12-10"]))
    assert warning.startswith(f"policy.0 (csrc_approval, 2202-12-10): without effect, for {LAST} 2022-12-31")


def test_a_shorter_horizon_in_a_file_or_a_variant_is_no_slip_of_its_base(mine):
    assert too_late(mine(on="2022-01-01", more="horizon: {end: 2022-12-31}")) == ()
    assert too_late(mine(on="2022-01-01", variant="short")) == ()
    for name in shipped_names():
        assert too_late(load_scenario(name)) == (), name


def test_variants_that_move_a_change_are_not_told_of_and_a_line_up_names_those_concerned(mine):
    assert among([mine(variant=name) for name in ("", "never")], too_late) == too_late(mine())
    (warning,) = among([mine(), mine(variant="sooner")], too_late)
    assert warning == f"in mine: {too_late(mine())[0]}"


@pytest.mark.parametrize(
    ("levers", "is_told"),
    [
        ({"policy_moved.slip": ["2024-01-01", "2205-01-01"]}, False),
        ({"policy.10.on": ["2024-01-01", "2205-01-01"]}, False),
        ({"policy_moved.csrc_approval": ["2024-01-01", "2205-01-01"]}, True),
        ({"population.wish_scale": [1, 2]}, True),
    ],
)
def test_a_sweep_does_not_tell_of_a_day_that_it_varies(levers, is_told, mine):
    loaded = with_experiment(mine(), {"levers": levers})
    assert len(too_late(loaded)) == 1
    assert bool(too_late_for_sweep(loaded)) == is_told
