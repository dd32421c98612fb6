"""Columns of a table as bytes, thousands of cells at a time: what CSV files and ledgers are written with.

A column gives any of its rows as a matrix of bytes [rows, width]. What a cell does not fill is ``PAD``, a byte that
UTF-8 never has; so a table's matrices are set side by side, and its lines are what is left when every ``PAD`` is gone.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sfund_sim.ground.money import FEN_PER_YUAN

Bytes = NDArray[np.uint8]
Codes = NDArray[np.int64]

PAD = 0xFF
_PADDING = bytes([PAD])
_ROWS_AT_ONCE = 8192
"""Rows of a block: their matrices stay in the processor's cache, and memory does not grow with the table."""
_DIGIT, _MINUS, _POINT = ord("0"), ord("-"), ord(".")


class ByteColumn(Protocol):
    """A column that can write itself."""

    def block(self, rows: slice) -> Bytes:
        """Some of its cells [rows, width]."""


def lines(columns: Sequence[ByteColumn], size: int) -> Iterator[bytes]:
    """A table's rows as lines with commas between cells, a block of whole lines at a time."""
    for start in range(0, size, _ROWS_AT_ONCE):
        rows = slice(start, min(start + _ROWS_AT_ONCE, size))
        cells = [column.block(rows) for column in columns]
        ends = np.cumsum([1 + cell.shape[1] for cell in cells])
        block = np.full((rows.stop - rows.start, int(ends[-1])), ord(","), np.uint8)
        block[:, -1] = ord("\n")
        for end, cell in zip(ends.tolist(), cells, strict=True):
            block[:, end - 1 - cell.shape[1] : end - 1] = cell
        yield block.tobytes().translate(None, _PADDING)


def file_of(pieces: Iterable[bytes]) -> bytes:
    """Pieces in one; a buffer gives away what it holds without a copy, which matters when that is half a gigabyte."""
    whole = io.BytesIO()
    whole.writelines(pieces)
    return whole.getvalue()


