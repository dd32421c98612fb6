"""The summary of a run on the terminal, in 80 columns, and as plain data for ``--json``."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sfund_sim.ground.errors import Language
from sfund_sim.outcomes.run_info import RunInfo
from sfund_sim.report.findings import Cell, Summary, findings
from sfund_sim.report.words import NO_VALUE, group_word, phrase

COLUMNS = 80


class _Column(NamedTuple):
    """An outcome as it stands in a narrow column."""

    outcome: str
    factor: float
    form: str


_BY_KIND = {
    "column_sold": _Column("share_sold", 100, ".0f"),
    "column_days": _Column("median_exit_days", 1, ",.0f"),
    "column_price": _Column("median_price_to_nav", 100, ".1f"),
}
_BY_ROUTE = {
    "column_sale_days": _Column("median_days_to_sale", 1, ",.0f"),
    "column_price": _Column("median_price_to_nav", 100, ".1f"),
}
_TOTALS = (("is_state", "state"), ("is_state", "non_state"), ("all", "all"))


def print_summary(summary: pd.DataFrame, info: RunInfo, *, language: Language, console: Console) -> None:
    """Print medians with intervals by kind of seller and by route, then the findings, in at most 80 columns."""
    found = Summary(summary)
    kinds = [("lp_kind", group) for group in found.groups("lp_kind")]
    routes = [("route", group) for group in found.groups("route") if group != "hold"]
    console.print(Text(info.title_zh if language == "zh" else info.title, style="bold"), width=COLUMNS)
    if kinds:
        totals = [(grouping, group) for grouping, group in _TOTALS if group in found.groups(grouping)]
        console.print(_table("terminal_kinds", [*kinds, *totals], _BY_KIND, (found, language)))
    if routes:
        console.print(_table("terminal_routes", routes, _BY_ROUTE, (found, language)))
    for sentence in findings(found, language):
        console.print(Text(wrapped(f"- {sentence}")))
    note = phrase("terminal_note" if info.replications > 1 else "terminal_note_one", language, n=info.replications)
    console.print(Text(wrapped(note), style="dim"))


_PIECE = re.compile(r"（?(?:[!-~\u00a0–]+|.)[，。；：）、]*\s*")
"""What may not be cut: a Latin word or a Chinese character, with the punctuation that clings to it."""


def wrapped(text: str) -> str:
    """Text in lines of at most 80 columns, cut between Latin words and between Chinese characters."""
    lines = [""]
    for piece in _PIECE.findall(text):
        if cell_len(lines[-1] + piece.rstrip()) > COLUMNS:
            lines.append("")
        lines[-1] += piece
    return "\n".join(line.rstrip() for line in lines)


def _table(
    title: str, groups: list[tuple[str, str]], columns: Mapping[str, _Column], shown: tuple[Summary, Language]
) -> Table:
    summary, language = shown
    table = Table(title=phrase(title, language), title_justify="left", title_style="", box=SIMPLE_HEAD, pad_edge=False,
                  padding=(0, 1, 0, 0), width=COLUMNS)  # fmt: skip
    table.add_column(phrase("group_word", language), no_wrap=True, ratio=1)
    table.add_column("n", justify="right", no_wrap=True)
    for heading in columns:
        table.add_column(phrase(heading, language), justify="right", no_wrap=True)
    for place, (grouping, group) in enumerate(groups):
        name = phrase("all_sellers", language) if grouping == "all" else group_word(grouping, group, language)
        cells = [_short(summary, (column.outcome, grouping, group), column, language) for column in columns.values()]
        ends_kinds = grouping == "lp_kind" and groups[place + 1][0] != "lp_kind"
        table.add_row(name, f"{summary.n(('exits_count', grouping, group)):,}", *cells, end_section=ends_kinds)
    return table


def _short(summary: Summary, cell: Cell, column: _Column, language: Language) -> str:
    """Estimate and interval without the unit, which stands in the heading."""
    if summary.is_not_reached(cell):
        return phrase("not_reached", language)
    middle, *ends = (NO_VALUE if math.isnan(one) else format(one * column.factor, column.form)
                     for one in summary.numbers(cell))  # fmt: skip
    return middle if ends == [NO_VALUE, NO_VALUE] else f"{middle} [{ends[0]}, {ends[1]}]"


def summary_data(summary: pd.DataFrame, info: RunInfo) -> dict[str, Any]:
    """The summary as plain data that JSON can hold: missing numbers are None."""
    rows = [
        {name: None if isinstance(value, float) and math.isnan(value) else value for name, value in row.items()}
        for row in summary.to_dict(orient="records")
    ]
    return {
        "scenario_id": info.scenario_id,
        "scenario_hash": info.scenario_hash,
        "version": info.version,
        "seed": info.seed,
        "replications": info.replications,
        "outcomes": rows,
    }
