"""What chance has in store for a round at the venue: drawn for many exits at once, each number at its own address."""

from __future__ import annotations

import bisect
import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sfund_sim.ground.streams import Streams, further, normal_of, uniform_of
from sfund_sim.market.exits import Exit
from sfund_sim.market.world import Floats
from sfund_sim.scenario.rules import Venue
from sfund_sim.terms import Purpose, Stage

EXITS_PER_BLOCK = 256
ROUNDS_PER_BLOCK = 2
_DELAYED = slice(Stage.DECIDED, len(Stage))
_STAGES = np.arange(len(Stage), dtype=np.uint64)[_DELAYED]
CONSENT, LEAK = len(Stage), len(Stage) + 1
"""Places of the uniforms that say whether the GP consents and whether the offer leaks, behind those of the stages."""


def delayed(median_days: int, log_sd: float, normal: float) -> int:
    """A length in working days: lognormal about its median, by a standard normal draw."""
    if median_days == 0 or log_sd == 0:
        return median_days
    return max(1, round(median_days * math.exp(log_sd * normal)))


class Lengths(NamedTuple):
    """Working days that the stages of one round at a venue take, each longer or shorter than usual by chance."""

    intent: int
    publication: int
    accounts: int
    bidding: int


def lengths(venue: Venue, draws: Sequence[float]) -> Lengths:
    """Of a round at a venue, by what chance has in store for it."""
    log_sd = venue.delay_log_sd
    return Lengths(
        delayed(venue.intent_days, log_sd, draws[Stage.INTENT]),
        delayed(venue.publication_days, log_sd, draws[Stage.PUBLISHED]),
        delayed(venue.account_days, log_sd, draws[Stage.ACCOUNTS]),
        delayed(venue.bidding_days, log_sd, draws[Stage.BIDDING]),
    )


class RoundChances:
    """By exit and listing round: standard normals that make each stage longer or shorter, and two uniforms.

    Exits that began together make a block, which is drawn for some rounds when the first of them asks; which exits
    and rounds share a block changes no number.
    """

    def __init__(self, streams: Streams, exits: list[Exit]) -> None:
        self._streams, self._exits = streams, exits
        self._starts = streams.starts(Purpose.STAGE_DELAY, Purpose.CONSENT, Purpose.LEAK)[:, None, None]
        self._firsts = [0]
        """Number of each block's first exit, and of the first exit that is in none yet."""
        self._blocks: dict[tuple[int, int], Floats] = {}

    def of(self, exit: Exit) -> Sequence[float]:
        """The draws of the exit's present round: one a stage, then at ``CONSENT`` and ``LEAK``."""
        while exit.number >= self._firsts[-1]:
            self._firsts.append(min(self._firsts[-1] + EXITS_PER_BLOCK, len(self._exits)))
        block = bisect.bisect_right(self._firsts, exit.number) - 1
        part, round = divmod(exit.listings, ROUNDS_PER_BLOCK)
        drawn = self._blocks.get((block, part))
        if drawn is None:
            drawn = self._blocks[block, part] = self._draw(block, part)
        draws: Sequence[float] = drawn[exit.number - self._firsts[block], round].data
        return draws

    def of_talks(self, exit: Exit, stage: Stage) -> float:
        """The draw of a stage of the exit's present talks, of which there are few."""
        return self._streams.draw_normal(Purpose.STAGE_DELAY, exit.key, exit.attempt, stage)

    def _draw(self, block: int, part: int) -> Floats:
        """[exits of the block, rounds of the part, stages and uniforms]."""
        exits = self._exits[self._firsts[block] : self._firsts[block + 1]]
        keys = np.array([exit.key for exit in exits], np.uint64)[:, None]
        rounds = np.arange(part * ROUNDS_PER_BLOCK, (part + 1) * ROUNDS_PER_BLOCK, dtype=np.uint64)
        states = further(further(self._starts, keys), rounds)
        drawn = np.empty((*states.shape[1:], len(Stage) + 2))
        drawn[..., _DELAYED] = normal_of(further(states[0, ..., None], _STAGES))
        drawn[..., CONSENT:] = uniform_of(states[1:]).transpose(1, 2, 0)
        return drawn
