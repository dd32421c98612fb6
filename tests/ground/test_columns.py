"""Tables of one replication come out as typed columns of one length."""

from __future__ import annotations

import struct
import tracemalloc
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfund_sim.ground import columns
from sfund_sim.ground.columns import MISSING, Columns


class Milestone(NamedTuple):
    day: int
    price: float


ROWS = st.lists(st.builds(Milestone, st.integers(MISSING, 2**63 - 1), st.floats(allow_nan=False)), max_size=20)


@given(ROWS, ROWS)
def test_rows_come_out_as_columns_in_the_order_they_went_in(first, more):
    table = Columns(Milestone)
    numbers = [table.append(row) for row in first]
    table.extend(more)
    arrays = table.arrays()
    assert numbers == list(range(len(first)))
    assert list(arrays) == ["day", "price"]
    assert [array.dtype for array in arrays.values()] == [np.int64, np.float64]
    assert list(zip(arrays["day"].tolist(), arrays["price"].tolist(), strict=True)) == first + more
    assert list(table) == first + more
    assert len(table) == len(first + more)


def test_a_row_that_does_not_fit_is_refused():
    table = Columns(Milestone)
    for fields in ((3,), (3, 1.5, 2.0), (3.5, 1.5), (2**63, 1.5)):
        with pytest.raises(struct.error):
            table.add(table.row(*fields))
    assert not len(table)
    with pytest.raises(IndexError):
        table[0]


def test_an_empty_table_has_its_columns_all_the_same():
    arrays = Columns(Milestone).arrays()
    assert {name: (array.size, array.dtype) for name, array in arrays.items()} == {
        "day": (0, np.int64),
        "price": (0, np.float64),
    }


PIECES = st.lists(st.tuples(st.booleans(), ROWS), max_size=6)


@given(PIECES)
def test_rows_and_blocks_of_columns_keep_the_order_in_which_they_came(pieces):
    table, expected = Columns(Milestone), []
    for as_block, rows in pieces:
        if as_block:
            table.extend_columns(len(rows), day=[row.day for row in rows], price=[row.price for row in rows])
        else:
            table.extend(rows)
        expected += rows
    arrays = table.arrays()
    assert list(table) == expected
    assert [table[number] for number in range(len(expected))] == expected
    assert list(zip(arrays["day"].tolist(), arrays["price"].tolist(), strict=True)) == expected


def test_one_value_stands_for_a_whole_column_of_a_block():
    table = Columns(Milestone)
    table.extend_columns(2, day=3, price=[0.5, 1.5])
    last = table.append(Milestone(4, 2.0))
    assert list(table) == [Milestone(3, 0.5), Milestone(3, 1.5), Milestone(4, 2.0)]
    assert (last, table[-1]) == (2, Milestone(4, 2.0))


@given(st.lists(st.tuples(st.floats(allow_nan=False), st.lists(st.integers(0, 99), max_size=4)), max_size=8), st.data())
def test_a_row_for_each_value_is_the_same_as_so_many_rows(groups, data):
    table, expected = Columns(Milestone), []
    for price, days in groups:
        table.add_for_each("day", np.array(days, np.int64), MISSING, price)
        expected += [Milestone(day, price) for day in days]
        if data.draw(st.booleans()):
            table.settle()
    assert len(table) == len(expected)
    assert list(table) == expected
    assert [table[number] for number in range(len(expected))] == expected
    assert table.arrays()["day"].tolist() == [row.day for row in expected]


@given(ROWS, ROWS)
def test_settling_changes_nothing(first, more):
    table = Columns(Milestone)
    for row in first:
        table.add(table.row(*row))
    table.settle()
    table.extend(more)
    assert list(table) == first + more
    assert table.arrays()["day"].tolist() == table.arrays()["day"].tolist() == [row.day for row in first + more]
    assert list(table) == first + more


@given(ROWS, ROWS)
def test_rows_put_in_order_of_a_field_stay_as_they_came_where_they_are_alike_in_it(first, more):
    table = Columns(Milestone)
    table.extend(first)
    table.settle()
    table.extend(more)
    table.put_in_order("day")
    assert list(table) == sorted(first + more, key=lambda row: row.day)
    table.extend(more)
    assert len(table) == len(list(table)) == len(first + more + more)


EDGES = st.sampled_from(
    [MISSING, MISSING + 1, -(2**31) - 1, -(2**31), 1 - 2**31, -1, 0, 7, 2**31 - 1, 2**31, 2**63 - 1]
)


@given(st.lists(st.lists(st.builds(Milestone, EDGES, st.floats(allow_nan=False)), max_size=4), max_size=4))
def test_blocks_of_any_size_give_every_number_back(pieces):
    """Large blocks are packed when they are settled; here all are large."""
    table, rows = Columns(Milestone), [row for piece in pieces for row in piece]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "_LARGE", 1)
        for piece in pieces:
            table.extend(piece)
            table.settle()
    assert [*table] == rows == [table[number] for number in range(len(rows))]
    arrays = table.arrays()
    assert arrays["day"].dtype == np.int64
    assert [*zip(arrays["day"].tolist(), arrays["price"].tolist(), strict=True)] == rows
    table.extend(rows)
    table.settle()
    assert [*table] == rows * 2


def test_a_settled_table_of_small_numbers_takes_half_the_room():
    rooms = []
    for day in (2**31, 2**31 - 1):
        table = Columns(Milestone)
        tracemalloc.start()
        table.extend_columns(100_000, day=day, price=0.5)
        table.settle()
        rooms.append(tracemalloc.get_traced_memory()[0])
        tracemalloc.stop()
    assert rooms[0] > 1_600_000
    assert rooms[1] < 0.8 * rooms[0]
