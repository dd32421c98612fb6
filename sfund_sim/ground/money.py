"""Money that changes hands: whole fen in int64."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FEN_PER_YUAN = 100
YUAN_PER_UNIT = 10_000
"""A share unit is 10,000 yuan (1 万元) of commitment.

What a fund calls or distributes is whole fen a unit, so no split ever loses one.
"""

Fen = NDArray[np.int64]


def to_fen(yuan: float | NDArray[np.float64]) -> Fen:
    """Yuan to the nearest fen (int64)."""
    return np.asarray(np.rint(np.asarray(yuan, np.float64) * FEN_PER_YUAN), np.int64)
