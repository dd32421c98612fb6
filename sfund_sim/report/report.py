"""The report: one self-contained HTML page in English and Chinese that opens offline and prints well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from sfund_sim.ground.errors import Language
from sfund_sim.outcomes.run_info import RunInfo
from sfund_sim.report.assumptions import AssumptionRow
from sfund_sim.report.drawing import Drawn
from sfund_sim.report.findings import Summary, findings
from sfund_sim.report.pages import halves, measured, rendered
from sfund_sim.report.summary_tables import summary_tables

if TYPE_CHECKING:
    from sfund_sim.scenario.timeline import PolicyChange


@dataclass(frozen=True)
class ReportFacts:
    """What the page says about the run besides its outcomes."""

    info: RunInfo
    command: str
    """The command that repeats the run."""
    policy: Sequence[PolicyChange] = ()
    """Dated changes of rules in the order of their days."""
    assumptions: Sequence[AssumptionRow] = ()
    warnings: Sequence[str] = ()


def report_html(
    facts: ReportFacts, summary: pd.DataFrame, figures: Mapping[Language, Sequence[Drawn]], *, language: Language = "en"
) -> str:
    """The page with both languages, the given one shown first; ``figures`` by language. The same text on every run."""
    found = Summary(summary)

    def tell(language: Language) -> dict[str, Any]:
        return {"findings": findings(found, language), "tables": summary_tables(found, facts.info, language)}

    title = {"en": facts.info.title, "zh": facts.info.title_zh}
    return rendered(
        "template.html", facts=facts, info=facts.info, pages=halves(figures, tell), title=title, first=language,
        measured=measured(summary["outcome"]), warnings=facts.warnings, assumptions=facts.assumptions,
        repeat_heading="repeat", command=facts.command,
    )  # fmt: skip
