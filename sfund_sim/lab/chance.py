"""Chance in the lab: addressed like the market's, so a changed rule meets the same bidders and values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from sfund_sim.ground.streams import Streams
from sfund_sim.terms import Purpose

FloatArray = NDArray[np.float64]


class Columns(dict[str, FloatArray]):
    """One number a replication, by name; every array [replications]."""


BLOCK = 8192
"""Replications worked on together: small enough for a processor's cache. Part of every result's address."""


class Draw(IntEnum):
    """What a draw in the lab is for."""

    VALUES = 0
    TIES = 1
    NUMBER = 2
    DISCLOSURE = 3
    QUALIFICATION = 4
    ENTRY = 5
    BUDGETS = 6
    COMMON_VALUE = 7
    PARTNER = 8
    WAITING = 9
    GROWTH = 10
    VOTES = 11
    THRESHOLDS = 12
    OPENINGS = 13
    LENGTHS = 14


@dataclass(frozen=True, slots=True)
class Chance:
    """The chance of one experiment; experiments with the same topic share their draws (common random numbers)."""

    seed: int
    topic: int = 0
    """Which independent set of draws; the lab's check uses one a family of cases."""
    run: int = 0
    """Another number gives draws independent of the first run's."""

    def of(self, draw: Draw, block: int, round: int = 0) -> np.random.Generator:
        """The generator for one kind of draw, in one block of replications, in one round of listing."""
        return Streams(self.seed, self.run).of(Purpose.LAB, self.topic, int(draw), block, round)


@dataclass(frozen=True, slots=True)
class Deal:
    """The draws of one block of replications, in one round of listing."""

    chance: Chance
    block: int
    size: int
    round: int = 0

    def of(self, draw: Draw) -> np.random.Generator:
        """The generator for one kind of draw."""
        return self.chance.of(draw, self.block, self.round)

    def uniforms(self, draw: Draw, rows: int) -> FloatArray:
        """Uniforms [rows, replications of the block]; more rows leave the first ones as they were."""
        return self.of(draw).random((rows, self.size))


Told = Callable[[int], object]
"""Is told how many more replications are done, as they are."""


def in_blocks(
    chance: Chance, replications: int, one_block: Callable[[Deal], Columns], told: Told = lambda done: None
) -> Columns:
    """Run an experiment block by block and join its columns; ``told`` hears of each block."""
    columns = Columns()
    for number, first in enumerate(range(0, replications, BLOCK)):
        size = min(BLOCK, replications - first)
        for name, part in one_block(Deal(chance, number, size)).items():
            columns.setdefault(name, np.empty(replications))[first : first + size] = part
        told(size)
    return columns
