"""The validation page: its tables are whole, and each miss has its reason."""

from __future__ import annotations

import importlib.util
import re
import sys
from types import ModuleType

import pytest
from pages import ROOT

PAGE = (ROOT / "docs" / "validation.md").read_text("utf-8")


@pytest.fixture(scope="module")
def script() -> ModuleType:
    folder = ROOT / "docs" / "validation"
    sys.path.insert(0, str(folder))
    try:
        spec = importlib.util.spec_from_file_location("make_tables", folder / "make_tables.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(folder))
    return module


def rows_of(name: str) -> list[list[str]]:
    found = re.search(rf"<!-- {name} -->\n(.*?)<!-- end -->", PAGE, re.DOTALL)
    assert found is not None
    lines = [line for line in found[1].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_every_band_has_its_row_and_its_verdict(script: ModuleType) -> None:
    rows = rows_of("bands")
    assert [row[1] for row in rows] == [target.name for target in script.TARGETS]
    assert {row[-1] for row in rows} <= {"hit", "**miss**"}


def test_each_miss_and_nothing_else_has_a_reason() -> None:
    missed = {row[0] for row in rows_of("bands") if row[-1] == "**miss**"}
    reasons = PAGE.partition("### Reasons for the misses")[2].partition("\n## ")[0]
    given = {number for start in re.findall(r"^- (\*\*.*)$", reasons, re.MULTILINE) for number in
             re.findall(r"\*\*(\d+)\*\*", start)}  # fmt: skip
    assert given == missed


def test_the_comparison_tells_what_the_venue_does_to_state_sellers_time_and_value_with_intervals() -> None:
    state = {row[1]: row for row in rows_of("comparison") if row[0] == "state"}
    for outcome in ("mean time to exit, up to 3 years", "realised less held value"):
        told = [row[4] for name, row in state.items() if name.startswith(outcome)]
        assert told
        assert all(re.fullmatch(r"\S+ \[.+, .+\]", each) for each in told)


def test_the_script_fills_every_table_from_runs(script: ModuleType) -> None:
    import sfund_sim as sf

    small = ["population.funds.count=30", "horizon.end=2023-06-30"]
    pilot, before = (
        sf.run(sf.load_scenario(name, small), replications=2, workers=1) for name in ("beijing_pilot", "before_pilot")
    )
    told = sf.settle_expectations(sf.load_scenario("beijing_pilot", small), replications=2, workers=1, rounds=0).looks[
        0
    ]
    tables = {
        "made with": script.made_with(pilot),
        "bands": script.bands(pilot, before, pilot),
        "quoted": script.quoted(pilot),
        "comparison": script.comparison(pilot, before),
        "marks": script.marks({"2023-06-30": pilot}),
        "best bids": script.best_bids(pilot, pilot, [told, told]),
        "chances": script.chance_table(told),
    }
    page = script.filled(PAGE, tables)
    assert all(text in page for text in tables.values())
    assert len(tables["bands"].splitlines()) == len(script.TARGETS) + 2
