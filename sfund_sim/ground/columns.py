"""Tables of one replication: rows appended as tuples, kept as typed NumPy columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, Generic, TypeVar, get_type_hints

import numpy as np
from numpy.typing import ArrayLike, NDArray

MISSING = int(np.iinfo(np.int64).min)
"""An integer that is not there: a date not reached, a price not made, a buyer not found."""
_SMALL_MISSING = int(np.iinfo(np.int32).min)
_LARGE = 4096
"""Rows from which a block is worth packing."""

Row = TypeVar("Row", bound=tuple[Any, ...])


@cache
def _dtypes(row_type: type[tuple[Any, ...]]) -> dict[str, type[np.float64] | type[np.int64]]:
    """Of each field's column, in order; every replication asks it anew."""
    return {name: np.float64 if hint is float else np.int64 for name, hint in get_type_hints(row_type).items()}


class Columns(Generic[Row]):
    """An append-only table whose rows are one NamedTuple type; int fields become int64, float fields float64.

    Rows come one by one, as tuples, or by the thousand, as a block of columns; the order of coming is kept.
    """

    def __init__(self, row_type: type[Row]) -> None:
        self.row_type = row_type
        self._dtypes = _dtypes(row_type)
        self._blocks: list[dict[str, NDArray[Any]]] = []
        self._in_blocks = 0
        self._packed = 0
        """Blocks that were looked at for columns that half the room will hold."""
        self._rows: list[tuple[Any, ...]] = []
        self.add: Callable[[tuple[float, ...]], None] = self._rows.append
        """Add a row given as a plain tuple of its fields in order, which costs a fraction of a typed row."""
        self._each: dict[int, tuple[str, NDArray[Any]]] = {}
        """Rows, by their place, that stand for one row for each value of a field."""

    def append(self, row: Row) -> int:
        """Add a row and return its number."""
        self._rows.append(row)
        return self._in_blocks + len(self._rows) - 1

    def add_for_each(self, field: str, values: NDArray[Any], *row: float) -> None:
        """Add one row for each value of a field; ``row`` tells the others (and anything in that field's place)."""
        self._each[len(self._rows)] = field, values
        self._rows.append(row)

    def extend(self, rows: Iterable[Row]) -> None:
        """Add rows."""
        self._rows.extend(rows)

    def extend_columns(self, size: int, **columns: ArrayLike) -> None:
        """Add ``size`` rows as columns; every field must be given, a single value stands for all rows."""
        self._close_rows()
        block: dict[str, NDArray[Any]] = {name: np.empty(size, dtype) for name, dtype in self._dtypes.items()}
        for name, column in block.items():
            column[...] = columns[name]
        self._blocks.append(block)
        self._in_blocks += size

    def __getitem__(self, number: int) -> Row:
        place = number if number >= 0 else len(self) + number
        for block in self._blocks:
            size = next(iter(block.values())).size
            if place < size:
                return self.row_type(*(_unpacked(column[place : place + 1]).item() for column in block.values()))
            place -= size
        if self._each:
            return list(self)[number]
        return self._typed(self._rows[place])

    def __setitem__(self, number: int, row: Row) -> None:
        if number < self._in_blocks:
            raise IndexError(f"row {number} came in a block of columns and cannot be changed")
        self._rows[number - self._in_blocks] = row

    def __len__(self) -> int:
        more = sum(values.size - 1 for _, values in self._each.values()) if self._each else 0
        return self._in_blocks + len(self._rows) + more

    def __iter__(self) -> Iterator[Row]:
        for block in self._blocks:
            yield from (
                self.row_type(*row)
                for row in zip(*(_unpacked(column).tolist() for column in block.values()), strict=True)
            )
        for place, row in enumerate(self._rows):
            field, values = self._each.get(place, ("", None))
            if values is None:
                yield self._typed(row)
            else:
                yield from (self._typed(row)._replace(**{field: value}) for value in values.tolist())  # type: ignore[attr-defined]

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The table as one array a column, in the row type's order."""
        self._close_rows()
        empty = {name: np.empty(0, dtype) for name, dtype in self._dtypes.items()}
        # Column by column, each taken out of the blocks as it is joined, so that the table is never held twice.
        joined = {
            name: np.concatenate([_unpacked(block.pop(name)) for block in [empty, *self._blocks]])
            for name in self._dtypes
        }
        self._blocks = [joined] if self._blocks else []
        return dict(joined)

    def settle(self) -> None:
        """Turn the rows so far into columns: they take a fifth of the room, and can no longer be changed."""
        self._close_rows()
        for block in self._blocks[self._packed :]:
            if next(iter(block.values())).size >= _LARGE:
                block.update((name, _packed(column)) for name, column in block.items())
        self._packed = len(self._blocks)

    def _close_rows(self) -> None:
        if self._rows:
            self._blocks.append(self._rows_as_columns())
            self._in_blocks = len(self)
            self._rows.clear()
            self._each = {}

    def _rows_as_columns(self) -> dict[str, NDArray[Any]]:
        if not self._rows:
            return {name: np.empty(0, dtype) for name, dtype in self._dtypes.items()}
        columns = zip(*self._rows, strict=True)
        told = {
            name: np.fromiter(column, dtype, len(column))
            for (name, dtype), column in zip(self._dtypes.items(), columns, strict=True)
        }
        return self._with_each(told) if self._each else told

    def _with_each(self, told: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """Repeat the rows that stand for several, and give each its own value."""
        times = np.ones(len(self._rows), np.int64)
        for place, (_, values) in self._each.items():
            times[place] = values.size
        first = np.cumsum(times) - times
        whole = {name: np.repeat(column, times) for name, column in told.items()}
        for place, (field, values) in self._each.items():
            whole[field][first[place] : first[place] + values.size] = values
        return whole

    def _typed(self, row: tuple[Any, ...]) -> Row:
        return row if isinstance(row, self.row_type) else self.row_type(*row)


def whole(noted: tuple[float, ...], *, rounded: bool) -> NDArray[np.int64]:
    """A column of numbers that were noted one by one: whole ones, or fractions to be ``rounded``."""
    return np.rint(noted).astype(np.int64) if rounded else np.fromiter(noted, np.int64, len(noted))


def _packed(column: NDArray[Any]) -> NDArray[Any]:
    """Whole numbers in half the room where that holds them; any other column as it is."""
    if column.dtype != np.int64:
        return column
    gone, small = column == MISSING, column.astype(np.int32)
    fits = ((small == column) & (small != _SMALL_MISSING)) | gone
    small[gone] = _SMALL_MISSING
    return small if fits.all() else column


def _unpacked(column: NDArray[Any]) -> NDArray[Any]:
    """The column that was packed."""
    if column.dtype != np.int32:
        return column
    whole = column.astype(np.int64)
    whole[column == _SMALL_MISSING] = MISSING
    return whole
