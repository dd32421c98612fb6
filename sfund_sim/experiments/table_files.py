"""Tables on their way into a results folder, part by part: CSV under one header, Parquet in row groups."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from sfund_sim.experiments.contents import OnDisk
from sfund_sim.experiments.parquet_tables import GrowingParquet, piece

if TYPE_CHECKING:
    import pandas as pd

    from sfund_sim.experiments.archive import Pieces, Staging
    from sfund_sim.experiments.keeping import Keeping

_ROWS_AT_ONCE = 100_000
"""Rows of a long table that are put into words at a time; the text of a whole one could fill the memory."""


@contextmanager
def table_files(staging: Staging) -> Iterator[TableFiles]:
    """Give files that grow part by part; they are complete afterwards, unless anything went wrong."""
    with ExitStack() as opened:
        files = TableFiles(staging, opened)
        yield files
        files.finish()


class TableFiles:
    """Files that grow part by part, in the order in which parts are added."""

    def __init__(self, staging: Staging, opened: ExitStack) -> None:
        self._staging, self._opened = staging, opened
        self._begun: set[str] = set()
        self._parquet: dict[str, GrowingParquet] = {}

    def add(self, name: str, content: Pieces, *, is_all: bool = False) -> None:
        """Write on with a part as ``rendering`` makes it: of a CSV file with its header, of a Parquet file a piece.

        ``is_all`` says that no other part of this file will come.
        """
        if name.endswith(".parquet"):
            if name not in self._parquet:
                self._parquet[name] = GrowingParquet(self._opened.enter_context(self._staging.begin(name)))
            self._parquet[name].add(b"".join(content))
        elif is_all and isinstance(content, OnDisk):
            self._staging.enter(name, content.path, content.facts)
        else:
            self._staging.append(name, _rows(content) if name in self._begun else content)
            self._begun.add(name)

    def add_table(self, name: str, table: pd.DataFrame, keeping: Keeping) -> None:
        """Write a whole long table."""
        from sfund_sim.outcomes.csv_text import csv_pieces

        file = keeping.file_of(name)
        for first in range(0, max(len(table), 1), _ROWS_AT_ONCE):
            part = table.iloc[first : first + _ROWS_AT_ONCE]
            self.add(file, [piece(part)] if file.endswith(".parquet") else csv_pieces(part))

    def finish(self) -> None:
        """Complete the files that do not end by themselves."""
        for file in self._parquet.values():
            file.finish()


def _rows(content: Pieces) -> Iterator[bytes | memoryview]:
    """What stands below the header of a CSV file, which its first piece holds."""
    pieces = iter(content)
    for first in pieces:
        header = re.search(rb"\n", first)
        yield memoryview(first)[header.end() if header else 0 :]
        yield from pieces
