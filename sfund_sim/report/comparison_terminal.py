"""A comparison on the terminal, in at most 80 columns, and as plain data for ``--json``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from sfund_sim.ground.errors import Language
from sfund_sim.report.comparison_rows import (
    EVERYBODY,
    HEADLINES,
    STATE,
    Difference,
    differences_of,
    group_name,
    notes,
)
from sfund_sim.report.terminal import records, wrapped
from sfund_sim.report.terminal_table import print_table, width_of
from sfund_sim.report.warning_words import warning_text
from sfund_sim.report.words import comma, phrase

if TYPE_CHECKING:
    from sfund_sim.experiments.comparing import Comparison


def print_comparison(comparison: Comparison, *, language: Language, console: Console) -> None:
    """Print levels and paired differences of the headline outcomes, then each verdict as a sentence."""
    differences, width = comparison.differences, width_of(console)
    for caution in comparison.cautions:
        console.print(Text(wrapped(warning_text(caution, language), width), style="bold"))
    for name in comparison.names[1:]:
        heading = phrase("compare_differences_of", language, scenario=name, baseline=comparison.names[0])
        console.print(Text(heading, style="bold"), width=width)
        of_scenario = differences[differences["scenario_id"] == name]
        groups = {
            group_name(group, language): list(differences_of(of_scenario, HEADLINES, group))
            for group in (EVERYBODY, STATE)
        }
        for sellers, rows in groups.items():
            if rows:
                titled = phrase(
                    "compare_terminal_title", language, sellers=sellers, first=comparison.names[0], second=name
                )
                _print_rows(titled, rows, language, console)
        for sellers, rows in groups.items():
            for line in _sentences(sellers, rows, language):
                console.print(Text(wrapped(line if language == "en" else _chinese(line), width)))
    for note in [phrase("compare_terminal_note", language), *notes(comparison, language)]:
        console.print(Text(wrapped(note, width), style="dim"))


def _sentences(sellers: str, rows: list[Difference], language: Language) -> list[str]:
    """A verdict a line; outcomes without a difference for the same reason share one, at the end."""
    told = [(row.name(language), row.sentence(language)) for row in rows if row.is_defined]
    undefined: dict[str, list[str]] = {}
    for row in rows:
        if not row.is_defined:
            undefined.setdefault(row.sentence(language), []).append(row.name(language))
    told += [(comma(language).join(names), reason) for reason, names in undefined.items()]
    return [f"- {name} ({sellers}): {sentence}" for name, sentence in told]


def _chinese(line: str) -> str:
    return line.replace(" (", "（", 1).replace("): ", "）：", 1)


def _print_rows(title: str, rows: list[Difference], language: Language, console: Console) -> None:
    headings = [phrase("compare_column_outcome", language), "A", "B", phrase("compare_column_difference", language),
                phrase("compare_column_removed", language)]  # fmt: skip
    cells = []
    for row in rows:
        mark = "*" if row.beyond_chance else ""
        difference = " ".join(part for part in (row.short_size(language) + mark, row.interval(language)) if part)
        cells.append([row.name(language), *row.levels(language), difference, row.removed()])
    print_table(console, title, headings, cells)


def comparison_data(comparison: Comparison) -> dict[str, Any]:
    """The whole comparison as plain data that JSON can hold: missing numbers are None."""
    decomposition, reached = comparison.decomposition, comparison.making.reached
    return {
        "scenarios": comparison.names,
        "seed": comparison.seed,
        "replications": comparison.replications,
        "differences": records(comparison.differences),
        "levels": records(comparison.levels),
        "decomposition": records(decomposition.table) if decomposition else None,
        "precision": reached.data() if reached else None,
        "warnings": list(comparison.warnings),
    }
