from __future__ import annotations

import csv
import io
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sfund_sim.cli import main

SMALL = ("beijing_pilot", "--set", "population.funds.count=12", "--reps", "2", "--seed", "5", "--workers", "1")
PROGRAM = (sys.executable, "-c", "import sys; from sfund_sim.cli import main; sys.exit(main())")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("runs") / "run"
    assert main(["run", *SMALL, "--out", str(place), "--no-report", "--quiet"]) == 0
    return place


def test_quiet_prints_the_folder_and_nothing_else(tmp_path, capfd):
    assert main(["run", *SMALL, "--out", str(tmp_path / "run"), "--no-report", "-q"]) == 0
    assert tuple(capfd.readouterr()) == (f"{tmp_path / 'run'}\n", "")


def test_json_is_the_only_thing_on_the_output(tmp_path, capfd):
    assert main(["run", *SMALL, "--out", str(tmp_path / "run"), "--no-report", "--json"]) == 0
    out, complaints = capfd.readouterr()
    told = json.loads(out)
    assert complaints == ""
    assert told["folder"] == str(tmp_path / "run")
    assert told["manifest"] == json.loads((tmp_path / "run/manifest.json").read_text())
    assert {"outcome", "estimate", "low", "high", "n"} <= set(told["summary"]["outcomes"][0])
    assert told["manifest"]["command"] == (
        "sfund run beijing_pilot --reps 2 --seed 5 --set population.funds.count=12 --no-report"
    )


@pytest.mark.parametrize(("language", "words"), [("en", "results: "), ("zh", "结果：")])
def test_a_run_ends_with_its_summary_and_where_everything_is(tmp_path, capfd, language, words):
    assert main(["run", *SMALL, "--out", str(tmp_path / "run"), "--lang", language]) == 0
    out, complaints = capfd.readouterr()
    assert complaints == ""
    assert f"{words}{tmp_path / 'run'}\n" in out
    assert out.rstrip().endswith("report.html")
    listed = re.search(r"sfund (explain scenario .* --sources --status assumption)\n", out)
    assert main(shlex.split(listed[1])) == 0
    assert re.search(r"(\d+) in all: \1 assumption", capfd.readouterr().out)[1] in out
    assert (tmp_path / "run/report.html").stat().st_size > 10_000
    assert {path.suffix for path in (tmp_path / "run/figures").iterdir()} == {".svg", ".png", ".csv"}


def test_the_default_folder_lies_in_results_and_a_second_run_goes_beside_it(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        assert main(["run", *SMALL, "--no-report", "--quiet"]) == 0
    folders = capfd.readouterr().out.split()
    assert len(set(folders)) == 2
    assert all(folder.startswith(os.path.join("results", "beijing_pilot", "20")) for folder in folders)
    assert sorted(os.listdir("results/beijing_pilot")) == sorted(os.path.basename(folder) for folder in folders)


@pytest.mark.parametrize(
    "wrong",
    [
        ["--reps", "0"],
        ["--reps", "many"],
        ["--seed", "-1"],
        ["--workers", "0"],
        ["--lang", "fr"],
        ["--set", "population.funds.cuont=12"],
        ["--set", "nonsense"],
        ["--reps", "10000000"],
    ],
)
def test_options_that_make_no_sense_are_wrong_input_and_nothing_is_written(tmp_path, monkeypatch, capfd, wrong):
    monkeypatch.chdir(tmp_path)
    assert main(["run", "beijing_pilot", *wrong]) == 2
    assert capfd.readouterr().err.strip()
    assert os.listdir(tmp_path) == []


def test_a_folder_that_is_there_already_is_refused_before_anything_runs(folder, capfd):
    began = time.monotonic()
    assert main(["run", "beijing_pilot", "--reps", "100000", "--out", str(folder)]) == 1
    assert time.monotonic() - began < 10
    out, complaint = capfd.readouterr()
    assert (out, complaint.count("\n")) == ("", 1)
    assert "never overwritten" in complaint


def test_audit_passes_an_honest_run_and_says_what_it_read(folder, capfd):
    assert main(["audit", str(folder)]) == 0
    lines = capfd.readouterr().out.splitlines()
    assert all(line.startswith("ok ") for line in lines[:-2])
    unknown = "versions, language, command, finished_utc, wall_seconds, workers, warnings"
    assert lines[-2] == f"note: no file confirms the manifest's {unknown}; sfund replay runs it again"
    assert lines[-1].startswith("sound: 14 files, 2 ledgers, ")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "first error: ledger/rep_0002.csv, record 100: its seal"),
        ("zh", "首个错误：ledger/rep_0002.csv 第 100 条记录：封存值不符"),
    ],
)
def test_audit_names_the_first_wrong_record_and_fails(folder, capfd, language, words):
    ledger = folder / "ledger/rep_0002.csv"
    honest = ledger.read_bytes()
    lines = honest.split(b"\n")
    lines[100] = lines[100].replace(b",", b",1", 1)
    ledger.write_bytes(b"\n".join(lines))
    try:
        assert main(["audit", str(folder), "--lang", language]) == 1
    finally:
        ledger.write_bytes(honest)
    assert words in capfd.readouterr().out


