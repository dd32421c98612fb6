from __future__ import annotations

import csv
import io
import json
import os
import re
from pathlib import Path

import pytest
from html_pages import check_page, folded_rows, half

from sfund_sim.cli import main

pytestmark = pytest.mark.usefixtures("unpainted")

SMALL = ("--set", "population.funds.count=5", "--set", "horizon.end=2021-12-31", "--workers", "1")
VARIANTS = """\
extends: beijing_pilot
schema_version: 1
name: trial
title: {en: Trial, zh: 试验}
variants:
  longer: {venues.beijing.disclosure.days: 25}
  open_early: {policy_moved: {csrc_approval: 2019-06-01}}
"""


@pytest.fixture(scope="module")
def trial(tmp_path_factory):
    path = tmp_path_factory.mktemp("scenarios") / "trial.yaml"
    path.write_text(VARIANTS, "utf-8")
    return str(path)


@pytest.fixture(scope="module")
def folder(trial, tmp_path_factory):
    place = tmp_path_factory.mktemp("compared") / "out"
    assert main(["compare", trial, *SMALL, "--reps", "3", "--seed", "5", "--out", str(place), "--quiet"]) == 0
    return place


def test_one_file_is_compared_with_all_its_variants(folder):
    about = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert [one["scenario_id"] for one in about["scenarios"]] == ["trial", "trial_longer", "trial_open_early"]
    rows = list(csv.DictReader(io.StringIO((folder / "differences.csv").read_text("utf-8-sig"))))
    assert {row["scenario_id"] for row in rows} == {"trial_longer", "trial_open_early"}
    assert about["command"].endswith("trial.yaml --set population.funds.count=5 --set horizon.end=2021-12-31 "
                                     "--reps 3 --seed 5")  # fmt: skip


def test_a_comparison_is_repeated_by_the_command_in_its_folder(folder, tmp_path, monkeypatch, capfd):
    about = json.loads((folder / "manifest.json").read_text("utf-8"))
    monkeypatch.chdir(folder)
    words = about["repeat_in_this_folder"].split()[1:]
    assert main([*words, "--workers", "1", "--no-report", "--json", "--out", str(tmp_path / "again")]) == 0
    again = json.loads(capfd.readouterr().out)
    for name in ("differences.csv", "levels.csv", "replication_values.csv", "scenarios/trial_longer.yaml"):
        assert again["manifest"]["outputs"][name] == about["outputs"][name], name
    assert {"differences", "levels", "decomposition", "precision", "folder", "replications"} <= set(again)
    assert again["differences"][0]["verdict_en"]


def table_of(folder, name):
    return list(csv.DictReader(io.StringIO((folder / f"{name}.csv").read_text("utf-8-sig"))))


def test_levels_on_the_terminal_are_those_of_the_table_of_levels(tmp_path, capfd):
    """In some replications not half of the sellers get out: the others are not the whole."""
    longer = tmp_path / "longer.yaml"
    longer.write_text(
        "extends: beijing_pilot\nschema_version: 1\nname: longer\nvenues: {beijing: {disclosure: {days: 30}}}\n"
    )
    words = ["beijing_pilot", str(longer), "--seed", "2", "--reps", "3", "--workers", "1", "--no-report"]
    assert main(["compare", *words, "--out", str(tmp_path / "out")]) == 0
    told = capfd.readouterr().out
    names = ("scenario_id", "outcome", "group_by", "group")
    level = {tuple(row[name] for name in names): row["estimate"] for row in table_of(tmp_path / "out", "levels")}
    differences = {tuple(row[name] for name in names[1:]): row for row in table_of(tmp_path / "out", "differences")}
    for key, row in differences.items():
        assert row["level_first"] == level.get(("beijing_pilot", *key), "")
        assert row["level_second"] == level.get(("longer", *key), "")
    median = differences["median_exit_days", "all", "all"]
    assert (median["verdict"], median["difference"], median["high"]) == ("selected_pairs", "", "")
    first, second = (
        f"{float(median[name]):,.0f}" if median[name] else "not reached" for name in ("level_first", "level_second")
    )
    assert re.search(rf"median time(?: to)? +{first} +{second}\b", told)
    assert "…" not in told
    assert "(in 2 of 3 replications)" not in told


