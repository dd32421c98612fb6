"""Tables, ledgers and parcels cost a fraction of writing them cell by cell; bounds are ratios within this process."""

from __future__ import annotations

import hashlib
from datetime import date

import numpy as np
import pytest
from plain_csv import plain_csv
from stopwatch import seconds

from sfund_sim.experiments.ledger import ledger
from sfund_sim.experiments.replication import Replication
from sfund_sim.experiments.store import sealed, unsealed
from sfund_sim.ground.columns import MISSING
from sfund_sim.market.journal import HoldingRow, RegisterRow, ShownRow
from sfund_sim.outcomes.csv_text import csv_bytes
from sfund_sim.outcomes.run_info import Names, ReplicationRecord, RunInfo
from sfund_sim.outcomes.tables import frame_of, written_tables
from sfund_sim.terms import LpKind, RegisterEntry

pytestmark = pytest.mark.benchmark

ROWS = 200_000
LPS = 3_000
INFO = RunInfo(
    "s", "s", "s", "0" * 64, seed=5, replications=1, version="0", start_date=date(2021, 3, 1), horizon_days=900,
    names=Names(funds=tuple(f"F{n:05d}" for n in range(20_000)), lps=tuple(f"lp_{n:05d}" for n in range(LPS)),
                lp_kinds=(LpKind(0),) * LPS),
)  # fmt: skip


def columns_of(row_type: type, rows: int = ROWS) -> dict[str, np.ndarray]:
    """Integers that look like a journal's: small numbers of slots and days, amounts in fen, some missing."""
    chance = np.random.default_rng(7)
    columns = {name: chance.integers(0, LPS, rows) for name in row_type._fields}
    for name in {"paid_in", "distributed", "fen"} & set(columns):
        columns[name] = chance.lognormal(16.0, 2.0, rows).astype(np.int64)
    return columns


def holdings() -> dict[str, np.ndarray]:
    return columns_of(HoldingRow) | {"holding": np.arange(ROWS)}


def test_a_table_is_written_in_less_than_half_the_time_of_a_loop_over_cells():
    record = ReplicationRecord(1, {"holdings": holdings()})

    def quickly() -> bytes:
        return csv_bytes(dict(written_tables(INFO, record, "holdings".__eq__))["holdings"])

    columns = dict(written_tables(INFO, record, "holdings".__eq__))["holdings"]
    frame = frame_of(columns)
    assert quickly() == plain_csv(frame)
    ratio = seconds(quickly) / seconds(lambda: plain_csv(frame))
    print(f"{ratio:.2f} of a loop over cells, which is given its texts ready made")
    assert ratio < 0.5


def test_a_ledger_costs_no_more_than_a_few_times_its_hashes():
    """The least that a ledger of so many records can cost is the chain of their seals."""
    register = columns_of(RegisterRow) | {"day": np.arange(ROWS) // 300, "holding": np.arange(ROWS)}
    register |= {"entry": np.full(ROWS, int(RegisterEntry.ISSUE)), "deal": np.full(ROWS, MISSING)}
    names = {"funds": list(INFO.names.funds), "lps": list(INFO.names.lps)}
    done = Replication(1, {"register": register, "shown": columns_of(ShownRow, 0)}, names, {"lps": [0] * LPS})
    lines = [line.rpartition(b",")[0] for line in b"".join(ledger(INFO, done)).split(b"\n")[1:-1]]

    def seals() -> None:
        previous = b"0" * 64
        for line in lines:
            previous = hashlib.sha256(previous + line).hexdigest().encode()

    ratio = seconds(lambda: b"".join(ledger(INFO, done))) / seconds(seals)
    print(f"{ratio:.2f} times the hashes alone")
    assert ratio < 4.0


def test_packing_and_unpacking_cost_a_few_hashes_of_the_content():
    files = {"holdings.csv": [bytes(range(256)) * 200_000]}
    done = Replication(1, {"holdings": holdings(), "exits": holdings()}, files=files)
    content = sealed(done, origin="").content
    assert unsealed(content, origin="").opened().files == files
    once = seconds(lambda: hashlib.sha256(content).digest())
    ratio = (seconds(lambda: sealed(done, origin="")) + seconds(lambda: unsealed(content, origin="").opened())) / once
    print(f"{ratio:.2f} times the hash of the content")
    assert ratio < 6.0
