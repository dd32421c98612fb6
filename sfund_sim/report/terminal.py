"""The summary of a run on the terminal, in at most 80 columns, and as plain data for ``--json``."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from sfund_sim.ground.errors import Language
from sfund_sim.outcomes.run_info import RunInfo
from sfund_sim.report.findings import TOTALS, Cell, Summary, findings
from sfund_sim.report.terminal_table import COLUMNS, print_table, width_of
from sfund_sim.report.words import NO_VALUE, group_word, phrase


class _Column(NamedTuple):
    """An outcome as it stands in a narrow column."""

    outcome: str
    factor: float
    form: str


_BY_KIND = {
    "column_sold": _Column("share_sold", 100, ".0f"),
    "column_days": _Column("median_exit_days", 1, ",.0f"),
    "column_price": _Column("median_price_to_nav", 100, ".0f"),
}
_BY_ROUTE = {
    "column_sale_days": _Column("median_days_to_sale", 1, ",.0f"),
    "column_price": _Column("median_price_to_nav", 100, ".1f"),
}
_SAME_ROWS = {"column_days"}
"""Columns whose numbers rest on the rows of the column before, whose n stands for both."""


def print_summary(summary: pd.DataFrame, info: RunInfo, *, language: Language, console: Console) -> None:
    """Print medians with intervals by kind of seller and by route, then the findings, in at most 80 columns."""
    found = Summary(summary)
    kinds = [("lp_kind", group) for group in found.groups("lp_kind")]
    routes = [("route", group) for group in found.groups("route") if found.n(("sales_count", "route", group))]
    console.print(Text(info.title_zh if language == "zh" else info.title, style="bold"), width=width_of(console))
    if kinds:
        totals = [(grouping, group) for grouping, group in TOTALS if group in found.groups(grouping)]
        _print_groups("terminal_kinds", [*kinds, *totals], _BY_KIND, (found, language), console)
    if routes:
        _print_groups("terminal_routes", routes, _BY_ROUTE, (found, language), console)
    for sentence in findings(found, language):
        console.print(Text(wrapped(f"- {sentence}", width_of(console))))
    if not (kinds or routes):
        return
    note = phrase("terminal_note" if info.replications > 1 else "terminal_note_one", language, n=info.replications)
    console.print(Text(wrapped(note, width_of(console)), style="dim"))


_PIECE = re.compile(r"（?(?:[!-~\u00a0–]+|.)[，。；：）、]*\s*")
"""What may not be cut: a Latin word or a Chinese character, with the punctuation that clings to it."""


def wrapped(text: str, width: int = COLUMNS) -> str:
    """Text in lines of at most so many columns, cut between Latin words and between Chinese characters."""
    lines = [""]
    for piece in _PIECE.findall(text):
        if lines[-1] and cell_len(lines[-1] + piece.rstrip()) > width:
            lines.append("")
        lines[-1] += piece
    return "\n".join(line.rstrip() for line in lines)


def _print_groups(
    title: str,
    groups: list[tuple[str, str]],
    columns: Mapping[str, _Column],
    shown: tuple[Summary, Language],
    console: Console,
) -> None:
    summary, language = shown
    rows = []
    for grouping, group in groups:
        name = phrase("all_sellers", language) if grouping == "all" else group_word(grouping, group, language)
        cells = []
        for heading, column in columns.items():
            cell = column.outcome, grouping, group
            counted = [] if heading in _SAME_ROWS else [f"{summary.n(cell):,}"]
            cells += [*counted, _short(summary, cell, column, language)]
        rows.append([name, *cells])
    last_kind = max((place for place, (grouping, _) in enumerate(groups) if grouping == "lp_kind"), default=-1)
    headings = [phrase("group_word", language)]
    for heading in columns:
        headings += [*["n"][heading in _SAME_ROWS :], phrase(heading, language)]
    print_table(console, phrase(title, language), headings, rows, ends={last_kind})


def _short(summary: Summary, cell: Cell, column: _Column, language: Language) -> str:
    """Estimate and interval without the unit, which stands in the heading."""
    if summary.is_not_reached(cell):
        return phrase("not_reached", language)
    middle, *ends = (NO_VALUE if math.isnan(one) else format(one * column.factor, column.form)
                     for one in summary.numbers(cell))  # fmt: skip
    return middle if ends == [NO_VALUE, NO_VALUE] else f"{middle} [{ends[0]}, {ends[1]}]"


def summary_data(summary: pd.DataFrame, info: RunInfo) -> dict[str, Any]:
    """The summary as plain data that JSON can hold: missing numbers are None."""
    return {
        "scenario_id": info.scenario_id,
        "scenario_hash": info.scenario_hash,
        "version": info.version,
        "seed": info.seed,
        "replications": info.replications,
        "outcomes": records(summary),
    }


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain data that JSON can hold: missing numbers are None."""
    return [
        {str(name): None if isinstance(value, float) and not math.isfinite(value) else value
         for name, value in row.items()}
        for row in table.to_dict(orient="records")
    ]  # fmt: skip
