"""From a journal's integers to readable columns: fen to yuan, day numbers to dates, codes to words, slots to names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sfund_sim.ground.columns import MISSING
from sfund_sim.ground.money import FEN_PER_YUAN
from sfund_sim.outcomes.byte_columns import Labels
from sfund_sim.outcomes.intervals import Floats
from sfund_sim.outcomes.run_info import RunInfo
from sfund_sim.terms import BuyerKind, LpKind, Term

Codes = NDArray[np.int64]
_QUOTED = re.compile('[,"\\n\\r]')


def quoted(texts: Sequence[str]) -> Sequence[str]:
    """Texts as cells of a CSV file: between quotation marks where a comma, one of them or a line's end demands it."""
    if not _QUOTED.search("".join(texts)):
        return texts
    return ['"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text for text in texts]


class NameList:
    """Texts that a column's cells are chosen from."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts

    @cached_property
    def cells(self) -> Labels:
        """The texts as they stand in a CSV file."""
        return Labels(quoted(self.texts))

    @cached_property
    def objects(self) -> NDArray[np.object_]:
        """The texts, and None behind them for a cell without any."""
        return np.array([*self.texts, None], dtype=object)


@dataclass(frozen=True, slots=True)
class Named:
    """A column of texts by their numbers in a list; -1 is missing."""

    names: NameList
    codes: Codes

    def __len__(self) -> int:
        return self.codes.size

    def objects(self) -> NDArray[np.object_]:
        """The texts themselves; rows with the same one share it."""
        return np.asarray(self.names.objects[self.codes])


@dataclass(frozen=True, slots=True)
class RowNames:
    """A column of identifiers such as ``R3-X12``; ``MISSING`` rows have none."""

    prefix: str
    rows: Codes

    def __len__(self) -> int:
        return self.rows.size

    def objects(self) -> NDArray[np.object_]:
        """The identifiers themselves."""
        last = int(self.rows.max(initial=-1))
        if last < self.rows.size:
            names = NameList([f"{self.prefix}{row}" for row in range(last + 1)])
            return Named(names, np.where(self.rows == MISSING, -1, self.rows)).objects()
        each = [None if row == MISSING else f"{self.prefix}{row}" for row in self.rows.tolist()]
        return np.array(each, dtype=object)


Column = Any
"""What a table's column may be: numbers, ``whole`` numbers, ``words``, or names as ``Named`` and ``RowNames``."""


def is_text(column: Column) -> bool:
    """Is a column one of names, dates or identifiers?"""
    return isinstance(column, Named | RowNames)


def for_pandas(column: Column, text: str | None = None) -> Any:
    """A column as pandas knows it: names as texts, of the dtype given (None: pandas' own)."""
    return pd.Series(column.objects(), dtype=text) if is_text(column) else column


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
    return pd.Categorical.from_codes(codes, categories=pd.Index(list(labels), dtype=object))


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


def row_names(letter: str, replication: int, rows: Codes) -> RowNames:
    """Identifiers such as ``R3-X12``: unique in a run, and never taken for a number or a date by a spreadsheet."""
    return RowNames(f"R{replication}-{letter}", rows)


def row_of_name(name: str) -> tuple[int, int]:
    """Replication and row number of an exit's identifier such as ``R3-X12``; ValueError when it is not one."""
    replication, _, row = name.strip().upper().partition("-")
    if not (replication[:1] == "R" and replication[1:].isdecimal() and row[:1] == "X" and row[1:].isdecimal()):
        raise ValueError(f"'{name}' is not an identifier like R0-X12")
    return int(replication[1:]), int(row[1:])


class Reader:
    """Turns the columns of one replication into readable ones, with the names and dates of its run."""

    def __init__(self, info: RunInfo, replication: int) -> None:
        self.info = info
        self.replication = replication
        names = info.names
        self._funds, self._lps, self._venues = NameList(names.funds), NameList(names.lps), NameList(names.venues)
        self._investors = NameList((*names.lps, *names.buyers))
        self._investor_kinds = np.array([*names.lp_kinds, *names.buyer_kinds], np.int64)

    def key(self, rows: int) -> dict[str, Any]:
        """The columns with which every table begins: scenario and replication."""
        scenario = categories(np.zeros(rows, np.int64), [self.info.scenario_id])
        return {"scenario_id": scenario, "rep": np.full(rows, self.replication, np.int64)}

    def date(self, days: Codes) -> Named:
        """Day numbers as ISO dates."""
        gone = days == MISSING
        first = int(days.min(where=~gone, initial=np.iinfo(np.int64).max))
        last = int(days.max(initial=MISSING))
        if first >= 0 and last < self.info.horizon_days:
            return Named(_dates(self.info.start_date, 0, self.info.horizon_days), np.where(gone, -1, days))
        return Named(_dates(self.info.start_date, first, last + 1), np.where(gone, -1, days - first))

    def fund(self, slots: Codes) -> Named:
        """Names of funds."""
        return _named(slots, self._funds, "fund")

    def lp(self, slots: Codes) -> Named:
        """Names of LPs."""
        return _named(slots, self._lps, "lp")

    def investor(self, slots: Codes) -> Named:
        """Names of investors: LPs first, then buyers."""
        return _named(slots, self._investors, "investor")

    def venue(self, slots: Codes) -> Named:
        """Names of venues."""
        return _named(slots, self._venues, "venue")

    def buyer_kind(self, slots: Codes) -> pd.Categorical:
        """Kind of the investor as a buyer; an LP that buys is a partner of the fund (``co_lp``)."""
        partners = len(self.info.names.lps)
        known = (slots >= partners) & (slots < self._investor_kinds.size)
        kinds = self._investor_kinds[np.where(known, slots, 0)] if self._investor_kinds.size else slots
        partner = np.where((slots >= 0) & (slots < partners), int(BuyerKind.CO_LP), -1)
        return categories(np.where(known, kinds, partner), BuyerKind.labels())

    def owner_kind(self, slots: Codes) -> Named:
        """Kind of an owner: an LP's kind, or a buyer's with ``buyer_`` before it."""
        owner, lps, known = self.investor(slots), len(self._lps.texts), len(self._investors.texts)
        labels = [*LpKind.labels(), *(f"buyer_{label}" for label in BuyerKind.labels())]
        kinds = self._investor_kinds + np.where(np.arange(known) < lps, 0, len(LpKind))
        strange = np.arange(len(labels), len(labels) + len(owner.names.texts) - known)
        code = np.concatenate([kinds, strange, [-1]])[owner.codes]
        return Named(NameList([*labels, *owner.names.texts[known:]]), code)


@lru_cache(maxsize=16)
def _dates(start: date, first: int, stop: int) -> NameList:
    """ISO dates of days counted from a start; nearly all columns of a run share one list, and the cells made of it."""
    days = np.datetime64(start, "D") + np.arange(first, stop)
    return NameList(np.datetime_as_string(days, unit="D").tolist())


def _named(slots: Codes, names: NameList, word: str) -> Named:
    """Names by slot; a slot beyond the list gets a name made of it."""
    known = len(names.texts)
    codes = np.where(slots == MISSING, -1, slots)
    strange = (slots != MISSING) & ((slots < 0) | (slots >= known))
    if strange.any():
        beyond, place = np.unique(slots[strange], return_inverse=True)
        codes[strange] = known + place
        names = NameList([*names.texts, *(f"{word}_{slot}" for slot in beyond.tolist())])
    return Named(names, codes)
