"""What is cited is listed, and generated pages are up to date."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

from pages import ROOT, name_of, pages

from sfund_sim.scenario.layers import load_scenario
from sfund_sim.scenario.nodes import Status
from sfund_sim.scenario.shipped import shipped_names
from sfund_sim.scenario.sources import Parameter, parameters

_SOURCE = re.compile(r"\b(?:[PA]-[A-Z]+[0-9A-Z]*|P-\d+[A-Z]*|SEED|L[1-4])\b")
_SECTION = re.compile(r"\bdomain(?:\.md|\s+brief)?,?\s+(\d[a-f]?|R\d+)\b")
GENERATED = ("docs/sources.md", "docs/odd_parameters.md")


def scenario_files() -> list[Path]:
    return sorted((ROOT / "scenarios").rglob("*.yaml"))


def citing_files() -> list[Path]:
    code = sorted([*(ROOT / "sfund_sim").rglob("*.py"), *(ROOT / "docs").rglob("*.py")])
    shipped = [path for path in code if "shipped" not in path.parts]
    return [*scenario_files(), *shipped, *(page for page in pages() if name_of(page) not in GENERATED)]


def cited(files: list[Path], pattern: re.Pattern[str]) -> set[str]:
    return {found for file in files for found in pattern.findall(file.read_text("utf-8"))}


def listed_sources() -> list[str]:
    return re.findall(r"^\| ([A-Z][A-Z0-9-]+) \|", (ROOT / "docs" / "sources.md").read_text("utf-8"), re.MULTILINE)


def test_every_source_that_a_scenario_cites_is_listed() -> None:
    found = cited(scenario_files(), _SOURCE)
    assert "P-300" in found
    assert found - set(listed_sources()) == set()


def test_every_source_that_code_or_pages_cite_is_listed_once() -> None:
    listed = listed_sources()
    assert len(listed) == len(set(listed))
    assert cited(citing_files(), _SOURCE) - set(listed) == set()


def shipped_parameters() -> list[tuple[str, Parameter]]:
    return [(name, one) for name in shipped_names() for one in parameters(load_scenario(name))]


def test_what_a_shipped_scenario_calls_sourced_cites_a_listed_source_and_assumes_nothing() -> None:
    listed = set(listed_sources())
    seen = [(name, one) for name, one in shipped_parameters() if one.status in (Status.SOURCED, Status.MIRROR)]
    assert len(seen) > 20
    for name, one in seen:
        assert listed & set(_SOURCE.findall(one.source)), (name, one.path, one.source)
        assert "assum" not in one.source, (name, one.path, one.source)


def test_every_dated_change_of_the_pilot_has_its_own_evidence_for_its_day_and_for_what_it_sets() -> None:
    loaded = load_scenario("beijing_pilot")
    for number, change in enumerate(loaded.scenario.policy):
        for path in [("on",), *(("set", rule) for rule in change.set)]:
            evidence = loaded.provenance["policy", number, *path].evidence
            assert evidence.source, (change.name, path)
    status = {one.path: one.status for one in parameters(loaded)}
    assert status["policy.0.on"] is Status.SOURCED
    assert status["policy.6.on"] is Status.RECALLED
    assert status["policy.8.set.state_assets.exempt_share"] is Status.ASSUMPTION


def test_every_section_of_the_domain_brief_that_is_cited_exists() -> None:
    headings = re.findall(r"^#+ (\w+)\. ", (ROOT / "docs" / "domain.md").read_text("utf-8"), re.MULTILINE)
    questions = re.findall(r"^(R\d+), ", (ROOT / "docs" / "domain.md").read_text("utf-8"), re.MULTILINE)
    found = cited([file for file in citing_files() if file.suffix != ".md"], _SECTION)
    assert {"5b", "4", "R11"} <= found
    assert found - set(headings) - set(questions) == set()


def test_the_parameter_tables_of_the_protocol_are_what_the_schema_says_today() -> None:
    path = ROOT / "docs" / "odd_parameters.py"
    spec = importlib.util.spec_from_file_location("odd_parameters", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.PAGE.read_text("utf-8") == module.page(), "run: python docs/odd_parameters.py"
