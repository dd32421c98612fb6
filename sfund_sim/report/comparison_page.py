"""The page of a comparison: one self-contained HTML file in English and Chinese, and the files of its figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from sfund_sim.experiments.comparison_folder import repeat_command
from sfund_sim.ground.errors import Language
from sfund_sim.outcomes.dictionary import outcomes
from sfund_sim.report.assumptions import assumption_rows
from sfund_sim.report.comparison_figures import common_info, comparison_figures
from sfund_sim.report.comparison_rows import (
    EVERYBODY,
    HEADLINES,
    OTHERS,
    STATE,
    Difference,
    differences_of,
    group_name,
    notes,
)
from sfund_sim.report.drawing import Drawn
from sfund_sim.report.figures import figure_files
from sfund_sim.report.pages import PageFigure, measured, page_figures, rendered
from sfund_sim.report.scenario_changes import changes_between
from sfund_sim.report.words import LANGUAGES, comma, phrase

if TYPE_CHECKING:
    from sfund_sim.experiments.comparing import Comparison
    from sfund_sim.scenario.layers import LoadedScenario

SHOWN_CHANGES = 20
"""Parameters in which a scenario differs from the baseline that the page lists unfolded."""


@dataclass(frozen=True)
class _Scenario:
    name: str
    title: str
    changes: list[str]
    folded: list[str]
    """Further ones, which a reader must unfold."""


@dataclass(frozen=True)
class _Row:
    """One difference as shown."""

    outcome: str
    levels: tuple[str, str]
    size: str
    interval: str
    is_kept: bool
    """Does it outlast the correction for all differences looked at?"""
    removed: str
    n: str
    verdict: str


@dataclass(frozen=True)
class _Table:
    heading: str
    rows: list[_Row]


@dataclass(frozen=True)
class _Contrast:
    """One scenario against the baseline."""

    name: str
    baseline: str
    heading: str
    findings: list[str]
    tables: list[_Table]


@dataclass(frozen=True)
class _Page:
    """One language's half of the page."""

    language: Language
    say: Callable[..., str]
    scenarios: list[_Scenario]
    contrasts: list[_Contrast]
    notes: list[str]
    figures: list[PageFigure]


def comparison_files(comparison: Comparison, language: Language) -> dict[str, bytes]:
    """``figures/*`` in one language and ``comparison.html`` in both, that one first; the same bytes on every run."""
    drawings = {one: comparison_figures(comparison, one) for one in LANGUAGES}
    files = {f"figures/{name}": content for name, content in figure_files(drawings[language]).items()}
    return {**files, "comparison.html": _html(comparison, drawings, language).encode()}


def _html(comparison: Comparison, drawings: Mapping[Language, list[Drawn]], first: Language) -> str:
    return rendered(
        "comparison_template.html",
        info=common_info(comparison),
        title={one: phrase("compare_title", one, names=comma(one).join(comparison.names)) for one in LANGUAGES},
        first=first,
        warnings=comparison.warnings,
        assumptions=assumption_rows(comparison.scenarios),
        is_unfolded=False,
        measured=measured(comparison.differences["outcome"]),
        repeat_heading="compare_repeat",
        command=repeat_command(comparison),
        pages=[_page(comparison, drawings[one], one) for one in LANGUAGES],
    )


def _page(comparison: Comparison, drawings: list[Drawn], language: Language) -> _Page:
    return _Page(
        language,
        partial(phrase, language=language),
        [_scenario(one, comparison.scenarios[0], language) for one in comparison.scenarios],
        [_contrast(comparison, name, language) for name in comparison.names[1:]],
        notes(comparison, language),
        page_figures(drawings, language),
    )


def _scenario(loaded: LoadedScenario, baseline: LoadedScenario, language: Language) -> _Scenario:
    title = loaded.scenario.title.zh if language == "zh" else loaded.scenario.title.en
    changes = list(changes_between(baseline, loaded))
    empty = phrase("compare_baseline" if loaded is baseline else "compare_nothing_differs", language)
    return _Scenario(loaded.scenario.name, title, changes[:SHOWN_CHANGES] or [empty], changes[SHOWN_CHANGES:])


def _contrast(comparison: Comparison, name: str, language: Language) -> _Contrast:
    baseline = comparison.names[0]
    table = comparison.differences
    table = table[table["scenario_id"] == name]
    every = [one.name for one in outcomes()]
    groups = [(group, list(differences_of(table, every, group))) for group in (EVERYBODY, STATE, OTHERS)]
    return _Contrast(
        name,
        baseline,
        phrase("compare_differences_of", language, scenario=name, baseline=baseline),
        [line for group, rows in groups[:2] for line in _findings(rows, group_name(group, language), language)],
        [_Table(group_name(group, language), [_row(row, language) for row in rows]) for group, rows in groups],
    )


def _findings(rows: list[Difference], sellers: str, language: Language) -> Iterator[str]:
    """A sentence for every headline outcome in which a difference can be seen or ruled out."""
    colon = "：" if language == "zh" else ": "
    comma = "，" if language == "zh" else ", "
    for row in rows:
        if row.outcome in HEADLINES and row.is_defined:
            yield f"{row.name(language)}{comma}{sellers}{colon}{row.sentence(language)}"


def _row(row: Difference, language: Language) -> _Row:
    return _Row(
        row.name(language), row.levels(language), row.size(language), row.interval(language), bool(row.beyond_chance),
        row.removed(), f"{row.replications:,}", row.sentence(language),
    )  # fmt: skip
