"""The ledger has a line for every record of the register, in the words of the tables; its oracle is written plainly."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from itertools import groupby

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfund_sim.experiments.ledger import ledger
from sfund_sim.experiments.replication import Replication
from sfund_sim.ground.columns import MISSING
from sfund_sim.market import register
from sfund_sim.market.journal import RegisterRow
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


def plain_lines(rows: list[RegisterRow]) -> list[bytes]:
    """Record by record, cell by cell."""
    disclosures = [
        (number, (row.entry == DISCLOSE and (row.deal, row.day)) or number) for number, row in enumerate(rows)
    ]
    records = [[rows[number] for number, _ in group] for _, group in groupby(disclosures, key=lambda pair: pair[1])]
    return [plain_line(number, record).encode() for number, record in enumerate(records, 1)]


def plain_line(number: int, record: list[RegisterRow]) -> str:
    row = record[0]
    cells = [
        str(number),
        (START + timedelta(days=row.day)).isoformat(),
        RegisterEntry(row.entry).label,
        "" if row.deal == MISSING else f"R1-X{row.deal}",
        "" if row.holding == MISSING else f"R1-H{row.holding}",
        plain_name(row.fund, NAMES["funds"], "fund"),
        plain_name(row.giver, INVESTORS, "investor"),
        ";".join(plain_name(each.taker, INVESTORS, "investor") for each in record),
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


@given(ROWS)
def test_a_ledger_is_the_plain_one_to_the_byte(rows: list[RegisterRow]) -> None:
    columns = {name: np.array([getattr(row, name) for row in rows], np.int64) for name in RegisterRow._fields}
    kinds = {"lps": [0, 1, 2, 3], "buyers": [0, 1]}
    content = ledger(INFO, Replication(1, {"register": columns}, {}, NAMES, kinds))
    first = register.genesis("0" * 64, 5, 1)
    assert content == b"".join(register.chain(plain_lines(rows), first))
    assert register.first_broken(content.splitlines()[1:], first) == 0


@pytest.mark.parametrize("size", [8191, 8192, 8193, 20_000])
def test_blocks_leave_no_seam(size: int) -> None:
    """Records of one and of several takers, across the ends of the blocks in which lines are made."""
    number = np.arange(size)
    columns = {name: np.full(size, MISSING) for name in RegisterRow._fields}
    columns |= {"day": number // 7 % 3, "entry": np.where(number // 7 % 2, DISCLOSE, 0), "taker": number % 6}
    rows = [RegisterRow(*row) for row in zip(*(column.tolist() for column in columns.values()), strict=True)]
    content = ledger(INFO, Replication(1, {"register": columns}, {}, NAMES, {"lps": [0] * 4, "buyers": [0] * 2}))
    assert [line.rpartition(b",")[0] for line in content.split(b"\n")[1:-1]] == plain_lines(rows)
