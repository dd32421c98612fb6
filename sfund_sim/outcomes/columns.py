"""From a journal's integers to readable columns: fen to yuan, day numbers to dates, codes to words, slots to names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sfund_sim.ground.columns import MISSING
from sfund_sim.ground.money import FEN_PER_YUAN
from sfund_sim.outcomes.intervals import Floats
from sfund_sim.outcomes.run_info import RunInfo
from sfund_sim.terms import BuyerKind, LpKind, Term

Codes = NDArray[np.int64]


def yuan(fen: NDArray[Any]) -> Floats:
    """Money in yuan; NaN where there is none."""
    return np.where(fen == MISSING, np.nan, fen / FEN_PER_YUAN)


def number(values: Codes) -> Floats:
    """A whole number as a float; NaN where there is none."""
    return np.where(values == MISSING, np.nan, values.astype(np.float64))


def whole(values: Codes) -> pd.arrays.IntegerArray:
    """A whole number that may be missing."""
    gone = values == MISSING
    return pd.arrays.IntegerArray(np.where(gone, 0, values), gone)


def flag(truth: NDArray[np.bool_]) -> Codes:
    """0 or 1."""
    return truth.astype(np.int64)


def words(codes: Codes, terms: type[Term]) -> pd.Categorical:
    """Codes as the words of a family of terms; missing stays missing."""
    return categories(np.where(codes == MISSING, -1, codes), terms.labels())


def categories(codes: Codes, labels: Sequence[str]) -> pd.Categorical:
    """Codes as words from a list; -1 is missing."""
    return pd.Categorical.from_codes(codes.tolist(), categories=pd.Index(list(labels), dtype=object))


def ratio(above: Floats, below: Floats) -> Floats:
    """A quotient; NaN where either is missing or the divisor is not positive."""
    good = below > 0
    return np.where(good, above / np.where(good, below, 1.0), np.nan)


LEAST_BASE_YUAN_A_UNIT = 100.0
"""1 % of a unit's commitment (10,000 yuan): a price over less than that says nothing of the price."""


def price_ratio(price: Floats, base: Floats, units: Codes) -> Floats:
    """A price over a base of value; NaN where either is missing or the base is below 1 % of the commitment sold."""
    return np.where(base >= LEAST_BASE_YUAN_A_UNIT * units, ratio(price, base), np.nan)


def days_between(first: Codes, last: Codes) -> pd.arrays.IntegerArray:
    """Days from one day to another; missing where either is."""
    gone = (first == MISSING) | (last == MISSING)
    return pd.arrays.IntegerArray(np.where(gone, 0, np.where(gone, 0, last) - np.where(gone, 0, first)), gone)


def row_names(letter: str, replication: int, rows: Codes) -> NDArray[np.object_]:
    """Identifiers such as ``R3-X12``: unique in a run, and never taken for a number or a date by a spreadsheet."""
    names = [None if row == MISSING else f"R{replication}-{letter}{row}" for row in rows.tolist()]
    return np.array(names, dtype=object)


def row_of_name(name: str) -> tuple[int, int]:
    """Replication and row number of an identifier such as ``R3-X12``; ValueError when it is not one."""
    replication, _, row = name.strip().upper().partition("-")
    if not (replication[:1] == "R" and replication[1:].isdecimal() and row[1:].isdecimal()):
        raise ValueError(f"'{name}' is not an identifier like R0-X12")
    return int(replication[1:]), int(row[1:])


class Reader:
    """Turns the columns of one replication into readable ones, with the names and dates of its run."""

    def __init__(self, info: RunInfo, replication: int) -> None:
        self.info = info
        self.replication = replication
        self._start = np.datetime64(info.start_date, "D")
        names = info.names
        self._investor_kinds = np.array([*names.lp_kinds, *names.buyer_kinds], np.int64)

    def key(self, rows: int) -> dict[str, Any]:
        """The columns with which every table begins: scenario and replication."""
        scenario = categories(np.zeros(rows, np.int64), [self.info.scenario_id])
        return {"scenario_id": scenario, "rep": np.full(rows, self.replication, np.int64)}

    def date(self, days: Codes) -> NDArray[np.object_]:
        """Day numbers as ISO dates."""
        gone = days == MISSING
        text = np.datetime_as_string(self._start + np.where(gone, 0, days), unit="D").astype(object)
        text[gone] = None
        return np.asarray(text, dtype=object)

    def fund(self, slots: Codes) -> NDArray[np.object_]:
        """Names of funds."""
        return _named(slots, self.info.names.funds, "fund")

    def lp(self, slots: Codes) -> NDArray[np.object_]:
        """Names of LPs."""
        return _named(slots, self.info.names.lps, "lp")

    def investor(self, slots: Codes) -> NDArray[np.object_]:
        """Names of investors: LPs first, then buyers."""
        return _named(slots, (*self.info.names.lps, *self.info.names.buyers), "investor")

    def venue(self, slots: Codes) -> NDArray[np.object_]:
        """Names of venues."""
        return _named(slots, self.info.names.venues, "venue")

    def buyer_kind(self, slots: Codes) -> pd.Categorical:
        """Kind of the investor as a buyer; an LP that buys is a partner of the fund (``co_lp``)."""
        partners = len(self.info.names.lps)
        known = (slots >= partners) & (slots < self._investor_kinds.size)
        kinds = self._investor_kinds[np.where(known, slots, 0)] if self._investor_kinds.size else slots
        partner = np.where((slots >= 0) & (slots < partners), int(BuyerKind.CO_LP), -1)
        return categories(np.where(known, kinds, partner), BuyerKind.labels())

    def owner_kind(self, slots: Codes) -> NDArray[np.object_]:
        """Kind of an owner: an LP's kind, or a buyer's with ``buyer_`` before it."""
        names = self.info.names
        labels = [LpKind(kind).label for kind in names.lp_kinds]
        labels += [f"buyer_{BuyerKind(kind).label}" for kind in names.buyer_kinds]
        return _named(slots, tuple(labels), "investor")


def _named(slots: Codes, names: Sequence[str], word: str) -> NDArray[np.object_]:
    known = len(names)
    named = [
        None if slot == MISSING else names[slot] if 0 <= slot < known else f"{word}_{slot}" for slot in slots.tolist()
    ]
    return np.array(named, dtype=object)