class Labels:
    """A list of texts that cells are chosen from."""

    def __init__(self, texts: Iterable[str]) -> None:
        coded = [text.encode() for text in [*texts, ""]]
        table = np.array(coded, np.bytes_)
        self._width = table.itemsize
        cells = table.view(np.uint8).reshape(table.size, self._width)
        length = np.fromiter(map(len, coded), np.int64, table.size)
        cells[np.arange(self._width) >= length[:, None]] = PAD
        self._table = table.view(f"V{self._width}")

    def block(self, codes: Codes) -> Bytes:
        """The texts of these numbers; -1 gives an empty cell."""
        return self._table.take(codes).view(np.uint8).reshape(codes.size, self._width)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A cell is one of few texts, or empty (-1)."""

    labels: Labels
    codes: Codes

    def block(self, rows: slice) -> Bytes:
        """Some of its cells."""
        return self.labels.block(self.codes[rows])


@dataclass(frozen=True, slots=True)
class Numbered:
    """Whole numbers with the same letters before each; empty where they are missing."""

    numbers: NDArray[Any]
    gone: NDArray[np.bool_] | None = None
    prefix: str = ""

    def block(self, rows: slice) -> Bytes:
        """Some of its cells."""
        number = self.numbers[rows]
        gone = None if self.gone is None else self.gone[rows]
        if gone is not None:
            number = np.where(gone, 0, number)
        cells = _signed(number < 0, _digits(_magnitude(number)))
        if self.prefix:
            letters = np.frombuffer(self.prefix.encode(), np.uint8)
            cells = np.hstack([np.broadcast_to(letters, (number.size, letters.size)), cells])
        if gone is not None:
            cells[gone] = PAD
        return cells


@dataclass(frozen=True, slots=True)
class Money:
    """Yuan as ``%.2f`` writes them; NaN is empty."""

    values: NDArray[np.float64]

    def block(self, rows: slice) -> Bytes:
        """Some of its cells: whole fen where rounding to them leaves no doubt, ``%.2f`` itself elsewhere."""
        value = self.values[rows]
        with np.errstate(invalid="ignore", over="ignore"):
            fen = np.abs(value) * FEN_PER_YUAN
            nearest = np.rint(fen)
            # A product is off by 2**-53 of itself: below 2**45 by less than a hundredth of a fen.
            sure = (fen < 2.0**45) & (np.abs(fen - nearest) < 0.49)
        whole = np.where(sure, nearest, 0.0).astype(np.uint64)
        yuan = whole // np.uint64(100)
        cells = [_digits(yuan), _point(whole.size), _digits(whole - yuan * np.uint64(100), width=2)]
        return _write_unsure_cells(value, sure, _signed(np.signbit(value), np.hstack(cells)), "%.2f")


_DECADES = 10.0 ** np.arange(-4, 10)
_TENS = 10 ** np.arange(13, dtype=np.uint64)
_DECIMALS = 12
_MANY = np.uint64(10_000)


@dataclass(frozen=True, slots=True)
class Number:
    """Floats as ``%.9g`` writes them; NaN is empty."""

    values: NDArray[np.float64]

    def block(self, rows: slice) -> Bytes:
        """Some of its cells: 9 digits as a whole number where that leaves no doubt, ``%.9g`` itself elsewhere.

        From 0.0001 up to a billion ``%.9g`` writes no exponent: 8 digits and the size of the number make its decimals.
        """
        value = self.values[rows]
        size = np.abs(value)
        decade = np.searchsorted(_DECADES, size, side="right") - 1
        decimals = np.clip(_DECIMALS - decade, 0, _DECIMALS)
        with np.errstate(invalid="ignore", over="ignore"):
            digits = size * _TENS[decimals].astype(np.float64)
            nearest = np.rint(digits)
            # Below 10**9 the product is off by less than a millionth.
            sure = (decade >= 0) & (size < 9e8) & (np.abs(digits - nearest) < 0.4999)
        sure |= size == 0
        scale, whole = _TENS[decimals], np.where(sure, nearest, 0.0).astype(np.uint64)
        above = whole // scale
        below = (whole - above * scale) * _TENS[_DECIMALS - decimals]
        cells = np.hstack([_digits(above), _decimals(below)])
        return _write_unsure_cells(value, sure, _signed(np.signbit(value), cells), "%.9g")


def _magnitude(number: NDArray[Any]) -> NDArray[np.uint64]:
    """Absolute values, of the least integer too."""
    if number.dtype.kind == "u":
        return number.astype(np.uint64)
    return np.abs(number.astype(np.int64)).view(np.uint64)


def _fours() -> NDArray[np.uint32]:
    """0000 to 9999 as four digits in 32 bits; then without zeros before the first; then without zeros that end it."""
    value, tens = np.arange(10_000)[:, None], np.array([1000, 100, 10, 1])
    whole = (value // tens % 10 + _DIGIT).astype(np.uint8)
    first = np.where((value < tens) & (tens > 1), np.uint8(PAD), whole)
    last = np.where(value % (10 * tens) == 0, np.uint8(PAD), whole)
    return np.concatenate([whole, first, last]).view(np.uint32).ravel()


_FOURS, _FIRST, _LAST = _fours(), 10_000, 20_000
_NONE = _LAST
"""Zero without zeros that end it: nothing."""


def _digits(values: NDArray[np.uint64], width: int = 0) -> Bytes:
    """Decimal digits [rows, width]; without a width as many as the largest needs, and no zeros before the first."""
    places = width or len(str(values.max(initial=0)))
    if places < 10:
        values = values.astype(np.uint32)
    many = values.dtype.type(10_000)
    groups = -(-places // 4)
    cells = np.empty((values.size, groups), np.uint32)
    for group in range(groups - 1, -1, -1):
        above = values // many
        four = (values - above * many).astype(np.intp)
        if not width:
            np.add(four, _FIRST, out=four, where=above == 0)
            if group < groups - 1:
                four[values == 0] = _NONE
        cells[:, group] = _FOURS.take(four)
        values = above
    return cells.view(np.uint8)[:, 4 * groups - places :]


def _decimals(below: NDArray[np.uint64]) -> Bytes:
    """A point and twelve decimals without the zeros that end them; without the point where nothing is left of them."""
    groups = _DECIMALS // 4
    cells = np.empty((below.size, 1 + groups), np.uint32)
    is_over = np.ones(below.size, bool)
    for group in range(groups, 0, -1):
        above = below // _MANY
        four = (below - above * _MANY).astype(np.intp)
        cells[:, group] = _FOURS.take(four + _LAST * is_over)
        is_over &= four == 0
        below = above
    told = cells.view(np.uint8)[:, 3:]
    told[:, 0] = np.where(is_over, PAD, _POINT)
    return told


def _point(rows: int) -> Bytes:
    return np.full((rows, 1), _POINT, np.uint8)


def _signed(negative: NDArray[np.bool_], cells: Bytes) -> Bytes:
    """Cells with a minus before those that want one."""
    if not negative.any():
        return cells
    return np.hstack([np.where(negative, _MINUS, PAD).astype(np.uint8)[:, None], cells])


def _write_unsure_cells(value: NDArray[np.float64], sure: NDArray[np.bool_], cells: Bytes, pattern: str) -> Bytes:
    """Cells with the unsure ones written one by one, and empty where there is no number."""
    cells[~sure] = PAD
    unsure = np.flatnonzero(~sure & ~np.isnan(value))
    if not unsure.size:
        return cells
    texts = Labels(pattern % each for each in value[unsure].tolist()).block(np.arange(unsure.size))
    if texts.shape[1] > cells.shape[1]:
        more = np.full((len(cells), texts.shape[1] - cells.shape[1]), PAD, np.uint8)
        cells = np.hstack([cells, more])
    cells[unsure, : texts.shape[1]] = texts
    return cells
