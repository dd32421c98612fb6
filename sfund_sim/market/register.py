"""The platform's tamper-evident register: every record is sealed with the hash of all records before it.

A chain is a text file: a header, then one line a record, which ends in its *seal*, ``sha256(previous seal + line)``.
What stands before the first record is the *genesis*, a hash of the run's identity, so no chain fits another run. Changing,
dropping, adding or swapping records breaks every seal from there on (Haber and Stornetta 1991, "How to time-stamp a
digital document").
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sfund_sim.ground.columns import MISSING
from sfund_sim.terms import RegisterEntry

FIELDS = ("number", "date", "entry", "deal", "holding", "fund", "giver", "taker", "units", "fen", "hash")
"""Columns of a chain's file; ``number`` counts from 1 without gaps, ``hash`` is the seal in hexadecimal."""

HEADER = ",".join(FIELDS)

_NUMBERS = ("deal", "holding", "fund", "giver", "taker", "units", "fen")


def genesis(scenario_sha256: str, seed: int, replication: int) -> str:
    """Return the hash that stands before the first record: which scenario, which seed, which replication."""
    return hashlib.sha256(f"{scenario_sha256},{seed},{replication}".encode()).hexdigest()


def seal(previous: str, line: str) -> str:
    """Return the hash of a record: of the seal before it and its own canonical line."""
    return hashlib.sha256((previous + line).encode()).hexdigest()


def lines(rows: dict[str, NDArray[Any]], start: date) -> Iterator[str]:
    """Canonical lines of the records (``RegisterRow`` as columns), without their seals; day 0 is ``start``."""
    days, place = np.unique(rows["day"], return_inverse=True)
    dates = (np.datetime64(start, "D") + days).astype(str)[place].tolist()
    entries = np.array(RegisterEntry.labels())[rows["entry"]].tolist()
    columns = [_texts(rows[name]) for name in _NUMBERS]
    numbers = map(str, range(1, len(dates) + 1))
    return map(",".join, zip(numbers, dates, entries, *columns, strict=True))


def chain(rows: dict[str, NDArray[Any]], first: str, start: date) -> str:
    """Return the sealed register as text, given its genesis."""
    sealed = [HEADER]
    previous = first
    sha256 = hashlib.sha256
    for line in lines(rows, start):
        previous = sha256((previous + line).encode()).hexdigest()
        sealed.append(f"{line},{previous}")
    return "\n".join(sealed) + "\n"


def _texts(column: NDArray[np.int64]) -> list[str]:
    """Whole numbers as text, nothing where the number is MISSING."""
    texts = list(map(str, column.tolist()))
    for place in np.flatnonzero(column == MISSING).tolist():
        texts[place] = ""
    return texts
