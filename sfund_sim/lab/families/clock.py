"""A19, A20: the ascending clock, its steps and its soft close."""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from sfund_sim.lab.auction import Auction
from sfund_sim.lab.chance import Columns
from sfund_sim.lab.estimate import Estimate, mean
from sfund_sim.lab.families.spreads import efficiency
from sfund_sim.lab.questions import (
    Family,
    Parameters,
    Simulated,
    UniformValues,
    WithLaw,
    deviation_of,
    mean_difference,
    mean_of,
    share_where,
    variance_of,
)
from sfund_sim.lab.softclose import TimedBidding
from sfund_sim.venue.auctions.ascending import Ascending
from sfund_sim.venue.floors import FixedFloor

SHORTEST = sys.float_info.min
"""Minutes in which nobody has ever bid."""


class Steps(UniformValues):
    """n bidders with uniform values, and the least raise."""

    n: int = Field(ge=1)
    increment: float = Field(ge=0)
    reserve: float = Field(default=0.0, ge=0)


class TimedPeriodParameters(Parameters):
    """Bids at rate lam, in a window that each bid restarts."""

    lam: float = Field(ge=0)
    window: float = Field(ge=0)


class SoOftenExtended(TimedPeriodParameters):
    """The same: is it restarted k times?"""

    k: int = Field(ge=0)


class LongerThan(TimedPeriodParameters):
    """The same: does it last longer than t?"""

    t: float = Field(ge=0)


class LateBids(WithLaw):
    """n bidders who all bid in the last second, when each bid arrives with chance s."""

    n: int = Field(ge=1)
    s: float = Field(ge=0, le=1)
    reserve: float = Field(default=0.0, ge=0)


def sniped(asked: LateBids) -> Auction:
    """An open auction with a hard close, in which only the bids count that arrive."""
    return Auction(
        format=Ascending(soft_close=False),
        bidders=asked.n,
        law=asked.law,
        entry=asked.s,
        floor=FixedFloor(value=asked.reserve),
    )


def stepped(asked: Steps) -> Auction:
    """Truthful bidders on a clock with steps."""
    floor = FixedFloor(value=asked.reserve)
    return Auction(format=Ascending(increment=asked.increment), bidders=asked.n, floor=floor)


def timed(asked: TimedPeriodParameters) -> TimedBidding:
    """A timed period with a soft close; one of no length is the shortest that the venue's rule can have."""
    window = asked.window or SHORTEST
    return TimedBidding(format=Ascending(window_minutes=window), bids=asked.lam)


def tied(columns: Columns, asked: Steps) -> NDArray[np.bool_]:
    """Where the last bidders left the clock together; a continuous one they never do."""
    return columns["tied"] > 0 if asked.increment else np.zeros(columns["best"].shape, np.bool_)


def where_tied(column: str, *, is_tied: bool = True) -> Callable[[Columns, Steps], Estimate]:
    """Estimator: the mean of a column over the sales that end in a tie, or over those that do not; NaN without any."""

    def estimate(columns: Columns, asked: Steps) -> Estimate:
        some = columns[column][(tied(columns, asked) == is_tied) & (columns["sold"] > 0)]
        return mean(some) if some.size else Estimate(np.nan, None)

    return estimate


LONGER = share_where(lambda columns, asked: columns["duration"] > asked.t)
NEVER_EXTENDED = share_where(lambda columns, _: columns["extensions"] == 0)
AT_LEAST = share_where(lambda columns, asked: columns["extensions"] >= asked.k)
EXACTLY = share_where(lambda columns, asked: columns["extensions"] == asked.k)

FAMILIES: dict[str, Family] = {
    "A19": {
        "mean price": Simulated(Steps, stepped, mean_of("revenue")),
        "mean surplus": Simulated(Steps, stepped, mean_of("surplus")),
        "variance of price": Simulated(Steps, stepped, variance_of("revenue")),
        "mean surplus loss": Simulated(Steps, stepped, mean_difference("best", "surplus")),
        "standard deviation of price": Simulated(Steps, stepped, deviation_of("revenue")),
        "efficiency": Simulated(Steps, stepped, efficiency),
        "probability of a tie": Simulated(Steps, stepped, share_where(tied), is_proportion=True),
        "mean price in a tie": Simulated(Steps, stepped, where_tied("price")),
        "mean price without a tie": Simulated(Steps, stepped, where_tied("price", is_tied=False)),
        "probability that the highest value wins in a tie": Simulated(Steps, stepped, where_tied("efficient")),
    },
    "A20": {
        "mean auction duration (soft close)": Simulated(TimedPeriodParameters, timed, mean_of("duration")),
        "mean number of extensions": Simulated(TimedPeriodParameters, timed, mean_of("extensions")),
        "variance of number of extensions": Simulated(TimedPeriodParameters, timed, variance_of("extensions")),
        "P(no extension)": Simulated(TimedPeriodParameters, timed, NEVER_EXTENDED, is_proportion=True),
        "P(at least k extensions)": Simulated(SoOftenExtended, timed, AT_LEAST, is_proportion=True),
        "P(exactly k extensions)": Simulated(SoOftenExtended, timed, EXACTLY, is_proportion=True),
        "mean revenue (0 if unsold), hard close": Simulated(LateBids, sniped, mean_of("revenue")),
        "probability unsold, hard close": Simulated(LateBids, sniped, mean_of("unsold"), is_proportion=True),
        "P(auction lasts longer than t)": Simulated(LongerThan, timed, LONGER, is_proportion=True),
        "variance of auction duration": Simulated(TimedPeriodParameters, timed, variance_of("duration")),
    },
}
