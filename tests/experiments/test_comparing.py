"""Scenarios side by side: paired by replication, the same however run, written whole or not at all."""

from __future__ import annotations

import json
import os
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from fake_markets import one_sale, with_row

import sfund_sim as sf
from sfund_sim.experiments.comparing import Comparison, compare, planned_comparison
from sfund_sim.experiments.comparison_folder import compare_into, default_folder, repeat_command
from sfund_sim.experiments.decomposing import BASELINE, Friction, changes_off, decompose, frictions
from sfund_sim.experiments.replication import ReplicationFailed
from sfund_sim.experiments.results_folder import Wishes
from sfund_sim.experiments.running import planned, run_in_memory
from sfund_sim.ground.columns import MISSING
from sfund_sim.ground.errors import OutputError, ScenarioError
from sfund_sim.market.journal import Journal
from sfund_sim.outcomes.dictionary import columns_of
from sfund_sim.report.comparison_page import comparison_files
from sfund_sim.terms import Ending, Route


def haggling(scenario, replication, seed):
    """One sale: in every scenario but the pilot 10 % dearer, where it is called ``closed`` there is none."""
    journal = one_sale(scenario, replication, seed)
    row, listing = journal.exits[0], journal.listings[0]
    if scenario.name.endswith("closed"):
        nothing = dict.fromkeys(("price", "buyer", "buyer_kind", "filed", "signed", "venue"), MISSING)
        journal.exits = with_row(journal.exits, 0, row._replace(**nothing, ending=Ending.OPEN, route=Route.HOLD))
        return journal
    factor = 1.0 if scenario.name in ("beijing_pilot", BASELINE) else 1.1
    journal.exits = with_row(journal.exits, 0, row._replace(price=round(row.price * factor)))
    journal.listings = with_row(journal.listings, 0, listing._replace(price=round(listing.price * factor)))
    return journal


def failing(scenario, replication, seed):
    if replication == 3 and scenario.name == "dearer":
        raise ArithmeticError("no price")
    return one_sale(scenario, replication, seed)


def named(loaded, name):
    return replace(loaded, scenario=loaded.scenario.model_copy(update={"name": name}))


@pytest.fixture(scope="module")
def three(pilot):
    return [pilot, named(pilot, "dearer"), named(pilot, "closed")]


@pytest.fixture(scope="module")
def compared(three) -> Comparison:
    return compare(planned_comparison(three, replications=6, workers=1, simulate=haggling))


def without_listing(scenario, replication, seed):
    """One who wants out of whom nothing is listed where the scenario is called ``closed``."""
    journal = one_sale(scenario, replication, seed)
    if scenario.name == "closed":
        bare = Journal(replication)
        bare.exits.append(journal.exits[0]._replace(route=Route.AGREEMENT, listings=0))
        bare.funds.append(journal.funds[0])
        bare.names, bare.kinds = journal.names, journal.kinds
        return bare
    return journal


@pytest.mark.parametrize("outcome", ["listings_count", "disclosures_count", "recycled_cny", "companies_financed_count"])
def test_sums_of_sellers_who_list_and_reuse_nothing_are_0_and_not_missing(three, outcome):
    found = compare(planned_comparison([three[0], three[2]], replications=3, workers=1, simulate=without_listing))
    levels = found.levels.query("scenario_id == 'closed' and outcome == @outcome").set_index(["group_by", "group"])
    assert levels.loc[("is_state", "state"), "estimate"] == levels.loc[("all", "all"), "estimate"] == 0
    assert ("is_state", "non_state") not in levels.index, "nobody of them wanted out"
    row = row_of(found, "closed", outcome, "state")
    assert row["level_second"] == 0
    assert row["difference"] == pytest.approx(-row["level_first"])


def sold_in_two_thirds(scenario, replication, seed):
    """One who wants out: sold on a day that varies, or in every third replication not at all."""
    journal = one_sale(scenario, replication, seed)
    row, late = journal.exits[0], 7 * replication % 20 if scenario.name == "dearer" else 0
    nothing = dict.fromkeys(("price", "buyer", "buyer_kind", "filed", "signed", "venue"), MISSING)
    is_open = replication % 3 == 0
    row = row._replace(**nothing, ending=Ending.OPEN) if is_open else row._replace(ended=row.ended + late)
    journal.exits = with_row(journal.exits, 0, row)
    return journal


