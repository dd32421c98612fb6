"""Who holds what at the end of a run, replication by replication, as its table of holdings has it: CSV or Parquet."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from sfund_sim.outcomes.register_books import Held

_COLUMNS = ("rep", "holding_id", "fund_id", "owner_id", "share_units")


class _Row(NamedTuple):
    rep: int
    holding: str
    held: Held


def final_holdings(path: Path, replications: Sequence[int]) -> Iterator[tuple[int, dict[str, Held]]]:
    """Holdings by name of each of the replications, which ascend; nothing from where the file cannot be read.

    The file is read once from front to back, and one replication of it is held in memory.
    """
    groups = groupby(_readable(path), key=lambda row: row.rep)
    at, rows = next(groups, (0, iter(())))
    for wanted in replications:
        while 0 < at < wanted:
            at, rows = next(groups, (0, iter(())))
        yield wanted, {row.holding: row.held for row in rows} if at == wanted else {}


def _readable(path: Path) -> Iterator[_Row]:
    try:
        for rep, holding, fund, owner, units in _parquet(path) if path.suffix == ".parquet" else _csv(path):
            fund, owner = (" ".join(str(name).split()) for name in (fund, owner))
            yield _Row(int(str(rep)), str(holding), Held(str(fund), str(owner), int(str(units))))
    except (OSError, ValueError, KeyError, TypeError, csv.Error):
        return


def _csv(path: Path) -> Iterator[tuple[object, ...]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            yield tuple(row[name] for name in _COLUMNS)


def _parquet(path: Path) -> Iterator[tuple[object, ...]]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(columns=list(_COLUMNS)):
            yield from zip(*(batch.column(name).to_pylist() for name in _COLUMNS), strict=True)
