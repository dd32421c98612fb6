"""The family of mark models: how the manager's marks follow, or fail to follow, true value."""

from __future__ import annotations

from abc import abstractmethod

import numpy as np
from numpy.typing import NDArray

from sfund_sim.ground.parts import Part

Floats = NDArray[np.float64]


class MarkModel(Part, family="mark model"):
    """Turns true value into reported value."""

    @abstractmethod
    def reported(self, value: Floats, *, invested: Floats, proceeds: Floats, window_shut: Floats) -> Floats:
        """Reported value [funds, quarters] of portfolios worth ``value`` [funds, quarters] at quarter ends.

        ``invested`` and ``proceeds`` [funds, quarters] are the cash flows of each quarter, ``window_shut`` [quarters]
        how far the IPO window is shut (0 to 1).
        """


def share_sold(value: Floats, proceeds: Floats, invested: Floats) -> Floats:
    """Share of a portfolio's value that exits took out in a quarter, 0 to 1, in the shape of the arguments.

    The value before the quarter's cash flows is value + proceeds - invested; the mark loses the same share.
    """
    before = np.maximum(value + proceeds - invested, proceeds)
    return np.divide(proceeds, before, out=np.zeros_like(before), where=before > 0)
