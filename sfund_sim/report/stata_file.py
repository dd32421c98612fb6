"""A table as a Stata file: labels of variables and values, daily dates, and formats in which amounts are read whole."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Literal

import pandas as pd

from sfund_sim.ground.errors import Language
from sfund_sim.outcomes.dictionary import Entry
from sfund_sim.report.exported_columns import stata_names

_LABEL = 80
"""Characters of a variable label (Stata, "Limits", help limits)."""
_VERSION: Literal[118] = 118
"""File format of Stata 14 and later: the first whose text is UTF-8, which Chinese labels need."""
_FORMATS = {"CNY": b"%18.2f", "fen": b"%18.0f"}
"""Display formats by unit, wide enough for all the money that a market may hold; %10.0g shows sums as powers of ten."""
_FORMAT_BYTES = 57
"""Room of a variable's display format in the file (Stata, "File formats .dta", help dta)."""


def stata_bytes(table: pd.DataFrame, about: Sequence[Entry], language: Language) -> bytes:
    """A .dta file of a table whose kinds are categories; ``about`` has the entries of its columns, in order."""
    names = stata_names(table.columns)
    plain = pd.DataFrame(index=table.index)
    empty_kinds: dict[str, dict[float, str]] = {}
    for name, short in names.items():
        column = table[name]
        if isinstance(column.dtype, pd.Int64Dtype):
            column = column.astype("float64" if column.isna().any() else "int64")
        elif table.empty and isinstance(column.dtype, pd.CategoricalDtype):  # of which pandas cannot write the labels
            empty_kinds[short] = {code: str(label) for code, label in enumerate(column.cat.categories)}
            column = column.cat.codes
        plain[short] = column
    file = io.BytesIO()
    plain.to_stata(
        file,
        write_index=False,
        version=_VERSION,
        variable_labels={names[one.name]: one.label(language)[:_LABEL] for one in about},
        value_labels=empty_kinds,
        convert_dates=dict.fromkeys(plain.select_dtypes("datetime").columns, "td"),
        time_stamp=pd.Timestamp(1960, 1, 1).to_pydatetime(),
    )
    return _formatted(file.getvalue(), [one.unit for one in about])


def _formatted(content: bytes, units: Sequence[str]) -> bytes:
    """The file with the display formats of these units: pandas gives every number the same."""
    start = content.index(b"<formats>") + len(b"<formats>")
    end = start + _FORMAT_BYTES * len(units)
    formats = [content[place : place + _FORMAT_BYTES] for place in range(start, end, _FORMAT_BYTES)]
    for number, unit in enumerate(units):
        if unit in _FORMATS:
            formats[number] = _FORMATS[unit].ljust(_FORMAT_BYTES, b"\0")
    return content[:start] + b"".join(formats) + content[end:]