def test_different_horizons_are_warned_of_everywhere(tmp_path, capfd):
    short = tmp_path / "short.yaml"
    short.write_text("extends: beijing_pilot\nschema_version: 1\nname: short\nhorizon: {end: 2018-12-31}\n")
    words = [
        "compare",
        "beijing_pilot",
        str(short),
        "--set",
        "population.funds.count=3",
        "--reps",
        "2",
        "--workers",
        "1",
    ]
    for language, said in (
        ("en", "horizons differ (beijing_pilot 2018-01-01 to 2027-12-31;"),
        ("zh", "各情景的起止日期不同（"),
    ):
        assert main([*words, "--out", str(tmp_path / language), "--lang", language]) == 0
        assert said in capfd.readouterr().out
        page = (tmp_path / language / "comparison.html").read_text("utf-8")
        assert "horizons differ (" in half(page, "en")
        assert "各情景的起止日期不同（" in half(page, "zh")
        about = json.loads((tmp_path / language / "manifest.json").read_text("utf-8"))
        assert about["warnings"][0].startswith("horizons differ (")


def test_a_side_whose_expectations_are_settled_against_one_whose_are_not_is_warned_of(tmp_path, capfd):
    """The file is as ``sfund expectations --out`` writes it; what extends it believes the same."""
    settled, changed = tmp_path / "settled.yaml", tmp_path / "changed.yaml"
    source = '{_source: {status: derived, source: "sfund expectations x.yaml: 3 replications"}, venue_interest: 0.7}'
    settled.write_text(f"extends: beijing_pilot\nschema_version: 1\nname: settled\nexpectations: {source}\n", "utf-8")
    changed.write_text(
        "extends: settled.yaml\nschema_version: 1\nname: changed\nstate_assets: {exempt_share: 0.9}\n", "utf-8"
    )
    few = ["--set", "population.funds.count=3", "--reps", "2", "--workers", "1"]
    for language, said in (
        ("en", "expectations of settled were settled, those of beijing_pilot were not"),
        ("zh", "settled 的预期已重设"),
    ):
        assert (
            main(
                ["compare", "beijing_pilot", str(settled), *few, "--out", str(tmp_path / language), "--lang", language]
            )
            == 0
        )
        assert said in capfd.readouterr().out.replace("\n", " ")
        assert said in half((tmp_path / language / "comparison.html").read_text("utf-8"), language)
    assert main(["compare", str(settled), str(changed), *few, "--no-report", "--out", str(tmp_path / "both")]) == 0
    assert "were settled" not in capfd.readouterr().out


def failing_at(failed, monkeypatch):
    """Let the run with this number raise."""
    from sfund_sim.experiments import executor
    from sfund_sim.experiments.replication import Failure

    real, failure = executor.replicate, Failure(failed, 5, "ArithmeticError: no market", "Traceback ...")
    monkeypatch.setattr(executor, "replicate", lambda job, number: failure if number == failed else real(job, number))


def explained(file, place):
    """What ``sfund explain`` lists as assumptions of a scenario file: value by parameter."""
    assert main(["explain", "scenario", str(file), "--sources", "--status", "assumption", "--csv", str(place)]) == 0
    return {row["path"]: row["value"] for row in csv.DictReader(place.read_text("utf-8-sig").splitlines())}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_lists_the_assumptions_of_all_scenarios_and_says_where_they_differ(folder, tmp_path, language):
    page = (folder / "comparison.html").read_text("utf-8")
    check_page(page)
    shown = [(*path.split("|"), value) for path, value, *_ in folded_rows(page, language)]
    common = [row[0] for row in shown if len(row) == 2]
    assert len(common) == len(set(common)) > 500
    for file in sorted((folder / "scenarios").iterdir()):
        listed = explained(file, tmp_path / f"{file.stem}.csv")
        own = {row[0]: row[-1] for row in shown if len(row) == 2 or file.stem in row[1].split(", ")}
        assert listed.items() <= own.items()
        assert set(common) <= set(listed)
    assert shown[:2] == [
        ("venues.beijing.disclosure.days", "trial, trial_open_early", "20"),
        ("venues.beijing.disclosure.days", "trial_longer", "25"),
    ]
    assert ("policy_moved.csrc_approval", "trial_open_early", "2019-06-01") in shown
    words = "其中 2 个参数在各情景中不同" if language == "zh" else "The scenarios differ in 2 of them"
    assert words in half(page, language)


