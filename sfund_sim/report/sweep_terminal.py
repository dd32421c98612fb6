"""A sweep on the terminal: indices, or differences, or levels, of everybody together, and what is not shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pandas as pd
from rich.text import Text

from sfund_sim.experiments.sweep_tables import combinations, points_told
from sfund_sim.ground.errors import Language
from sfund_sim.outcomes.dictionary import entry
from sfund_sim.outcomes.verdicts import bare_text, scale, size_name
from sfund_sim.report.sweep_panels import by_strength, of_first_grouping, of_group
from sfund_sim.report.terminal import wrapped
from sfund_sim.report.terminal_table import print_table, width_of
from sfund_sim.report.words import comma, difference_text, estimate_text, outcome_heading, phrase, word

if TYPE_CHECKING:
    from rich.console import Console

    from sfund_sim.experiments.sweep_results import SweepResults

_MOST_FACTORS = 12
"""Factors in the table of one outcome."""
_MOST_LINES = 24
"""Lines of differences or levels; a combination or point is shown whole or not at all, the first one always."""


class _Part(NamedTuple):
    """One table, as shown."""

    title: str
    headings: list[str]
    rows: list[list[str]]


def print_sweep(results: SweepResults, *, language: Language, console: Console) -> None:
    """Print the tables that say most, and in which file the rest is."""
    if not results.sensitivity.empty:
        table, name = results.sensitivity, "sensitivity.csv"
        parts, left_out = _indices(of_first_grouping(table), results.plan.design.kind, language)
    elif not results.effects.empty:
        table, name = results.effects, "effects.csv"
        first = combinations(results.plan.design)
        console.print(Text(wrapped(phrase("sweep_first_is", language, combination=first[1]), width_of(console))))
        parts, left_out = _by_setting(of_first_grouping(table), ("policy_id", "difference"), first, language)
    else:
        table, name = results.summary, "summary.csv"
        told = points_told(results.plan.design)
        parts, left_out = _by_setting(of_first_grouping(table), ("point_id", "estimate"), told, language)
    for part in parts:
        print_table(console, *part)
    for note in _notes(table, left_out, name, language):
        console.print(Text(wrapped(note, width_of(console)), style="dim"))


def _notes(table: pd.DataFrame, left_out: list[str], file: str, language: Language) -> list[str]:
    """What indices mean, and what is not shown and where it is."""
    semicolon = "；" if language == "zh" else "; "
    names = list(dict.fromkeys(table["index"])) if "index" in table else []
    notes = [semicolon.join(word("index", name, language) for name in names)] if names else []
    if left_out := [*left_out, *_other_groupings(table, language)]:
        notes.append(phrase("sweep_not_shown", language, what=comma(language).join(left_out), file=file))
    return notes


def _indices(table: pd.DataFrame, design: str, language: Language) -> tuple[list[_Part], list[str]]:
    """A table an outcome and group: factors by strength, a column an index; what is left out."""
    names = list(dict.fromkeys(table["index"]))
    headings = [
        phrase("sweep_factor", language),
        *(phrase("sweep_with_interval", language, number=name) for name in names),
    ]
    parts, beyond = [], 0
    for key, part in table.groupby(["outcome", "group_by", "group"], sort=False):
        outcome, grouping, group = map(str, key)
        largest = float(part["estimate"].abs().max())
        unit = entry(outcome).unit if design == "morris" else ""
        one = scale(largest, unit, language)
        told = size_name(unit, language, largest)
        title = of_group(f"{entry(outcome).label(language)}{_in_unit(told, language)}", grouping, group, language)
        found = part.set_index(["factor", "index"])[["estimate", "low", "high"]]
        factors = by_strength(part)
        cells = [[bare_text(tuple(found.loc[factor, name]), one) for name in names] for factor in factors]
        rows = [[factor, *row] for factor, row in zip(factors, cells, strict=True)]
        parts.append(_Part(title, headings, rows[:_MOST_FACTORS]))
        beyond = max(beyond, len(rows) - _MOST_FACTORS)
    return parts, [phrase("sweep_weaker_factors", language, n=beyond)] if beyond > 0 else []


def _in_unit(unit: str, language: Language) -> str:
    if not unit:
        return ""
    return f"（{unit}）" if language == "zh" else f" ({unit})"


def _by_setting(
    table: pd.DataFrame, columns: tuple[str, str], names: dict[int, str], language: Language
) -> tuple[list[_Part], list[str]]:
    """A table a combination of levers or point: a row an outcome and group; which of them are left out."""
    key, number = columns
    write = difference_text if number == "difference" else estimate_text
    headings = [
        phrase("sweep_outcome", language),
        phrase("sweep_with_interval", language, number=phrase(f"sweep_{number}", language)),
    ]
    parts: list[_Part] = []
    for setting in table[key].unique().tolist():
        wanted = table[table[key] == setting][["outcome", "group_by", "group", number, "low", "high", "unit"]]
        rows = [
            [
                of_group(outcome_heading(outcome, language), grouping, group, language),
                write((middle, low, high), unit, language),
            ]
            for outcome, grouping, group, middle, low, high, unit in wanted.itertuples(index=False, name=None)
        ]
        if parts and sum(len(one.rows) for one in parts) + len(rows) > _MOST_LINES:
            break
        parts.append(_Part(names[setting], headings, rows))
    more = table[key].nunique() - len(parts)
    further = "sweep_further_combinations" if key == "policy_id" else "sweep_further_points"
    left_out = [phrase(further, language, n=more)] if more else []
    return parts, left_out


def _other_groupings(table: pd.DataFrame, language: Language) -> list[str]:
    """Groupings that were asked for and are not on the terminal."""
    shown = set(of_first_grouping(table)["group_by"])
    others = [one for one in dict.fromkeys(table["group_by"]) if one not in shown]
    return [phrase("sweep_other_grouping", language, grouping=word("grouping", one, language)) for one in others]
