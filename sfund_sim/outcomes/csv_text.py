"""Tables as CSV bytes that are the same on every run: fixed formats, fixed order, Chinese that spreadsheets open."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from sfund_sim.outcomes.dictionary import entry

_QUOTED = (",", '"', "\n", "\r")


def csv_bytes(table: pd.DataFrame) -> bytes:
    """A table as UTF-8 with byte-order mark: money with two decimals, other floats with 9 significant digits.

    Missing values are empty. Columns not in the dictionary raise KeyError.
    """
    texts = [_column_texts(table[name], entry(name).unit) for name in table.columns]
    lines = [",".join(table.columns), *map(",".join, zip(*texts, strict=True))]
    return ("\ufeff" + "\n".join(lines) + "\n").encode("utf-8")


def _column_texts(column: pd.Series[Any], unit: str) -> list[str]:
    if isinstance(column.dtype, pd.CategoricalDtype):
        labels = [*map(_text, column.cat.categories), ""]
        return [labels[code] for code in column.cat.codes.tolist()]
    if isinstance(column.dtype, pd.Int64Dtype):
        return ["" if value is pd.NA else str(value) for value in column.tolist()]
    if column.dtype.kind == "f":
        pattern = "%.2f" if unit == "CNY" else "%.9g"
        return ["" if math.isnan(value) else pattern % value for value in column.tolist()]
    if column.dtype.kind in "iub":
        return [str(int(value)) for value in column.tolist()]
    return [_text(value) if isinstance(value, str) else "" for value in column.tolist()]


def _text(value: object) -> str:
    text = str(value)
    return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in _QUOTED) else text
