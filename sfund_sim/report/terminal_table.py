"""A table on the terminal that loses no number: names are folded, and where it is too narrow each row is stacked."""

from __future__ import annotations

from collections.abc import Container, Sequence

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

COLUMNS = 80
"""Widest that anything is printed, however wide the terminal is."""
_LEAST_NAME = 16
"""Columns that a name needs to be folded between its words."""


def width_of(console: Console) -> int:
    """Columns to print in."""
    return min(COLUMNS, console.width)


def print_table(
    console: Console,
    title: str,
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    ends: Container[int] = (),
) -> None:
    """Print rows of a name and numbers below their headings, with a line after the rows whose place is in ``ends``."""
    width = width_of(console)
    columns = list(zip(headings, *rows, strict=True))
    numbers = sum(max(map(cell_len, column)) + 1 for column in columns[1:])
    if width - numbers < _LEAST_NAME:
        _print_stacked(console, title, headings, rows)
        return
    table = Table(title=title or None, title_justify="left", title_style="", box=SIMPLE_HEAD, pad_edge=False,
                  padding=(0, 1, 0, 0), width=width)  # fmt: skip
    table.add_column(headings[0], ratio=1, overflow="fold")
    for heading in headings[1:]:
        table.add_column(heading, justify="right", no_wrap=True)
    for number, row in enumerate(rows):
        table.add_row(*map(Text, row), end_section=number in ends)
    console.print(table)


def _print_stacked(console: Console, title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A row a block: its name, then each number on a line of its own, with its heading."""
    if title:
        console.print(Text(f"\n{title}"), overflow="fold")
    for name, *numbers in rows:
        console.print(Text(name, style="bold"), overflow="fold")
        for heading, number in zip(headings[1:], numbers, strict=True):
            console.print(Text(f"  {heading}: {number}"), overflow="fold")
