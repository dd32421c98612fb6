"""What a user installs is whole: scenarios, cases, templates, dictionary and words come with the wheel."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from pages import ROOT

from sfund_sim.experiments.source_code import source_sha256

DATA = {
    "sfund_sim/py.typed",
    "sfund_sim/classroom/pages/phone.html",
    "sfund_sim/classroom/pages/projector.js",
    "sfund_sim/classroom/pages/style.css",
    "sfund_sim/classroom/words.csv",
    "sfund_sim/lab/cases.json",
    "sfund_sim/outcomes/dictionary.csv",
    "sfund_sim/report/bundle_files/run.py.txt",
    "sfund_sim/report/bundle_files/methods.zh.md",
    "sfund_sim/report/template.html",
    "sfund_sim/report/words.csv",
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_every_file_that_the_program_reads(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    scenarios = {f"sfund_sim/shipped/{path.name}" for path in (ROOT / "scenarios").glob("*.yaml")}
    package = ROOT / "sfund_sim"
    sources = {f"sfund_sim/{path.relative_to(package).as_posix()}" for path in package.rglob("*.py")}
    assert names >= DATA | scenarios | sources
    assert not [name for name in names if name.startswith(("tests/", "docs/"))]


def test_an_installed_wheel_knows_its_scenarios_far_from_the_sources(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    code = "import sys; from sfund_sim.cli import main; sys.exit(main(sys.argv[1:]))"
    commands = (["new", "--from", "beijing_pilot", "mine.yaml"], ["validate", "mine.yaml", "case_central_soe"])
    for command in commands:
        done = subprocess.run([sys.executable, "-P", "-c", code, *command], cwd=tmp_path, env=environment,
                              capture_output=True, text=True, check=False)  # fmt: skip
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "mine.yaml").read_text("utf-8") == (ROOT / "scenarios" / "beijing_pilot.yaml").read_text("utf-8")


def test_a_wheel_and_the_clone_that_it_was_made_of_are_the_same_code(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    assert (tmp_path / "site/sfund_sim/shipped").is_dir()
    assert source_sha256(tmp_path / "site/sfund_sim") == source_sha256()
