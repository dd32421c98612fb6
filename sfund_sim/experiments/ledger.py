"""The ledger of one replication: its register's records in the words of the tables, sealed into a chain.

Disclosure of one listing to many investors is one record that names them all, separated by semicolons.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import pairwise
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

Rows = dict[str, NDArray[Any]]
"""``RegisterRow`` as columns."""


def ledger(info: RunInfo, replication: Replication) -> bytes:
    """Content of ``ledger/rep_0001.csv``: the replication's register, record by record, sealed."""
    own, _ = named(info, replication)
    first = register.genesis(info.scenario_hash, info.seed, replication.number)
    return register.chain(_lines(Reader(own, replication.number), replication.tables["register"]), first)


def _lines(reader: Reader, rows: Rows) -> Iterator[str]:
    first = _first_rows(rows)
    takers = _takers(_words(reader.investor(rows["taker"])), first)
    rows = {name: column[first] for name, column in rows.items()}
    days, place = np.unique(rows["day"], return_inverse=True)
    columns = [
        map(str, range(1, first.size + 1)),
        reader.date(days)[place].tolist(),
        np.array(RegisterEntry.labels(), dtype=object)[rows["entry"]].tolist(),
        _words(row_names("X", reader.replication, rows["deal"])),
        _words(row_names("H", reader.replication, rows["holding"])),
        _words(reader.fund(rows["fund"])),
        _words(reader.investor(rows["giver"])),
        takers,
        _numbers(rows["units"]),
        _numbers(rows["fen"]),
    ]
    return map(",".join, zip(*columns, strict=True))


def _first_rows(rows: Rows) -> NDArray[np.int64]:
    """Rows that begin a record: all but the second and later ones of one disclosure."""
    goes_on = rows["entry"] == int(RegisterEntry.DISCLOSE)
    for name in ("entry", "deal", "day"):
        goes_on[1:] &= rows[name][1:] == rows[name][:-1]
    goes_on[:1] = False
    return np.flatnonzero(~goes_on)


def _takers(names: list[str], first: NDArray[np.int64]) -> list[str]:
    """Takers of each record, which lasts until the next one's first row."""
    starts = [*first.tolist(), len(names)]
    pairs = pairwise(starts)
    return [names[start] if stop == start + 1 else ";".join(names[start:stop]) for start, stop in pairs]


def _words(names: NDArray[np.object_]) -> list[str]:
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


def _numbers(column: NDArray[np.int64]) -> list[str]:
    texts = list(map(str, column.tolist()))
    for place in np.flatnonzero(column == MISSING).tolist():
        texts[place] = ""
    return texts
