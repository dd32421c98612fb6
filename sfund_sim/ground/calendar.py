"""The calendar: day numbers from the scenario's start, and the working days of the People's Republic.

Working days come from three sources, the best that knows the year: ``announced`` (the State Council's yearly notice,
with the weekends that are worked in exchange: package chinesecalendar, or holidays for a year that it lacks),
``statutory`` (package holidays: the days off that the law fixes, for a year of which neither knows a notice) and
``weekends`` (Saturdays and Sundays only). ``sources()`` says which years used which, so that a run can warn. Which
notices a package knows depends on its version, and working days move results: ``pyproject.toml`` therefore names one
version of each.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple

import numpy as np

Source = Literal["announced", "statutory", "weekends"]

DAYS_A_YEAR = 365.25
"""Days of a mean year: what rates a year are turned into rates a day with."""
QUARTERS_PER_YEAR = 4
CALENDAR_DAYS = 1.4
"""Calendar days a working day: seven for five."""
MARGIN_DAYS = 1096
"""Days beyond the horizon for which working days are known: a period that begins inside a run may end outside it."""


class _Tables(NamedTuple):
    """The working days of one stretch of time, precomputed."""

    working: list[int]
    """Day numbers of the working days, in order."""
    passed: list[int]
    """For each day, how many working days lie in day 0 up to and including it."""
    sources: dict[int, Source]


@dataclass(frozen=True)
class Calendar:
    """Days numbered from 0 at ``start``; the run covers ``days`` of them, day 0 to day ``days - 1``.

    Working days are known from ``start`` until ``MARGIN_DAYS`` after the horizon.
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

    def lists(self) -> tuple[list[int], list[int]]:
        """All working days in order, and for each day how many lie in day 0 up to and including it."""
        return self._tables.working, self._tables.passed

    def working_day_after(self, day: int, n: int) -> int:
        """The n-th working day after ``day``, which itself does not count (Civil Code 2020, Art. 201).

        n = 0 gives ``day`` back; what lies beyond the calendar is its last working day, which no run reaches.
        """
        working, passed, _ = self._tables
        return working[min(passed[day] + n, len(working)) - 1] if n > 0 else day

    def sources(self) -> dict[int, Source]:
        """For each year of the run, where its working days come from."""
        last = self.start + timedelta(days=self.days - 1)
        return {year: source for year, source in self._tables.sources.items() if year <= last.year}

    @cached_property
    def _tables(self) -> _Tables:
        return _tables(self.start, self.days)


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
    return _Tables(numbers[works].tolist(), np.cumsum(works, dtype=np.int64).tolist(), sources)


@lru_cache(maxsize=128)
def _exceptions(year: int) -> tuple[Source, list[date], list[date]]:
    """Where the year's working days come from, its weekdays off and its working weekends."""
    announced = _announced()
    if year in announced:
        return ("announced", *announced[year])
    from holidays import country_holidays

    china = country_holidays("CN", years=year)
    made_up = [when for when in sorted(china.weekend_workdays) if when.year == year]
    if not china:
        return ("weekends", [], [])
    # Weekends are worked in exchange by a notice only: where the package knows any, it knows the notice.
    return ("announced" if made_up else "statutory", sorted(china), made_up)


@lru_cache(maxsize=1)
def _announced() -> dict[int, tuple[list[date], list[date]]]:
    """The State Council's notices by year: days off, working weekends."""
    from chinese_calendar.constants import holidays, workdays

    years = range(min(holidays).year, max(holidays).year + 1)
    return {
        year: ([when for when in holidays if when.year == year], [when for when in workdays if when.year == year])
        for year in years
    }