def test_a_search_for_a_difference_does_not_end_on_a_selection(three):
    """The replications that reach the median in both are quick ones, however narrow their interval."""
    plan = planned_comparison(three[:2], workers=1, simulate=sold_in_two_thirds, until="median_exit_days +-100")
    found = compare(plan)
    assert row_of(found, "dearer", "median_exit_days")["verdict"] == "selected_pairs"
    reached = found.making.reached
    assert (reached.is_reached, reached.replications, reached.data()["half_width"]) == (False, 40, None)
    assert "lack this outcome in a scenario" in reached.text("en")
    assert "没有该指标" in reached.text("zh")


def row_of(comparison: Comparison, scenario: str, outcome: str, group: str = "all") -> pd.Series:
    table = comparison.differences
    chosen = (table["scenario_id"] == scenario) & (table["outcome"] == outcome) & (table["group"] == group)
    return table[chosen].iloc[0]


def test_pairing_finds_a_constant_difference_exactly(compared):
    row = row_of(compared, "dearer", "mean_price_to_nav")
    assert row["difference"] == pytest.approx(0.09)
    assert row["variance_removed"] == pytest.approx(1.0) or np.isnan(row["variance_removed"])
    volume = row_of(compared, "dearer", "volume_cny")
    assert volume["difference"] == pytest.approx(0.1 * volume["level_first"])
    # Var(0.1 x) over Var(x) + Var(1.1 x)
    assert volume["variance_removed"] == pytest.approx(1 - 0.01 / 2.21)
    assert volume["verdict"] == "clearly_higher"


def test_what_one_side_lacks_shows_its_level_and_no_difference(compared):
    row = row_of(compared, "closed", "mean_price_to_nav")
    assert row["verdict"] == "not_in_scenario"
    assert row["level_first"] == pytest.approx(0.9)
    assert np.isnan([row["level_second"], row["difference"], row["p_value"]]).all()


def test_a_baseline_without_sales_can_be_compared_with_one_that_has_them(three):
    plan = planned_comparison([three[2], three[0]], replications=3, workers=1, simulate=haggling)
    row = row_of(compare(plan), "beijing_pilot", "mean_price_to_nav")
    assert (row["verdict"], row["level_second"]) == ("not_in_baseline", pytest.approx(0.9))
    assert "基准情景没有该指标" in row["verdict_zh"]


def test_levels_are_the_summary_of_a_run(compared, pilot):
    run = run_in_memory(planned(pilot, replications=6, workers=1, simulate=one_sale))
    levels = compared.levels[compared.levels["scenario_id"] == "beijing_pilot"].drop(columns="scenario_id")
    pd.testing.assert_frame_equal(levels.reset_index(drop=True), run.summary, check_dtype=False)


def test_workers_change_nothing(three, compared):
    again = compare(planned_comparison(three, replications=6, workers=2, simulate=haggling))
    for name in ("values", "levels", "differences"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(compared, name))


def test_tables_have_the_columns_of_the_dictionary(compared):
    tables = {"compare/replication_values": compared.values, "compare/levels": compared.levels,
              "compare/differences": compared.differences}  # fmt: skip
    assert {name: sorted(table.columns) for name, table in tables.items()} == {
        name: sorted(columns_of(name)) for name in tables
    }


def test_scenarios_must_be_two_and_have_names_of_their_own(pilot):
    with pytest.raises(ScenarioError, match="only one scenario"):
        planned_comparison([pilot])
    with pytest.raises(ScenarioError, match="two scenarios are named 'beijing_pilot'"):
        planned_comparison([pilot, pilot])
    with pytest.raises(ScenarioError, match="replications: 0 is not allowed"):
        planned_comparison([pilot, named(pilot, "other")], replications=0)


