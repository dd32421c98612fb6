"""Cells written by the thousand have the very bytes of cells written one by one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from plain_csv import plain_csv

from sfund_sim.ground.columns import MISSING
from sfund_sim.outcomes.byte_columns import Number, Numbered, lines
from sfund_sim.outcomes.columns import Named, NameList, row_names, whole, yuan
from sfund_sim.outcomes.csv_text import csv_bytes
from sfund_sim.outcomes.run_info import ReplicationRecord, RunInfo
from sfund_sim.outcomes.tables import SUMMARY_TABLES, replication_tables, stage_table, summary_tables, written_tables

INT64 = st.integers(np.iinfo(np.int64).min, np.iinfo(np.int64).max)
FEN = st.one_of(INT64, st.integers(-(10**7), 10**7), st.just(MISSING))
DECIMAL = st.builds(lambda digits, place: digits * 10.0**place, st.integers(-(10**10), 10**10), st.integers(-20, 12))
HALF = st.builds(lambda halves, power: halves / 2.0**power, st.integers(-(10**12), 10**12), st.integers(0, 30))
FLOAT = st.one_of(st.floats(), DECIMAL, HALF, st.floats(-10, 10), st.floats(9.9e-5, 1.1e-4), st.floats(8e8, 1.1e9))
TEXT = st.one_of(
    st.none(), st.text(max_size=8), st.sampled_from(["", "a,b", 'say "no"', "两\n行", "\x00", "ÿ", "长" * 40])
)


def assert_same(table: pd.DataFrame) -> None:
    assert csv_bytes(table) == plain_csv(table)


@given(st.lists(st.one_of(FEN.map(lambda fen: yuan(np.array([fen]))[0]), FLOAT), max_size=30))
@example([0.005, 0.015, 1.005, -0.001, -0.0, 2.675, 1e15, 351843720888.32, 351843720888.31, 1e300, np.inf, -np.inf])
def test_money_has_the_two_decimals_that_python_gives_it(values: list[float]) -> None:
    assert_same(pd.DataFrame({"price_cny": np.array(values, np.float64)}))


@settings(max_examples=500)
@given(st.lists(FLOAT, max_size=30))
@example(
    [1e-4, np.nextafter(1e-4, 0), 0.1, np.nextafter(0.1, 0), 999999999.5, 899999999.5, 9.9999999996, 123456789.5, -0.0]
)
@example([1.000000005, 1.0000000005, 100000000.5, 100000001.5, 5e-324, 1.7e308, np.inf, np.nan, 1 / 3, -2 / 3])
def test_other_floats_have_the_nine_digits_that_python_gives_them(values: list[float]) -> None:
    assert_same(pd.DataFrame({"price_to_nav": np.array(values, np.float64)}))


@given(st.lists(INT64, max_size=30), st.data())
def test_whole_numbers_are_written_in_full_and_missing_ones_are_empty(values: list[int], data: st.DataObject) -> None:
    numbers = np.array(values, np.int64)
    assert_same(pd.DataFrame({"round": numbers, "bidders": whole(numbers), "sold": numbers > 0}))
    gone = np.array(data.draw(st.lists(st.booleans(), min_size=len(values), max_size=len(values))), bool)
    assert_same(pd.DataFrame({"ready": pd.arrays.IntegerArray(numbers, gone), "rep": numbers.astype(np.uint64)}))


@given(st.lists(TEXT, max_size=30))
def test_texts_of_any_kind_are_quoted_where_they_must_be(texts: list[str | None]) -> None:
    assert_same(pd.DataFrame({"fund_id": pd.Series(texts, dtype=object), "lp_id": pd.Series(texts, dtype="str")}))
    assert_same(pd.DataFrame({"lp_kind": pd.Categorical(list(texts))}))


def test_a_table_of_many_blocks_is_one_table() -> None:
    size = 20_000
    values = np.random.default_rng(1).lognormal(0.0, 9.0, size)
    values[::7] = np.nan
    columns = {
        "price_cny": values,
        "price_to_nav": -values,
        "round": np.arange(size),
        "fund_id": [None, "基金,一"] * (size // 2),
    }
    assert_same(pd.DataFrame(columns))


def test_a_table_without_rows_is_its_header() -> None:
    assert_same(
        pd.DataFrame({"price_cny": np.empty(0), "round": np.empty(0, np.int64), "fund_id": np.empty(0, object)})
    )


@given(st.lists(st.one_of(st.integers(0, 40), st.just(MISSING)), max_size=30))
def test_names_by_number_are_those_that_pandas_gets(rows: list[int]) -> None:
    numbers = np.array(rows, np.int64)
    names = Named(NameList([f"fund, {n}" for n in range(41)]), np.where(numbers == MISSING, -1, numbers))
    columns: dict[str, Any] = {"exit_id": row_names("X", 3, numbers), "fund_id": names}
    assert csv_bytes(columns) == plain_csv(pd.DataFrame({name: column.objects() for name, column in columns.items()}))
    assert columns["exit_id"].objects().tolist() == [None if row == MISSING else f"R3-X{row}" for row in rows]


def test_every_table_of_a_replication_is_written_as_its_frame_would_be(
    info: RunInfo, records: Sequence[ReplicationRecord]
) -> None:
    frames = replication_tables(info, records[2])
    written = dict(written_tables(info, records[2]))
    assert list(written) == list(frames)
    for name, frame in frames.items():
        assert csv_bytes(written[name]) == plain_csv(frame) == csv_bytes(frame), name


def test_the_tables_for_the_summary_say_the_same_with_plain_texts(
    info: RunInfo, records: Sequence[ReplicationRecord]
) -> None:
    frames, lean = replication_tables(info, records[1]), summary_tables(info, records[1])
    assert tuple(lean) == tuple(name for name in frames if name in SUMMARY_TABLES)
    for name, frame in (lean | {"stages": stage_table(info, records[1])}).items():
        whole = frames[name][[*frame.columns]]
        pd.testing.assert_frame_equal(frame.astype(whole.dtypes), whole)
        assert all(word.endswith(("_id", "_date")) for word in {*frames[name].columns} - {*frame.columns})


def test_a_column_not_in_the_dictionary_is_refused() -> None:
    with pytest.raises(KeyError):
        csv_bytes({"no_such_column": np.arange(3)})


def test_blocks_hold_whole_lines() -> None:
    size = 30_000
    blocks = list(lines([Numbered(np.arange(size)), Number(np.linspace(-1, 1, size))], size))
    assert len(blocks) > 1
    assert all(block.endswith(b"\n") for block in blocks)
    assert b"".join(blocks).count(b"\n") == size
