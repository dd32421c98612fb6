"""The script that tells where the time goes still finds every part that it names, and takes its clocks away again."""

from __future__ import annotations

import importlib.util
import time
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[2] / "docs" / "performance" / "parts.py"
SMALL = ["population.funds.count=60", "population.wish_scale=2"]


@pytest.fixture(scope="module")
def parts() -> ModuleType:
    spec = importlib.util.spec_from_file_location("parts_of_a_replication", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_part_is_met_and_together_they_are_the_whole(parts: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "RUNS", 1)
    before = [getattr(owner, name) for owner, name, _ in parts.PLACES]
    began = time.process_time()
    found = parts.parts_of(SMALL)
    whole = time.process_time() - began
    assert set(found) == set(parts.PARTS)
    assert all(seconds > 0 for seconds in found.values())
    assert sum(found.values()) < whole
    assert [getattr(owner, name) for owner, name, _ in parts.PLACES] == before


def test_the_draws_of_the_fund_roll_are_heard_and_drawn_again(parts: ModuleType) -> None:
    scenario = parts.load_scenario(parts.SCENARIO, SMALL).scenario
    of = parts.Streams.of
    assert parts.bare_draws(scenario) > 0
    assert parts.Streams.of is of
