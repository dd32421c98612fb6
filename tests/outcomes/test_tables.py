"""Journals become tidy tables without losing a fen, a date or a censored exit."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up_market import HORIZON, made_up_record

from sfund_sim.ground.columns import MISSING
from sfund_sim.outcomes.columns import row_of_name, whole, yuan
from sfund_sim.outcomes.csv_text import csv_bytes
from sfund_sim.outcomes.run_info import ReplicationRecord, RunInfo
from sfund_sim.outcomes.tables import Tables, joined, replication_tables


def test_no_exit_is_dropped_and_open_ones_are_censored_at_the_horizon(tables: Tables) -> None:
    exits = tables["exits"]
    assert len(exits) == 6 * 150
    open_ones = exits[exits["ending"] == "open"]
    assert len(open_ones) > 0
    assert (open_ones["censored"] == 1).all()
    assert (open_ones["event"] == 0).all()
    assert (open_ones["end_date"] == str(np.datetime64("2018-01-01") + np.timedelta64(HORIZON - 1, "D"))).all()
    assert open_ones["price_cny"].isna().all()


def test_an_exits_row_says_what_the_journal_says(tables: Tables, records: Sequence[ReplicationRecord]) -> None:
    rows, exits = records[2].arrays["exits"], tables["exits"].query("rep == 2").reset_index(drop=True)
    sold = int(np.flatnonzero((rows["price"] != MISSING) & (rows["buyer"] != MISSING))[0])
    row = exits.loc[sold]
    assert row["exit_id"] == f"R2-X{sold}"
    assert row["lp_id"] == f"LP {sold % 60:02d}, 有限合伙人"
    assert row["price_cny"] == rows["price"][sold] / 100
    assert row["price_to_nav"] == pytest.approx(rows["price"][sold] / rows["nav"][sold])
    assert row["discount_to_nav"] == pytest.approx(1 - row["price_to_nav"])
    assert row["duration_days"] == rows["ended"][sold] - rows["wished"][sold]
    assert row["wish_date"] == str(np.datetime64("2018-01-01") + rows["wished"][sold])
    assert row["period"] == ("since_opening" if rows["wished"][sold] >= 1207 else "before_opening")
    assert row["buyer_fee_cny"] == 2_000
    gained = (rows["buyer_value"][sold] - rows["price"][sold]) / 100
    assert row["buyer_surplus_cny"] == pytest.approx(gained + 7_000 - 2_000), (
        "what the price is worth to it, and its fee"
    )
    gained = (rows["price"][sold] - rows["hold_value"][sold]) / 100
    assert row["seller_surplus_cny"] == pytest.approx(gained - 3_000 - 5_000), (
        "what the price is worth to it, and costs"
    )


def test_an_exit_s_due_diligence_is_that_of_all_its_rounds(tables: Tables) -> None:
    rounds = tables["listings"].groupby("exit_id")["due_diligence_cny"].sum()
    assert rounds.sum() > 0
    exits = tables["exits"].set_index("exit_id")["due_diligence_cny"]
    assert (exits == rounds.reindex(exits.index, fill_value=0.0)).all()


def test_identifiers_of_bids_stages_and_uses_lead_to_their_exits(tables: Tables) -> None:
    known = set(tables["exits"]["exit_id"])
    for name in ("listings", "bids", "stages", "recycling"):
        assert set(tables[name]["exit_id"]) <= known, name
    assert set(tables["bids"]["listing_id"]) <= set(tables["listings"]["listing_id"])
    assert row_of_name("R12-X7") == (12, 7)
    with pytest.raises(ValueError, match="not an identifier"):
        row_of_name("12")


def test_csv_bytes_do_not_depend_on_who_makes_them_and_open_in_a_spreadsheet(info: RunInfo, tables: Tables) -> None:
    again = joined(
        replication_tables(info, record)
        for record in [made_up_record(replication, exits=150) for replication in range(6)]
    )
    for name, table in tables.items():
        assert csv_bytes(table) == csv_bytes(again[name])
    text = csv_bytes(tables["exits"]).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 900
    assert "有限合伙人" in rows[0]["lp_id"]
    assert {row["price_cny"][-3:-2] for row in rows} == {"", "."}
    assert "nan" not in text.lower()


@given(st.lists(st.one_of(st.integers(-(10**15), 10**15), st.just(MISSING)), min_size=1, max_size=20))
def test_money_is_written_to_the_fen(fen: list[int]) -> None:
    lines = csv_bytes(pd.DataFrame({"price_cny": yuan(np.array(fen, np.int64))})).decode("utf-8-sig").split("\n")[1:-1]
    back = [MISSING if line == "" else round(float(line) * 100) for line in lines]
    assert back == fen
    assert all(line == "" or line[-3] == "." for line in lines)


def test_whole_numbers_stay_whole_and_missing_ones_empty() -> None:
    table = pd.DataFrame({"bidders": whole(np.array([3, MISSING, 0]))})
    assert csv_bytes(table).decode("utf-8-sig") == "bidders\n3\n\n0\n"


def test_a_run_without_exits_has_empty_tables_with_all_columns(info: RunInfo, tables: Tables) -> None:
    empty = joined(replication_tables(info, record) for record in [made_up_record(0, exits=0)])
    assert {name: list(table.columns) for name, table in empty.items()} == {
        name: list(table.columns) for name, table in tables.items()
    }
    assert len(empty["exits"]) == 0
    assert len(empty["runs"]) == 1
