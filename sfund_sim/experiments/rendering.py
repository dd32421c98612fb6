"""The files that each replication adds to a run folder: its part of every table, and its ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sfund_sim.experiments.facts import named
from sfund_sim.experiments.ledger import ledger

if TYPE_CHECKING:
    from sfund_sim.experiments.replication import Replication
    from sfund_sim.outcomes.run_info import RunInfo


def ledger_name(replication: int) -> str:
    """Path of a replication's ledger in its run folder."""
    return f"ledger/rep_{replication:04d}.csv"


def render(info: RunInfo, replication: Replication) -> dict[str, bytes]:
    """Content of a replication's ledger and of its part of every table (header included), by file name."""
    from sfund_sim.outcomes.csv_text import csv_bytes
    from sfund_sim.outcomes.tables import replication_tables

    tables = replication_tables(*named(info, replication))
    files = {f"{name}.csv": csv_bytes(table) for name, table in tables.items()}
    return {**files, ledger_name(replication.number): ledger(info, replication)}
