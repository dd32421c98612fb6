"""Every block of code that a page promises to run does run, on settings small enough for a test."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pages import ROOT, Block, blocks, name_of, pages

SMALL_STOCK = "population.funds.count=40"
SMALLER = (
    (r"--reps 200000\b", "--reps 2000"),
    (r"--reps (?!2000\b|1\b)\d+", "--reps 2"),
    (r"(sfund run scenarios/(?:beijing|before)_pilot\.yaml)", rf"\1 --set {SMALL_STOCK}"),
    (r"(sfund run my_scenario\.yaml)", rf"\1 --set {SMALL_STOCK}"),
    (r"replications=\d+", "replications=2"),
    (r'load_scenario\(("(?:scenarios/)?(?:beijing|before)_pilot(?:\.yaml)?")\)',
     rf'load_scenario(\1, overrides=["{SMALL_STOCK}"])'),
)  # fmt: skip
"""What makes a page's command small: fewer replications, funds and auctions."""


def made_small(code: str) -> str:
    for pattern, smaller in SMALLER:
        code = re.sub(pattern, smaller, code)
    return code


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder like a fresh clone, with ``sfund`` on the path."""
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    shutil.copytree(ROOT / "docs", tmp_path / "docs", ignore=shutil.ignore_patterns("images"))
    tool = tmp_path / "bin" / "sfund"
    tool.parent.mkdir()
    start = "import sys; from sfund_sim.cli import main; sys.exit(main())"
    tool.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -c "{start}" "$@"\n')
    tool.chmod(0o755)
    return tmp_path


def run(block: Block, number: int, desk: Path) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(desk / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]])
    found = os.pathsep.join(dict.fromkeys(place for place in sys.path if place and "tests" not in place))
    environment = {**os.environ, "PATH": path, "PYTHONPATH": found, "MPLBACKEND": "Agg", "SFUND_LANG": "en"}
    code = made_small(block.code)
    if block.language == "python":
        script = desk / f"block_{number}.py"
        script.write_text(code, "utf-8")
        command = [sys.executable, script.name]
    else:
        command = ["bash", "-euc", code]
    return subprocess.run(command, cwd=desk, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL,
                          check=False, timeout=280)  # fmt: skip


@pytest.mark.parametrize("page", [page for page in pages() if blocks(page)], ids=name_of)
def test_every_block_of_a_page_that_is_promised_to_run_does(page: Path, desk: Path) -> None:
    for number, block in enumerate(blocks(page)):
        done = run(block, number, desk)
        assert done.returncode == 0, f"{made_small(block.code)}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"


def test_the_front_page_and_the_tutorial_promise_code_that_runs() -> None:
    promising = {name_of(page) for page in pages() if blocks(page)}
    assert {"README.md", "README.zh.md", "docs/tutorial.md", "docs/teaching.md", "docs/architecture.md"} <= promising
