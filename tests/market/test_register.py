from __future__ import annotations

import hashlib
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sfund_sim.market import register

FIRST = register.genesis("a" * 64, 1, 1)
LINES = [f"{n},2020-01-{n:02d},issue,,R1-H{n},F1,,lp_{n},100,0" for n in range(1, 8)]


def chained(lines) -> bytes:
    return b"".join(register.chain([[line.encode() for line in lines]], FIRST))


CHAIN = chained(LINES)


def records(content: bytes) -> list[bytes]:
    return content.removesuffix(b"\n").split(b"\n")[1:]


def test_a_seal_is_the_hash_of_the_seal_before_and_the_line():
    first, second = records(CHAIN)[:2]
    assert first.endswith(hashlib.sha256((FIRST + LINES[0]).encode()).hexdigest().encode())
    previous = first.rpartition(b",")[2]
    assert second == LINES[1].encode() + b"," + hashlib.sha256(previous + LINES[1].encode()).hexdigest().encode()


def test_the_header_names_the_columns_and_an_empty_register_is_only_that():
    assert CHAIN.split(b"\n")[0].decode().split(",") == list(register.FIELDS)
    assert b"".join(register.chain([], FIRST)) == register.HEADER.encode() + b"\n"


def test_an_untouched_chain_has_no_broken_record():
    assert register.first_broken(records(CHAIN), FIRST) == 0


@pytest.mark.parametrize("other", [("b" * 64, 1, 1), ("a" * 64, 2, 1), ("a" * 64, 1, 2)])
def test_a_chain_fits_no_other_scenario_seed_or_replication(other):
    assert register.first_broken(records(CHAIN), register.genesis(*other)) == 1


@settings(max_examples=150)
@given(st.integers(0, len(LINES) - 1), st.data())
def test_any_byte_changed_in_any_field_is_found_at_its_record(row, data):
    changed = records(CHAIN)
    place = data.draw(st.integers(0, len(changed[row]) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != changed[row][place]))
    changed[row] = changed[row][:place] + bytes([other]) + changed[row][place + 1 :]
    assert register.first_broken(changed, FIRST) == row + 1


@given(st.integers(0, len(LINES) - 2))
def test_a_record_taken_out_is_missed_where_it_stood(row):
    changed = records(CHAIN)
    del changed[row]
    assert register.first_broken(changed, FIRST) == row + 1


@given(st.integers(0, len(LINES)), st.integers(0, len(LINES) - 1))
def test_a_record_put_in_is_found_where_it_stands(row, copied):
    changed = records(CHAIN)
    changed.insert(row, changed[copied])
    found = register.first_broken(changed, FIRST)
    assert found == (row + 1 if copied != row else row + 2)


@given(st.lists(st.integers(0, len(LINES) - 1), min_size=2, max_size=2, unique=True))
def test_two_records_swapped_are_found_at_the_first_of_them(rows):
    changed = records(CHAIN)
    one, two = rows
    changed[one], changed[two] = changed[two], changed[one]
    assert register.first_broken(changed, FIRST) == min(rows) + 1


@pytest.mark.benchmark
def test_a_hundred_thousand_records_are_sealed_in_half_a_second():
    lines = [f"{n},2020-01-01,disclose,R1-X{n},R1-H{n},F00001,,market_s_fund_001,100,0" for n in range(1, 100_001)]
    began = time.perf_counter()
    chained(lines)
    assert time.perf_counter() - began < 0.5
