"""The ledger has a line for every record of the register, in the words of the tables; its oracle is written plainly."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfund_sim.experiments.ledger import ledger
from sfund_sim.experiments.replication import Replication
from sfund_sim.ground.columns import MISSING
from sfund_sim.market import register
from sfund_sim.market.journal import RegisterRow, ShownRow
from sfund_sim.outcomes.run_info import RunInfo
from sfund_sim.terms import RegisterEntry

START = date(2021, 3, 1)
INFO = RunInfo("s", "s", "s", "0" * 64, seed=5, replications=1, version="0", start_date=START, horizon_days=900)
NAMES = {
    "funds": ["F1", "基金二, 上海", 'the "third"'],
    "lps": ["LP  one", "two\nlines", "三号\t有限合伙人", ""],
    "buyers": ["buyer; a", "b,\rc"],
    "venues": [],
}
INVESTORS = [*NAMES["lps"], *NAMES["buyers"]]
DISCLOSE = int(RegisterEntry.DISCLOSE)


def missing_or(most: int) -> st.SearchStrategy[int]:
    return st.one_of(st.just(MISSING), st.integers(0, most))


ROWS = st.lists(
    st.builds(
        RegisterRow,
        day=st.integers(0, 3),
        entry=st.one_of(st.just(DISCLOSE), st.sampled_from([int(entry) for entry in RegisterEntry])),
        deal=missing_or(1),
        holding=missing_or(20),
        fund=missing_or(3),
        giver=missing_or(6),
        taker=missing_or(6),
        units=missing_or(10**6),
        fen=st.one_of(missing_or(10**15), st.integers(-(10**12), 0)),
    ),
    max_size=25,
)


SHOWN = st.lists(st.lists(st.integers(0, 6), min_size=1, max_size=4), min_size=25, max_size=25)
"""Investors who were shown the data, by record, of which those are used that are disclosures."""


def told(rows: list[RegisterRow], shown: list[list[int]]) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Register and shown investors as columns."""
    columns = {name: np.array([getattr(row, name) for row in rows], np.int64) for name in RegisterRow._fields}
    pairs = [(number, each) for number, row in enumerate(rows) if row.entry == DISCLOSE for each in shown[number]]
    pairs_as_columns = np.array(pairs, np.int64).reshape(-1, 2).T
    return columns, dict(zip(ShownRow._fields, pairs_as_columns, strict=True))


def plain_lines(rows: list[RegisterRow], shown: list[list[int]]) -> list[bytes]:
    """Record by record, cell by cell."""
    return [plain_line(number, row, shown[number - 1]).encode() for number, row in enumerate(rows, 1)]


def plain_line(number: int, row: RegisterRow, shown: list[int]) -> str:
    takers = shown if row.entry == DISCLOSE else [row.taker]
    cells = [
        str(number),
        (START + timedelta(days=row.day)).isoformat(),
        RegisterEntry(row.entry).label,
        "" if row.deal == MISSING else f"R1-X{row.deal}",
        "" if row.holding == MISSING else f"R1-H{row.holding}",
        plain_name(row.fund, NAMES["funds"], "fund"),
        plain_name(row.giver, INVESTORS, "investor"),
        ";".join(plain_name(taker, INVESTORS, "investor") for taker in takers),
        *("" if value == MISSING else str(value) for value in (row.units, row.fen)),
    ]
    return ",".join(cells)


def plain_name(slot: int, names: list[str], word: str) -> str:
    if slot == MISSING:
        return ""
    text = " ".join((names[slot] if slot < len(names) else f"{word}_{slot}").split())
    if not any(mark in text for mark in ',"'):
        return text
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow([text])
    return line.getvalue()


@given(ROWS, SHOWN)
def test_a_ledger_is_the_plain_one_to_the_byte(rows: list[RegisterRow], shown: list[list[int]]) -> None:
    columns, pairs = told(rows, shown)
    kinds = {"lps": [0, 1, 2, 3], "buyers": [0, 1]}
    content = b"".join(ledger(INFO, Replication(1, {"register": columns, "shown": pairs}, NAMES, kinds)))
    first = register.genesis("0" * 64, 5, 1)
    assert content == b"".join(register.chain([plain_lines(rows, shown)], first))
    assert register.first_broken(content.splitlines()[1:], first) == 0


@pytest.mark.parametrize("size", [8191, 8192, 8193, 20_000])
def test_blocks_leave_no_seam(size: int) -> None:
    """Records of one and of several takers, across the ends of the blocks in which lines are made."""
    rows = [
        RegisterRow(number // 7 % 3, DISCLOSE if number // 7 % 2 else 0, *[MISSING] * 4, number % 6, MISSING, MISSING)
        for number in range(size)
    ]
    shown = [[number % 6, *range(number % 4)] for number in range(size)]
    columns, pairs = told(rows, shown)
    tables = {"register": columns, "shown": pairs}
    content = b"".join(ledger(INFO, Replication(1, tables, NAMES, {"lps": [0] * 4, "buyers": [0] * 2})))
    assert [line.rpartition(b",")[0] for line in content.split(b"\n")[1:-1]] == plain_lines(rows, shown)
