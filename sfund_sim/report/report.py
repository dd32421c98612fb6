"""The report: one self-contained HTML page in English and Chinese that opens offline and prints well."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd
from markupsafe import Markup

from sfund_sim.ground.errors import Language
from sfund_sim.outcomes.run_info import RunInfo
from sfund_sim.report.assumptions import AssumptionRow
from sfund_sim.report.drawing import Drawn
from sfund_sim.report.findings import Summary, findings
from sfund_sim.report.pages import inline_svg, measured, rendered
from sfund_sim.report.summary_tables import SummaryTable, summary_tables
from sfund_sim.report.words import LANGUAGES, phrase


@dataclass(frozen=True)
class PolicyRow:
    """One dated change of rules, as shown."""

    on: str
    because: dict[Language, str]
    source: str
    rules: tuple[str, ...]
    """For example ``venues.beijing.open = true``."""


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
    findings: list[str]
    tables: list[SummaryTable]
    figures: list[_Figure]


def report_html(
    facts: ReportFacts, summary: pd.DataFrame, figures: Mapping[Language, Sequence[Drawn]], *, language: Language = "en"
) -> str:
    """The page with both languages, the given one shown first; ``figures`` by language. The same text on every run."""
    pages = [_page(one, facts.info, Summary(summary), figures[one]) for one in LANGUAGES]
    title = {"en": facts.info.title, "zh": facts.info.title_zh}
    return rendered(
        "template.html", facts=facts, info=facts.info, pages=pages, title=title, first=language,
        measured=measured(summary["outcome"]),
    )  # fmt: skip


def _page(language: Language, info: RunInfo, summary: Summary, figures: Sequence[Drawn]) -> _Page:
    return _Page(
        language=language,
        say=partial(phrase, language=language),
        findings=findings(summary, language),
        tables=summary_tables(summary, info, language),
        figures=[
            _Figure(drawn.title, drawn.caption, inline_svg(drawn, f"{drawn.name}-{language}")) for drawn in figures
        ],
    )
