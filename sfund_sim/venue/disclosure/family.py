"""The family of disclosure rules, and the one way in which they all pick a set of given size."""

from __future__ import annotations

from abc import abstractmethod

import numpy as np
from numpy.typing import NDArray

from sfund_sim.ground.parts import Part

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]


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
    size = len(eligible)
    if invited >= size:
        return eligible.copy()
    if not invited:
        return np.zeros(eligible.shape, np.bool_)
    may, merits, lots = (part.T.reshape(-1, size) for part in (eligible, merit, draws))
    # Sorting costs more than looking for the merit that the last of the invited must have.
    rank, place = np.where(may, merits, -np.inf), size - invited
    last = np.partition(rank, place, axis=1)[:, place, None]
    better, level = rank > last, may & (rank == last)
    room = invited - np.add.reduce(better, axis=1)
    crowded = (np.add.reduce(level, axis=1) > room).nonzero()[0]
    if crowded.size:
        level[crowded] = _first_in_lot(np.where(level[crowded], lots[crowded], np.inf), room[crowded])
    better |= level
    return np.asarray(better.reshape(eligible.T.shape).T)


def _first_in_lot(draws: FloatArray, room: IntArray) -> BoolArray:
    """The lowest draws of each listing, as many as there is room for; [listings, investors]."""
    order = draws.argsort(axis=1)
    first = np.empty(draws.shape, np.bool_)
    first[np.arange(room.size)[:, None], order] = np.arange(draws.shape[1]) < room[:, None]
    return first
