"""Open ascending bidding 多次报价: the price rises step by step, and each new bid restarts the timed period."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from pydantic import Field, model_validator

from sfund_sim.ground.errors import RuleError
from sfund_sim.venue.auctions.book import BidBook, Clearing, FloatArray, IntArray, acceptable, clearing, merit
from sfund_sim.venue.auctions.family import AuctionFormat, Manner, Pricing

FINEST = {"increment": 1e-9, "increment_share": 1e-6}
"""Smallest least raises that are not 0: below them the number of rungs up to a bid goes out of all bounds."""


@dataclass(frozen=True, slots=True)
class TimedPeriod:
    """How the timed periods of a block of auctions went."""

    duration: FloatArray
    """[auctions] from the period's start to the close, in the unit of the window."""
    extensions: IntArray
    """[auctions] how often a bid restarted the period."""


class Ascending(AuctionFormat):
    """An ascending clock: a bidder stays in while the price is at most its limit (its ``bid`` in the book).

    Rungs are floor, floor + d, floor + 2d, ... The clock stops at the first rung with at most one bidder left: a bidder
    left alone pays that rung; if the last ones leave together, one of them, by the tie draw, pays the rung before. With
    d = 0 it is a continuous clock, and the winner pays the second highest limit or the floor. The timed period is
    restarted by each bid (soft close 限时报价期), so that a late bid can always be answered.

    Source: exchange rulebooks on online multi-quote bidding; Milgrom and Weber (1982) for the clock; Ockenfels and Roth
    (2002) for the soft close.
    """

    kind: ClassVar[str] = "ascending"
    pricing: ClassVar[Pricing] = "second"
    manner: ClassVar[Manner] = "rising"

    increment: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    """Least raise, in the money of the floor; 0 means a continuous clock."""
    increment_share: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    """Least raise as a share of the floor, instead of ``increment``."""
    window_minutes: float = Field(default=5.0, gt=0, allow_inf_nan=False)
    """Length of the timed period; exchanges use 3 to 5 minutes (recalled from rulebooks)."""
    soft_close: bool = True
    """Does a bid within the timed period restart it? If not, the auction ends when the first period does."""

    @model_validator(mode="after")
    def _one_increment(self) -> Ascending:
        if self.increment and self.increment_share:
            raise RuleError("give increment or increment_share, not both", "increment 与 increment_share 只能给出其一")
        for name, finest in FINEST.items():
            if 0.0 < (least := getattr(self, name)) < finest:
                raise RuleError(
                    f"{name} is 0 or at least {finest:g}, not {least:g}: finer steps cannot be counted, and 0 means a "
                    "continuous clock",
                    f"{name} 须为 0 或不小于 {finest:g}，而非 {least:g}：更小的幅度无法计数；0 表示价格连续上升",
                    (name,),
                )
        return self

    def step(self, floor: FloatArray | float) -> FloatArray | float:
        """Least raise at this floor (same shape)."""
        return self.increment_share * floor if self.increment_share else self.increment

    def period_from(self, at: float) -> float:
        """End of a timed period that starts at ``at``."""
        return at + self.window_minutes

    def restarted_by(self, at: float, closes_at: float) -> float:
        """With a soft close, a bid gives the others a full window to answer."""
        return at + self.window_minutes if self.soft_close and closes_at < float("inf") else closes_at

    def clear(self, book: BidBook) -> Clearing:
        """Let the clock run: continuous if the step is 0, rung by rung otherwise."""
        if not (self.increment or self.increment_share):
            ranked = merit(acceptable(book), book.ties)
            return clearing(ranked, np.maximum(ranked.runner_up, book.floor))
        step, bids = self.step(book.floor), acceptable(book)
        last = np.where(bids > -np.inf, last_rung(bids, book.floor, step), -np.inf)
        ranked = merit(bids, book.ties, score=last)
        columns = np.arange(last.shape[1])
        top = last[ranked.leader, columns]
        last[ranked.leader, columns] = -1.0
        with np.errstate(invalid="ignore"):
            rungs = book.floor + np.minimum(np.maximum(last.max(axis=0), -1.0) + 1.0, top) * step
        continuous = np.maximum(ranked.runner_up, book.floor)
        return clearing(ranked, np.where(np.asarray(step) > 0, rungs, continuous))

    def timed_period(self, auctions: int, gap: Callable[[int], FloatArray]) -> TimedPeriod:
        """Run the timed period of ``auctions`` auctions; ``gap(k)`` supplies the next k waiting times for a bid.

        The period ends when a window passes without a bid; without a soft close it ends after one window.
        """
        duration, extensions = np.zeros(auctions), np.zeros(auctions, np.int64)
        running = np.arange(auctions)
        while running.size:
            wait = gap(running.size)
            late = wait > self.window_minutes
            duration[running] += np.where(late, self.window_minutes, wait)
            running = running[~late]
            extensions[running] += 1
            if not self.soft_close:
                duration[:], extensions[:] = self.window_minutes, 0
                break
        return TimedPeriod(duration, extensions)


def last_rung(limits: FloatArray, floor: FloatArray | float, step: FloatArray | float) -> FloatArray:
    """Number of the highest rung (floor + k * step) that each limit reaches; the limit itself where the step is 0.

    The quotient is corrected by one rung either way, so that rounding never lets a rung exceed its limit.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        rung = np.floor((limits - floor) / step)
        rung = rung + (floor + (rung + 1.0) * step <= limits) - (floor + rung * step > limits)
    return np.where(np.asarray(step) > 0, rung, limits)
