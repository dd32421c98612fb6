"""Tables as Parquet files that grow replication by replication: whole replications a row group, the same bytes always.

A worker makes a piece of each table (Arrow's stream format); the parent writes pieces down in the order of
replications. The bytes depend on scenario, seed, replications, and the version of pyarrow, which the manifest names.
"""

from __future__ import annotations

import io
from typing import IO, Any

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


class GrowingParquet:
    """One file, written on piece by piece, and the pieces that wait for a full row group."""

    def __init__(self, sink: IO[bytes]) -> None:
        self._sink = sink
        self._writer: Any = None
        self._waiting: list[Any] = []
        self._rows = 0

    def add(self, content: bytes) -> None:
        """Write a piece down."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        with pa.ipc.open_stream(content) as stream:
            arrow = stream.read_all()
        self._writer = self._writer or pq.ParquetWriter(self._sink, arrow.schema, compression=_COMPRESSION)
        self._waiting.append(arrow)
        self._rows += arrow.num_rows
        if self._rows >= ROWS_A_GROUP:
            self._flush()

    def finish(self) -> None:
        """Write the rest, and the end of the file."""
        if self._rows:
            self._flush()
        self._writer.close()

    def _flush(self) -> None:
        import pyarrow as pa

        whole = pa.concat_tables(self._waiting).unify_dictionaries().combine_chunks()
        self._writer.write_table(whole, row_group_size=max(whole.num_rows, 1))
        self._waiting, self._rows = [], 0
