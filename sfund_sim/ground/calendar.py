"""The calendar: day numbers from the scenario's start, quarter ends, and the working days of the People's Republic.

Working days come from three sources, the best that knows the year: ``announced`` (package chinesecalendar: the State
Council's yearly notice, with the weekends that are worked in exchange), ``statutory`` (package holidays: the days off
that the law fixes, without exchanged weekends where no notice is out yet) and ``weekends`` (Saturdays and Sundays
only). ``sources()`` says which years used which, so that a run can warn.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.int64]
Source = Literal["announced", "statutory", "weekends"]

DAYS_A_YEAR = 365.25
"""Days of a mean year: what rates a year are turned into rates a day with."""
QUARTERS_PER_YEAR = 4
MARGIN_DAYS = 1096
"""Days beyond the horizon for which working days are known: a period that begins inside a run may end outside it."""


class _Tables(NamedTuple):
    """The working days of one stretch of time, precomputed."""

    working: Days
    """Day numbers of the working days, in order."""
    passed: Days
    """For each day, how many working days lie in day 0 up to and including it."""
    working_list: list[int]
    passed_list: list[int]
    quarter_ends: Days
    sources: dict[int, Source]


@dataclass(frozen=True)
class Calendar:
    """Days numbered from 0 at ``start``; the run covers ``days`` of them, day 0 to day ``days - 1``.

    Turning dates into day numbers and back works for any date (a fund may be older than the run: its vintage has a
    negative number). Working days are known from ``start`` until ``MARGIN_DAYS`` after the horizon; asking beyond that
    is a ValueError that names the dates covered.
    """

    start: date
    days: int

    def __post_init__(self) -> None:
        if self.days < 1:
            raise ValueError(f"a calendar needs at least 1 day, not {self.days}")
        try:
            self.start + timedelta(days=self.days + MARGIN_DAYS)
        except OverflowError:
            raise ValueError(f"{self.days} days from {self.start} go beyond the year 9999") from None

    @property
    def end(self) -> date:
        """The last date of the run."""
        return self.date_of(self.days - 1)

    def day_of(self, when: date) -> int:
        """Day number of a date; negative before the start."""
        return (when - self.start).days

    def date_of(self, day: int) -> date:
        """Date of a day number."""
        try:
            return self.start + timedelta(days=int(day))
        except OverflowError:
            raise ValueError(f"day {day} from {self.start} is not a date between the years 1 and 9999") from None

    def quarter_ends(self) -> Days:
        """Day numbers of the quarter ends (31 March, 30 June, ...) inside the run, in order."""
        return self._tables.quarter_ends

    def working_days(self) -> Days:
        """Day numbers of all working days from the start to the end of the margin, in order."""
        return self._tables.working

    def lists(self) -> tuple[list[int], list[int]]:
        """All working days in order, and for each day how many lie in day 0 up to and including it."""
        return self._tables.working_list, self._tables.passed_list

    def is_working_day(self, day: int) -> bool:
        """Is it a working day?"""
        passed = self._tables.passed_list
        self._check(day)
        return passed[day] > (passed[day - 1] if day else 0)

    @overload
    def add_working_days(self, day: int, n: int) -> int: ...
    @overload
    def add_working_days(self, day: Days, n: int | Days) -> Days: ...
    @overload
    def add_working_days(self, day: int, n: Days) -> Days: ...
    def add_working_days(self, day: int | Days, n: int | Days) -> int | Days:
        """The n-th working day after ``day``, which itself does not count (Civil Code 2020, Art. 201).

        n = 0 gives ``day`` back; a negative n counts backwards. Arrays are taken elementwise.
        """
        if isinstance(day, int) and isinstance(n, int):
            return self._add_one(day, n)
        self._check(day)
        tables, count = self._tables, np.asarray(n)
        place = tables.passed[day] + np.where(count > 0, count - 1, count)
        working_today = tables.working[np.maximum(tables.passed[day] - 1, 0)] == day
        place = np.where((count < 0) & working_today, place - 1, place)
        self._check_place(place, count)
        return np.where(count == 0, day, tables.working[np.where(count == 0, 0, place)])

    @overload
    def working_days_between(self, first: int, last: int) -> int: ...
    @overload
    def working_days_between(self, first: Days, last: int | Days) -> Days: ...
    @overload
    def working_days_between(self, first: int, last: Days) -> Days: ...
    def working_days_between(self, first: int | Days, last: int | Days) -> int | Days:
        """Working days after ``first`` up to and including ``last``; negative when ``last`` is the earlier one."""
        self._check(first)
        self._check(last)
        if isinstance(first, int) and isinstance(last, int):
            return self._tables.passed_list[last] - self._tables.passed_list[first]
        passed = self._tables.passed
        return np.asarray(passed[last] - passed[first], np.int64)

    def sources(self) -> dict[int, Source]:
        """For each year of the run, where its working days come from."""
        return {year: source for year, source in self._tables.sources.items() if year <= self.end.year}

    @cached_property
    def _tables(self) -> _Tables:
        return _tables(self.start, self.days)

    def _add_one(self, day: int, n: int) -> int:
        tables = self._tables
        if n > 0 <= day < len(tables.passed_list):
            place = tables.passed_list[day] + n - 1
            if place < len(tables.working_list):
                return tables.working_list[place]
        self._check(day)
        if n == 0:
            return day
        place = tables.passed_list[day] + (n - 1 if n > 0 else n - self.is_working_day(day))
        self._check_place(place, n)
        return tables.working_list[place]

    def _check(self, day: int | Days) -> None:
        low, high = (day, day) if isinstance(day, int) else (np.min(day, initial=0), np.max(day, initial=0))
        if low < 0 or high >= self.days + MARGIN_DAYS:
            outside = low if low < 0 else high
            raise ValueError(f"day {outside} has no working calendar: {self._covered()}")

    def _check_place(self, place: int | Days, n: int | Days) -> None:
        low, high = (place, place) if isinstance(place, int) else (np.min(place, initial=0), np.max(place, initial=0))
        if low < 0 or high >= self._tables.working.size:
            raise ValueError(f"counting {n} working days leaves the calendar: {self._covered()}")

    def _covered(self) -> str:
        return f"it covers {self.start} (day 0) to {self.date_of(self.days + MARGIN_DAYS - 1)}"


@lru_cache(maxsize=16)
def _tables(start: date, days: int) -> _Tables:
    span = days + MARGIN_DAYS
    numbers = np.arange(span, dtype=np.int64)
    dates = np.datetime64(start, "D") + numbers
    # 1970-01-01, day 0 of NumPy's dates, was a Thursday: 3 makes Monday 0.
    works = (dates.astype(np.int64) + 3) % 7 < 5
    sources: dict[int, Source] = {}
    for year in range(start.year, (start + timedelta(days=span - 1)).year + 1):
        sources[year], off, on = _exceptions(year)
        for exceptions, value in ((off, False), (on, True)):
            places = np.array([(when - start).days for when in exceptions], np.int64)
            works[places[(places >= 0) & (places < span)]] = value
    working, passed = numbers[works], np.cumsum(works, dtype=np.int64)
    ends = numbers[:days][_quarter_ends(dates[:days])]
    for array in (working, passed, ends):
        array.flags.writeable = False
    return _Tables(working, passed, working.tolist(), passed.tolist(), ends, sources)


def _quarter_ends(dates: NDArray[np.datetime64]) -> NDArray[np.bool_]:
    tomorrow = dates + np.timedelta64(1, "D")
    months = tomorrow.astype("datetime64[M]")
    ends: NDArray[np.bool_] = (months.astype(np.int64) % 3 == 0) & (months.astype("datetime64[D]") == tomorrow)
    return ends


@lru_cache(maxsize=128)
def _exceptions(year: int) -> tuple[Source, list[date], list[date]]:
    """Where the year's working days come from, its weekdays off and its working weekends."""
    announced = _announced()
    if year in announced:
        return ("announced", *announced[year])
    from holidays import country_holidays

    china = country_holidays("CN", years=year)
    made_up = [when for when in sorted(china.weekend_workdays) if when.year == year]
    return ("statutory", sorted(china), made_up) if china else ("weekends", [], [])


@lru_cache(maxsize=1)
def _announced() -> dict[int, tuple[list[date], list[date]]]:
    """The State Council's notices by year: days off, working weekends."""
    from chinese_calendar.constants import holidays, workdays

    years = range(min(holidays).year, max(holidays).year + 1)
    return {
        year: ([when for when in holidays if when.year == year], [when for when in workdays if when.year == year])
        for year in years
    }
