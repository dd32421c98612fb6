"""A study's own rule in a file beside it: named on the command line, kept in the folder, told in the manifest."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from sfund_sim.experiments import own_parts
from sfund_sim.experiments.own_parts import OwnPart, entries, files_of, take, with_parts
from sfund_sim.ground.errors import ScenarioError, SfundError
from sfund_sim.scenario.layers import load_scenario
from sfund_sim.venue.disclosure import DisclosureRule

ROOT = Path(__file__).resolve().parents[2]
RULE = '''"""A rule of one's own."""

from typing import ClassVar

from sfund_sim.venue.disclosure.all_eligible import AllEligible


class Everybody(AllEligible):
    """Source: this test."""

    kind: ClassVar[str] = "everybody"
'''
SMALL = ["population.funds.count=10", "horizon.end=2022-12-31", "venues.beijing.disclosure.rule=everybody"]


def sfund(place: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-P", "-m", "sfund_sim", *words], cwd=place, capture_output=True, text=True,
                          env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the rule, and a run with it."""
    folder = tmp_path_factory.mktemp("study")
    (folder / "rule.py").write_text(RULE, "utf-8")
    settings = [word for one in SMALL for word in ("--set", one)]
    done = sfund(folder, "run", "beijing_pilot", *settings, "--reps", "2", "--workers", "2", "--no-report",
                 "--out", "run", "--part", "rule.py")  # fmt: skip
    assert done.returncode == 0, done.stderr
    (folder / "told.txt").write_text(done.stdout, "utf-8")
    return folder


def test_the_command_that_lists_assumptions_names_the_part_and_without_it_the_complaint_does(place: Path) -> None:
    told = "".join((place / "told.txt").read_text("utf-8").split("\n"))
    command = re.search(r"sfund (explain scenario \S+ --sources --status assumption --part run/parts/rule.py)", told)
    assert command
    listed = sfund(place, *command.group(1).split())
    assert listed.returncode == 0, listed.stderr
    without = sfund(place, *command.group(1).split()[:-2])
    assert without.returncode == 2
    assert "there is no disclosure rule 'everybody'; allowed: " in without.stderr
    assert "or one of your own, whose file you name with --part" in without.stderr


def test_the_manifest_tells_of_the_part_and_the_folder_keeps_its_file(place: Path) -> None:
    about = json.loads((place / "run/manifest.json").read_text("utf-8"))
    kept = about["outputs"]["parts/rule.py"]["sha256"]
    assert about["parts"] == [
        {"family": "disclosure rule", "kind": "everybody", "file": "parts/rule.py", "sha256": kept}
    ]
    assert (place / "run/parts/rule.py").read_text("utf-8") == RULE
    assert "--part rule.py" in about["command"]
    assert about["repeat_in_this_folder"].endswith("--part parts/rule.py")


def test_nothing_that_lies_in_a_folder_is_run_unless_the_user_names_it(place: Path) -> None:
    for words in (["replay", "run"], ["explain", "exit", "run", "R1-X0"], ["bundle", "run", "--out", "unmade"]):
        done = sfund(place, *words)
        assert done.returncode == 2
        assert "the disclosure rule 'everybody' of run is not part of sfund_sim" in done.stderr
        assert done.stderr.strip().endswith("add --part run/parts/rule.py")
    assert sfund(place, "audit", "run").returncode == 0


def test_with_the_file_named_the_run_is_audited_replayed_explained_and_bundled(place: Path) -> None:
    part = ("--part", "run/parts/rule.py")
    audited = sfund(place, "audit", "run", *part)
    assert "repeat_in_this_folder" not in audited.stdout
    assert "sound" in audited.stdout
    replayed = sfund(place, "replay", "run", "--workers", "2", *part)
    assert replayed.stdout.startswith("identical"), replayed.stdout + replayed.stderr
    assert sfund(place, "explain", "exit", "run", "R1-X0", *part).stdout.startswith("Exit R1-X0")
    assert sfund(place, "bundle", "run", "--out", "bundled", *part).returncode == 0
    assert json.loads((place / "bundled/command.json").read_text("utf-8")).count("parts/rule.py") == 1
    again = subprocess.run([sys.executable, "bundled/run.py"], cwd=place, capture_output=True, text=True, check=False)
    assert again.stdout.splitlines()[-1].startswith("reproduced"), again.stdout + again.stderr


def test_an_audit_finds_a_manifest_that_names_other_code(place: Path, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(place / "run", tmp_path / "run")
    manifest = tmp_path / "run/manifest.json"
    about = json.loads(manifest.read_text("utf-8"))
    about["parts"][0]["sha256"] = "0" * 64
    manifest.write_text(json.dumps(about), "utf-8")
    done = sfund(tmp_path, "audit", "run")
    assert done.returncode == 1
    assert "parts is" in done.stdout


@pytest.mark.parametrize(
    ("name", "code", "told"),
    [
        ("absent.py", None, "there is no file"),
        ("empty.py", "x = 1\n", "defines no part"),
        ("broken.py", "import nowhere\n", "cannot be imported (ModuleNotFoundError: No module named 'nowhere')"),
        ("twice.py", RULE.replace('"everybody"', '"by_fit"'), "there is another disclosure rule 'by_fit' already"),
    ],
)
def test_a_file_that_is_no_part_is_told(tmp_path: Path, name: str, code: str | None, told: str) -> None:
    if code is not None:
        (tmp_path / name).write_text(code, "utf-8")
    with pytest.raises(ScenarioError) as raised:
        take([tmp_path / name])
    assert told in str(raised.value)


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> type[DisclosureRule]:
    """A rule as a notebook defines it, forgotten afterwards."""
    monkeypatch.setattr(DisclosureRule, "members", dict(DisclosureRule.members))
    space: dict[str, object] = {"__name__": "a_notebook"}
    exec(RULE, space)
    return DisclosureRule.members["everybody"]  # type: ignore[return-value]


@dataclass(frozen=True)
class Several:
    """As the jobs of comparisons and sweeps hold them."""

    scenarios: tuple[object, ...]


def test_of_a_part_typed_into_a_notebook_no_command_is_claimed(typed: type[DisclosureRule]) -> None:
    scenario = load_scenario("beijing_pilot", SMALL).scenario
    told = entries(Several((scenario,)))
    assert told == [{"family": "disclosure rule", "kind": "everybody", "file": "", "sha256": ""}]
    assert (files_of(scenario), with_parts("sfund run x", told)) == ({}, "")
    assert entries(load_scenario("beijing_pilot").scenario) == []


def test_files_of_one_name_are_kept_under_two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [tmp_path / folder / "rule.py" for folder in "ab"]
    for file in files:
        file.parent.mkdir()
        file.write_text(file.parent.name, "utf-8")
    found = [OwnPart("floor rule", file.parent.name, "rule", str(file)) for file in files]
    monkeypatch.setattr(own_parts, "own_parts", lambda used: found)
    assert files_of(None) == {"parts/rule.py": b"a", "parts/rule_2.py": b"b"}
    assert with_parts("sfund run", entries(None)) == "sfund run --part parts/rule.py --part parts/rule_2.py"


def test_what_cannot_be_imported_elsewhere_is_told() -> None:
    with pytest.raises(SfundError, match="'k' cannot be imported in a worker process"):
        own_parts.bring([OwnPart("floor rule", "k", "no_such_module", "")])


FAULTY = '''"""Strategies that fail."""

