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
    if eligible.ndim > 1:
        listings = range(eligible.shape[1])
        return np.column_stack([first_by(merit[:, i], eligible[:, i], draws[:, i], invited=invited) for i in listings])
    able = eligible.nonzero()[0]
    if able.size <= invited:
        return eligible.copy()
    chosen = np.zeros(eligible.size, np.bool_)
    if invited:
        # Sorting costs more than looking for the merit that the last of the invited must have.
        last = np.partition(merit[able], able.size - invited)[able.size - invited]
        able = able[merit[able] >= last]
        order = np.lexsort((draws[able], -merit[able])) if able.size > invited else slice(None)
        chosen[able[order][:invited]] = True
    return chosen
