"""The ledger of one replication: its register's records in the words of the tables, sealed into a chain."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sfund_sim.experiments.facts import named
from sfund_sim.experiments.replication import Replication
from sfund_sim.ground.columns import MISSING
from sfund_sim.market import register
from sfund_sim.outcomes.columns import Reader, row_names
from sfund_sim.outcomes.run_info import RunInfo
from sfund_sim.terms import RegisterEntry


def ledger(info: RunInfo, replication: Replication) -> bytes:
    """Content of ``ledger/rep_0001.csv``: the replication's register, record by record, sealed."""
    own, _ = named(info, replication)
    first = register.genesis(info.scenario_hash, info.seed, replication.number)
    return register.chain(_lines(Reader(own, replication.number), replication.tables["register"]), first)


def _lines(reader: Reader, rows: dict[str, NDArray[Any]]) -> Iterator[str]:
    days, place = np.unique(rows["day"], return_inverse=True)
    columns = [
        map(str, range(1, len(place) + 1)),
        reader.date(days)[place].tolist(),
        np.array(RegisterEntry.labels(), dtype=object)[rows["entry"]].tolist(),
        _listed(row_names("X", reader.replication, rows["deal"])),
        _listed(row_names("H", reader.replication, rows["holding"])),
        _listed(reader.fund(rows["fund"])),
        _listed(reader.investor(rows["giver"])),
        _listed(reader.investor(rows["taker"])),
        _whole(rows["units"]),
        _whole(rows["fen"]),
    ]
    return map(",".join, zip(*columns, strict=True))


def _listed(names: NDArray[np.object_]) -> list[str]:
    """Names on one line each, quoted where a comma demands it; nothing where there is none."""
    listed = names.tolist()
    quoted = {name: _quoted(name) for name in dict.fromkeys(listed)}
    return [quoted[name] for name in listed]


def _quoted(name: str | None) -> str:
    text = " ".join((name or "").split())
    if not any(mark in text for mark in ',"'):
        return text
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow([text])
    return line.getvalue()


def _whole(column: NDArray[np.int64]) -> list[str]:
    texts = list(map(str, column.tolist()))
    for place in np.flatnonzero(column == MISSING).tolist():
        texts[place] = ""
    return texts