def test_the_page_says_that_two_scenarios_filled_the_figure_without_numbers(folder):
    page = (folder / "comparison.html").read_text("utf-8")
    assert "a filled point outlasts" in page
    assert "Numbers: difference" not in page


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_terminal_shows_levels_differences_and_verdicts_in_80_columns(trial, tmp_path, capfd, language):
    words = ["compare", trial, "--variant", "longer", *SMALL, "--reps", "2", "--no-report"]
    assert main([*words, "--lang", language, "--out", str(tmp_path / "out")]) == 0
    lines = capfd.readouterr().out.splitlines()
    assert any(("每次重复均相同" if language == "zh" else "the same in every replication") in line for line in lines)
    assert any(("试验" if language == "zh" else "trial_longer less trial") in line or "减" in line for line in lines)
    assert any("A 为 trial，B 为 trial_longer" in line or "(A: trial, B: trial_longer)" in line for line in lines)
    assert all(_width(line) <= 80 for line in lines[:-2])
    assert lines[-2].endswith(f"explain scenario {tmp_path}/out/scenarios/trial.yaml --sources --status assumption")
    assert lines[-1].endswith(str(tmp_path / "out"))


def test_outcomes_without_a_difference_for_the_same_reason_share_a_line(tmp_path, capfd):
    words = ["compare", "case_central_soe", "case_central_soe_no_venue", "--reps", "2", "--no-report"]
    assert main([*words, "--out", str(tmp_path / "out")]) == 0
    text = " ".join(capfd.readouterr().out.splitlines())
    assert text.count("the scenario has no such outcome") == 2
    assert re.search(r"hit rate of a round, bidders per round.* \(state sellers\): no difference is defined", text)


def _width(line: str) -> int:
    from rich.cells import cell_len

    return cell_len(line)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["beijing_pilot"], "only one scenario"),
        (["beijing_pilot", "beijing_pilot"], "two scenarios are named"),
        (["beijing_pilot", "before_pilot", "--variant", "x"], "variants are those of one file"),
        (["TRIAL", "--variant", "loner"], "did you mean 'longer'?"),
        (["TRIAL", "--reps", "0"], "reps"),
        (["TRIAL", "--reps", "5", "--until", "share_sold +-1%"], "either --reps or --until"),
        (["TRIAL", "--max-reps", "50"], "belongs to --until"),
        (["TRIAL", "--until", "share_slod +-1%"], "did you mean 'share_sold'?"),
        (["TRIAL", "--set", "population.funds.cuont=3"], "did you mean"),
    ],
)
def test_what_cannot_be_compared_is_wrong_input_and_nothing_is_written(
    trial, tmp_path, monkeypatch, capfd, words, complaint
):
    monkeypatch.chdir(tmp_path)
    assert main(["compare", *(trial if word == "TRIAL" else word for word in words)]) == 2
    assert complaint in capfd.readouterr().err
    assert os.listdir(tmp_path) == []


def test_a_run_that_failed_is_told_on_the_page_and_the_command_asks_for_all(trial, tmp_path, monkeypatch, capfd):
    failing_at(4, monkeypatch)
    words = ["compare", trial, "--variant", "longer", *SMALL, "--reps", "3", "--seed", "5", "--on-error", "continue"]
    assert main([*words, "--json", "--out", str(tmp_path / "out")]) == 1
    told = json.loads(capfd.readouterr().out)
    assert (told["replications"], told["warnings"]) == (2, told["manifest"]["warnings"])
    assert told["manifest"]["command"].endswith("--reps 3 --seed 5")
    assert "--reps 3 " in told["manifest"]["repeat_in_this_folder"]
    page = (tmp_path / "out/comparison.html").read_text("utf-8")
    assert "1 of 6 runs failed and are missing from all results" in half(page, "en")
    assert "6 次运行中有 1 次失败" in half(page, "zh")


