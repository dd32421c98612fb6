"""How many listings are open at a time: the venue's own board on the market's clock, looked at now and then."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from sfund_sim.ground.diary import HeapDiary, Story, Turn, Wake
from sfund_sim.ground.errors import RuleError
from sfund_sim.lab.chance import BLOCK, Chance, Columns, Deal, Draw, FloatArray, in_blocks
from sfund_sim.market.board import Board, stay_open

TICKS = 1_000_000
"""Days of the diary in a listing's mean time: the diary counts whole days, the theory does not."""
MOST_OPENINGS = 300_000_000
"""Listings that one experiment may open: some ten minutes of one processor."""
MOST_EACH = 1_000
"""Listings that one replication may open: a block of them fits into memory."""
LONGEST_SPAN = 1e8
"""Time of one replication, in mean times of a listing, up to which a block of them fits the diary's days."""
LengthLaw = Literal["fixed", "uniform", "exponential", "gamma", "lognormal"]
"""Laws of the time that a listing is open; the uniform one begins at 0."""


class OpenListings(BaseModel):
    """Listings opened at random; each stays open for a length of its own.

    Each replication looks at the board when it has settled and, if asked, once more a ``lag`` later; replications
    follow one another on one clock, so far apart that no listing is seen by two of them (for a random length: hardly
    any). With ``after`` each replication starts from an empty board of its own instead and looks at it that much later,
    and a ``lag`` after that.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    openings: float = Field(ge=0)
    """Listings opened a unit of time."""
    mean_open: float = Field(gt=0)
    """Mean time that a listing is open."""
    law: LengthLaw = "fixed"
    """Law of that time."""
    log_sd: float = Field(default=0.5, gt=0)
    """Standard deviation of its logarithm, if lognormal."""
    shape: float = Field(default=2.0, ge=0.1)
    """Shape, if gamma."""
    lag: float = Field(default=0.0, ge=0)
    """Time between the two looks."""
    after: float | None = Field(default=None, gt=0)
    """Time of the first look since an empty board; none: when settled."""
    within: bool = False
    """Is the first look at a time drawn evenly between the empty board and ``after`` instead?"""

    @model_validator(mode="after")
    def _from_empty(self) -> OpenListings:
        if self.within and self.after is None:
            raise RuleError("a time is drawn only since an empty board", "随机时刻须自空板起算")
        return self

    def sample(self, chance: Chance, replications: int) -> Columns:
        """Columns: ``open`` (number at the first look), ``open_later`` (a lag later).

        RuleError if that takes too many listings, or too long a time.
        """
        self._check_size(replications)
        return in_blocks(chance, replications, self._watch)

    def _check_size(self, replications: int) -> None:
        span = self._span()
        each = self.openings * span
        if each > MOST_EACH:
            raise RuleError(
                f"one replication would open {each:,.0f} listings before hardly one of the last is open; "
                f"at most {MOST_EACH:,} are opened",
                f"一次重复须开出 {each:,.0f} 宗挂牌，上一次的才几乎都已结束；至多开出 {MOST_EACH:,} 宗",
            )
        if each * replications > MOST_OPENINGS:
            most = int(MOST_OPENINGS / each)
            raise RuleError(
                f"{replications:,} replications would open {each * replications:,.0f} listings; at most "
                f"{MOST_OPENINGS:,} are opened, that is {most:,} replications (--reps)",
                f"{replications:,} 次重复须开出 {each * replications:,.0f} 宗挂牌；"
                f"至多开出 {MOST_OPENINGS:,} 宗，即 {most:,} 次重复（--reps）",
            )
        if span > LONGEST_SPAN * self.mean_open:
            raise RuleError(
                f"the last look would come {span / self.mean_open:.2g} mean times of a listing after the start; "
                f"at most {LONGEST_SPAN:.2g} are counted",
                f"最后一次观察距开始为平均挂牌时间的 {span / self.mean_open:.2g} 倍；至多 {LONGEST_SPAN:.2g} 倍",
            )

    def _span(self) -> float:
        """Time between the second looks of two replications: after it hardly a listing is the same."""
        if self.after is not None:
            return self.after + self.lag
        longest = {
            "fixed": 1.0,
            "uniform": 2.0,
            "exponential": 6.0,
            "gamma": 1.0 + 6.0 / min(self.shape, math.sqrt(self.shape)),
            "lognormal": float(np.exp(2.5 * self.log_sd)),
        }
        return longest[self.law] * self.mean_open + self.lag

    @property
    def _days(self) -> float:
        """Days of the diary in one unit of time."""
        return TICKS / self.mean_open

    def _lengths(self, deal: Deal, number: int) -> FloatArray:
        if self.law == "fixed":
            return np.full(number, self.mean_open)
        generator = deal.of(Draw.LENGTHS)
        if self.law == "exponential":
            return generator.exponential(self.mean_open, number)
        if self.law == "uniform":
            return generator.uniform(0.0, 2.0 * self.mean_open, number)
        if self.law == "gamma":
            return generator.gamma(self.shape, self.mean_open / self.shape, number)
        return generator.lognormal(np.log(self.mean_open) - 0.5 * self.log_sd**2, self.log_sd, number)

    def _watch(self, deal: Deal) -> Columns:
        """Run one block of replications on one clock; only its very first begins with an empty board."""
        span = self._span()
        boards = [Board()] * deal.size if self.after is None else [Board() for _ in range(deal.size)]
        seen: list[tuple[int, int]] = []
        diary = HeapDiary()
        diary.start(self._openings(deal, span, boards, diary), 0)
        diary.start(self._looks(deal, span, boards, seen), 0)
        diary.run_until(int(span * deal.size * self._days) + 1)
        first, later = np.array(seen, np.float64).T
        return Columns({"open": first, "open_later": later})

    def _openings(self, deal: Deal, span: float, boards: list[Board], diary: HeapDiary) -> Story:
        """Open listings at the times of a Poisson process, each on the board of its replication."""
        number = deal.of(Draw.NUMBER).poisson(self.openings * span * deal.size)
        opened = np.sort(deal.of(Draw.OPENINGS).random(number)) * span * deal.size
        closed = opened + self._lengths(deal, number)
        own = np.minimum(opened // span, deal.size - 1).astype(np.int64)
        days, closings = (opened * self._days).astype(np.int64), (closed * self._days).astype(np.int64)
        for first in range(0, number, BLOCK):
            some = (part[first : first + BLOCK].tolist() for part in (days, closings, own))
            for day, closes, replication in zip(*some, strict=True):
                yield Wake(day, Turn.FILING)
                diary.start(stay_open(boards[replication], Wake(closes, Turn.CLOSING)), 0)

    def _looks(self, deal: Deal, span: float, boards: list[Board], seen: list[tuple[int, int]]) -> Story:
        """Look at each replication's board at the end of its span, and a lag (or a drawn time) before."""
        before = np.full(deal.size, self.lag)
        if self.within and self.after is not None:
            before = self.lag + self.after * deal.of(Draw.WAITING).random(deal.size)
        for replication, (board, early) in enumerate(zip(boards, before.tolist(), strict=True), start=1):
            end = int(replication * span * self._days)
            yield Wake(end - int(early * self._days), Turn.REVIEW)
            first = board.open
            yield Wake(end, Turn.REVIEW)
            seen.append((first, board.open))
