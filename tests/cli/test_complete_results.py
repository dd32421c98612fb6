"""``--resume`` where everything is there already: one sentence and the results, or what is different about them."""

import json

import pytest

from sfund_sim import __version__
from sfund_sim.cli import main

SIZE = ["--set", "population.funds.count=20", "--set", "horizon.end=2019-12-31", "--workers", "1", "--no-report"]
COMMANDS = {
    "run": ["run", "beijing_pilot", *SIZE],
    "compare": ["compare", "beijing_pilot", "before_pilot", *SIZE],
    "sweep": ["sweep", "mine.yaml", *SIZE],
}
EXPERIMENT = """\
extends: beijing_pilot
experiment:
  levers: {population.wish_scale: [1, 2]}
  outcomes: [share_sold, sales_count]
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with complete results of every sort, by name of the command."""
    folder = tmp_path_factory.mktemp("complete")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        (folder / "mine.yaml").write_text(EXPERIMENT, encoding="utf-8")
        for name, words in COMMANDS.items():
            assert main([*words, "--reps", "2", "--out", name, "--quiet"]) == 0
    return folder


@pytest.fixture(autouse=True)
def _there(place, monkeypatch):
    monkeypatch.chdir(place)


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("given", ["{}", "{}.partial"])
def test_complete_results_are_shown_and_nothing_is_run(name, given, place, capfd):
    before = {path: path.stat().st_mtime_ns for path in place.rglob("*")}
    assert main([*COMMANDS[name], "--resume", given.format(name)]) == 0
    told = capfd.readouterr()
    assert told.err == f"{place / name} is complete: nothing was left to run\n"
    assert f"results: {place / name}\n" in told.out
    assert {path: path.stat().st_mtime_ns for path in place.rglob("*")} == before
    assert main([*COMMANDS[name], "--resume", given.format(name), "--reps", "2", "--lang", "zh", "--quiet"]) == 0
    assert capfd.readouterr() == (f"{place / name}\n", f"{place / name} 的结果已完整，未再运行\n")


def test_of_a_run_the_table_is_shown_as_when_it_was_made(place, tmp_path, capfd):
    assert main([*COMMANDS["run"], "--reps", "2", "--out", str(tmp_path / "new")]) == 0
    then = capfd.readouterr().out.replace(str(tmp_path / "new"), str(place / "run"))
    assert main([*COMMANDS["run"], "--resume", "run"]) == 0
    assert capfd.readouterr().out == then


@pytest.mark.parametrize("name", COMMANDS)
def test_json_has_the_manifest_and_the_tables(name, place, capfd):
    assert main([*COMMANDS[name], "--resume", name, "--json"]) == 0
    whole = json.loads(capfd.readouterr().out)
    assert whole["manifest"] == json.loads((place / name / "manifest.json").read_text("utf-8"))
    assert whole[{"run": "summary", "compare": "differences", "sweep": "effects"}[name]]


@pytest.mark.parametrize(
    ("name", "more", "en", "zh"),
    [
        ("run", ["--seed", "3"], "seed 20201210 there, 3 now", "种子：其中为 20201210，现为 3"),
        ("run", ["--reps", "5"], "replications 2 there, 5 now", "重复次数：其中为 2，现为 5"),
        ("run", ["--set", "population.wish_scale=3"], "scenario hash ", "情景哈希："),
        ("run", ["--tables", "parquet"], "form of tables csv there, parquet now", "表格格式：其中为 csv，现为 parquet"),
        ("compare", ["--seed", "3"], "seed 20201210 there, 3 now", "种子："),
        ("compare", ["--decompose"], "decomposition False there, True now", "折价分解："),
        ("sweep", ["--set", "experiment.outcomes=[share_sold]"], "experiment hash ", "实验哈希："),
        ("sweep", ["--reps", "3"], "replications 2 there, 3 now", "重复次数："),
    ],
)
def test_results_of_something_else_are_told_in_one_line(name, more, en, zh, capfd):
    for language, words in (("en", en), ("zh", zh)):
        assert main([*COMMANDS[name], *more, "--resume", name, "--lang", language]) == 2
        out, err = capfd.readouterr()
        assert out == ""
        assert err.startswith("--resume: ")
        assert words in err
        assert err.count("\n") == 1


def test_results_of_another_command_or_version_are_told(place, tmp_path, capfd):
    assert main([*COMMANDS["run"], "--resume", "compare"]) == 2
    assert "command comparison there, run now; " in capfd.readouterr().err
    about = json.loads((place / "run/manifest.json").read_text("utf-8"))
    about["sfund_sim"], about["versions"]["numpy"] = "0.0.9", "1.0"
    (tmp_path / "run").mkdir()
    (tmp_path / "run/manifest.json").write_text(json.dumps(about), encoding="utf-8")
    assert main([*COMMANDS["run"], "--resume", str(tmp_path / "run")]) == 2
    assert f": version of sfund_sim 0.0.9 there, {__version__} now; numpy 1.0 there, " in capfd.readouterr().err


def test_a_summary_that_was_altered_is_not_shown(place, tmp_path, capfd):
    (tmp_path / "run").mkdir()
    for name in ("manifest.json", "summary.csv"):
        (tmp_path / "run" / name).write_bytes((place / "run" / name).read_bytes() + b"\n")
    assert main([*COMMANDS["run"], "--resume", str(tmp_path / "run")]) == 1
    assert "summary.csv is not what the run wrote" in capfd.readouterr().err


def test_where_runs_had_failed_it_is_said_and_the_exit_code_stays(place, tmp_path, capfd):
    about = json.loads((place / "sweep/manifest.json").read_text("utf-8"))
    about["outputs"]["failures.csv"] = about["outputs"]["summary.csv"]
    (tmp_path / "sweep").mkdir()
    (tmp_path / "sweep/manifest.json").write_text(json.dumps(about), encoding="utf-8")
    assert main([*COMMANDS["sweep"], "--resume", str(tmp_path / "sweep")]) == 1
    assert capfd.readouterr().err.endswith(
        " is complete: nothing was left to run; some runs failed, see failures.csv\n"
    )
