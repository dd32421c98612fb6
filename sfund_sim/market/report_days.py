"""The days on which something changes for all: NAV is published, a quarter ends, rules change.

Sellers count by reports: each is one more chance to meet somebody.
"""

from __future__ import annotations

from bisect import bisect_right

import numpy as np
from numpy.typing import NDArray

from sfund_sim.ground.diary import Turn, Wake

LONGEST_QUARTER_DAYS = 92
"""When the next report would come after the last that the run knows of: beyond the horizon in any case."""
_NEVER = Wake(-1, Turn.REVIEW)


class ReportDays:
    """Days on which a quarter's NAV is published, and on which rules change; from the scenario's start."""

    def __init__(self, ends: list[int], lag: int, changes: list[int]) -> None:
        self._days, self._changes = [end + lag for end in ends], changes
        self._asked_on, self._reviews = -1, (_NEVER, _NEVER)

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

    def next_review(self, day: int, *, tried: bool) -> Wake:
        """When a seller thinks again: when the next NAV is published or, unless it has just tried, a rule changes.

        A failed attempt is thought over with the next NAV, so that the mere date of a change speeds nobody up.
        """
        if self._asked_on != day:  # Many sellers ask on the same day.
            change, report = bisect_right(self._changes, day), self.next(day)
            sooner = min([report, *self._changes[change : change + 1]])
            self._asked_on, self._reviews = day, (Wake(sooner, Turn.REVIEW), Wake(report, Turn.REVIEW))
        return self._reviews[tried]


def stretches(ends: NDArray[np.int64], lag: int, changes: list[int], days: int) -> list[int]:
    """Numbers, by day, of the stretches in which no quarter ends, no report comes and no rule changes."""
    firsts = np.unique(np.concatenate([ends, ends + lag, changes]))
    numbers: list[int] = firsts.searchsorted(np.arange(days), side="right").tolist()
    return numbers
