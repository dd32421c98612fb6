"""The quarters of a run: from the oldest vintage to the end of the horizon, with the days on which they end."""

from __future__ import annotations

import bisect
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sfund_sim.funds.cashflow import QuarterGrid
from sfund_sim.ground.calendar import QUARTERS_PER_YEAR


@dataclass(frozen=True)
class QuarterClock:
    """Calendar quarters counted from ``first_year``; days counted from the scenario's start."""

    first_year: int
    ends: NDArray[np.int64]
    """Day of each quarter's end; negative before the start."""
    first_live: int
    """First quarter that ends on or after day 0: history lies before it."""

    @classmethod
    def covering(cls, first: date, start: date, end: date) -> QuarterClock:
        """Quarters from the year of ``first`` to the last one that ends by ``end``."""
        ends = []
        year, quarter = min(first, start).year, 0
        while True:
            month = 3 * quarter + 3
            after = date(year + month // 12, month % 12 + 1, 1)
            last_day = after - timedelta(days=1)
            if last_day > end:
                break
            ends.append((last_day - start).days)
            year, quarter = (year, quarter + 1) if quarter < 3 else (year + 1, 0)
        days = np.array(ends, np.int64)
        return cls(min(first, start).year, days, int(np.searchsorted(days, 0)))

    @property
    def count(self) -> int:
        """Number of quarters."""
        return self.ends.size

    def grid(self) -> QuarterGrid:
        """The same for the fund models; grid index 0 is a first calendar quarter."""
        return QuarterGrid(self.count)

    def of_date(self, day: date) -> int:
        """Number of the quarter that holds a date; may lie beyond the last."""
        return QUARTERS_PER_YEAR * (day.year - self.first_year) + (day.month - 1) // 3

    def last_ended(self, day: int) -> int:
        """Newest quarter that has ended by a day; -1 when none has."""
        return bisect.bisect_right(self._ends, day) - 1

    @cached_property
    def _ends(self) -> list[int]:
        days: list[int] = self.ends.tolist()
        return days
