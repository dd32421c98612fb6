"""Sweeps: every point validated before anything runs, same chance at every point, same bytes whatever the workers."""

from __future__ import annotations

import csv
import json

import numpy as np
import pandas as pd
import pytest
from synthetic_points import DAYS, RATE, days, fails, prices

import sfund_sim as sf
from sfund_sim.experiments.archive import files_in
from sfund_sim.experiments.replication import ReplicationFailed
from sfund_sim.experiments.results_folder import Wishes
from sfund_sim.experiments.sweep_medians import least_reaches
from sfund_sim.experiments.sweep_results import sweep_in_memory, sweep_into
from sfund_sim.experiments.sweep_tables import curves_table, pairs_table
from sfund_sim.experiments.sweep_values import MarketMeasure
from sfund_sim.experiments.sweeping import sweep_plan, with_experiment
from sfund_sim.outcomes.dictionary import columns_of
from sfund_sim.outcomes.intervals import NORMAL_QUANTILE
from sfund_sim.outcomes.measures import replication_values
from sfund_sim.outcomes.medians import Grain

TWO = {"levers": {DAYS: [5, 20, 40]}, "replications": 4}


def swept(pilot, measure=days, workers=1, **experiment):
    loaded = with_experiment(pilot, {**TWO, **experiment})
    return sweep_in_memory(sweep_plan(loaded, workers=workers, measure=measure))


def test_paired_points_have_the_same_chance_so_that_their_differences_are_exact(pilot):
    effects = swept(pilot).effects.query("group_by == 'all'").set_index("policy_id")
    assert effects["difference"].to_dict() == pytest.approx({2: 15.0, 3: 35.0})
    assert effects["high"].to_dict() == pytest.approx({2: 15.0, 3: 35.0})
    assert effects["variance_removed"].tolist() == pytest.approx([1.0, 1.0])


def test_unpaired_points_have_chance_of_their_own_and_no_effects(pilot):
    results = swept(pilot, pairing=False)
    noise = results.values.query("group_by == 'all'")
    assert noise.groupby("rep")["value"].apply(lambda values: np.ptp(values % 5) > 0).any()
    assert results.effects.empty


def test_the_summary_is_the_mean_over_replications_with_its_interval_and_number(pilot):
    results = swept(pilot)
    values = results.values.query("point_id == 2 and group_by == 'all'")["value"]
    row = results.summary.query("point_id == 2 and group_by == 'all'").iloc[0]
    assert row["estimate"] == pytest.approx(values.mean())
    assert row["high"] - row["estimate"] == pytest.approx(3.182446 * values.std() / 2, rel=1e-5)
    assert (row["n"], row["replications"]) == (40, 4)
    assert "state" not in set(results.summary["group"])


def test_runs_are_keyed_by_point_and_replication(pilot):
    results = swept(pilot)
    table = results.values
    assert table["run_id"].iloc[0] == "P1-R1"
    assert table.duplicated(["point_id", "rep", "outcome", "group_by", "group"]).sum() == 0
    assert len(table) == 3 * 4 * 3
    for name, found in (("values", table), ("summary", results.summary), ("effects", results.effects)):
        assert sorted(found.columns) == sorted(columns_of(f"sweep/{name}"))


def test_effects_are_averaged_over_the_futures_in_which_both_policies_have_a_value(pilot):
    def by_future(scenario, replication, seed):
        length, shut = scenario.venues["beijing"].disclosure.days, scenario.expectations.shut_delay_years
        value = days(scenario, replication, seed)[0]
        gone = shut == 3 and length == 40
        return [value._replace(value=float("nan") if gone else replication + length * shut)]

    futures = {"expectations.shut_delay_years": {"values": [1, 3]}}
    effects = swept(pilot, by_future, uncertainties=futures).effects.set_index("policy_id")
    assert effects["difference"].to_dict() == pytest.approx({2: 15.0 * 2, 3: 35.0})


@pytest.mark.parametrize(
    ("experiment", "words"),
    [
        ({"levers": {DAYS: [5, 4000]}}, "'4000' is out of range; allowed: 0 to 3650"),
        ({"levers": {"venues.beijing.disclosure.dayz": [5]}}, "did you mean 'days'?"),
        ({"levers": {"venues.bejing.open": [True]}}, "did you mean 'venues.beijing.open'?"),
        ({"levers": {DAYS: [5]}, "outcomes": ["share_sould"]}, "did you mean 'share_sold'?"),
        ({"levers": {"policy_moved.csrc_aproval": ["2020-01-01"]}}, "there is no policy change named 'csrc_aproval'"),
        ({"levers": {"venues.beijing.auction": ["dutch"]}}, "there is no auction format 'dutch'"),
        ({"packages": {"pace": {"slow": {DAYS: -1}}}}, "'-1' is out of range"),
        ({"uncertainties": {DAYS: {"low": 5, "high": 4000}}, "design": "sobol"}, "'4000' is out of range"),
    ],
)
def test_a_wrong_point_is_refused_before_anything_runs(pilot, experiment, words):
    with pytest.raises(sf.ScenarioError) as told:
        sf.sweep(pilot, experiment, replications=1, workers=1)
    assert words in str(told.value)


