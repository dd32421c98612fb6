"""Files and folders whose names are not UTF-8, as old Chinese systems leave them: used, and told as escapes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sfund_sim.cli import main

BEIJING = os.fsdecode("北".encode("gbk"))
SMALL = ["--no-report", "--reps", "1", "--workers", "1", "--set", "population.funds.count=3"]
SWEEP = """
extends: beijing_pilot
schema_version: 1
name: few
title: {en: Few, zh: 少}
experiment:
  design: grid
  levers:
    venues.beijing.disclosure.days: [10, 20]
  outcomes: [exits_count]
"""


pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="names of files are Unicode there")


def test_a_scenario_of_such_a_name_is_written_checked_explained_and_run(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    file, folder = f"{BEIJING}.yaml", f"{BEIJING}-run"
    for words in (
        ["new", file],
        ["validate", file],
        ["explain", file, "--csv", "table.csv"],
        ["run", file, *SMALL, "--out", folder],
        ["audit", folder],
        ["replay", folder],
        ["export", folder, "--to", "csv", "--table", "summary", "--out", f"{BEIJING}-csv"],
        ["bundle", folder, "--out", f"{BEIJING}-bundle"],
        ["compare", file, "before_pilot", *SMALL, "--out", f"{BEIJING}-compared"],
    ):
        assert main(words) == 0, (words, capfd.readouterr().err)
    assert "\\udcb1\\udcb1.yaml" in Path(file).read_text("utf-8")
    assert ",\\udcb1\\udcb1.yaml," in Path("table.csv").read_text("utf-8-sig")
    manifest = json.loads(Path(folder, "manifest.json").read_text("utf-8"))
    assert file in manifest["command"], "JSON's own escapes give the name back"


def test_a_sweep_in_such_a_folder_is_told(tmp_path):
    (tmp_path / f"{BEIJING}.yaml").write_text(SWEEP, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "sfund_sim", "sweep", f"{BEIJING}.yaml", *SMALL, "--out", BEIJING],
        cwd=tmp_path, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert (done.returncode, "internal" in done.stderr) == (0, False), done.stderr
    assert "results: \\udcb1\\udcb1\n" in done.stdout


def test_an_argument_in_gbk_is_no_control_character(capfd):
    assert main(["validate", "beijing_pilot", "--set", f"title.zh={BEIJING}"]) == 2
    told = "--set title.zh=\\udcb1\\udcb1: is not UTF-8 text; set the terminal to UTF-8 (not GBK)\n"
    assert capfd.readouterr().err == told
