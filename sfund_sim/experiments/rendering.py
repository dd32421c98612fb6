"""The files that each replication adds to a run folder: its part of every table, and its ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sfund_sim.experiments.facts import named
from sfund_sim.experiments.keeping import LEDGER, Keeping
from sfund_sim.experiments.ledger import ledger

if TYPE_CHECKING:
    from sfund_sim.experiments.replication import Replication
    from sfund_sim.outcomes.run_info import RunInfo


def ledger_name(replication: int) -> str:
    """Path of a replication's ledger in its run folder."""
    return f"ledger/rep_{replication:04d}.csv"


def render(info: RunInfo, replication: Replication, keeping: Keeping | None = None) -> dict[str, bytes]:
    """Content of a replication's ledger and of its part of every table that is kept, by file name.

    A part of a CSV table has its header, a part of a Parquet table is a ``parquet_tables.piece``.
    """
    from sfund_sim.experiments.parquet_tables import piece
    from sfund_sim.outcomes.csv_text import csv_bytes
    from sfund_sim.outcomes.tables import frame_of, written_tables

    keeping = keeping or Keeping()
    files: dict[str, bytes] = {}
    for name, columns in written_tables(*named(info, replication), keeping.keeps):
        file = keeping.file_of(name)
        files[file] = piece(frame_of(columns)) if file.endswith(".parquet") else csv_bytes(columns)
    if keeping.keeps(LEDGER):
        files[ledger_name(replication.number)] = ledger(info, replication)
    return files