def test_values_that_only_clash_together_are_told_with_their_point(pilot):
    shares = {"population.funds.strategies.vc.share": [0.36, 0.46], "population.funds.strategies.growth.share": [0.42]}
    moves = {"packages": {"mix": {"a": {}, "b": {"venues.beijing.funds_share": 0.7}}}}
    with pytest.raises(sf.ScenarioError, match="add up to"):
        sf.sweep(pilot, {"levers": shares})
    assert sweep_plan(with_experiment(pilot, moves), measure=days).design.size == 2


def test_a_policy_date_and_a_whole_rule_can_be_levers(pilot):
    experiment = {
        "levers": {
            "policy_moved.csrc_approval": ["2019-06-01", "2020-12-10"],
            "venues.beijing.auction": ["first_price"],
        }
    }
    plan = sweep_plan(with_experiment(pilot, experiment), measure=days)
    opened = [scenario.changes()[0].on.isoformat() for scenario in plan.points.scenarios]
    assert opened == ["2019-06-01", "2020-12-10"]
    assert {scenario.venues["beijing"].auction.kind for scenario in plan.points.scenarios} == {"first_price"}
    assert {scenario.experiment for scenario in plan.points.scenarios} == {None}


def test_the_folder_has_the_same_bytes_for_one_worker_and_two_and_says_how_to_repeat(pilot, tmp_path):
    loaded = with_experiment(pilot, TWO)
    folders = []
    for workers in (1, 2):
        plan = sweep_plan(loaded, workers=workers, measure=days)
        folders.append(
            sweep_into(plan, tmp_path / str(workers), Wishes(command=lambda reps: "sfund sweep x.yaml")).folder
        )
    one, two = ({name: (folder / name).read_bytes() for name in files_in(folder)} for folder in folders)
    about = json.loads(one.pop("manifest.json"))
    two.pop("manifest.json")
    assert one == two
    assert {
        "dictionary.csv",
        "points.csv",
        "values.csv",
        "summary.csv",
        "effects.csv",
        "scenario.resolved.yaml",
    } == set(one)
    assert (about["kind"], about["points"], about["command"]) == ("sweep", 3, "sfund sweep x.yaml")
    again = sf.load_scenario(folders[0] / "scenario.resolved.yaml")
    assert again.scenario.experiment.replications == 4
    points = list(csv.reader((folders[0] / "points.csv").read_text("utf-8-sig").splitlines()))
    assert points[0] == ["point_id", "policy_id", "future_id", DAYS]
    assert [row[3] for row in points[1:]] == ["5", "20", "40"]


def test_a_run_that_fails_tells_its_point_and_leaves_no_folder(pilot, tmp_path):
    plan = sweep_plan(with_experiment(pilot, TWO), workers=1, measure=fails)
    with pytest.raises(ReplicationFailed):
        sweep_into(plan, tmp_path / "sweep", Wishes())
    assert {path.name for path in tmp_path.iterdir()} == {"sweep.failed.txt", "sweep.partial"}
    story = (tmp_path / "sweep.failed.txt").read_text()
    assert f"point 2, replication 2: {DAYS} = 20" in story
    assert "ValueError: no market" in story


def test_the_market_is_measured_as_a_run_measures_it(pilot):
    small = sf.load_scenario("beijing_pilot", ["population.funds.count=12", "seed=7"])
    results = sf.run(small, replications=1, workers=1)
    tables = replication_values(results.tables(), results.info).set_index(["outcome", "group_by", "group"])["value"]
    names = ("share_sold", "mean_bidders", "median_price_to_nav", "extension_votes")
    found = MarketMeasure(names, ("all", "is_state"))(small.scenario, 1, 7)
    assert {value.outcome for value in found} == set(names)
    for value in found:
        assert value.value == pytest.approx(tables[value.outcome, value.group_by, value.group], nan_ok=True)


def test_medians_of_a_point_are_those_of_a_run_of_it_and_differences_those_of_a_comparison(pilot):
    """Of all sales of all replications together, each way."""
    small = sf.load_scenario("beijing_pilot", ["population.funds.count=12", "seed=7"])
    floors = [0.0, 3.0]
    experiment = {
        "levers": {"state_assets.blame_weight": floors}, "replications": 8,
        "outcomes": ["median_price_to_nav", "median_buyer_irr"], "group_by": ["all", "is_state"],
    }  # fmt: skip
    found = sweep_in_memory(sweep_plan(with_experiment(small, experiment), workers=1))
    points = [
        sf.load_scenario(
            "beijing_pilot",
            ["population.funds.count=12", "seed=7", f"state_assets.blame_weight={floor}", f"name=at_{floor:.0f}"],
        )
        for floor in floors
    ]
    compared = sf.compare(points, replications=8, workers=1)
    key, numbers = ["outcome", "group_by", "group"], ["estimate", "low", "high", "n", "replications"]
    for point, loaded in enumerate(points, 1):
        run = sf.run(loaded, replications=8, workers=1)
        mine = found.summary[found.summary["point_id"] == point].set_index(key)[numbers]
        levels = compared.levels.query("scenario_id == @loaded.scenario.name").set_index(key)[numbers]
        assert len(mine) == 6
        for other in (run.summary.set_index(key)[numbers], levels):
            pd.testing.assert_frame_equal(mine, other.loc[mine.index], check_dtype=False)
    mine = found.effects.set_index(key)[["difference", "low", "high"]]
    paired = compared.differences.set_index(key)[["difference", "low", "high", "level_first", "level_second"]]
    paired = paired.loc[mine.index].dropna(subset=["low"])
    assert len(paired) >= 4
    pd.testing.assert_frame_equal(mine.loc[paired.index], paired[["difference", "low", "high"]])
    np.testing.assert_allclose(paired["difference"], paired["level_second"] - paired["level_first"])


