"""The summary of a run on the terminal, in 80 columns."""

from __future__ import annotations

import math
from collections.abc import Mapping
from io import StringIO
from typing import NamedTuple

import pandas as pd
from rich.box import SIMPLE_HEAD
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


def terminal_summary(summary: pd.DataFrame, info: RunInfo, language: Language) -> str:
    """Medians with intervals by kind of seller and by route, then the findings; plain text of at most 80 columns."""
    written = StringIO()
    found, page = Summary(summary), Console(file=written, width=COLUMNS, color_system=None)
    kinds = [("lp_kind", group) for group in found.groups("lp_kind")]
    routes = [("route", group) for group in found.groups("route") if group != "hold"]
    page.print(Text(info.title_zh if language == "zh" else info.title))
    if found.groups("all"):
        totals = [total for total in _TOTALS if total[1] in found.groups(total[0])]
        page.print(_table("terminal_kinds", [*kinds, *totals], _BY_KIND, (found, info, language)))
    if routes:
        page.print(_table("terminal_routes", routes, _BY_ROUTE, (found, info, language)))
    for sentence in findings(found, language):
        page.print(Text(f"- {sentence}"))
    note = phrase("terminal_note" if info.replications > 1 else "terminal_note_one", language, n=info.replications)
    page.print(Text(note))
    return "\n".join(line.rstrip() for line in written.getvalue().splitlines())


def _table(
    title: str, groups: list[tuple[str, str]], columns: Mapping[str, _Column], shown: tuple[Summary, RunInfo, Language]
) -> Table:
    summary, info, language = shown
    table = Table(title=phrase(title, language), title_justify="left", title_style="", box=SIMPLE_HEAD, pad_edge=False,
                  padding=(0, 1), width=COLUMNS)  # fmt: skip
    table.add_column(phrase("group_word", language), no_wrap=True, ratio=1)
    table.add_column("n", justify="right", no_wrap=True)
    for heading in columns:
        table.add_column(phrase(heading, language), justify="right", no_wrap=True)
    for place, (grouping, group) in enumerate(groups):
        name = phrase("all_sellers", language) if grouping == "all" else group_word(grouping, group, info, language)
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
