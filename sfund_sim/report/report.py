"""The report: one self-contained HTML page in English and Chinese that opens offline and prints well."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import jinja2
import pandas as pd
from markupsafe import Markup

from sfund_sim.ground.errors import Language
from sfund_sim.outcomes.run_info import RunInfo
from sfund_sim.report.drawing import Drawn
from sfund_sim.report.findings import Summary, findings
from sfund_sim.report.summary_tables import SummaryTable, summary_tables
from sfund_sim.report.warning_words import warning_text
from sfund_sim.report.words import LANGUAGES, phrase, word


@dataclass(frozen=True)
class PolicyRow:
    """One dated change of rules, as shown."""

    on: str
    because: dict[Language, str]
    source: str
    rules: tuple[str, ...]
    """For example ``venues.beijing.open = true``."""


@dataclass(frozen=True)
class AssumptionRow:
    """One parameter that the results lean on, as shown."""

    path: str
    value: str
    unit: str
    source: str
    status: str
    """A word of the family ``status``."""


@dataclass(frozen=True)
class ReportFacts:
    """What the page says about the run besides its outcomes."""

    info: RunInfo
    command: str
    """The command that repeats the run."""
    policy: Sequence[PolicyRow] = ()
    assumptions: Sequence[AssumptionRow] = ()
    warnings: Sequence[str] = ()


@dataclass(frozen=True)
class _Figure:
    title: str
    caption: str
    svg: Markup


@dataclass(frozen=True)
class _Page:
    """One language's half of the page."""

    language: Language
    say: Callable[[str], str]
    status: Callable[[str], str]
    findings: list[str]
    tables: list[SummaryTable]
    figures: list[_Figure]


def report_html(
    facts: ReportFacts, summary: pd.DataFrame, figures: Mapping[Language, Sequence[Drawn]], *, language: Language = "en"
) -> str:
    """The page with both languages, the given one shown first; ``figures`` by language. The same text on every run."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("sfund_sim.report", ""), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    pages = [_page(one, facts.info, Summary(summary), figures[one]) for one in LANGUAGES]
    title = {"en": facts.info.title, "zh": facts.info.title_zh}
    values: dict[str, Any] = {
        "facts": facts,
        "info": facts.info,
        "pages": pages,
        "title": title,
        "first": language,
        "warning_text": warning_text,
    }
    return environment.get_template("template.html").render(values)


def _page(language: Language, info: RunInfo, summary: Summary, figures: Sequence[Drawn]) -> _Page:
    return _Page(
        language=language,
        say=partial(phrase, language=language),
        status=partial(word, "status", language=language),
        findings=findings(summary, language),
        tables=summary_tables(summary, info, language),
        figures=[
            _Figure(drawn.title, drawn.caption, inline_svg(drawn, f"{drawn.name}-{language}")) for drawn in figures
        ],
    )


_REFERENCE = re.compile(r'(\bid="|href="#|url\(#)')
_ROOT = re.compile(r"<svg .*?>", re.DOTALL)
_VIEW = re.compile(r'viewBox="[^"]*"')


def inline_svg(drawn: Drawn, prefix: str) -> Markup:
    """A figure as SVG inside a page: no size of its own, its title for screen readers, identifiers made unique.

    The text comes from matplotlib, whose labels are drawn as paths and whose attributes are escaped.
    """
    text = drawn.svg
    root, view = _ROOT.search(text), _VIEW.search(text)
    if root is None or view is None:
        raise ValueError(f"figure {drawn.name} is not an SVG with a viewBox")
    body = _REFERENCE.sub(lambda found: f"{found.group()}{prefix}-", text[root.end() :])
    namespaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    opening = Markup('<svg {} {} role="img" aria-label="{}">').format(
        Markup(namespaces), Markup(view.group()), drawn.title
    )
    return opening + Markup(body)