MIDDLE = ["estimate", "low", "high", "n", "replications"]


def test_a_level_of_a_single_point_has_its_median_with_the_interval_of_the_summary(pilot):
    """A curve had another interval of the very same number: Student's of the mean of parts."""
    found = swept(pilot, prices, replications=8)
    own = found.summary[MIDDLE].to_numpy()
    assert np.isfinite(own).all()
    assert (np.ptp(own[:, 1:3], axis=1) > 0).all()
    np.testing.assert_array_equal(curves_table(found.cube, found.plan.design)[MIDDLE], own)
    both = swept(pilot, prices, levers={DAYS: [5, 20], RATE: [0.1, 0.2]}, replications=8)
    pairs = pairs_table(both.cube, both.plan.design)
    np.testing.assert_array_equal(pairs[MIDDLE], both.summary[MIDDLE])
    of_days = curves_table(both.cube, both.plan.design).query("factor == @DAYS")
    np.testing.assert_allclose(of_days["estimate"], pairs.groupby("level_value", sort=False)["estimate"].mean())
    middle = (of_days["low"] + of_days["high"]) / 2
    np.testing.assert_allclose(middle, of_days["estimate"], err_msg="of a mean of medians the interval is Student's")


def test_a_median_without_interval_has_its_place_in_curves_and_maps(pilot):
    """With two replications the summary had it, figures were empty and their axes made up."""
    found = swept(pilot, prices, levers={DAYS: [5, 20], RATE: [0.1, 0.2]}, replications=2)
    assert found.summary["estimate"].notna().all()
    assert found.summary["low"].isna().all()
    pairs, curves = (table(found.cube, found.plan.design) for table in (pairs_table, curves_table))
    np.testing.assert_array_equal(pairs["estimate"], found.summary["estimate"])
    expected = pairs.groupby("level_value", sort=False)["estimate"].mean()
    np.testing.assert_allclose(curves.query("factor == @DAYS")["estimate"], expected)
    assert curves[["low", "high"]].isna().all(axis=None)


def test_the_least_reach_of_a_mean_over_futures_is_that_of_its_parts():
    key, other = ("median_price_to_nav", "all", "all"), ("share_sold", "all", "all")
    grains = {(0, key): Grain(3.0, 1), (1, key): Grain(4.0, 2), (2, key): Grain(5.0, 3), (3, key): Grain(5.0, 3)}
    found = least_reaches(grains, [(0, 1), (2, 3), (4, 5)], [key, other])
    assert found == pytest.approx([NORMAL_QUANTILE * 5.0 / 2, 0.0]), "one future differs, one is the same, one has none"


def test_one_replication_a_point_has_its_median_and_differences_without_intervals(pilot):
    small = sf.load_scenario("beijing_pilot", ["population.funds.count=12", "seed=7"])
    experiment = {
        "levers": {"state_assets.blame_weight": [0.0, 3.0]}, "replications": 1, "outcomes": ["median_price_to_nav"]
    }  # fmt: skip
    found = sweep_in_memory(sweep_plan(with_experiment(small, experiment), workers=1))
    np.testing.assert_array_equal(found.summary["estimate"], found.values["value"])
    assert found.effects["difference"].notna().all()
    assert found.effects["low"].isna().all()


def test_a_median_that_slow_markets_do_not_reach_cannot_be_swept(pilot):
    loaded = with_experiment(pilot, {**TWO, "outcomes": ["share_sold", "median_exit_days"]})
    with pytest.raises(sf.ScenarioError, match="use restricted_mean_exit_days") as refused:
        sweep_plan(loaded)
    assert "请改用 restricted_mean_exit_days" in refused.value.problems[0].message_zh


def test_a_scenario_keeps_its_hash_whatever_experiment_stands_in_it(pilot):
    from sfund_sim.experiments.facts import scenario_hash

    assert scenario_hash(with_experiment(pilot, TWO).scenario) == scenario_hash(pilot.scenario)


def test_a_scenario_without_an_experiment_cannot_be_swept(pilot):
    with pytest.raises(sf.ScenarioError, match="no 'experiment' section"):
        sf.sweep(pilot)
