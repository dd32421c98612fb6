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

        ``fit``: 0 where the share does not suit the investor's mandate; else 1 and the part that its cash, as told
        last, is of what is needed (the floor and the unfunded commitment), at most 1: from 1 to 2, and 2 for all who
        have enough. ``activity``: how many shares it has bought since the simulation began, as told last.
        Equal fit or activity is decided by the lower draw, never by an investor's row.
        """

    @abstractmethod
    def number_shown(self, eligible: int) -> float:
        """To how many ``choose`` shows an offer on average if so many are eligible.

        Sellers reckon from it what leaks will cost, and so which way out they take.
        """


def first_by(merit: FloatArray, eligible: BoolArray, draws: FloatArray, *, invited: int) -> BoolArray:
    """The ``invited`` eligible with the highest merit, equal merit by the lower draw; shape as ``eligible``."""
    size = len(eligible)
    if invited >= size:
        return eligible.copy()
    if not invited:
        return np.zeros(eligible.shape, np.bool_)
    # Complex numbers are ordered by their real part, then by the imaginary one, so one search finds the last invited.
    rank = np.empty(eligible.T.shape, np.complex128)
    rank.real = np.where(eligible, merit, -np.inf).T
    np.negative(draws.T, out=rank.imag)
    place = size - invited
    last = np.partition(rank, place, axis=-1)[..., place, None]
    return np.asarray(eligible & (rank >= last).T)
