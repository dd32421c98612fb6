"""Tables as Parquet files that grow replication by replication: whole replications a row group, the same bytes always.

A worker makes a piece of each table (Arrow's stream format); the parent writes pieces down in the order of
replications. The bytes depend on scenario, seed, replications, and the version of pyarrow, which the manifest names.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import IO, Any, Self

import pandas as pd

from sfund_sim.outcomes.arrow_tables import arrow_table

ROWS_A_GROUP = 32_768
"""Whole replications make a row group once they have so many rows: few enough to hold in memory, and enough that the
file's directory of groups, which is held in memory too, stays small over ten thousand replications."""
_COMPRESSION = "zstd"


def piece(table: pd.DataFrame) -> bytes:
    """One replication's part of a table."""
    import pyarrow as pa

    arrow = arrow_table(table)
    content = io.BytesIO()
    with pa.ipc.new_stream(content, arrow.schema) as stream:
        stream.write_table(arrow)
    return content.getvalue()


class ParquetFiles:
    """Parquet files by name, each written on piece by piece; a context manager that writes the rest and closes them."""

    def __init__(self, open_file: Callable[[str], IO[bytes]]) -> None:
        """``open_file`` begins the file of a name."""
        self._open_file = open_file
        self._closing = ExitStack()
        self._files: dict[str, _Growing] = {}

    def add(self, name: str, content: bytes | memoryview) -> None:
        """Write a piece down."""
        import pyarrow as pa

        with pa.ipc.open_stream(content) as stream:
            arrow = stream.read_all()
        if name not in self._files:
            sink = self._closing.enter_context(self._open_file(name))
            self._files[name] = _Growing(sink, arrow.schema)
        self._files[name].add(arrow)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._closing:
            for file in self._files.values() if kind is None else ():
                file.finish()


class _Growing:
    """One file, and the pieces that wait for a full row group."""

    def __init__(self, sink: IO[bytes], schema: Any) -> None:
        import pyarrow.parquet as pq

        self._writer = pq.ParquetWriter(sink, schema, compression=_COMPRESSION)
        self._waiting: list[Any] = []
        self._rows = 0

    def add(self, arrow: Any) -> None:
        self._waiting.append(arrow)
        self._rows += arrow.num_rows
        if self._rows >= ROWS_A_GROUP:
            self._flush()

    def finish(self) -> None:
        if self._rows:
            self._flush()
        self._writer.close()

    def _flush(self) -> None:
        import pyarrow as pa

        whole = pa.concat_tables(self._waiting).unify_dictionaries().combine_chunks()
        self._writer.write_table(whole, row_group_size=max(whole.num_rows, 1))
        self._waiting, self._rows = [], 0
