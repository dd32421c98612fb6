"""Parameters with their sources, as a table for the terminal or a CSV file that Excel opens."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from sfund_sim.cli.options import Lang
from sfund_sim.ground.errors import OutputError
from sfund_sim.ground.refusals import refusal
from sfund_sim.terms import Status

if TYPE_CHECKING:
    from sfund_sim.scenario.sources import Parameter

_HEADINGS = {
    Lang.EN: ("parameter", "value", "unit", "status", "source"),
    Lang.ZH: ("参数", "取值", "单位", "状态", "来源"),
}
_STATUS_ZH = {
    Status.SOURCED: "有出处",
    Status.MIRROR: "转载",
    Status.DERIVED: "推算",
    Status.RECALLED: "凭记忆",
    Status.ASSUMPTION: "假设",
}
_COLUMNS = ("path", "value", "unit", "status", "source", "note", "file", "line", "meaning")
_WIDTH_WITHOUT_TERMINAL = 200


def show(listed: list[Parameter], spoken: Lang) -> None:
    """Print a table that fits the terminal, and a count by status."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from sfund_sim.scenario.sources import written

    console = Console() if sys.stdout.isatty() else Console(width=_WIDTH_WITHOUT_TERMINAL)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading, ratio in zip(_HEADINGS[spoken], (4, 2, 1, 1, 5), strict=True):
        table.add_column(heading, overflow="fold", ratio=ratio)
    for one in listed:
        status = _STATUS_ZH[one.status] if spoken is Lang.ZH else one.status.value
        table.add_row(*(Text(text) for text in (one.path, written(one.value), one.unit, status, one.basis)))
    console.print(table)
    counts = Counter(one.status for one in listed)
    if spoken is Lang.ZH:
        console.print(f"共 {len(listed)} 个：" + "，".join(f"{_STATUS_ZH[s]} {counts[s]}" for s in Status if counts[s]))
    else:
        console.print(f"{len(listed)} in all: " + ", ".join(f"{counts[s]} {s.value}" for s in Status if counts[s]))


def write(listed: list[Parameter], path: Path) -> None:
    """Write a CSV file (UTF-8 with a byte-order mark); OutputError when that fails."""
    from sfund_sim.scenario.sources import written

    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(_COLUMNS)
            for one in listed:
                row = one._asdict()
                writer.writerow([written(row["value"]) if name == "value" else row[name] for name in _COLUMNS])
    except OSError as error:
        raise OutputError(
            f"cannot write {path}: {refusal(error, 'en')}", f"无法写入 {path}：{refusal(error, 'zh')}"
        ) from None