@pytest.mark.parametrize("command", [["audit"], ["replay"], ["explain", "exit"]])
def test_what_is_no_run_folder_is_wrong_input(tmp_path, capfd, command):
    extra = ["R1-X0"] if command[0] == "explain" else []
    assert main([*command, str(tmp_path), *extra]) == 2
    assert "is not a run folder" in capfd.readouterr().err


def test_replay_finds_the_same_bytes_with_other_workers(folder, capfd):
    assert main(["replay", str(folder), "--workers", "2"]) == 0
    assert capfd.readouterr().out == "identical: 14 files, byte for byte\n"
    assert main(["replay", str(folder), "--workers", "1", "--lang", "zh"]) == 0
    assert capfd.readouterr().out == "一致：14 个文件逐字节相同\n"


def test_replay_of_a_run_whose_manifest_says_otherwise_lists_the_files_and_warns_of_versions(folder, capfd):
    manifest = folder / "manifest.json"
    honest = manifest.read_text("utf-8")
    told = json.loads(honest)
    told["outputs"]["exits.csv"]["sha256"] = "0" * 64
    told["versions"]["numpy"] = "0.0.1"
    manifest.write_text(json.dumps(told), "utf-8")
    try:
        assert main(["replay", str(folder), "--workers", "1"]) == 1
    finally:
        manifest.write_text(honest, "utf-8")
    lines = capfd.readouterr().out.splitlines()
    assert lines[0].startswith("note: versions have changed since: numpy 0.0.1 -> ")
    assert lines[1:] == ["different: 0 of 14 files", "  manifest.json: outputs"]


def test_replay_of_a_run_with_a_byte_changed_names_the_file(folder, capfd):
    exits = folder / "exits.csv"
    honest = exits.read_bytes()
    exits.write_bytes(honest.replace(b"1", b"2", 1))
    try:
        assert main(["replay", str(folder), "--workers", "1"]) == 1
        assert main(["export", str(folder), "--to", "csv"]) == 1
    finally:
        exits.write_bytes(honest)
    out, complaint = capfd.readouterr()
    assert out.splitlines() == ["different: 1 of 14 files", "  exits.csv (altered after the run)"]
    assert complaint.endswith(f"sfund: {exits} is not what the run wrote; see 'sfund audit {folder}'\n")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no full device")
@pytest.mark.parametrize(("language", "words"), [("en", "the results are complete in"), ("zh", "结果已完整保存在")])
@pytest.mark.parametrize("how", [[], ["--json"], ["--quiet"]])
def test_what_cannot_be_shown_is_said_to_be_complete_and_where(tmp_path, language, words, how):
    program = [sys.executable, "-c", "import sys; from sfund_sim.cli import main; sys.exit(main())"]
    out = tmp_path / "run"
    few = [
        "--set",
        "population.funds.count=3",
        "--reps",
        "1",
        "--workers",
        "1",
        "--no-report",
        "--lang",
        language,
        *how,
    ]
    with open("/dev/full", "w") as full:
        ended = subprocess.run([*program, "run", "beijing_pilot", *few, "--out", str(out)], stdout=full,
                               stderr=subprocess.PIPE, text=True, check=False)  # fmt: skip
    assert ended.returncode == 1
    last = ended.stderr.splitlines()[-1]
    assert words in last
    assert str(out) in last
    assert "Errno" not in ended.stderr
    assert main(["audit", str(out)]) == 0


def test_an_exit_is_explained_by_its_identifier_or_its_number(folder, capfd):
    exits = list(csv.DictReader(io.StringIO((folder / "exits.csv").read_text("utf-8-sig"))))
    sold = next(row for row in exits if row["sold"] == "1" and row["rep"] == "2")
    assert main(["explain", "exit", str(folder), sold["exit_id"]]) == 0
    story = capfd.readouterr().out
    assert story.startswith(f"Exit {sold['exit_id']}: {sold['lp_id']}'s share of {sold['fund_id']}\n")
    assert sold["decision_date"] in story
    assert main(["explain", "exit", str(folder), sold["exit_id"].partition("X")[2], "--rep", "2"]) == 0
    assert capfd.readouterr().out == story
    assert main(["explain", "exit", str(folder), sold["exit_id"], "--lang", "zh"]) == 0
    story = capfd.readouterr().out
    assert story.startswith(f"退出 {sold['exit_id']}：")
    assert re.search(r"元，为净值（[\d.,]+ [万亿]元）的 \d+%，", story.splitlines()[-1])


