"""Tables of one replication: rows appended as tuples, kept as typed NumPy columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Generic, TypeVar, get_type_hints

import numpy as np
from numpy.typing import NDArray

MISSING = int(np.iinfo(np.int64).min)
"""An integer that is not there: a date not reached, a price not made, a buyer not found."""

Row = TypeVar("Row", bound=tuple[Any, ...])


class Columns(Generic[Row]):
    """An append-only table whose rows are one NamedTuple type; int fields become int64, float fields float64."""

    def __init__(self, row_type: type[Row]) -> None:
        self.row_type = row_type
        self._rows: list[Row] = []

    def append(self, row: Row) -> int:
        """Add a row and return its number."""
        self._rows.append(row)
        return len(self._rows) - 1

    def extend(self, rows: Iterable[Row]) -> None:
        """Add rows."""
        self._rows.extend(rows)

    def __getitem__(self, number: int) -> Row:
        return self._rows[number]

    def __setitem__(self, number: int, row: Row) -> None:
        self._rows[number] = row

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The table as one array a column, in the row type's order."""
        hints = get_type_hints(self.row_type)
        dtypes = {name: np.float64 if hint is float else np.int64 for name, hint in hints.items()}
        if not self._rows:
            return {name: np.empty(0, dtype) for name, dtype in dtypes.items()}
        columns = zip(*self._rows, strict=True)
        return {name: np.array(column, dtype) for (name, dtype), column in zip(dtypes.items(), columns, strict=True)}
