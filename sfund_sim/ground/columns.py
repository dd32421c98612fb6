"""Tables of one replication: rows noted one by one, kept as typed NumPy columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from struct import Struct
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
        self._struct = Struct("".join("d" if dtype is np.float64 else "q" for dtype in self._dtypes.values()))
        self._noted = bytearray()
        """The newest rows, one after the other: as tuples they would lie about in memory until they are settled."""
        self.row: Callable[..., bytes] = self._struct.pack
        """One row, given by all its fields in order; struct.error when their number or a kind is wrong."""
        self.add: Callable[[bytes], None] = self._noted.extend
        """Add a ``row``: a fraction of the cost of ``append``."""
        self._each: dict[int, tuple[str, NDArray[Any]]] = {}
        """Rows, by their place, that stand for one row for each value of a field."""

    def append(self, row: Row) -> int:
        """Add a row and return its number."""
        self.add(self.row(*row))
        return self._in_blocks + self._in_rows() - 1

    def add_for_each(self, field: str, values: NDArray[Any], *row: float) -> None:
        """Add one row for each value of a field; ``row`` tells the others (and anything in that field's place)."""
        self._each[self._in_rows()] = field, values
        self.add(self.row(*row))

    def extend(self, rows: Iterable[Row]) -> None:
        """Add rows."""
        for row in rows:
            self.add(self.row(*row))

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
        if not 0 <= place < self._in_rows():
            raise IndexError(number)
        return self.row_type(*self._struct.unpack_from(self._noted, place * self._struct.size))

    def __len__(self) -> int:
        more = sum(values.size - 1 for _, values in self._each.values()) if self._each else 0
        return self._in_blocks + self._in_rows() + more

    def __iter__(self) -> Iterator[Row]:
        for block in self._blocks:
            yield from (
                self.row_type(*row)
                for row in zip(*(_unpacked(column).tolist() for column in block.values()), strict=True)
            )
        for place, fields in enumerate(self._struct.iter_unpack(bytes(self._noted))):
            row = self.row_type(*fields)
            field, values = self._each.get(place, ("", None))
            if values is None:
                yield row
            else:
                yield from (row._replace(**{field: value}) for value in values.tolist())  # type: ignore[attr-defined]

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

    def put_in_order(self, field: str) -> None:
        """Put the rows in the order of a field; those that are alike in it stay as they came."""
        columns = self.arrays()
        order = columns[field].argsort(kind="stable")
        self._blocks = [{name: column[order] for name, column in columns.items()}]

    def settle(self) -> None:
        """Turn the rows so far into columns: they take a fifth of the room."""
        self._close_rows()
        for block in self._blocks[self._packed :]:
            if next(iter(block.values())).size >= _LARGE:
                block.update((name, _packed(column)) for name, column in block.items())
        self._packed = len(self._blocks)

    def _close_rows(self) -> None:
        if self._noted:
            self._blocks.append(self._rows_as_columns())
            self._in_blocks = len(self)
            self._noted.clear()
            self._each = {}

    def _rows_as_columns(self) -> dict[str, NDArray[Any]]:
        rows = np.frombuffer(self._noted, list(self._dtypes.items()))
        told = {name: rows[name].copy() for name in self._dtypes}
        return self._with_each(told, rows.size) if self._each else told

    def _with_each(self, told: dict[str, NDArray[Any]], size: int) -> dict[str, NDArray[Any]]:
        """Repeat the rows that stand for several, and give each its own value."""
        times = np.ones(size, np.int64)
        for place, (_, values) in self._each.items():
            times[place] = values.size
        first = np.cumsum(times) - times
        whole = {name: np.repeat(column, times) for name, column in told.items()}
        for place, (field, values) in self._each.items():
            whole[field][first[place] : first[place] + values.size] = values
        return whole

    def _in_rows(self) -> int:
        """Number of rows that were noted one by one since the last block."""
        return len(self._noted) // self._struct.size


def rows_of(row_type: type[Row], *columns: Iterable[Any]) -> Iterator[Row]:
    """Typed rows out of columns, in the order of the fields, at a fifth of the cost of calling the type for each."""
    return map(partial(tuple.__new__, row_type), zip(*columns))  # noqa: B905 - a column may go on for ever


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
