"""What an audit says of comparisons and sweeps, of links and pipes, and of manifests that somebody has written."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time

import pytest
from fake_markets import one_sale
from test_resume import TWO, sold

from sfund_sim.cli import main
from sfund_sim.experiments.comparing import planned_comparison
from sfund_sim.experiments.comparison_folder import compare_into
from sfund_sim.experiments.inspection import inspect
from sfund_sim.experiments.keeping import keeping
from sfund_sim.experiments.manifest import NotARunFolder, manifest_bytes, read_manifest
from sfund_sim.experiments.replaying import plan_of, replay
from sfund_sim.experiments.results_folder import Wishes
from sfund_sim.experiments.running import planned, run_into
from sfund_sim.experiments.sweep_results import sweep_into
from sfund_sim.experiments.sweeping import sweep_plan, with_experiment


def run_in(place, pilot):
    return run_into(planned(pilot, simulate=one_sale, workers=1), place / "run", Wishes()).folder


def comparison_in(place, pilot, form="csv"):
    import sfund_sim as sf

    other = sf.load_scenario("beijing_pilot", ["seed=7", "name=other", "venues.beijing.disclosure.days=10"])
    plan = planned_comparison([pilot, other], replications=3, workers=1, simulate=one_sale)
    return compare_into(plan, place / "comparison", Wishes(keeping=keeping(form))).folder


def sweep_in(place, pilot, form="csv"):
    """With another number of replications than the experiment's own."""
    plan = sweep_plan(with_experiment(pilot, TWO), replications=2, workers=1, measure=sold)
    return sweep_into(plan, place / "sweep", Wishes(keeping=keeping(form))).folder


@pytest.fixture(scope="module")
def written(pilot, tmp_path_factory):
    place = tmp_path_factory.mktemp("kinds")
    return {"run": run_in(place, pilot), "comparison": comparison_in(place, pilot), "sweep": sweep_in(place, pilot)}


@pytest.fixture
def copies(written, tmp_path, monkeypatch):
    """Folders for one test; seen from beside them their scenarios have the same names in each, and are parsed once."""
    monkeypatch.chdir(tmp_path)
    return {kind: shutil.copytree(folder, tmp_path / kind) for kind, folder in written.items()}


def changed(folder, **entries):
    (folder / "manifest.json").write_bytes(manifest_bytes(json.loads((folder / "manifest.json").read_text()) | entries))
    return folder


@pytest.mark.parametrize("kind", ["run", "comparison", "sweep"])
def test_an_honest_folder_is_sound_and_says_what_no_file_confirms(copies, kind):
    inspection = inspect(copies[kind])
    assert inspection.findings == ()
    alone = {"versions", "language", "command", "finished_utc", "wall_seconds", "workers", "warnings"}
    assert {*inspection.unconfirmed} == (alone if kind == "run" else alone | {"sfund_sim"})


@pytest.mark.parametrize("make", [comparison_in, sweep_in])
def test_an_honest_folder_with_parquet_is_sound_too(pilot, tmp_path, make):
    pytest.importorskip("pyarrow")
    assert inspect(make(tmp_path, pilot, "parquet")).findings == ()


FALSE = {
    "comparison": {"seed": 99, "replications": 5, "scenario_sha256": "0" * 64, "scenario": "other", "tables": "parquet",
                   "report": True, "repeat_in_this_folder": "rm -r *", "scenarios": [], "results_sha256": "0" * 64},
    "sweep": {"seed": 99, "replications": 5, "scenario_sha256": "0" * 64, "experiment_sha256": "0" * 64, "points": 3,
              "design": "sobol", "scenario": "other", "tables": "parquet", "report": True,
              "repeat_in_this_folder": "rm -r *", "results_sha256": "0" * 64},
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "entry", "value"), [(kind, *one) for kind, entries in FALSE.items() for one in entries.items()]
)
def test_what_a_manifest_of_any_kind_says_otherwise_than_its_files_is_found(copies, kind, entry, value):
    (finding,) = inspect(changed(copies[kind], **{entry: value})).findings
    assert finding.what.startswith(f"{entry} is ")
    assert finding.check == "manifest"


def test_an_entry_that_somebody_added_is_said_to_be_unconfirmed(copies):
    assert "reviewed_by" in inspect(changed(copies["sweep"], reviewed_by="X")).unconfirmed


