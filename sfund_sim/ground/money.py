"""Money that changes hands: whole fen in int64, split without losing one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FEN_PER_YUAN = 100
YUAN_PER_UNIT = 10_000
"""A share unit is 10,000 yuan (1 万元) of commitment, so that products of units and fen stay inside int64."""

Fen = NDArray[np.int64]


def to_fen(yuan: float | NDArray[np.float64]) -> Fen:
    """Yuan to the nearest fen (int64)."""
    return np.asarray(np.rint(np.asarray(yuan, np.float64) * FEN_PER_YUAN), np.int64)


def to_yuan(fen: int | Fen) -> NDArray[np.float64]:
    """Fen to yuan (float64)."""
    return np.asarray(np.asarray(fen) / FEN_PER_YUAN, np.float64)


def split_by_units(total: Fen, units: Fen, start: NDArray[np.int64]) -> Fen:
    """Split each group's ``total`` fen over its members in proportion to their ``units``, to the last fen.

    ``units`` [members] lists the groups one after another; ``start`` [groups] is each group's first member.
    Member i gets floor(total * cum_i / U) - floor(total * cum_(i-1) / U), cum being the running sum of units inside
    the group, so the parts add up to the total exactly and each is within one fen of its share. A group whose units
    are all 0 gets nothing and its total must be 0.
    """
    sizes = np.diff(np.append(start, units.size))
    group = np.repeat(np.arange(start.size), sizes)
    running = np.cumsum(units)
    before = np.where(start > 0, running[start - 1], 0)
    through = running - before[group]
    whole = np.add.reduceat(units, start) if units.size else np.zeros(start.size, np.int64)
    quotient, remainder = np.divmod(total, np.maximum(whole, 1))
    upper = quotient[group] * through + remainder[group] * through // np.maximum(whole, 1)[group]
    first = np.zeros(units.size, dtype=bool)
    first[start] = True
    lower = np.where(first, 0, np.concatenate(([0], upper[:-1])))
    return upper - lower
