"""The ledger of one replication: its register's records in the words of the tables, sealed into a chain.

Disclosure of one listing to many investors is one record that names them all, separated by semicolons.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sfund_sim.experiments.facts import named
from sfund_sim.experiments.replication import Replication
from sfund_sim.ground.columns import MISSING
from sfund_sim.market import register
from sfund_sim.outcomes.byte_columns import Chosen, Labels, Numbered, file_of, lines
from sfund_sim.outcomes.columns import Reader, quoted, row_names
from sfund_sim.outcomes.csv_text import byte_column
from sfund_sim.outcomes.run_info import Names, RunInfo
from sfund_sim.terms import RegisterEntry

Rows = dict[str, NDArray[Any]]
"""``RegisterRow`` as columns."""
_SEVERAL = "\r"
"""Stands in a line where several takers will; no name has it."""


def ledger(info: RunInfo, replication: Replication) -> bytes:
    """Content of ``ledger/rep_0001.csv``: the replication's register, record by record, sealed."""
    own, _ = named(info, replication)
    names = Names(
        funds=_on_one_line(own.names.funds), lps=_on_one_line(own.names.lps), buyers=_on_one_line(own.names.buyers)
    )
    reader = Reader(replace(own, names=names), replication.number)
    first = register.genesis(info.scenario_hash, info.seed, replication.number)
    return file_of(register.chain(_lines(reader, replication.tables["register"]), first))


def _lines(reader: Reader, rows: Rows) -> Iterator[bytes]:
    first = _first_rows(rows)
    stops = np.append(first[1:], rows["entry"].size)[: first.size]
    is_one = stops == first + 1
    taker = reader.investor(rows["taker"])
    takers = [*quoted(taker.names.texts), _SEVERAL, ""]
    rows = {name: column[first] for name, column in rows.items()}
    columns = [
        Numbered(np.arange(1, first.size + 1)),
        byte_column(reader.date(rows["day"])),
        Chosen(Labels(RegisterEntry.labels()), rows["entry"]),
        byte_column(row_names("X", reader.replication, rows["deal"])),
        byte_column(row_names("H", reader.replication, rows["holding"])),
        byte_column(reader.fund(rows["fund"])),
        byte_column(reader.investor(rows["giver"])),
        Chosen(Labels(takers[:-1]), np.where(is_one, taker.codes[first], len(takers) - 2)),
        Numbered(rows["units"], rows["units"] == MISSING),
        Numbered(rows["fen"], rows["fen"] == MISSING),
    ]
    names, mark = np.array(takers, dtype=object)[taker.codes], _SEVERAL.encode()
    several = zip(first[~is_one].tolist(), stops[~is_one].tolist(), strict=True)
    for block in lines(columns, first.size):
        for line in block[:-1].split(b"\n"):
            if mark in line:
                start, stop = next(several)
                line = line.replace(mark, ";".join(names[start:stop]).encode())
            yield line


def _first_rows(rows: Rows) -> NDArray[np.int64]:
    """Rows that begin a record: all but the second and later ones of one disclosure."""
    goes_on = rows["entry"] == int(RegisterEntry.DISCLOSE)
    for name in ("entry", "deal", "day"):
        goes_on[1:] &= rows[name][1:] == rows[name][:-1]
    goes_on[:1] = False
    return np.flatnonzero(~goes_on)


def _on_one_line(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(" ".join(name.split()) for name in names)
