"""The programs that make the pages' numbers and pictures still fit the package."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pytest
from pages import ROOT

MAKERS = sorted(path.relative_to(ROOT) for path in (ROOT / "docs").rglob("*.py"))


@pytest.mark.parametrize("maker", MAKERS, ids=str)
def test_a_maker_of_pages_finds_all_that_it_takes_from_the_package(
    maker: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [str((ROOT / maker).parent), *sys.path])
    assert runpy.run_path(str(ROOT / maker), run_name="a maker")["__doc__"]