def test_a_run_of_a_variant_is_the_variants(trial, tmp_path, capfd):
    out = str(tmp_path / "run")
    assert main(["run", trial, "--variant", "longer", *SMALL, "--reps", "1", "--no-report", "-q", "--out", out]) == 0
    about = json.loads((tmp_path / "run/manifest.json").read_text("utf-8"))
    assert about["scenario"] == "trial_longer"
    assert "--variant longer" in about["command"]


def test_a_run_until_precise_has_the_bytes_of_the_number_it_came_to(trial, tmp_path, capfd):
    common = ["run", trial, *SMALL, "--no-report", "--seed", "2"]
    until = ["--until", "share_sold ±60%", "--max-reps", "14", "--lang", "zh"]
    assert main([*common, *until, "--out", str(tmp_path / "until")]) == 0
    assert "±" in capfd.readouterr().out
    about = json.loads((tmp_path / "until/manifest.json").read_text("utf-8"))
    reps = str(about["replications"])
    assert 10 < int(reps) <= 14
    assert about["precision"]["replications"] == int(reps)
    assert main([*common, "--reps", reps, "-q", "--out", str(tmp_path / "plain")]) == 0
    plain = json.loads((tmp_path / "plain/manifest.json").read_text("utf-8"))
    assert plain["results_sha256"] == about["results_sha256"]
    assert f"--reps {reps} --seed 2" in about["command"]


@pytest.fixture(scope="module")
def run_folder(trial, tmp_path_factory):
    place = tmp_path_factory.mktemp("runs") / "run"
    assert main(["run", trial, *SMALL, "--reps", "1", "--seed", "5", "--no-report", "-q", "--out", str(place)]) == 0
    return str(place)


def test_one_exit_is_told_with_and_without_a_change(run_folder, capfd):
    assert main(["explain", "exit", run_folder, "R1-X0"]) == 0
    story = capfd.readouterr().out
    assert main(["explain", "exit", run_folder, "R1-X0", "--set", "venues.beijing.disclosure.invited=40"]) == 0
    told = capfd.readouterr().out
    assert story in told
    assert "venues.beijing.disclosure.invited=40" in told
    assert told.count("Exit R1-X0:") == 2
    assert "price or payout to NAV" in told


def test_an_exit_that_a_change_makes_vanish_is_told_so(run_folder, capfd):
    kinds = ("company", "individual", "private_institution", "fund_of_funds")
    path = "population.lps.{}.triggers.liquidity_shock.annual_hazard=0"
    wish = [word for kind in kinds for word in ("--set", path.format(kind))]
    exits = list(csv.DictReader(io.StringIO(Path(run_folder, "exits.csv").read_text("utf-8-sig"))))
    one = next(row for row in exits if row["trigger"] == "liquidity_shock" and row["is_state"] == "0")
    assert main(["explain", "exit", run_folder, one["exit_id"], *wish, "--lang", "zh"]) == 0
    assert "这次退出不复存在" in capfd.readouterr().out


def test_a_change_that_does_not_fit_is_wrong_input(run_folder, capfd):
    assert main(["explain", "exit", run_folder, "R1-X0", "--set", "venues.beijing.dais=4"]) == 2
    assert "unknown key" in capfd.readouterr().err


@pytest.mark.parametrize("change", ["seed=2", "replications=5", "name=other", "title.en=Other", "schema_version=1"])
def test_a_setting_that_is_none_of_the_market_is_no_rule_to_change(run_folder, change, capfd):
    capfd.readouterr()
    told = {"en": "it would change nothing here", "zh": "在此不会改变任何结果"}
    for lang, words in told.items():
        assert main(["explain", "exit", run_folder, "R1-X0", "--set", change, "--lang", lang]) == 2
        out, complaint = capfd.readouterr()
        assert (out, complaint.count("\n"), words in complaint) == ("", 1, True)
        assert complaint.startswith(f"--set {change}: {change.split('=')[0]} ")
