"""The calendar against the packages it rests on, and against counting on one's fingers."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stopwatch import seconds

from sfund_sim.ground import calendar as calendar_module
from sfund_sim.ground.calendar import MARGIN_DAYS, Calendar

DECADE = Calendar(date(2016, 1, 1), 3653)
INSIDE = st.integers(0, DECADE.days - 1)


WORKING_DAYS = set(DECADE.lists()[0])


def worked(calendar: Calendar) -> set[date]:
    return {calendar.start + timedelta(days=day) for day in calendar.lists()[0]}


def test_every_day_of_the_announced_years_agrees_with_the_package():
    first, last = date(2004, 1, 1), date(2026, 12, 31)
    whole = Calendar(first, (last - first).days + 1)
    dates = [first + timedelta(days=day) for day in range(whole.days)]
    assert {day for day in worked(whole) if day <= last} == {day for day in dates if chinese_calendar.is_workday(day)}


def test_a_make_up_sunday_is_a_working_day_and_the_spring_festival_is_not():
    assert date(2024, 2, 4) in worked(DECADE)
    assert date(2024, 2, 12) not in worked(DECADE)


def test_twenty_working_days_skip_two_festivals_and_count_three_worked_weekend_days():
    # 16, 17, 18 (Saturday), 22-24, 26 (Sunday), 27-30 September; 8, 9 (Saturday), 11-15, 18, 19 October.
    filed = (date(2021, 9, 15) - DECADE.start).days
    assert DECADE.start + timedelta(days=DECADE.working_day_after(filed, 20)) == date(2021, 10, 19)


@given(day=INSIDE, n=st.integers(0, 600))
def test_adding_working_days_counts_as_fingers_do(day, n):
    found, left = day, n
    while left:
        found += 1
        left -= found in WORKING_DAYS
    assert DECADE.working_day_after(day, n) == found


@given(day=INSIDE)
def test_the_days_passed_are_the_working_days_up_to_and_including_the_day(day):
    working, passed = DECADE.lists()
    assert passed[day] == sum(each <= day for each in working)


def test_the_sources_are_told_year_by_year():
    long = Calendar(date(2025, 6, 1), 365 * 80)
    sources = long.sources()
    assert (sources[2025], sources[2026], sources[2027], sources[2104]) == (
        "announced", "announced", "statutory", "weekends",
    )  # fmt: skip
    assert set(sources) == set(range(2025, 2106))


def test_a_notice_that_only_one_package_knows_counts_as_announced(monkeypatch):
    first = Calendar(date(2024, 1, 1), 1096)
    known = worked(first)
    for cached in (calendar_module._tables, calendar_module._exceptions):
        monkeypatch.setattr(calendar_module, cached.__name__, cached.__wrapped__)
    monkeypatch.setattr(calendar_module, "_announced", dict)
    second = Calendar(date(2024, 1, 1), 1096 + 365)
    assert second.sources() == {2024: "announced", 2025: "announced", 2026: "announced", 2027: "statutory"}
    assert {day for day in worked(second) if day.year < 2027} == {day for day in known if day.year < 2027}


def test_statutory_holidays_hold_beyond_the_announced_years():
    later = worked(Calendar(date(2030, 1, 1), 3650))
    assert date(2030, 10, 1) not in later
    assert date(2030, 10, 8) in later


def test_a_period_that_begins_on_the_last_day_still_has_an_end():
    last = DECADE.lists()[0][-1]
    assert DECADE.days < DECADE.working_day_after(DECADE.days - 1, 500) < last
    assert DECADE.working_day_after(DECADE.days - 1, 10_000) == last
    assert last < DECADE.days + MARGIN_DAYS


@pytest.mark.parametrize(("start", "days"), [(date(2018, 1, 1), 0), (date(9999, 1, 1), 10)])
def test_an_impossible_calendar_is_refused(start, days):
    with pytest.raises(ValueError, match=r"at least 1 day|beyond the year 9999"):
        Calendar(start, days)


def test_a_quarter_century_is_built_in_less_than_fifty_milliseconds():
    Calendar(date(2030, 1, 1), 10).lists()

    def built():
        calendar_module._tables.cache_clear()
        calendar_module._exceptions.cache_clear()
        Calendar(date(2010, 1, 1), 25 * 366).lists()

    assert seconds(built) < 0.05
