"""The diary: stories (generators) that wake on given days, in a declared order, without an event object each.

A story yields ``Wake(day, turn)``: "wake me on that day, at that turn of the day". Stories that wake on the same day
at the same turn go by their ``order`` (drawn beforehand, so no index is favoured), then by the order
in which they were started. Tests hold it against simpy, with one process a story.
"""

from __future__ import annotations

import bisect
import heapq
from collections.abc import Generator
from enum import IntEnum
from typing import NamedTuple, Protocol


class Turn(IntEnum):
    """Order of things on one day; rules and quarter ends come before all of these."""

    PAYMENT = 0
    CLOSING = 1
    FILING = 2
    REVIEW = 3


class Wake(NamedTuple):
    """When a story goes on."""

    day: int
    turn: Turn


Story = Generator[Wake, None, None]


class Diary(Protocol):
    """Anything that runs stories in the declared order."""

    @property
    def today(self) -> int:
        """The day it is."""

    def start(self, story: Story, order: int) -> None:
        """Run a story up to its first Wake and enter it."""

    def run_until(self, day: int) -> None:
        """Run every story that wakes before ``day`` (exclusive)."""

    def close(self) -> None:
        """Forget the stories that are not at their end."""


Entry = tuple[int, int, int, Story]
"""Turn, order and number of a story that wakes, and the story."""


class HeapDiary:
    """A page a day, which is put in order when its day comes: less than a microsecond an entry."""

    def __init__(self) -> None:
        self._pages: dict[int, list[Entry]] = {}
        self._days: list[int] = []
        """Heap of the days that have a page."""
        self._told = 0
        """Entries of today's page that were told already."""
        self._number = 0
        self.today = 0
        """The day it is."""

    def start(self, story: Story, order: int) -> None:
        """Run a story up to its first Wake and enter it."""
        self._number += 1
        first = next(story, None)
        if first is not None:
            self._enter(first, order, self._number, story)

    def run_until(self, day: int) -> None:
        """Run every story that wakes before ``day`` (exclusive), those entered meanwhile too; it is then that day."""
        pages = self._pages
        while self._days and self._days[0] < day:
            self.today = today = self._days[0]
            page = pages[today]
            page.sort()
            for self._told, entry in enumerate(page, 1):
                turn, order, number, story = entry
                wake = next(story, None)
                if wake is None:
                    continue
                when, then = wake
                if when > today and when in pages:
                    pages[when].append(entry if then is turn else (then, order, number, story))
                else:
                    self._enter(wake, order, number, story)
            del pages[heapq.heappop(self._days)]
        self.today = max(self.today, day)

    def _enter(self, wake: Wake, order: int, number: int, story: Story) -> None:
        """Write a story on the page of a day that may have none yet, or on today's, which is being told."""
        day, turn = wake
        if day < self.today:
            raise ValueError(f"a story wants to wake on day {day}, but it is already day {self.today}")
        page = self._pages.get(day)
        if page is None:
            page = self._pages[day] = []
            heapq.heappush(self._days, day)
        bisect.insort(page, (turn, order, number, story), self._told if day == self.today else len(page))

    def close(self) -> None:
        """Forget the stories that are not at their end."""
        self._pages, self._days = {}, []