def test_a_folder_has_everything_and_is_never_overwritten(three, tmp_path):
    plan = planned_comparison(three, replications=4, workers=1, simulate=haggling)
    saved = compare_into(plan, tmp_path / "out", Wishes(comparison_files, "zh"))
    files = {path.relative_to(saved.folder).as_posix() for path in saved.folder.rglob("*") if path.is_file()}
    figures = {f"figures/{name}.{end}" for name in ("differences", "time_to_exit") for end in ("svg", "png", "csv")}
    assert files == figures | {
        "comparison.html", "dictionary.csv", "differences.csv", "levels.csv", "manifest.json",
        "replication_values.csv", "scenarios/beijing_pilot.yaml", "scenarios/dearer.yaml", "scenarios/closed.yaml",
    }  # fmt: skip
    about = json.loads((saved.folder / "manifest.json").read_text())
    assert set(about["outputs"]) == files - {"manifest.json"}
    assert [one["scenario_id"] for one in about["scenarios"]] == ["beijing_pilot", "dearer", "closed"]
    page = (saved.folder / "comparison.html").read_text("utf-8")
    assert "<svg" in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert page.index("比较：") < page.index("Comparison: ") or 'lang="zh-CN"' in page.split("\n")[1]
    with pytest.raises(OutputError, match="never overwritten"):
        compare_into(plan, tmp_path / "out", Wishes())


def test_a_column_is_found_in_the_dictionary_by_the_name_of_its_file(compared, tmp_path):
    saved = compared.save(tmp_path / "saved", report=False)
    tables = [path for path in saved.glob("*.csv") if path.stem != "dictionary"]
    assert {path.stem for path in tables} == {"differences", "levels", "replication_values"}
    dictionary = pd.read_csv(saved / "dictionary.csv")
    for path in tables:
        named = dictionary["tables"].str.split().map(lambda names, path=path: f"compare/{path.stem}" in names)
        assert sorted(dictionary.loc[named, "name"]) == sorted(pd.read_csv(path, nrows=0).columns)


def test_a_folder_has_the_same_bytes_whatever_the_workers(three, tmp_path):
    hashes = []
    for workers in (1, 2):
        plan = planned_comparison(three, replications=4, workers=workers, simulate=haggling)
        saved = compare_into(plan, tmp_path / str(workers), Wishes())
        hashes.append(saved.manifest["results_sha256"])
    assert hashes[0] == hashes[1]


def test_a_replication_that_raises_leaves_its_story_and_names_scenario_and_replication(three, tmp_path):
    plan = planned_comparison(three, replications=4, workers=1, simulate=failing)
    with pytest.raises(ReplicationFailed, match=r"replication 3 \(seed 7\) failed: scenario dearer: Arithmetic"):
        compare_into(plan, tmp_path / "out", Wishes())
    assert "out" not in os.listdir(tmp_path)
    assert "in failing" in (tmp_path / "out.failed.txt").read_text()


def test_the_default_folder_names_the_scenarios(three):
    plan = planned_comparison(three, replications=2, workers=1, simulate=haggling)
    folder = default_folder(plan)
    assert folder.parts[:2] == ("results", "compare-beijing_pilot-dearer-closed")
    assert len(folder.name.rpartition("-")[2]) == 8


def test_a_difference_can_be_asked_for_with_a_precision(three):
    plan = planned_comparison(three[:2], workers=1, simulate=haggling, until="volume_cny +-2%")
    comparison = compare(plan)
    reached = comparison.making.reached
    assert reached.is_reached
    assert reached.of_difference
    row = row_of(comparison, "dearer", "volume_cny")
    farther = max(row["high"] - row["difference"], row["difference"] - row["low"])
    assert farther == pytest.approx(reached.look.half_width)
    assert comparison.replications == reached.replications == row["replications"]
    plain = compare(planned_comparison(three[:2], workers=1, simulate=haggling, replications=comparison.replications))
    pd.testing.assert_frame_equal(plain.differences, comparison.differences)