def test_a_size_that_is_not_the_files_is_found(copies):
    outputs = read_manifest(copies["run"])["outputs"]
    outputs["exits.csv"]["size"] = 5
    (finding,) = inspect(changed(copies["run"], outputs=outputs)).findings
    assert finding.text() == "exits.csv: the manifest gives another size"


@pytest.mark.parametrize(("kind", "other"), [("run", "sweep"), ("run", "comparison"), ("sweep", "run"),
                                             ("comparison", "sweep")])  # fmt: skip
@pytest.mark.parametrize("command", ["audit", "replay"])
def test_a_kind_that_its_files_are_not_of_is_refused(copies, capfd, kind, other, command):
    assert main([command, str(changed(copies[kind], kind=other))]) == 2
    assert f"calls it a {other}, its files are of: {kind}" in capfd.readouterr().err


FORMS = {
    "tables": 7, "kept": None, "replications": 10**30, "seed": -1, "format": 2, "kind": ["run"], "language": "fr",
    "failed_replications": 3, "outputs": {"../x": {"size": 1, "sha256": ""}}, "versions": {"numpy": 1}, "report": None,
    "scenarios": [7],
}  # fmt: skip


@pytest.mark.parametrize(("entry", "value"), FORMS.items())
def test_a_manifest_of_another_form_is_told_at_once_in_both_languages(copies, entry, value):
    began = time.monotonic()
    with pytest.raises(NotARunFolder, match="it is of another form than this version's") as caught:
        inspect(changed(copies["run"], **{entry: value}))
    assert "格式不同" in caught.value.text("zh")
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "\ufeff{}", '{"format": 1e999}', "9" * 5_000])
def test_a_manifest_that_is_no_json_to_be_read_is_told(copies, text):
    (copies["run"] / "manifest.json").write_text(text)
    with pytest.raises(NotARunFolder, match="cannot be read") as caught:
        inspect(copies["run"])
    assert "\n" not in str(caught.value)


def test_links_and_pipes_are_reported_and_never_opened(copies, tmp_path, capfd):
    folder = copies["run"]
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/exits_corrected.csv").write_text("x")
    (folder / "corrected").symlink_to(tmp_path / "elsewhere")
    (folder / "bids2.csv").symlink_to(tmp_path / "nowhere")
    (folder / "votes.csv").rename(tmp_path / "votes.csv")
    (folder / "votes.csv").symlink_to(tmp_path / "votes.csv")
    os.mkfifo(folder / "pipe")
    found = {finding.where: finding.what for finding in inspect(folder).findings}
    assert found == dict.fromkeys(
        ("bids2.csv", "corrected", "pipe", "votes.csv"), "it is a link, or no regular file: it was not opened"
    )
    again = replay(folder, plan_of(folder, workers=1, simulate=one_sale))
    assert again.differing == ("bids2.csv", "corrected", "pipe", "votes.csv")
    assert again.altered == {*again.differing}


PIPES = ["exits.csv", "holdings.csv", "runs.csv", "ledger/rep_0001.csv", "scenario.resolved.yaml", "manifest.json"]


COMMANDS = {"audit": PIPES, "replay": ["exits.csv", "scenario.resolved.yaml"], "export": ["exits.csv"]}
OPTIONS = {"audit": [], "replay": ["--workers", "1"], "export": ["--to", "csv"]}
IN_TURN = "import json, sys; from sfund_sim.cli import main; print([main(words) for words in json.loads(sys.argv[1])])"


def test_no_command_waits_for_a_pipe(written, tmp_path):
    """All in one process of their own, which is ended if one of them waits."""
    typed = []
    for command, names in COMMANDS.items():
        for name in names:
            folder = shutil.copytree(written["run"], tmp_path / f"run_{len(typed)}")
            (folder / name).unlink()
            os.mkfifo(folder / name)
            typed.append([command, str(folder), *OPTIONS[command]])
    words = [sys.executable, "-c", IN_TURN, json.dumps(typed)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=300, check=False)
    codes = json.loads(done.stdout.splitlines()[-1])
    assert len(codes) == 9
    assert set(codes) <= {1, 2}, list(zip(typed, codes, strict=True))
    assert "internal error" not in done.stderr
