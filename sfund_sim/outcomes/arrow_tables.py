"""Tables in Arrow's types, which Parquet files have: dates as dates, whole numbers that may be missing, told fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from sfund_sim.outcomes.dictionary import Entry, entry


def arrow_table(table: pd.DataFrame) -> Any:
    """A table as ``pyarrow.Table``, numbers in full; its schema depends on the columns only, never on their values.

    Columns not in the dictionary raise KeyError, no pyarrow ImportError.
    """
    import pyarrow as pa

    arrays = [_array(table[name], entry(name).unit) for name in table.columns]
    fields = [pa.field(name, array.type) for name, array in zip(table.columns, arrays, strict=True)]
    return pa.Table.from_arrays(arrays, schema=with_meanings(pa.schema(fields)))


def with_meanings(schema: Any, language: str = "en", look_up: Callable[[str], Entry] = entry) -> Any:
    """The schema with label, unit and definition of every field, as ``look_up`` has them, as its metadata."""
    import pyarrow as pa

    fields = []
    for field in schema:
        about = look_up(field.name)
        words = {"label": about.label(language), "unit": about.unit, "definition": about.meaning(language)}
        fields.append(field.with_metadata(words))
    return pa.schema(fields, metadata=schema.metadata)


def _array(column: pd.Series[Any], unit: str) -> Any:
    import pyarrow as pa

    if isinstance(column.dtype, pd.CategoricalDtype):
        codes = pa.array(column.cat.codes.to_numpy("int32"), mask=column.isna().to_numpy())
        return pa.DictionaryArray.from_arrays(codes, pa.array(column.cat.categories.astype(object), pa.string()))
    if isinstance(column.dtype, pd.Int64Dtype) or column.dtype.kind in "iub":
        return pa.array(column, pa.int64(), from_pandas=True)
    if column.dtype.kind == "f":
        return pa.array(column, pa.float64(), from_pandas=True)
    texts = pa.array(column.astype(object), pa.string(), from_pandas=True)
    return texts.cast(pa.date32()) if unit == "date" else texts
