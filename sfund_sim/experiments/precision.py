"""Replications until an answer is precise enough: batches sized by the variance so far, never past a cap.

Looking again and again, and stopping when the interval happens to be narrow, favours samples whose variance came out
too small, so the last interval covers the truth less often than it says (Law 2015, Simulation Modeling and Analysis,
5th ed., section 9.4.1). Here the interval must be narrow at the ends of two successive batches; tests measure what
coverage is left.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sfund_sim.experiments.precision_goals import Goal
from sfund_sim.ground.errors import Language
from sfund_sim.outcomes.intervals import Estimate

FIRST_BATCH = 10
_LOOKS_IN_A_ROW = 2
_SMALLEST_GROWTH, _LARGEST_GROWTH = 0.2, 1.0
"""Size of a batch over the number before it: an estimate of the variance from few replications is not trusted far.

Assumptions, as the next: a fifth more at the least keeps looks few, twice at the most keeps early guesses cheap.
"""
_HOPELESS = 40
"""Replications that have no value or all the same one, so that there is no interval, after which no more are tried."""


class Look(NamedTuple):
    """The interval at the end of a batch."""

    half_width: float
    """How far its farther end lies from the estimate; NaN when hardly a replication has a value, 0 when all agree."""
    wanted: float
    is_one_sided: bool = False
    """Does the estimate lie at one end of it, because all replications lie at an end of what is possible?"""

    @classmethod
    def at(cls, estimate: Estimate, wanted: float) -> Look:
        """A look at an estimate's interval; one without interval but with a known error of 0 is of equal values."""
        half_width = max(estimate.high - estimate.value, estimate.value - estimate.low)
        if math.isnan(half_width):
            return cls(math.nan if math.isnan(estimate.standard_error) else 0.0, wanted)
        return cls(half_width, wanted, estimate.standard_error == 0)

    @property
    def is_known(self) -> bool:
        """Is there an interval? One without width says only that nothing else was seen."""
        return self.half_width > 0

    @property
    def is_narrow(self) -> bool:
        """Is there an interval, as narrow as wanted?"""
        return self.is_known and self.half_width <= self.wanted

    @property
    def needed_factor(self) -> float:
        """By how much more replications it takes to be narrow: the square of the excess, where all agree the excess."""
        if not self.is_known or self.wanted <= 0:
            return math.nan
        excess = self.half_width / self.wanted
        return excess if self.is_one_sided else excess**2


@dataclass
class Batches:
    """Which replications to run next, given how narrow the interval was after each batch."""

    most: int
    sizes: list[int] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)

    @property
    def done(self) -> int:
        """Replications so far."""
        return sum(self.sizes)

    @property
    def is_reached(self) -> bool:
        """Was the interval narrow at the ends of the last two batches?"""
        last = self.looks[-_LOOKS_IN_A_ROW:]
        return len(last) == _LOOKS_IN_A_ROW and all(look.is_narrow for look in last)

    def next(self) -> range:
        """Numbers of the next batch, from 1; empty when it is over."""
        size = 0 if self._is_over() else min(self._size(), self.most - self.done)
        batch = range(self.done + 1, self.done + size + 1)
        if size:
            self.sizes.append(size)
        return batch

    def look(self, look: Look) -> None:
        """Take notice of the interval after a batch."""
        self.looks.append(look)

    def needed(self) -> int | None:
        """Replications that the variance so far asks for; None when it is unknown."""
        factor = self.looks[-1].needed_factor if self.looks else math.nan
        return math.ceil(self.done * factor) if math.isfinite(factor) else None

    def _is_over(self) -> bool:
        never = self.done >= _HOPELESS and not any(look.is_known for look in self.looks)
        return self.is_reached or never or self.done >= self.most

    def _size(self) -> int:
        if not self.looks:
            return FIRST_BATCH
        least, most = (math.ceil(self.done * growth) for growth in (_SMALLEST_GROWTH, _LARGEST_GROWTH))
        needed = self.needed()
        return most if needed is None else min(max(needed - self.done, least), most)


@dataclass(frozen=True)
class Reached:
    """What became of a wish for precision."""

    goal: Goal
    of_difference: bool
    look: Look
    batches: tuple[int, ...]
    most: int
    is_reached: bool
    needed: int | None
    """Replications that it would take, by the variance so far."""

    @classmethod
    def by(cls, goal: Goal, batches: Batches, *, of_difference: bool = False) -> Reached:
        """What the batches came to."""
        last = batches.looks[-1]
        return cls(goal, of_difference, last, tuple(batches.sizes), batches.most, batches.is_reached, batches.needed())

    @property
    def replications(self) -> int:
        """How many it took."""
        return sum(self.batches)

    def data(self) -> dict[str, Any]:
        """As plain data that JSON can hold; unknown numbers are None."""
        half_width = float(f"{self.look.half_width:.9g}") if self.look.is_known else None
        wanted = None if math.isnan(self.look.wanted) else float(f"{self.look.wanted:.9g}")
        return {
            "goal": self.goal.text(), "of_difference": self.of_difference, "reached": self.is_reached,
            "half_width": half_width, "half_width_wanted": wanted, "replications": self.replications,
            "batches": list(self.batches), "max_replications": self.most, "replications_needed": self.needed,
        }  # fmt: skip

    def text(self, language: Language = "en") -> str:
        """How many it took, how narrow the interval is, and what is left when it is not narrow enough."""
        took, took_zh = f"{self.replications} replications", f"{self.replications} 次重复"
        goal, batches = self.goal.text(language), len(self.batches)
        if not self.look.is_known:
            why, why_zh = self._why_none()
            return (
                f"{goal}：{took_zh}后仍无区间：{why_zh}"
                if language == "zh"
                else f"{goal}: no interval after {took}: {why}"
            )
        half = f"±{self.look.half_width:.4g}"
        if self.is_reached:
            return (
                f"{goal}：{took_zh}（{batches} 批）后达到，区间半宽 {half}" if language == "zh"
                else f"{goal}: reached after {took} in {batches} batches; the interval is {half}"
            )  # fmt: skip
        left = f"±{self.look.wanted:.4g}"
        if language == "zh":
            return f"{goal}：{took_zh}后未达到（上限 {self.most}）：区间半宽 {half}，要求 {left}；{self._needed_zh()}"
        return f"{goal}: not reached in {took} (--max-reps {self.most}): {half} instead of {left}; {self._needed()}"

    def _why_none(self) -> tuple[str, str]:
        """Why there is no interval, in both languages."""
        if self.look.half_width == 0 and self.of_difference:
            return (
                "all differ by the same, so how much that varies is unknown",
                "各次重复的差异全部相同，波动大小无从得知",
            )
        if self.look.half_width == 0:
            return "all have the same value, so how much it varies is unknown", "各次重复取值全部相同，波动大小无从得知"
        if self.of_difference:
            return "some or all of them lack this outcome in a scenario", "部分或全部重复在某一情景中没有该指标"
        return "hardly any of them has this outcome", "几乎没有重复出现该指标"

    def _needed(self) -> str:
        if self.look.is_narrow:
            return "narrow at the last look only, and two in a row are asked for"
        return "how many it takes is unknown" if self.needed is None else f"about {self.needed:,} would be needed"

    def _needed_zh(self) -> str:
        if self.look.is_narrow:
            return "仅最后一次达标，须连续两次达标"
        return "所需次数未知" if self.needed is None else f"约需 {self.needed:,} 次"