def test_a_run_in_which_nobody_wanted_out_has_no_exit_to_explain(tmp_path, capfd):
    place = tmp_path / "run"
    few = ["--set", "population.funds.count=2", "--set", "horizon.end=2018-01-31", "--set", "policy=[]"]
    command = ["run", "base_china", *few, "--reps", "1", "--workers", "1", "--no-report", "-q", "--out", str(place)]
    assert main(command) == 0
    assert main(["explain", "exit", str(place), "R1-X0"]) == 2
    assert capfd.readouterr().err == "EXIT_ID: the run has no exit 'R1-X0'; allowed: -\n"


def test_a_forced_sale_is_told_on_the_day_on_which_the_exit_ended(tmp_path, capfd):
    place = tmp_path / "run"
    command = ["run", "case_guidance_fund_no_venue", "--reps", "1", "--workers", "1", "--no-report", "-q"]
    assert main([*command, "--out", str(place)]) == 0
    [row] = csv.DictReader(io.StringIO((place / "exits.csv").read_text("utf-8-sig")))
    assert row["ending"] == "liquidated"
    capfd.readouterr()
    assert main(["explain", "exit", str(place), row["exit_id"]]) == 0
    *_, sale, outcome = capfd.readouterr().out.splitlines()
    assert sale.startswith(f"{row['end_date']}  The fund is liquidated after a failed vote")
    said, _, ratios = outcome.partition(": ")
    price = f"CNY {float(row['price_cny']) / 1e6:,.1f} m"
    days = (
        f"{int(row['duration_days']):,} days from the wish ({int(row['days_from_decision']):,} from its own approval)"
    )
    assert said == f"= fund liquidated; {days}; {price}"
    assert ratios.startswith(f"{float(row['price_to_nav']):.0%} of NAV (CNY {float(row['nav_cny']) / 1e6:,.1f} m), ")


@pytest.mark.parametrize("exit_id", ["R9-X0", "R1-X99999", "first", "-5", "R1-L0", "R1-H0", "R1-0", "R1-XX0"])
def test_an_exit_that_is_not_there_is_wrong_input(folder, capfd, exit_id):
    """Listings and holdings have identifiers with the same numbers, which are no exits'."""
    assert main(["explain", "exit", str(folder), "--", exit_id]) == 2
    assert capfd.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(("lang", "said"), [("en", "R1-X0 is of replication 1, not of 2"), ("zh", "R1-X0 属于第 1 次")])
def test_a_replication_that_contradicts_the_identifier_is_wrong_input(folder, capfd, lang, said):
    command = ["explain", "exit", str(folder), "R1-X0", "--lang", lang]
    assert main([*command, "--rep", "2"]) == 2
    assert said in (complaint := capfd.readouterr().err)
    assert complaint.count("\n") == 1
    assert main([*command, "--rep", "1"]) == 0


def test_an_exit_is_not_explained_from_a_ledger_that_tells_another_history(folder, capfd):
    manifest = folder / "manifest.json"
    honest = manifest.read_text("utf-8")
    told = json.loads(honest)
    told["outputs"]["ledger/rep_0001.csv"]["sha256"] = "0" * 64
    manifest.write_text(json.dumps(told), "utf-8")
    try:
        assert main(["explain", "exit", str(folder), "R1-X0"]) == 1
    finally:
        manifest.write_text(honest, "utf-8")
    assert "comes out otherwise now" in capfd.readouterr().err


def stopped_by_ctrl_c(words: list[str], folder: Path) -> tuple[int, str, str, float]:
    """Run a command, press Ctrl-C when its first replication is done, and return code, output, complaints, seconds."""
    with subprocess.Popen(
        [*PROGRAM, *words], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, process_group=0
    ) as run:
        try:
            deadline = time.monotonic() + 40
            while not list(folder.rglob("rep_*.part")) and time.monotonic() < deadline:
                time.sleep(0.05)
            began = time.monotonic()
            os.killpg(run.pid, signal.SIGINT)
            out, complaints = run.communicate(timeout=20)
        finally:
            if run.poll() is None:
                os.killpg(run.pid, signal.SIGKILL)
    return run.returncode, out, complaints, time.monotonic() - began


@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_is_one_line_and_exit_code_130_and_leaves_nothing_that_looks_finished(tmp_path, workers):
    words = ["run", "beijing_pilot", "--set", "population.funds.count=12", "--reps", "3000", "--workers", workers]
    code, out, complaints, seconds = stopped_by_ctrl_c(words, tmp_path)
    assert (code, out, complaints.count("\n")) == (130, "", 1)
    assert complaints.startswith("sfund: interrupted; ")
    assert "--resume" in complaints
    assert seconds < 10
    assert not list(tmp_path.rglob("manifest.json"))
    assert [folder.suffix for folder in (tmp_path / "results/beijing_pilot").iterdir()] == [".partial"]


def test_a_run_that_cannot_be_written_says_so_in_one_line(tmp_path, capfd):
    (tmp_path / "file").write_text("mine")
    assert main(["run", *SMALL, "--out", str(tmp_path / "file/run")]) == 1
    complaint = capfd.readouterr().err
    assert complaint.count("\n") == 1
    assert "is a file, not a folder" in complaint
