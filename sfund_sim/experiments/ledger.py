"""The ledger of one replication: its register's records in the words of the tables, sealed into a chain.

Disclosure of one listing to many investors is one record that names them all, separated by semicolons.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sfund_sim.experiments.facts import named
from sfund_sim.experiments.replication import Replication
from sfund_sim.ground.columns import MISSING
from sfund_sim.market import register
from sfund_sim.outcomes.byte_columns import Chosen, Labels, Numbered, lines
from sfund_sim.outcomes.columns import Reader, quoted, row_names
from sfund_sim.outcomes.csv_text import byte_column
from sfund_sim.outcomes.run_info import Names, RunInfo
from sfund_sim.terms import RegisterEntry

Rows = dict[str, NDArray[Any]]
"""``RegisterRow`` as columns."""
_SEVERAL = "\r"
"""Stands in a line where several takers will; no name has it."""
_RECORDS_AT_ONCE = 8192


def ledger(info: RunInfo, replication: Replication) -> Iterator[bytes]:
    """Content of ``ledger/rep_0001.csv``: the replication's register, sealed, some thousand records at a time."""
    own, _ = named(info, replication)
    names = Names(
        funds=_on_one_line(own.names.funds), lps=_on_one_line(own.names.lps), buyers=_on_one_line(own.names.buyers)
    )
    reader = Reader(replace(own, names=names), replication.number)
    first = register.genesis(info.scenario_hash, info.seed, replication.number)
    sealed = register.chain(_lines(reader, replication.tables["register"], replication.tables["shown"]), first)
    while piece := b"".join(islice(sealed, _RECORDS_AT_ONCE)):
        yield piece


def _lines(reader: Reader, rows: Rows, shown: Rows) -> Iterator[bytes]:
    size, told = rows["entry"].size, rows["entry"] == int(RegisterEntry.DISCLOSE)
    taker = reader.investor(rows["taker"])
    takers = [*quoted(taker.names.texts), _SEVERAL]
    columns = [
        Numbered(np.arange(1, size + 1)),
        byte_column(reader.date(rows["day"])),
        Chosen(Labels(RegisterEntry.labels()), rows["entry"]),
        byte_column(row_names("X", reader.replication, rows["deal"])),
        byte_column(row_names("H", reader.replication, rows["holding"])),
        byte_column(reader.fund(rows["fund"])),
        byte_column(reader.investor(rows["giver"])),
        Chosen(Labels(takers), np.where(told, len(takers) - 1, taker.codes)),
        Numbered(rows["units"], rows["units"] == MISSING),
        Numbered(rows["fen"], rows["fen"] == MISSING),
    ]
    everybody, mark = _shown(reader, shown, np.flatnonzero(told)), _SEVERAL.encode()
    for block in lines(columns, size):
        for line in block[:-1].split(b"\n"):
            yield line.replace(mark, next(everybody)) if mark in line else line


def _shown(reader: Reader, shown: Rows, records: NDArray[np.int64]) -> Iterator[bytes]:
    """Names of those who were shown an offer, record by record."""
    investor = reader.investor(shown["investor"])
    names = np.array([*quoted(investor.names.texts), ""], dtype=object)[investor.codes]
    starts = np.searchsorted(shown["record"], records).tolist()
    stops = np.searchsorted(shown["record"], records, side="right").tolist()
    return (";".join(names[start:stop]).encode() for start, stop in zip(starts, stops, strict=True))


def _on_one_line(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(" ".join(name.split()) for name in names)
