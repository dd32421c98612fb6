"""Tables on their way into a results folder, part by part: CSV under one header, Parquet in row groups."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Self

from sfund_sim.experiments.contents import OnDisk
from sfund_sim.experiments.parquet_tables import ParquetFiles, piece

if TYPE_CHECKING:
    import pandas as pd

    from sfund_sim.experiments.archive import Pieces, Staging
    from sfund_sim.experiments.keeping import Keeping

_ROWS_AT_ONCE = 100_000
"""Rows of a long table that are put into words at a time; the text of a whole one could fill the memory."""


class TableFiles:
    """Files that grow part by part, in the order in which parts are added; a context manager that completes them."""

    def __init__(self, staging: Staging) -> None:
        self._staging = staging
        self._begun: set[str] = set()
        self._parquet = ParquetFiles(staging.begin)

    def add(self, name: str, content: Pieces, *, is_all: bool = False) -> None:
        """Write on with a part as ``rendering`` makes it: of a CSV file with its header, of a Parquet file a piece.

        ``is_all`` says that no other part of this file will come.
        """
        if name.endswith(".parquet"):
            self._parquet.add(name, b"".join(content))
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

    def __enter__(self) -> Self:
        self._parquet.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._parquet.__exit__(kind, error, trace)


def _rows(content: Pieces) -> Iterator[bytes | memoryview]:
    """What stands below the header of a CSV file, which its first piece holds."""
    pieces = iter(content)
    for first in pieces:
        header = re.search(rb"\n", first)
        yield memoryview(first)[header.end() if header else 0 :]
        yield from pieces
