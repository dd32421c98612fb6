"""What a comparison's page says of its scenarios."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from html_pages import check_page, half

import sfund_sim as sf
from sfund_sim.ground.errors import Language
from sfund_sim.report.scenario_changes import changes_between
from sfund_sim.scenario.layers import load_scenario

pytestmark = pytest.mark.usefixtures("unpainted")


def told_of(changes: list[str]) -> list[str]:
    """How a pilot with these changes differs from the pilot."""
    return list(changes_between(*(load_scenario("beijing_pilot", each) for each in ([], changes))))


def test_changes_are_told_as_a_scenario_file_writes_them() -> None:
    changes = ["name=other", "seed=9", "venues.beijing.open=true", "population.buyers.insurer.mean_capital_cny=4.5e+8"]
    told = told_of(changes)
    assert told == [
        "venues.beijing.open: false → true",
        "population.buyers.insurer.mean_capital_cny: 250000000 → 450000000",
    ]


def test_what_one_scenario_lacks_is_a_dash() -> None:
    auction = ["venues.beijing.auction={kind: second_price}"]
    told = told_of(auction)
    assert told[0] == "venues.beijing.auction.kind: ascending → second_price"
    assert "venues.beijing.auction.soft_close: true → –" in told


def test_what_was_empty_and_is_filled_is_told_by_its_entries_alone():
    moved = ["policy_moved.ipo_tightening=2020-01-01"]
    told = list(changes_between(load_scenario("beijing_pilot"), load_scenario("beijing_pilot", moved)))
    assert told == ["policy_moved.ipo_tightening: – → 2020-01-01"]


@pytest.fixture
def dated(tmp_path: Path) -> Path:
    """The pilot with one dated change more, one fewer and one on another day."""
    file = tmp_path / "dated.yaml"
    file.write_text(
        """
        extends: beijing_pilot
        schema_version: 1
        name: dated
        title: {en: dated, zh: 日期}
        horizon: {end: 2026-12-31}
        policy_added:
          - {name: pace, on: 2024-01-01, because: why, because_zh: 原因, applies_to: open_listings,
             set: {fundraising.state_pace: 4, "venues.beijing.auction": {kind: second_price}}}
        policy_dropped: [district_packages]
        policy_moved: {vc_measures: 2023-01-01}
        """.replace("\n        ", "\n"),
        encoding="utf-8",
    )
    return file


def test_dated_changes_are_told_in_one_line_each_by_what_they_set(dated: Path) -> None:
    told = list(changes_between(load_scenario("beijing_pilot"), load_scenario(dated)))
    sets = "fundraising.state_pace: 4, venues.beijing.auction.kind: second_price"
    assert told == [
        f"policy 2024-01-01 pace: – → {sets} (open_listings)",
        "horizon.end: 2027-12-31 → 2026-12-31",
        "policy_dropped.0: – → district_packages",
        "policy_moved.vc_measures: – → 2023-01-01",
    ]


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pilot and the market without it, small, in a folder."""
    small = ["population.funds.count=40", "horizon.end=2022-12-31"]
    scenarios = [sf.load_scenario(name, small) for name in ("before_pilot", "beijing_pilot")]
    place = tmp_path_factory.mktemp("compared") / "out"
    sf.compare(scenarios, replications=4, seed=5, workers=1).save(place)
    return place


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_chance_may_show_stands_once_on_the_page_and_a_sign_leads_to_it(
    compared: Path, language: Language
) -> None:
    """The table of differences keeps the words; where they stand on the page is a sign, and no other word is lost."""
    page = (compared / "comparison.html").read_text("utf-8")
    check_page(page)
    text = half(page, language)
    words = "仅凭偶然也可能出现" if language == "zh" else "chance alone may show as much"
    sign = f'<a class="sign" role="doc-noteref" href="#{language}-chance">†</a>'
    remark = "；但共" if language == "zh" else "; but among"
    with (compared / "differences.csv").open(encoding="utf-8-sig") as file:
        told = [row[f"verdict_{language}"] for row in csv.DictReader(file) if row["group_by"] in ("all", "is_state")]
    shared = [verdict for verdict in told if words in verdict]
    assert text.count(words) == 1
    assert re.search(rf'<p class="note" id="{language}-chance">†.*{words}', text)
    in_tables = [cell for cell in re.findall(r"<td>(.*?)</td></tr>", text) if sign in cell]
    assert len(in_tables) == len(shared) > 0
    for verdict, cell in zip(sorted(shared), sorted(in_tables), strict=True):
        before, _, after = verdict.partition(remark)
        assert cell == before + sign + after.partition(words)[2]
