"""CSV written cell by cell in plain Python: the oracle for the writer that writes thousands of cells at a time."""

from __future__ import annotations

import math

import pandas as pd

from sfund_sim.outcomes.dictionary import entry


def plain_csv(table: pd.DataFrame) -> bytes:
    """A table as UTF-8 with byte-order mark: money with two decimals, other floats with 9 significant digits."""
    texts = [plain_column(table[name], entry(name).unit) for name in table.columns]
    lines = [",".join(table.columns), *map(",".join, zip(*texts, strict=True))]
    return ("\ufeff" + "\n".join(lines) + "\n").encode("utf-8")


def plain_column(column: pd.Series, unit: str) -> list[str]:
    if isinstance(column.dtype, pd.CategoricalDtype):
        labels = [*map(plain_text, column.cat.categories), ""]
        return [labels[code] for code in column.cat.codes.tolist()]
    if isinstance(column.dtype, pd.Int64Dtype):
        return ["" if value is pd.NA else str(value) for value in column.tolist()]
    if column.dtype.kind == "f":
        pattern = "%.2f" if unit == "CNY" else "%.9g"
        return ["" if math.isnan(value) else pattern % value for value in column.tolist()]
    if column.dtype.kind in "iub":
        return [str(int(value)) for value in column.tolist()]
    return [plain_text(value) if isinstance(value, str) else "" for value in column.tolist()]


def plain_text(value: object) -> str:
    text = str(value)
    return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in (",", '"', "\n", "\r")) else text
