"""What must be known about a run to read its journals: names, dates, seed and hash; handed in, never looked up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sfund_sim.terms import BuyerKind, LpKind

Arrays = Mapping[str, Mapping[str, NDArray[Any]]]
"""Journal.arrays() of one replication: table, column, values."""


@dataclass(frozen=True)
class Names:
    """Names by slot; investors are numbered LPs first, then buyers. A slot beyond a list gets a name made of it."""

    funds: tuple[str, ...] = ()
    lps: tuple[str, ...] = ()
    lp_kinds: tuple[LpKind, ...] = ()
    buyers: tuple[str, ...] = ()
    buyer_kinds: tuple[BuyerKind, ...] = ()
    venues: tuple[str, ...] = ()


@dataclass(frozen=True)
class Period:
    """A stretch of the run by which exits are grouped, by the day of the wish; it lasts until the next one begins."""

    name: str
    """A short identifier, for example ``before_opening``."""
    first_day: int


WHOLE_RUN = Period("whole_run", -(10**9))


@dataclass(frozen=True)
class RunInfo:
    """One run of one scenario."""

    scenario_id: str
    title: str
    title_zh: str
    scenario_hash: str
    """Hexadecimal hash of the resolved scenario."""
    seed: int
    replications: int
    version: str
    """Number of the program's version."""
    start_date: date
    horizon_days: int
    """Length of the run; the last day is number ``horizon_days - 1``."""
    names: Names = field(default_factory=Names)
    venue_open_days: tuple[int, ...] = ()
    """For each venue, in the order of its names, the number of days of the run on which it takes business."""
    code: str = ""
    """Beginning of the hash of the program's own code, which says more than its version."""
    any_venue_open_days: int = 0
    """Days of the run on which at least one venue takes business."""
    state_regimes: tuple[str, ...] = ()
    """State-asset regimes that bind state sellers at some time of the run."""
    periods: tuple[Period, ...] = (WHOLE_RUN,)
    """In order of time; the first one also takes everything before it."""


@dataclass(frozen=True)
class ReplicationRecord:
    """What one replication sent home."""

    replication: int
    arrays: Arrays


def period_numbers(days: NDArray[np.int64], periods: tuple[Period, ...]) -> NDArray[np.int64]:
    """Number of the period in which each day lies."""
    starts = np.array([period.first_day for period in periods], np.int64)
    return np.asarray(np.maximum(np.searchsorted(starts, days, side="right") - 1, 0), np.int64)
