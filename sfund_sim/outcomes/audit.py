"""Audit of the register: replay one chain, without the world, and name the first record that breaks each rule."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sfund_sim.market.register import FIELDS, HEADER, first_broken
from sfund_sim.outcomes.breaches import Breach
from sfund_sim.outcomes.register_books import BookRecord, Books, Held, Sold
from sfund_sim.terms import RegisterEntry

RULES = {
    "chain": "every record is sealed by the one before it",
    "dates": "dates never go back",
    "units": "no unit of a fund appears, vanishes or is sold twice",
    "listings": "no holding is in two open listings",
    "disclosure": "nobody bids who was not shown the data first",
    "awards": "nothing changes hands without an award, nor below the floor",
    "payments": "what buyers pay is what sellers get and what was agreed",
    "pledges": "who pledges a holding owns it, and no holding changes hands while it is pledged",
    "holdings": "holdings rebuilt from the register are the final holdings",
    "exits": "the sales in the table of exits are the register's: price, seller, buyer, units, date",
}
"""What is checked, by name, in the order of the verdict."""
_BROKEN_SEAL = (
    "its seal does not fit: it was altered, or a record before it was taken out or put in",
    "封存值不符：该记录被改动，或其前有记录被删去或插入",
)
_BROKEN_EDGE = (
    "the line of column names, or the end of the last line, is not as written",
    "列名行或最后一行的结尾与写入时不同",
)


class Fault(NamedTuple):
    """The first breach of one rule."""

    record: int
    """Number of the record, 1-based; 0 for the register as a whole."""
    rule: str
    what: str
    what_zh: str


@dataclass(frozen=True, slots=True)
class Audited:
    """What the audit of one chain found."""

    records: int
    faults: tuple[Fault, ...]
    """At most one a rule: those seen on reading, in the order of records, then those seen when all was read."""


def audit(
    content: bytes, *, genesis: str, final: Mapping[str, Held], sold: Mapping[str, Sold] | None = None
) -> Audited:
    """Replay a chain's file and compare what it comes to with the final holdings, and with the sales if given."""
    faults: dict[str, Fault] = {}

    def note(record: int, rule: str, what: str, what_zh: str) -> None:
        faults.setdefault(rule, Fault(record, rule, what, what_zh))

    header, _, rest = content.partition(b"\n")
    records = rest.removesuffix(b"\n").split(b"\n") if rest else []
    if broken := first_broken(records, genesis):
        note(broken, "chain", *_BROKEN_SEAL)
    if header != HEADER.encode() or not content.endswith(b"\n"):
        note(0, "chain", *_BROKEN_EDGE)
    books = Books()
    for record in _read(records, note):
        try:
            books.enter(record)
        except Breach as breach:
            note(record.number, breach.rule, breach.text(), breach.text("zh"))
    in_order = sorted(faults.values(), key=lambda fault: (fault.record == 0, fault.record, fault.rule != "chain"))
    for found in (books.unsettled(), books.differing(final), books.sold_otherwise(sold) if sold is not None else ()):
        for number, left in sorted(found, key=_by_number)[:1]:
            in_order += [] if left.rule in faults else [Fault(number, left.rule, left.text(), left.text("zh"))]
    return Audited(len(records), tuple(in_order))


def _by_number(found: tuple[int, Breach]) -> int:
    return found[0]


def _read(records: Sequence[bytes], note: Callable[[int, str, str, str], None]) -> Iterator[BookRecord]:
    """Records up to the first that cannot be read."""
    for number, record in enumerate(records, start=1):
        try:
            yield _parsed(number, record)
        except (ValueError, KeyError, csv.Error):
            note(number, "chain", "it cannot be read", "无法读取")
            return


def _parsed(number: int, record: bytes) -> BookRecord:
    line = record.decode()
    fields = line.split(",") if '"' not in line else next(csv.reader([line]))
    if len(fields) != len(FIELDS):
        raise ValueError(line)
    _, day, entry, deal, holding, fund, giver, taker, units, fen, _ = fields
    code = RegisterEntry[entry.upper()]
    date.fromisoformat(day)
    return BookRecord(number, day, code, deal, holding, fund, giver, taker, int(units or 0), int(fen or 0))
