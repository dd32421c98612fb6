"""The page of a sweep, in English and Chinese, and all the files that its figures make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import jinja2
import numpy as np
from markupsafe import Markup

from sfund_sim.ground.errors import Language
from sfund_sim.report.figures import figure_files
from sfund_sim.report.report import inline_svg
from sfund_sim.report.sweep_figures import sweep_figures
from sfund_sim.report.warning_words import warning_text
from sfund_sim.report.words import LANGUAGES, estimate_text, number_text, outcome_heading, phrase

if TYPE_CHECKING:
    from sfund_sim.experiments.designs import Factor
    from sfund_sim.experiments.sweep_results import SweepResults
    from sfund_sim.report.drawing import Drawn

_MOST_ROWS = 60


@dataclass(frozen=True)
class _Page:
    """One language's half of the page."""

    language: Language
    say: Callable[..., str]
    factors: list[tuple[str, str, str]]
    effects: list[tuple[str, ...]]
    figures: list[tuple[str, str, Markup]]


def sweep_files(results: SweepResults, language: Language) -> dict[str, bytes]:
    """``figures/*`` in one language and ``report.html`` in both, that language first; the same bytes on every run."""
    drawings = {one: sweep_figures(results, one) for one in LANGUAGES}
    files = {f"figures/{name}": content for name, content in figure_files(drawings[language]).items()}
    return {**files, "report.html": _html(results, drawings, language).encode()}


def _html(results: SweepResults, drawings: dict[Language, list[Drawn]], first: Language) -> str:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("sfund_sim.report", ""), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    info = results.plan.info
    values: dict[str, Any] = {
        "info": info,
        "title": {"en": info.title, "zh": info.title_zh},
        "first": first,
        "plan": results.plan,
        "warnings": results.making.warnings,
        "warning_text": warning_text,
        "command": results.repeat_command,
        "pages": [_page(results, drawings[one], one) for one in LANGUAGES],
    }
    return environment.get_template("sweep_template.html").render(values)


def _page(results: SweepResults, drawings: list[Drawn], language: Language) -> _Page:
    return _Page(
        language,
        partial(phrase, language=language),
        [_factor_row(factor, language) for factor in results.plan.design.factors],
        _effect_rows(results, language),
        [(drawn.title, drawn.caption, inline_svg(drawn, f"{drawn.name}-{language}")) for drawn in drawings],
    )


def _factor_row(factor: Factor, language: Language) -> tuple[str, str, str]:
    from sfund_sim.experiments.sweep_tables import shown

    kind = phrase("sweep_lever" if factor.is_lever else "sweep_uncertainty", language)
    if factor.levels:
        return factor.name, kind, ", ".join(shown(level.value) for level in factor.levels)
    one = factor.experiment.uncertainties[factor.name]
    return factor.name, kind, f"{shown(one.low)} … {shown(one.high)} ({one.distribution})"


def _effect_rows(results: SweepResults, language: Language) -> list[tuple[str, ...]]:
    """Combination, outcome, level of the first, difference with interval, variance removed; everybody together."""
    effects = results.effects[results.effects["group_by"] == "all"]
    names = _combinations(results)
    rows: list[tuple[str, ...]] = []
    for row in effects.head(_MOST_ROWS).itertuples():
        removed = float(row.variance_removed)  # type: ignore[arg-type]
        interval = (float(row.difference), float(row.low), float(row.high))  # type: ignore[arg-type]
        difference = estimate_text(interval, str(row.unit), language)
        first = number_text(row.level_first, str(row.unit), language)  # type: ignore[arg-type]
        rows.append((
            names[int(row.policy_id)], outcome_heading(str(row.outcome), language), first, difference,  # type: ignore[arg-type]
            "–" if np.isnan(removed) else f"{removed:.0%}",
        ))  # fmt: skip
    return rows


def _combinations(results: SweepResults) -> dict[int, str]:
    """What the levers are at in each combination."""
    from sfund_sim.experiments.sweep_tables import shown

    design = results.plan.design
    names: dict[int, str] = {}
    for point in range(design.size):
        levels = zip(design.factors, design.levels(point), strict=True)
        told = ", ".join(f"{factor.name} = {shown(level.value)}" for factor, level in levels if factor.is_lever)
        names.setdefault(int(design.policies[point]), told)
    return names
