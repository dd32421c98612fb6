"""The page of a comparison: one self-contained HTML file in English and Chinese, and the files of its figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

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
from sfund_sim.report.pages import halves, measured, rendered
from sfund_sim.report.words import LANGUAGES, NO_VALUE, comma, phrase
from sfund_sim.scenario.base import is_of_the_market
from sfund_sim.scenario.sources import written

if TYPE_CHECKING:
    from sfund_sim.experiments.comparing import Comparison
    from sfund_sim.scenario.layers import LoadedScenario

MOST_CHANGES = 20
"""Parameters in which a scenario differs from the baseline that the page lists."""


def comparison_files(comparison: Comparison, language: Language) -> dict[str, bytes]:
    """``figures/*`` in one language and ``comparison.html`` in both, that one first; the same bytes on every run."""
    drawings = {one: comparison_figures(comparison, one) for one in LANGUAGES}
    return {**figure_files(drawings[language]), "comparison.html": _html(comparison, drawings, language).encode()}


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
        pages=halves(drawings, partial(_said, comparison)),
    )


def _said(comparison: Comparison, language: Language) -> dict[str, Any]:
    """What one language's half of the page says; rows of its tables are differences, which word themselves."""
    return {
        "scenarios": [_scenario(one, comparison.scenarios[0], language) for one in comparison.scenarios],
        "contrasts": [_contrast(comparison, name, language) for name in comparison.names[1:]],
        "notes": notes(comparison, language),
    }


def _scenario(loaded: LoadedScenario, baseline: LoadedScenario, language: Language) -> tuple[str, str, list[str]]:
    """Name, title and what differs from the baseline."""
    changes = list(changes_between(baseline, loaded))
    shown = changes[:MOST_CHANGES]
    if len(changes) > MOST_CHANGES:
        shown.append(phrase("compare_more_changes", language, n=len(changes) - MOST_CHANGES))
    empty = phrase("compare_baseline" if loaded is baseline else "compare_nothing_differs", language)
    return loaded.scenario.name, getattr(loaded.scenario.title, language), shown or [empty]


def changes_between(baseline: LoadedScenario, other: LoadedScenario) -> Iterator[str]:
    """``path: before -> after`` for every parameter in which two scenarios differ."""
    before, after = (dict(_leaves(one.scenario.canonical(), ())) for one in (baseline, other))
    for path in dict.fromkeys([*before, *after]):
        if is_of_the_market(path) and before.get(path) != after.get(path):
            was, is_now = (written(tree[path]) if path in tree else NO_VALUE for tree in (before, after))
            yield f"{path}: {was} → {is_now}"


def _leaves(tree: Any, path: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    children = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    if not children:
        yield ".".join(path), tree
    for key, below in children:
        yield from _leaves(below, (*path, str(key)))


def _contrast(comparison: Comparison, name: str, language: Language) -> dict[str, Any]:
    """One scenario against the baseline: sentences, and a table of differences for each group of sellers."""
    baseline = comparison.names[0]
    table = comparison.differences
    table = table[table["scenario_id"] == name]
    every = [one.name for one in outcomes()]
    groups = [(group_name(group, language), list(differences_of(table, every, group)))
              for group in (EVERYBODY, STATE, OTHERS)]  # fmt: skip
    return {
        "name": name,
        "baseline": baseline,
        "heading": phrase("compare_differences_of", language, scenario=name, baseline=baseline),
        "findings": [line for sellers, rows in groups[:2] for line in _findings(rows, sellers, language)],
        "tables": groups,
    }


def _findings(rows: list[Difference], sellers: str, language: Language) -> Iterator[str]:
    """A sentence for every headline outcome in which a difference can be seen or ruled out."""
    colon = "：" if language == "zh" else ": "
    comma = "，" if language == "zh" else ", "
    for row in rows:
        if row.outcome in HEADLINES and row.is_defined:
            yield f"{row.name(language)}{comma}{sellers}{colon}{row.sentence(language)}"