from typing import ClassVar

import numpy as np

from sfund_sim.investors.bidding import BiddingStrategy


class NoNumbers(BiddingStrategy):
    """Source: this test."""

    kind: ClassVar[str] = "no_numbers"

    def bids(self, values, view):
        return values * np.nan


class Raises(BiddingStrategy):
    """Source: this test."""

    kind: ClassVar[str] = "raises"

    def bids(self, values, view):
        return values / None
'''


@pytest.mark.parametrize(
    ("kind", "code", "told"),
    [
        ("no_numbers", 2, "faulty.py: the bidding strategy 'no_numbers' leads to bids that are no numbers (NaN)"),
        ("raises", 1, "see the rule of your own: {place}/faulty.py:25;"),
    ],
)
def test_a_run_that_a_rule_of_ones_own_breaks_names_its_file(tmp_path: Path, kind: str, code: int, told: str) -> None:
    (tmp_path / "faulty.py").write_text(FAULTY, "utf-8")
    settings = [*SMALL[:2], f"population.buyers.market_s_fund.bidding={kind}"]
    done = sfund(tmp_path, "run", "beijing_pilot", *[word for one in settings for word in ("--set", one)], "--reps",
                 "1", "--workers", "1", "--no-report", "--out", "run", "--part", "faulty.py")  # fmt: skip
    assert done.returncode == code
    assert told.format(place=tmp_path) in done.stderr
    assert not (tmp_path / "run").exists()
