"""Tables of one replication: rows appended as tuples, kept as typed NumPy columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Generic, TypeVar, get_type_hints

import numpy as np
from numpy.typing import ArrayLike, NDArray

MISSING = int(np.iinfo(np.int64).min)
"""An integer that is not there: a date not reached, a price not made, a buyer not found."""

Row = TypeVar("Row", bound=tuple[Any, ...])


class Columns(Generic[Row]):
    """An append-only table whose rows are one NamedTuple type; int fields become int64, float fields float64.

    Rows come one by one, as tuples, or by the thousand, as a block of columns; the order of coming is kept.
    """

    def __init__(self, row_type: type[Row]) -> None:
        self.row_type = row_type
        hints = get_type_hints(row_type)
        self._dtypes = {name: np.float64 if hint is float else np.int64 for name, hint in hints.items()}
        self._blocks: list[dict[str, NDArray[Any]]] = []
        self._in_blocks = 0
        self._rows: list[Row] = []

    def append(self, row: Row) -> int:
        """Add a row and return its number."""
        self._rows.append(row)
        return self._in_blocks + len(self._rows) - 1

    def extend(self, rows: Iterable[Row]) -> None:
        """Add rows."""
        self._rows.extend(rows)

    def extend_columns(self, size: int, **columns: ArrayLike) -> None:
        """Add ``size`` rows as columns; every field must be given, a single value stands for all rows."""
        self._close_rows()
        block = {name: np.broadcast_to(columns[name], size).astype(dtype) for name, dtype in self._dtypes.items()}
        self._blocks.append(block)
        self._in_blocks += size

    def __getitem__(self, number: int) -> Row:
        place = number if number >= 0 else len(self) + number
        if place >= self._in_blocks:
            return self._rows[place - self._in_blocks]
        return next(row for index, row in enumerate(self) if index == place)

    def __setitem__(self, number: int, row: Row) -> None:
        if number < self._in_blocks:
            raise IndexError(f"row {number} came in a block of columns and cannot be changed")
        self._rows[number - self._in_blocks] = row

    def __len__(self) -> int:
        return self._in_blocks + len(self._rows)

    def __iter__(self) -> Iterator[Row]:
        for block in self._blocks:
            yield from (
                self.row_type(*row) for row in zip(*(column.tolist() for column in block.values()), strict=True)
            )
        yield from self._rows

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The table as one array a column, in the row type's order."""
        blocks = [*self._blocks, self._as_columns(self._rows)]
        return {name: np.concatenate([block[name] for block in blocks]) for name in self._dtypes}

    def _close_rows(self) -> None:
        if self._rows:
            self._blocks.append(self._as_columns(self._rows))
            self._in_blocks += len(self._rows)
            self._rows = []

    def _as_columns(self, rows: list[Row]) -> dict[str, NDArray[Any]]:
        if not rows:
            return {name: np.empty(0, dtype) for name, dtype in self._dtypes.items()}
        columns = zip(*rows, strict=True)
        return {
            name: np.array(column, dtype) for (name, dtype), column in zip(self._dtypes.items(), columns, strict=True)
        }
