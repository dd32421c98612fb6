"""Tables as CSV bytes that are the same on every run: fixed formats, fixed order, Chinese that spreadsheets open."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pandas as pd

from sfund_sim.ground.columns import MISSING
from sfund_sim.outcomes.byte_columns import ByteColumn, Chosen, Labels, Money, Number, Numbered, file_of, lines
from sfund_sim.outcomes.columns import Column, Named, RowNames, quoted
from sfund_sim.outcomes.dictionary import Entry, entry


def csv_bytes(table: pd.DataFrame | Mapping[str, Column], look_up: Callable[[str], Entry] = entry) -> bytes:
    """A table as one text; see ``csv_pieces``."""
    return file_of(csv_pieces(table, look_up))


def csv_pieces(table: pd.DataFrame | Mapping[str, Column], look_up: Callable[[str], Entry] = entry) -> Iterator[bytes]:
    """A table as UTF-8 with byte-order mark: money with two decimals, other floats with 9 significant digits.

    Missing values are empty. Columns that ``look_up`` (the dictionary) does not know raise KeyError. The header comes
    first, then the rows, some thousands at a time.
    """
    names = [str(name) for name in table]
    columns = [byte_column(table[name], look_up(name).unit) for name in names]
    size = max((len(table[name]) for name in names), default=0)
    yield ("\ufeff" + ",".join(names) + "\n").encode()
    yield from lines(columns, size)


def byte_column(values: Column, unit: str = "") -> ByteColumn:
    """A table's column as bytes; the unit says whether a float is money."""
    if isinstance(values, list):
        values = pd.Series(values)
    if isinstance(values, Named):
        return Chosen(values.names.cells, values.codes)
    if isinstance(values, RowNames):
        return Numbered(values.rows, values.rows == MISSING, values.prefix)
    if isinstance(values.dtype, pd.CategoricalDtype):
        chosen = pd.Categorical(values)
        return Chosen(Labels(quoted([str(label) for label in chosen.categories])), chosen.codes)
    if isinstance(values.dtype, pd.Int64Dtype):
        return Numbered(values.to_numpy(np.int64, na_value=0), np.asarray(values.isna()))
    return _plain_column(np.asarray(values), unit)


def _plain_column(values: np.ndarray[tuple[int], np.dtype[np.generic]], unit: str) -> ByteColumn:
    if values.dtype.kind == "f":
        floats = values.astype(np.float64, copy=False)
        return Money(floats) if unit == "CNY" else Number(floats)
    if values.dtype.kind in "iub":
        return Numbered(values)
    codes, texts = pd.factorize(values)
    return Chosen(Labels(quoted([text if isinstance(text, str) else "" for text in texts])), codes)
