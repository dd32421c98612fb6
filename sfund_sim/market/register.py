"""The platform's tamper-evident register: every record is sealed with the hash of all records before it.

A chain is a text file: a header, then one line a record, which ends in its *seal*, ``sha256(previous seal + line)``.
What stands before the first record is the *genesis*, a hash of the run's identity: no chain fits another run. Changing,
dropping, adding or swapping records breaks the seal of the first record concerned (Haber and Stornetta 1991, "How to
time-stamp a digital document").
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence

FIELDS = (
    "record",
    "date",
    "entry",
    "deal_id",
    "holding_id",
    "fund_id",
    "giver_id",
    "taker_id",
    "share_units",
    "amount_fen",
    "seal",
)
"""Columns of a chain's file; ``record`` counts from 1 without gaps; an empty field means none."""

HEADER = ",".join(FIELDS)


def genesis(scenario_hash: str, seed: int, replication: int) -> str:
    """Return the hash that stands before the first record: which scenario, which seed, which replication."""
    return hashlib.sha256(f"{scenario_hash},{seed},{replication}".encode()).hexdigest()


def chain(blocks: Iterable[Sequence[bytes]], first: str) -> Iterator[bytes]:
    """Give the sealed register block by block, header first, from the lines of its records and its genesis."""
    sha256 = hashlib.sha256
    yield HEADER.encode() + b"\n"
    previous = first.encode()
    for lines in blocks:
        sealed = []
        for line in lines:
            previous = sha256(previous + line).hexdigest().encode()
            sealed.append(line + b"," + previous)
        yield b"\n".join([*sealed, b""])


def first_broken(records: Iterable[bytes], first: str) -> int:
    """Number of the first record whose seal or number is not what those before it demand; 0 when there is none."""
    previous = first.encode()
    for number, record in enumerate(records, start=1):
        content, _, sealed = record.rpartition(b",")
        expected = hashlib.sha256(previous + content).hexdigest().encode()
        if sealed != expected or content.partition(b",")[0] != b"%d" % number:
            return number
        previous = sealed
    return 0
