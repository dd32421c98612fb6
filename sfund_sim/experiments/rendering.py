"""The files that each replication adds to a run folder: its part of every table, and its ledger."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sfund_sim.experiments.facts import with_own_names
from sfund_sim.experiments.keeping import LEDGER, Keeping
from sfund_sim.experiments.ledger import ledger

if TYPE_CHECKING:
    from sfund_sim.experiments.archive import Pieces
    from sfund_sim.experiments.replication import Replication
    from sfund_sim.outcomes.run_info import RunInfo

_OF_LEDGER = ("register", "shown")
"""Tables of the journal that become the ledger and nothing else; the larger half of it."""


def ledger_name(replication: int) -> str:
    """Path of a replication's ledger in its run folder."""
    return f"ledger/rep_{replication:04d}.csv"


def render(
    info: RunInfo, replication: Replication, keeping: Keeping | None = None, *, spends: bool = False
) -> Iterator[tuple[str, Pieces]]:
    """Name and content of a replication's ledger and of its part of every table that is kept, one after the other.

    A part of a CSV table has its header, a part of a Parquet table is a ``parquet_tables.piece``. The pieces of one
    content must be taken before the next is asked for. ``spends`` takes tables of the journal away from the replication
    as soon as nothing more is to be made of them.
    """
    from sfund_sim.experiments.parquet_tables import piece
    from sfund_sim.outcomes.csv_text import csv_pieces
    from sfund_sim.outcomes.tables import frame_of, written_tables

    keeping = keeping or Keeping()
    if keeping.keeps(LEDGER):
        yield ledger_name(replication.number), ledger(info, replication)
    for name in _OF_LEDGER if spends else ():
        replication.tables.pop(name, None)
    for name, columns in written_tables(*with_own_names(info, replication), keeping.keeps):
        file = keeping.file_of(name)
        yield file, [piece(frame_of(columns))] if file.endswith(".parquet") else csv_pieces(columns)
