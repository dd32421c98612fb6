"""The ledger of one replication: its register's records in the words of the tables, sealed into a chain.

Disclosure of one listing to many investors is one record that names them all, separated by semicolons.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from sfund_sim.experiments.facts import with_own_names
from sfund_sim.experiments.replication import Replication
from sfund_sim.ground.columns import MISSING
from sfund_sim.market import register
from sfund_sim.outcomes.byte_columns import ByteColumn, Chosen, Labels, Numbered, lines
from sfund_sim.outcomes.columns import NameList, Reader, quoted, row_names
from sfund_sim.outcomes.csv_text import byte_column
from sfund_sim.outcomes.run_info import Names, RunInfo
from sfund_sim.terms import RegisterEntry

Rows = dict[str, NDArray[Any]]
"""``RegisterRow`` as columns."""
_SEVERAL = "\r"
"""Stands in a line where several takers will; no name has it."""
_RECORDS_AT_ONCE = 1 << 17
_ENTRIES = Labels(RegisterEntry.labels())


def ledger(info: RunInfo, replication: Replication) -> Iterator[bytes]:
    """Content of ``ledger/rep_0001.csv``: the replication's register, sealed, some thousand records at a time."""
    own, _ = with_own_names(info, replication)
    names = Names(
        funds=_on_one_line(own.names.funds), lps=_on_one_line(own.names.lps), buyers=_on_one_line(own.names.buyers)
    )
    reader = Reader(replace(own, names=names), replication.number)
    first = register.genesis(info.scenario_hash, info.seed, replication.number)
    return register.chain(_blocks(reader, replication.tables["register"], replication.tables["shown"]), first)


def _blocks(reader: Reader, register_rows: Rows, shown: Rows) -> Iterator[list[bytes]]:
    """The records' lines. Columns are made of some rows at a time: of all at once they would need half a gigabyte."""
    takers = _Takers()
    for start in range(0, register_rows["entry"].size, _RECORDS_AT_ONCE):
        rows = {name: column[start : start + _RECORDS_AT_ONCE] for name, column in register_rows.items()}
        told = rows["entry"] == int(RegisterEntry.DISCLOSE)
        everybody = _disclosure_lines(reader, shown, start + np.flatnonzero(told), takers)
        for block in lines(_columns(reader, rows, start, told, takers), told.size):
            yield _filled(block, everybody)[:-1].split(b"\n")


def _columns(reader: Reader, rows: Rows, start: int, told: NDArray[np.bool_], takers: _Takers) -> list[ByteColumn]:
    taker = reader.investor(rows["taker"])
    return [
        Numbered(np.arange(start + 1, start + told.size + 1)),
        byte_column(reader.date(rows["day"])),
        Chosen(_ENTRIES, rows["entry"]),
        byte_column(row_names("X", reader.replication, rows["deal"])),
        byte_column(row_names("H", reader.replication, rows["holding"])),
        byte_column(reader.fund(rows["fund"])),
        byte_column(reader.investor(rows["giver"])),
        Chosen(takers.of(taker.names).cells, np.where(told, len(taker.names.texts), taker.codes)),
        Numbered(rows["units"], rows["units"] == MISSING),
        Numbered(rows["fen"], rows["fen"] == MISSING),
    ]


class _Takers:
    """Names of takers, and behind them the mark that stands for several, as cells and as texts; the last text is none.

    They are made anew only for other names.
    """

    def __init__(self) -> None:
        self._names: NameList | None = None

    def of(self, names: NameList) -> Self:
        """Those of a list."""
        if names is not self._names:
            texts = [*quoted(names.texts), _SEVERAL]
            self._names, self.cells = names, Labels(texts)
            self.texts = np.array([*(text.encode() for text in texts), b""], dtype=object)
        return self


def _filled(block: bytes, everybody: Iterator[bytes]) -> bytes:
    """Lines with the names of several takers where the mark stands."""
    pieces = block.split(_SEVERAL.encode())
    filled = [b""] * (2 * len(pieces) - 1)
    filled[::2] = pieces
    filled[1::2] = islice(everybody, len(pieces) - 1)
    return b"".join(filled)


def _disclosure_lines(reader: Reader, shown: Rows, records: NDArray[np.int64], takers: _Takers) -> Iterator[bytes]:
    """Names of those who were shown an offer, record by record; records follow one another."""
    starts, stops = (np.searchsorted(shown["record"], records, side=side) for side in ("left", "right"))
    first, last = (int(starts[0]), int(stops[-1])) if records.size else (0, 0)
    investor = reader.investor(shown["investor"][first:last])
    names = takers.of(investor.names).texts[investor.codes].tolist()
    places = zip((starts - first).tolist(), (stops - first).tolist(), strict=True)
    return (b";".join(names[start:stop]) for start, stop in places)


def _on_one_line(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(" ".join(name.split()) for name in names)
