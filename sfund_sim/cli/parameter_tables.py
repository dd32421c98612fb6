"""Parameters with their sources, as a table for the terminal or a CSV file that Excel opens."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from sfund_sim.cli.options import Lang
from sfund_sim.experiments.single_files import write_named
from sfund_sim.scenario.nodes import Status

if TYPE_CHECKING:
    from sfund_sim.scenario.sources import Parameter

_HEADINGS = {
    "path": "参数", "meaning": "含义", "value": "取值", "unit": "单位", "status": "状态", "source": "来源",
    "note": "备注", "file": "文件", "line": "行号",
}  # fmt: skip
"""Columns by their English names, with the Chinese ones."""
_SHOWN = {
    Lang.EN: {"parameter": 4, "value": 2, "unit": 1, "status": 1, "source": 5},
    Lang.ZH: {"path": 5, "meaning": 4, "value": 2, "unit": 1, "status": 2, "source": 5},
}
"""Columns on the terminal with their shares of its width; Chinese readers are told what an English path means."""
_WRITTEN = {
    Lang.EN: ("path", "value", "unit", "status", "source", "note", "file", "line", "meaning"),
    Lang.ZH: ("path", "meaning", "value", "unit", "status", "source", "note", "file", "line"),
}
_FREE = ("source", "note", "file")
"""Columns in the words of whoever wrote the scenario."""
_WIDTH_WITHOUT_TERMINAL = 200


def show(listed: list[Parameter], spoken: Lang) -> None:
    """Print a table that fits the terminal, and a count by status."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from sfund_sim.report.parameter_words import basis_word, status_word

    console = Console() if sys.stdout.isatty() else Console(width=_WIDTH_WITHOUT_TERMINAL)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name, ratio in _SHOWN[spoken].items():
        table.add_column(_heading(name, spoken), overflow="fold", ratio=ratio)
    for one in listed:
        cells = _cells(one, spoken)
        row = {**cells, "parameter": cells["path"], "source": basis_word(one.basis, spoken.value)}
        table.add_row(*(Text(row[name]) for name in _SHOWN[spoken]))
    console.print(table)
    counts = Counter(one.status for one in listed)
    told = [(status_word(status, spoken.value), counts[status]) for status in Status if counts[status]]
    if spoken is Lang.ZH:
        console.print(f"共 {len(listed)} 个：" + "，".join(f"{word} {count}" for word, count in told))
    else:
        console.print(f"{len(listed)} in all: " + ", ".join(f"{count} {word}" for word, count in told))


def write(listed: list[Parameter], path: Path, spoken: Lang) -> None:
    """Write a CSV file (UTF-8 with a byte-order mark); OutputError when that fails."""
    table = StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow([_heading(name, spoken) for name in _WRITTEN[spoken]])
    for one in listed:
        cells = _cells(one, spoken)
        if isinstance(one.value, str):
            cells["value"] = _no_formula(cells["value"])
        cells |= {name: _no_formula(cells[name]) for name in _FREE}
        writer.writerow([cells[name] for name in _WRITTEN[spoken]])
    write_named(path, f"\ufeff{table.getvalue()}")


def _no_formula(text: str) -> str:
    """A user's own words, with an apostrophe before what spreadsheets would take for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


def _heading(name: str, spoken: Lang) -> str:
    return _HEADINGS[name] if spoken is Lang.ZH else name


def _cells(one: Parameter, spoken: Lang) -> dict[str, str]:
    """A parameter's columns as text; sources and notes are in the words of whoever wrote the scenario."""
    from sfund_sim.report.parameter_words import basis_word, meaning_zh, status_word, unit_word
    from sfund_sim.scenario.sources import written

    return {
        "path": one.path, "value": written(one.value), "unit": unit_word(one.unit, spoken.value),
        "status": status_word(one.status, spoken.value), "source": basis_word(one.source, spoken.value),
        "note": one.note, "file": one.file, "line": str(one.line),
        "meaning": meaning_zh(one) if spoken is Lang.ZH else one.meaning,
    }  # fmt: skip