def one_sale_dearer(scenario, replication, seed):
    """One sale; in the other scenarios the third replication's is half as dear again, and no other differs."""
    journal = one_sale(scenario, replication, seed)
    if scenario.name != "beijing_pilot" and replication == 3:
        row = journal.exits[0]
        journal.exits = with_row(journal.exits, 0, row._replace(price=row.price * 3 // 2))
    return journal


def test_a_difference_of_medians_is_no_surer_than_a_row_moves_them_and_is_watched_so(three):
    """Where one sale of all differs, no replication's part in the median need differ, and the interval had no width."""
    plan = planned_comparison(three[:2], workers=1, simulate=one_sale_dearer, until="median_ticket_cny +-1")
    comparison = compare(plan)
    row, grids = row_of(comparison, "dearer", "median_ticket_cny"), [one.grid() for one in comparison.observations]
    reach = grids[0].least_reach(grids[1], ("median_ticket_cny", "all", "all"))
    assert 1 < reach <= (row["high"] - row["low"]) / 2 * (1 + 1e-9)
    assert (row["high"] - row["low"]) / 2 == pytest.approx(comparison.making.reached.look.half_width)
    assert row["verdict"] == "not_seen"
    same = compare(
        planned_comparison([three[0], named(three[0], "again")], replications=10, workers=1, simulate=one_sale)
    )
    assert row_of(same, "again", "median_ticket_cny")["verdict"] == "same"


def test_python_compares_and_saves(pilot, tmp_path):
    small = ["population.funds.count=4", "horizon.end=2019-06-30", "policy=[]"]
    one, two = (sf.load_scenario("beijing_pilot", [*small, f"name={name}"]) for name in ("one", "two"))
    comparison = sf.compare([one, two], replications=2, seed=3, workers=1)
    assert set(comparison.differences["verdict"]) <= {"same", "too_few_pairs", "in_neither", "selected_pairs"}
    assert (comparison.differences["difference"].dropna() == 0).all()
    folder = comparison.save(tmp_path / "saved", report=False)
    assert (folder / "differences.csv").exists()
    assert repeat_command(comparison) == "sfund compare scenarios/one.yaml scenarios/two.yaml --reps 2 --seed 3"


def test_every_friction_can_be_turned_off_in_the_pilot(pilot):
    changes = {friction.friction: changes_off(friction, pilot) for friction in frictions()}
    assert all(changes.values())
    every = [change for of_friction in changes.values() for change in of_friction]
    off = sf.load_scenario("beijing_pilot", every).scenario
    assert off.state_assets.regime == "none"
    assert off.portfolio.model.marks.kind == "fair"
    assert {mix.signal_log_sd for mix in off.population.buyers.values()} == {0}
    assert off.venues["beijing"].fees.seller_share == 0
    assert len({change.partition("=")[0] for change in every}) == len(every)


def test_a_friction_is_off_after_dated_changes_too():
    dated = "policy=[{on: 2022-01-01, because: trial, set: {state_assets.blame_weight: 9}}]"
    loaded = sf.load_scenario("beijing_pilot", [dated])
    blame = Friction("blame", "state_assets.blame_weight=0", "", "", "")
    off = sf.load_scenario("beijing_pilot", [dated, *changes_off(blame, loaded)]).scenario
    assert {epoch.book.state_assets.blame_weight for epoch in off.timeline().epochs} == {0}


def test_the_steps_of_a_decomposition_add_up(three):
    plan = planned_comparison(three[:2], replications=2, workers=1, simulate=haggling)
    table = decompose(plan).table
    assert sorted(table.columns) == sorted(columns_of("compare/decomposition"))
    estimate = dict(zip(table["step"], table["estimate"], strict=True))
    assert estimate[BASELINE] == pytest.approx(0.1)
    effects = [value for step, value in estimate.items() if step not in ("baseline", "all_off")]
    assert estimate["all_off"] == pytest.approx(estimate[BASELINE] - sum(effects))
    # Every other scenario is 10 % dearer here, alone or together: 9 frictions of 0.09, and a remainder for their sum.
    assert [estimate[one.friction] for one in frictions()] == pytest.approx([0.09] * len(frictions()))
    assert estimate["remainder"] == pytest.approx(-0.09 * (len(frictions()) - 1))
