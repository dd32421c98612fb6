from __future__ import annotations

import csv
import hashlib
import io
import json
import re

import numpy as np
import pytest
from fake_markets import one_sale

import sfund_sim as sf
from sfund_sim.experiments.facts import scenario_hash
from sfund_sim.experiments.results_folder import Wishes
from sfund_sim.experiments.running import planned, run_in_memory, run_into
from sfund_sim.ground.columns import MISSING

TABLES = ("exits", "listings", "bids", "stages", "votes", "funds", "holdings", "recycling", "runs")


@pytest.fixture(scope="module")
def folder(pilot, tmp_path_factory):
    place = tmp_path_factory.mktemp("runs") / "one"
    return run_into(planned(pilot, simulate=one_sale, workers=1), place, Wishes()).folder


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def rows(folder, name):
    return list(csv.DictReader(io.StringIO((folder / name).read_text("utf-8-sig"))))


def test_a_run_leaves_tables_ledgers_scenario_dictionary_and_manifest_and_nothing_else(folder):
    expected = {f"{name}.csv" for name in (*TABLES, "summary", "dictionary")}
    expected |= {f"ledger/rep_000{number}.csv" for number in (1, 2, 3)} | {"scenario.resolved.yaml", "manifest.json"}
    assert set(contents(folder)) == expected
    assert [path for path in folder.parent.iterdir() if path != folder] == []


def test_tables_open_in_excel_with_one_header_and_a_row_of_each_replication_in_order(folder):
    for name in (*TABLES, "dictionary", "summary"):
        content = (folder / f"{name}.csv").read_bytes()
        assert content.startswith(b"\xef\xbb\xbf")
        assert b"\r" not in content
    assert [row["rep"] for row in rows(folder, "exits.csv")] == ["1", "2", "3"]
    assert [row["exit_id"] for row in rows(folder, "exits.csv")] == ["R1-X0", "R2-X0", "R3-X0"]
    assert {row["fund_id"] for row in rows(folder, "exits.csv")} == {"fund, the only one"}


def test_the_manifest_has_the_hash_of_every_file_and_what_made_them(folder, pilot):
    files = contents(folder)
    manifest = json.loads(files.pop("manifest.json"))
    hashes = {
        name: {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()} for name, content in files.items()
    }
    assert manifest["outputs"] == hashes
    lines = "".join(f"{facts['sha256']}  {name}\n" for name, facts in sorted(hashes.items()))
    assert manifest["results_sha256"] == hashlib.sha256(lines.encode()).hexdigest()
    assert (manifest["seed"], manifest["replications"], manifest["workers"]) == (7, 3, 1)
    assert manifest["scenario_sha256"] == scenario_hash(pilot.scenario)
    assert manifest["versions"]["numpy"] == np.__version__
    assert re.fullmatch(r"\S+ [0-9]\S*", manifest["versions"]["c_library"])
    assert manifest["sfund_sim"] == sf.__version__


def test_the_resolved_scenario_is_complete_and_gives_the_same_files_again(folder, pilot, tmp_path):
    again = sf.load_scenario(folder / "scenario.resolved.yaml")
    assert scenario_hash(again.scenario) == scenario_hash(pilot.scenario)
    assert (again.scenario.seed, again.scenario.replications) == (7, 3)
    second = run_into(planned(again, simulate=one_sale, workers=1), tmp_path / "two", Wishes()).folder
    first, then = contents(folder), contents(second)
    assert {name for name in first if first[name] != then[name]} <= {"manifest.json"}


@pytest.mark.parametrize("workers", [2, 4])
def test_any_number_of_workers_leaves_the_same_bytes(folder, pilot, tmp_path, workers):
    second = run_into(planned(pilot, simulate=one_sale, workers=workers), tmp_path / "run", Wishes()).folder
    first, then = contents(folder), contents(second)
    assert {name for name in first if first[name] != then[name]} <= {"manifest.json"}


def test_results_in_memory_save_the_same_bytes_and_have_the_same_tables(folder, pilot, tmp_path):
    results = run_in_memory(planned(pilot, simulate=one_sale, workers=1))
    saved = results.save(tmp_path / "saved", report=False)
    first, then = contents(folder), contents(saved)
    assert {name for name in first if first[name] != then[name]} <= {"manifest.json"}
    for name in TABLES:
        assert len(getattr(results, name)) == len(rows(folder, f"{name}.csv"))


def test_other_seeds_give_other_results_and_another_genesis(folder, pilot, tmp_path):
    other = run_into(planned(pilot, seed=8, simulate=one_sale, workers=1), tmp_path / "run", Wishes()).folder
    assert (other / "exits.csv").read_bytes() != (folder / "exits.csv").read_bytes()
    seals = [(each / "ledger/rep_0001.csv").read_text().splitlines()[1][-64:] for each in (folder, other)]
    assert seals[0] != seals[1]


def test_a_replication_does_not_depend_on_how_many_others_there_are(folder, pilot, tmp_path):
    alone = run_into(planned(pilot, replications=1, simulate=one_sale, workers=1), tmp_path / "run", Wishes()).folder
    assert (alone / "ledger/rep_0001.csv").read_bytes() == (folder / "ledger/rep_0001.csv").read_bytes()


def test_seed_and_replications_are_not_part_of_the_scenarios_hash_but_every_rule_is(pilot):
    scenario = pilot.scenario
    assert scenario_hash(scenario.model_copy(update={"seed": 99, "replications": 1})) == scenario_hash(scenario)
    changed = scenario.economy.model_copy(update={"market_volatility": 0.123})
    assert scenario_hash(scenario.model_copy(update={"economy": changed})) != scenario_hash(scenario)


def test_the_ledger_tells_the_register_in_the_words_of_the_tables(folder):
    lines = rows(folder, "ledger/rep_0001.csv")
    assert [line["entry"] for line in lines] == [
        "issue", "issue", "list", "disclose", "bid", "award", "payment", "transfer"
    ]  # fmt: skip
    assert lines[3]["taker_id"] == "alpha;beta"
    last = lines[-1]
    assert (last["deal_id"], last["holding_id"], last["giver_id"], last["taker_id"]) == (
        "R1-X0",
        "R1-H0",
        "soe",
        "alpha",
    )
    assert last["fund_id"] == "fund, the only one"
    assert last["date"] == "2018-06-30"
    assert not any(str(MISSING) in value for line in lines for value in line.values())


def test_figures_and_report_come_from_above_and_are_hashed_like_the_rest(pilot, tmp_path):
    def reporter(results, tables, language):
        return {
            "figures/one.svg": f"{results.info.seed} {language}".encode(),
            "report.html": str(len(tables["exits"])).encode(),
        }

    saved = run_into(
        planned(pilot, simulate=one_sale, workers=1),
        tmp_path / "run",
        Wishes(reporter, "zh", lambda reps: f"typed {reps}"),
    )
    assert (saved.folder / "figures/one.svg").read_text() == "7 zh"
    assert (saved.folder / "report.html").read_text() == "3"
    assert {"figures/one.svg", "report.html"} <= set(saved.manifest["outputs"])
    assert (saved.manifest["report"], saved.manifest["language"], saved.manifest["command"]) == (True, "zh", "typed 3")


def test_the_python_face_takes_numbers_out_of_range_as_scenario_errors_all_at_once(pilot):
    with pytest.raises(sf.ScenarioError) as caught:
        sf.run(pilot, replications=0, seed=-1, workers=0)
    assert [problem.file for problem in caught.value.problems] == ["replications", "seed", "workers"]
    assert all(problem.message_zh for problem in caught.value.problems)
