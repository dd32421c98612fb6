"""The calendar against the packages it rests on, and against counting on one's fingers."""

from __future__ import annotations

import time
from datetime import date, timedelta

import chinese_calendar
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sfund_sim.ground import calendar as calendar_module
from sfund_sim.ground.calendar import MARGIN_DAYS, Calendar

DECADE = Calendar(date(2016, 1, 1), 3653)
INSIDE = st.integers(0, DECADE.days - 1)


def test_every_day_of_the_announced_years_agrees_with_the_package():
    first, last = date(2004, 1, 1), date(2026, 12, 31)
    whole = Calendar(first, (last - first).days + 1)
    for day in range(whole.days):
        assert whole.is_working_day(day) == chinese_calendar.is_workday(first + timedelta(days=day))


def test_a_make_up_sunday_is_a_working_day_and_the_spring_festival_is_not():
    assert DECADE.is_working_day(DECADE.day_of(date(2024, 2, 4)))
    assert not DECADE.is_working_day(DECADE.day_of(date(2024, 2, 12)))


def test_twenty_working_days_skip_two_festivals_and_count_three_worked_weekend_days():
    # 16, 17, 18 (Saturday), 22-24, 26 (Sunday), 27-30 September; 8, 9 (Saturday), 11-15, 18, 19 October.
    filed = DECADE.day_of(date(2021, 9, 15))
    assert DECADE.date_of(DECADE.add_working_days(filed, 20)) == date(2021, 10, 19)


@given(day=INSIDE, n=st.integers(-300, 600))
def test_adding_working_days_counts_as_fingers_do(day, n):
    step, found, left = (1 if n > 0 else -1), day, abs(n)
    while left and found >= 0:
        found += step
        left -= found >= 0 and DECADE.is_working_day(found)
    if found < 0:
        with pytest.raises(ValueError, match="leaves the calendar"):
            DECADE.add_working_days(day, n)
    else:
        assert DECADE.add_working_days(day, n) == found


@given(day=INSIDE, n=st.integers(1, 600))
def test_the_days_between_are_the_days_that_were_added(day, n):
    assert DECADE.working_days_between(day, DECADE.add_working_days(day, n)) == n
    assert DECADE.working_days_between(DECADE.add_working_days(day, n), day) == -n


@given(pairs=st.lists(st.tuples(INSIDE, st.integers(0, 600)), min_size=1, max_size=20))
def test_arrays_are_taken_elementwise(pairs):
    days, counts = (np.array(column, np.int64) for column in zip(*pairs, strict=True))
    together = DECADE.add_working_days(days, counts)
    assert together.tolist() == [DECADE.add_working_days(day, n) for day, n in pairs]
    between = DECADE.working_days_between(days, together)
    assert between.tolist() == counts.tolist()


@given(days=st.lists(st.integers(700, DECADE.days - 1), min_size=1, max_size=20), n=st.integers(-300, 600))
def test_one_count_serves_an_array_of_days_and_one_day_an_array_of_counts(days, n):
    assert DECADE.add_working_days(np.array(days), n).tolist() == [DECADE.add_working_days(day, n) for day in days]
    counts = np.array([n, 0, 1])
    assert DECADE.add_working_days(days[0], counts).tolist() == [
        DECADE.add_working_days(days[0], int(count)) for count in counts
    ]


@given(start=st.dates(date(1990, 1, 1), date(2060, 1, 1)), days=st.integers(1, 4000))
@settings(max_examples=30)
def test_quarter_ends_are_the_last_days_of_march_june_september_and_december(start, days):
    calendar = Calendar(start, days)
    expected = [
        day
        for day in range(days)
        if (start + timedelta(days=day)).month % 3 == 0 and (start + timedelta(days=day + 1)).day == 1
    ]
    assert calendar.quarter_ends().tolist() == expected


@given(when=st.dates(date(1950, 1, 1), date(2100, 1, 1)))
def test_dates_and_day_numbers_are_each_others_inverse_before_the_start_too(when):
    assert DECADE.date_of(DECADE.day_of(when)) == when


def test_the_sources_are_told_year_by_year():
    long = Calendar(date(2025, 6, 1), 365 * 80)
    sources = long.sources()
    assert (sources[2025], sources[2026], sources[2027], sources[2104]) == (
        "announced", "announced", "statutory", "weekends",
    )  # fmt: skip
    assert set(sources) == set(range(2025, long.end.year + 1))


def test_statutory_holidays_hold_beyond_the_announced_years():
    later = Calendar(date(2030, 1, 1), 3650)
    assert not later.is_working_day(later.day_of(date(2030, 10, 1)))
    assert later.is_working_day(later.day_of(date(2030, 10, 8)))


@pytest.mark.parametrize("day", [-1, DECADE.days + MARGIN_DAYS])
def test_days_outside_are_refused_with_the_dates_that_are_covered(day):
    with pytest.raises(ValueError, match="it covers 2016-01-01"):
        DECADE.working_days_between(day, 5)
    with pytest.raises(ValueError, match="it covers 2016-01-01"):
        DECADE.add_working_days(np.array([3, day]), 5)


def test_a_period_that_begins_on_the_last_day_still_has_an_end():
    assert DECADE.add_working_days(DECADE.days - 1, 500) > DECADE.days


@pytest.mark.parametrize(("start", "days"), [(date(2018, 1, 1), 0), (date(9999, 1, 1), 10)])
def test_an_impossible_calendar_is_refused(start, days):
    with pytest.raises(ValueError, match=r"at least 1 day|beyond the year 9999"):
        Calendar(start, days)


def test_no_date_beyond_the_year_9999():
    with pytest.raises(ValueError, match="is not a date"):
        DECADE.date_of(10**9)


def test_a_quarter_century_is_built_in_less_than_fifty_milliseconds():
    Calendar(date(2030, 1, 1), 10).working_days()
    calendar_module._tables.cache_clear()
    calendar_module._exceptions.cache_clear()
    began = time.perf_counter()
    Calendar(date(2010, 1, 1), 25 * 366).working_days()
    assert time.perf_counter() - began < 0.05
