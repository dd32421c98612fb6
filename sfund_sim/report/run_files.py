"""Figures and report of a run folder, from its results: file names and contents."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sfund_sim.ground.errors import Language
from sfund_sim.outcomes.tables import Tables
from sfund_sim.report.assumptions import assumption_rows
from sfund_sim.report.figures import figure_files, run_figures
from sfund_sim.report.report import ReportFacts, report_html
from sfund_sim.report.words import LANGUAGES

if TYPE_CHECKING:
    from sfund_sim.experiments.results import Results


def report_files(results: Results, tables: Tables, language: Language) -> dict[str, bytes]:
    """``figures/*`` in one language and ``report.html`` in both, that language first; the same bytes on every run.

    ``tables`` may hold the first replications only; then captions, figures and the report say how many.
    """
    drawn_from = len(tables["runs"])
    info = replace(results.info, replications=drawn_from)
    drawings = {one: run_figures(tables, info, one, of=results.replications) for one in LANGUAGES}
    page = report_html(_facts(results, drawn_from), results.summary, drawings, language=language)
    return {**figure_files(drawings[language]), "report.html": page.encode()}


def _facts(results: Results, drawn_from: int) -> ReportFacts:
    few = f"figures are drawn from the first {drawn_from} of {results.replications} replications; all numbers from all"
    return ReportFacts(
        info=results.info,
        command=results.repeat_command,
        policy=sorted(results.scenario.changes(), key=lambda change: change.on),
        assumptions=assumption_rows([results.loaded]),
        warnings=(*results.warnings, *([few] if drawn_from < results.replications else [])),
    )
