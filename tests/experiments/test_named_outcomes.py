"""A study names its outcomes before it looks: Holm's correction is for their differences, and no other is clear."""

from __future__ import annotations

import csv
import io
import json
import shlex
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import sfund_sim as sf
from sfund_sim.cli import main
from sfund_sim.experiments.cells import named_cells
from sfund_sim.experiments.comparison_folder import repeat_command
from sfund_sim.experiments.facts import run_info
from sfund_sim.experiments.precision_goals import goal_of
from sfund_sim.outcomes.comparison import Grid
from sfund_sim.outcomes.contrasts import contrasts
from sfund_sim.outcomes.dictionary import outcomes
from sfund_sim.outcomes.measures import MEASURES
from sfund_sim.report.comparison_rows import looked_at

REPLICATIONS = 20
MAIN = ("share_sold", "lp_kind", "kind 0")
SMALL = ["population.funds.count=5", "horizon.end=2021-12-31"]
OPTIONS = ("--set", SMALL[0], "--set", SMALL[1], "--reps", "3", "--workers", "1", "--no-report")


def forty(named=()):
    """Forty groups: the first is somewhat higher in b (p about 0.01), the last surely, the others are noise."""
    generator = np.random.default_rng(1)
    first = generator.random((REPLICATIONS, 40))
    noise = generator.normal(0.0, 0.1, (REPLICATIONS, 40))
    away = (noise - noise.mean(axis=0)) / noise.std(axis=0, ddof=1) * 0.1
    second = first + away
    second[:, 0] += 2.9 * 0.1 / np.sqrt(REPLICATIONS)
    second[:, -1] += 0.3
    keys = [("share_sold", "lp_kind", f"kind {number}") for number in range(40)]
    grids = {name: Grid(keys, np.arange(REPLICATIONS), values) for name, values in (("a", first), ("b", second))}
    levels = [
        {"scenario_id": name, "outcome": key[0], "group_by": key[1], "group": key[2], "estimate": level}
        for name, values in (("a", first), ("b", second))
        for key, level in zip(keys, values.mean(axis=0), strict=True)
    ]
    return contrasts(pd.DataFrame(levels), grids, ["a", "b"], named)


def test_what_was_named_is_corrected_for_its_own_number_and_nothing_else_is_clear():
    every, one = forty(), forty([MAIN])
    assert looked_at(every, only_named=False) == (40, 1)
    assert looked_at(one, only_named=True) == (1, 1)
    assert every["named_beforehand"].sum() == 0
    assert every.loc[0, "verdict"] == "perhaps_higher"
    assert "but among 40 differences looked at" in every.loc[0, "verdict_en"]
    assert every.loc[39, "verdict"] == "clearly_higher"
    assert one.loc[0, "verdict"] == "clearly_higher"
    assert one["named_beforehand"].tolist() == one["beyond_chance"].tolist() == [1, *[0] * 39]
    assert "but as it was not named beforehand, chance alone may show as much" in one.loc[39, "verdict_en"]
    assert "未经事先指定" in one.loc[39, "verdict_zh"]
    numbers = ["difference", "low", "high", "p_value"]
    assert one[numbers].equals(every[numbers])


def test_several_named_are_corrected_for_each_other():
    named = [("share_sold", "lp_kind", f"kind {number}") for number in range(20)]
    table = forty(named)
    assert looked_at(table, only_named=True) == (20, 0)
    assert "among 20 differences named beforehand" in table.loc[0, "verdict_en"]


