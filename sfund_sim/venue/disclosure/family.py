"""The family of disclosure rules, and the one way in which they all pick a set of given size."""

from __future__ import annotations

from abc import abstractmethod

import numpy as np
from numpy.typing import NDArray

from sfund_sim.ground.parts import Part

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


class DisclosureRule(Part, family="disclosure rule"):
    """Which of the eligible investors see a listing. Nobody else may (Decree 762 of 2023, article 20)."""

    @abstractmethod
    def choose(self, eligible: BoolArray, fit: FloatArray, activity: FloatArray, draws: FloatArray) -> BoolArray:
        """Choose among the eligible; all arrays [investors] or [investors, listings], ``draws`` uniforms.

        ``fit``: how well the holding matches the investor's preferences. ``activity``: how much it has bought of late.
        Equal fit or activity is decided by the lower draw, never by an investor's row.
        """


def first_by(merit: FloatArray, eligible: BoolArray, draws: FloatArray, *, invited: int) -> BoolArray:
    """The ``invited`` eligible with the highest merit, equal merit by the lower draw; shape as ``eligible``."""
    if invited >= len(eligible):
        return eligible.copy()
    if not invited:
        return np.zeros(eligible.shape, np.bool_)
    # Sorting costs more than looking for the merit that the last of the invited must have.
    rank = np.where(eligible, merit, -np.inf)
    last = np.partition(rank, len(rank) - invited, axis=0)[len(rank) - invited]
    better, level = rank > last, eligible & (rank == last)
    room = invited - better.sum(axis=0)
    if (level.sum(axis=0) > room).any():
        order = np.argsort(np.where(level, draws, np.inf), axis=0, kind="stable")
        by_lot = np.empty(eligible.shape, np.bool_)
        np.put_along_axis(by_lot, order, np.arange(len(order)).reshape(-1, *[1] * (order.ndim - 1)) < room, axis=0)
        level &= by_lot
    return np.asarray(better | level)
