"""The days on which something changes for all: NAV is published, a quarter ends, rules change.

Sellers count by reports: each is one more chance to meet somebody.
"""

from __future__ import annotations

from bisect import bisect_right

import numpy as np
from numpy.typing import NDArray

LONGEST_QUARTER_DAYS = 92
"""When the next report would come after the last that the run knows of: beyond the horizon in any case."""


class ReportDays:
    """Days on which a quarter's NAV is published, and on which rules change; from the scenario's start."""

    def __init__(self, ends: list[int], lag: int, changes: list[int]) -> None:
        self._days, self._changes = [end + lag for end in ends], changes

    def calls(self, until: int) -> dict[int, bool]:
        """Days after the first and before ``until`` on which those who wait are called: does a report come then?"""
        reports = set(self._days)
        return {day: day in reports for day in sorted({*reports, *self._changes}) if 0 < day < until}

    def quarter(self, day: int) -> int:
        """Number of the newest quarter whose NAV is known on a day, from 1; 0 when none is."""
        return bisect_right(self._days, day)

    def last(self, day: int) -> int:
        """Day of the newest report that is known on a day; the day itself when there is none."""
        quarter = self.quarter(day)
        return self._days[quarter - 1] if quarter else day

    def next(self, day: int) -> int:
        """Day of the first report after a day."""
        quarter = self.quarter(day)
        return self._days[quarter] if quarter < len(self._days) else day + LONGEST_QUARTER_DAYS


def stretches(ends: NDArray[np.int64], lag: int, changes: list[int], days: int) -> list[int]:
    """Numbers, by day, of the stretches in which no quarter ends, no report comes and no rule changes."""
    firsts = np.unique(np.concatenate([ends, ends + lag, changes]))
    numbers: list[int] = firsts.searchsorted(np.arange(days), side="right").tolist()
    return numbers
