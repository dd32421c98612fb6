"""What is cited is listed, and generated pages are up to date."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

from pages import ROOT, name_of, pages

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
