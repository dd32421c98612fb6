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
    if invited >= len(eligible):
        return eligible.copy()
    if not invited:
        return np.zeros(eligible.shape, np.bool_)
    # Sorting costs more than looking for the merit that the last of the invited must have.
    rank = np.where(eligible, merit, -np.inf)
    place = len(rank) - invited
    last = np.partition(rank, place, axis=0)[place]
    better: BoolArray
    better, level = rank > last, eligible & (rank == last)
    room = invited - np.add.reduce(better, axis=0)
    if (np.add.reduce(level, axis=0) > room).any():
        level &= _first_in_lot(np.where(level, draws, np.inf), room)
    better |= level
    return better


def _first_in_lot(draws: FloatArray, room: IntArray) -> BoolArray:
    """The lowest draws, as many as there is room for [...listings]; of equal ones the first."""
    order = draws.argsort(axis=0, kind="stable")
    first = np.empty(draws.shape, np.bool_)
    columns = (np.arange(draws.shape[1]),) if draws.ndim > 1 else ()
    first[(order, *columns)] = (np.arange(len(draws)) < room[..., None]).T
    return first