def test_where_nothing_of_what_was_named_has_a_row_there_is_no_test():
    table = forty([("share_sold", "lp_kind", "kind 40")])
    assert looked_at(table, only_named=True) == (0, 0)
    assert table["beyond_chance"].sum() == table["named_beforehand"].sum() == 0
    assert "but as it was not named beforehand" in table.loc[39, "verdict_en"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("named") / "out"
    named = "share_out_in_one_year[state]，share_sold、median_price_to_nav[lp_kind=company]"
    words = ["beijing_pilot", "before_pilot", *OPTIONS, "--outcomes", named, "--seed", "5", "--out", str(place)]
    assert main(["compare", *words, "--quiet"]) == 0
    return place


def test_the_folder_says_what_was_named_and_repeats_it(folder, tmp_path, monkeypatch, capfd):
    about = json.loads((folder / "manifest.json").read_text("utf-8"))
    named = ["median_price_to_nav[lp_kind=company]", "share_out_in_one_year[is_state=state]", "share_sold"]
    assert about["outcomes_named"] == named
    assert about["command"].count(f"--outcomes '{','.join(named)}'") == 1
    rows = list(csv.DictReader(io.StringIO((folder / "differences.csv").read_text("utf-8-sig"))))
    assert {row["outcome"] for row in rows if row["named_beforehand"] == "1"} <= {
        one.partition("[")[0] for one in named
    }
    assert main(["audit", str(folder)]) == 0
    monkeypatch.chdir(folder)
    words = shlex.split(about["repeat_in_this_folder"])[1:]
    capfd.readouterr()
    assert main([*words, "--workers", "1", "--no-report", "--out", str(tmp_path / "again")]) == 0
    told = " ".join(capfd.readouterr().out.split())
    assert "named beforehand, of which" in told
    assert "Named beforehand (out within a year, state sellers, before_pilot): " in told
    again = json.loads((tmp_path / "again" / "manifest.json").read_text("utf-8"))
    assert again["outputs"]["differences.csv"] == about["outputs"]["differences.csv"]


def test_complete_results_with_other_outcomes_named_are_not_taken_for_these(folder, capfd):
    words = ["compare", "beijing_pilot", "before_pilot", *OPTIONS, "--seed", "5", "--resume", str(folder)]
    assert main([*words, "--outcomes", "share_sold"]) == 2
    assert "outcomes named beforehand" in capfd.readouterr().err
    assert main(words) == 0


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ("sales_count[ending=lapsed]", "sales_count has no group 'ending=lapsed'"),
        ("hit_rate[venue_id=beijing]", "hit_rate has no group 'venue_id=beijing'"),
        ("share_sold[regime=appraisal]", "share_sold has no group 'regime=appraisal'"),
        ("share_sodl", "did you mean 'share_sold'"),
        ("share_sold[stat]", "share_sold has no group 'stat'"),
        ("", "write OUTCOME or OUTCOME[GROUP]"),
        ("share_sold,,hit_rate", "write OUTCOME or OUTCOME[GROUP]"),
    ],
)
def test_a_name_that_is_none_is_told_before_anything_runs(named, told, capfd):
    assert main(["compare", "beijing_pilot", "before_pilot", "--outcomes", named]) == 2
    assert told in capfd.readouterr().err


def test_what_neither_scenario_has_is_told_and_nothing_else_is_called_named(tmp_path, capfd):
    place = tmp_path / "out"
    cell = "sales_count[trigger=loss_of_trust]"
    words = ["beijing_pilot", "before_pilot", *OPTIONS, "--set", "population.funds.count=1", "--out", str(place)]
    assert main(["compare", *words, "--outcomes", cell]) == 0
    told = " ".join(capfd.readouterr().out.split())
    assert "Corrected for the 0 differences named beforehand, of which 0 outlast" in told
    assert "before_pilot): neither scenario has it, so there is nothing to test." in told
    assert main(["audit", str(place)]) == 0
    manifest = place / "manifest.json"
    for claimed in ("sales_count", "share_sold"):
        manifest.write_text(manifest.read_text("utf-8").replace(cell, claimed), "utf-8")
    capfd.readouterr()
    assert main(["audit", str(place)]) != 0
    assert "outcomes_named" in capfd.readouterr().out


def test_a_share_names_none_for_merge_could_not_know(tmp_path, capfd):
    words = ["beijing_pilot", "before_pilot", *OPTIONS, "--shard", "1/2", "--out", str(tmp_path / "out")]
    assert main(["compare", *words, "--outcomes", "share_sold"]) == 2
    assert "--shard: it cannot go together with --outcomes" in capfd.readouterr().err


def test_every_outcome_may_be_named_by_its_labels():
    infos = [run_info(sf.load_scenario("beijing_pilot").scenario, seed=1, replications=1)]
    whole = [one for one in outcomes() if "all" in MEASURES[one.name].groupings]
    every = [(one.name, "all", "all") for one in whole]
    for write in (lambda one: one.label_en, lambda one: one.label_zh, lambda one: one.label_en.upper()):
        assert [named_cells(write(one), infos)[0] for one in whole] == every
        assert list(named_cells(", ".join(map(write, whole)), infos)) == every
    label = next(one.label_zh for one in outcomes() if one.name == "seller_surplus_net_to_nav")
    assert goal_of(f"{label} ±5%", infos[0]).outcome == "seller_surplus_net_to_nav"
    assert named_cells("days to cash, sold only[state],hit_rate", infos) == (
        ("median_days_to_sale", "is_state", "state"),
        ("hit_rate", "all", "all"),
    )


def test_groups_may_be_those_of_any_of_the_scenarios():
    one = sf.load_scenario("before_pilot")
    info = run_info(one.scenario, seed=1, replications=1)
    two = replace(info, names=replace(info.names, venues=("beijing", "shanghai")))
    assert named_cells("share_sold[shanghai]", [info, two]) == (("share_sold", "home_venue_id", "shanghai"),)


def test_python_names_them_one_by_one_too():
    two = [sf.load_scenario(name, SMALL) for name in ("beijing_pilot", "before_pilot")]
    named = ["share_sold", "share_sold[is_state_period=state, whole_run]", "share_sold"]
    with pytest.raises(sf.ScenarioError, match="has no group"):
        sf.compare(two, outcomes=named)
    comparison = sf.compare(two, replications=2, workers=1, outcomes=["share_sold", "share_sold[state]"])
    table = comparison.differences
    assert table["named_beforehand"].sum() <= 2
    assert "--outcomes 'share_sold,share_sold[is_state=state]'" in repeat_command(comparison)
