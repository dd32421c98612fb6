"""The report: one self-contained HTML page in English and Chinese that opens offline and prints well."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd

from sfund_sim.ground.errors import Language
from sfund_sim.outcomes.run_info import RunInfo
from sfund_sim.report.assumptions import AssumptionRow
from sfund_sim.report.drawing import Drawn
from sfund_sim.report.findings import Summary, findings
from sfund_sim.report.pages import PageFigure, measured, page_figures, rendered
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
class _Page:
    """One language's half of the page."""

    language: Language
    say: Callable[[str], str]
    findings: list[str]
    tables: list[SummaryTable]
    figures: list[PageFigure]


def report_html(
    facts: ReportFacts, summary: pd.DataFrame, figures: Mapping[Language, Sequence[Drawn]], *, language: Language = "en"
) -> str:
    """The page with both languages, the given one shown first; ``figures`` by language. The same text on every run."""
    pages = [_page(one, facts.info, Summary(summary), figures[one]) for one in LANGUAGES]
    title = {"en": facts.info.title, "zh": facts.info.title_zh}
    return rendered(
        "template.html", facts=facts, info=facts.info, pages=pages, title=title, first=language,
        measured=measured(summary["outcome"]), warnings=facts.warnings, assumptions=facts.assumptions, is_unfolded=True,
        repeat_heading="repeat", command=facts.command,
    )  # fmt: skip


def _page(language: Language, info: RunInfo, summary: Summary, figures: Sequence[Drawn]) -> _Page:
    return _Page(
        language=language,
        say=partial(phrase, language=language),
        findings=findings(summary, language),
        tables=summary_tables(summary, info, language),
        figures=page_figures(figures, language),
    )
