"""Every block of code that a page promises to run does run, on settings small enough for a test."""

from __future__ import annotations

import re
import runpy
import shlex
import shutil
from pathlib import Path

import pytest
from pages import ROOT, Block, blocks, files, name_of, pages

from sfund_sim.cli import main

SMALL_STOCK = "population.funds.count=20"
SMALLER = (
    (r"--reps 200000\b", "--reps 2000"),
    (r"--reps (?!2000\b|1\b)\d+", "--reps 2"),
    (r"(sfund run scenarios/(?:beijing|before)_pilot\.yaml)", rf"\1 --no-report --set {SMALL_STOCK}"),
    (r"(sfund run (?:my_scenario|two_venues)\.yaml)", rf"\1 --no-report --set {SMALL_STOCK}"),
    (r"(sfund run \S+)", r"\1 --workers 1"),
    (r"(sfund compare(?: \S+\.yaml)+)", rf"\1 --no-report --workers 1 --set {SMALL_STOCK}"),
    (r"replications=\d+", "replications=2, workers=1"),
    (
        r'load_scenario\(("(?:scenarios/)?(?:beijing|before)_pilot(?:\.yaml)?")\)',
        rf'load_scenario(\1, ["{SMALL_STOCK}"])',
    ),
    (r'load_scenario\("my_scenario.yaml", \[', f'load_scenario("my_scenario.yaml", ["{SMALL_STOCK}", '),
)
"""What makes a page's command small: fewer replications, funds and auctions, and no processes."""

REFUSED = " || "
"""Stands between a command that is meant to be refused and what comes of it."""


def made_small(code: str) -> str:
    for pattern, smaller in SMALLER:
        code = re.sub(pattern, smaller, code)
    return code


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder like a fresh clone, in which the commands are typed."""
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SFUND_LANG", "en")
    return tmp_path


def type_in(line: str) -> None:
    """Run one line of a shell block: a command of ``sfund``, or one that is meant to be refused."""
    command, refused, _ = line.partition(REFUSED)
    program, *arguments = shlex.split(command)
    assert program == "sfund"
    assert bool(main(arguments)) == bool(refused), line


def run(block: Block, number: int, desk: Path) -> None:
    code = made_small(block.code)
    if block.language == "python":
        script = desk / f"block_{number}.py"
        script.write_text(code, "utf-8")
        runpy.run_path(str(script), run_name="__main__")
    else:
        for line in code.splitlines():
            type_in(line)


@pytest.mark.parametrize("page", [page for page in pages() if blocks(page)], ids=name_of)
def test_every_block_of_a_page_that_is_promised_to_run_does(page: Path, desk: Path) -> None:
    before = set(desk.iterdir())
    for name, text in files(page).items():
        (desk / name).write_text(text, "utf-8")
    for number, block in enumerate(blocks(page)):
        run(block, number, desk)
    assert set(desk.iterdir()) > before, "the page's commands left nothing behind"


def test_the_front_page_and_the_tutorial_promise_code_that_runs() -> None:
    promising = {name_of(page) for page in pages() if blocks(page)}
    assert {"README.md", "README.zh.md", "docs/tutorial.md", "docs/teaching.md"} <= promising


def test_a_page_that_promises_what_fails_is_caught(desk: Path) -> None:
    with pytest.raises(AssertionError, match="no_such_file"):
        run(Block("bash", "sfund validate no_such_file.yaml\n"), 0, desk)
