"""Money that changes hands: whole fen in int64."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sfund_sim.ground.errors import TooMuchMoney

FEN_PER_YUAN = 100
YUAN_PER_UNIT = 10_000
"""A share unit is 10,000 yuan (1 万元) of commitment.

What a fund calls or distributes is whole fen a unit, so no split ever loses one.
"""

MOST_YUAN = 1e15
"""Largest single sum, some seventy times all private funds of China: sums of many such still fit in 64 bits of fen."""

Fen = NDArray[np.int64]

_CHINESE = {"funds": "基金", "buyers": "买方"}


def check_countable(yuan: float | NDArray[np.float64], what: str) -> None:
    """Raise TooMuchMoney when one of these sums is beyond ``MOST_YUAN``, or is no number at all."""
    if np.size(yuan) and not np.abs(yuan).max() <= MOST_YUAN:
        raise TooMuchMoney(
            f"{what}: more than {MOST_YUAN:.0e} yuan, which is beyond any market: lower sizes, returns or spreads",
            f"{_CHINESE.get(what, what)}：超过 {MOST_YUAN:.0e} 元，任何市场均无此规模：请降低规模、收益率或离散度",
        )


def to_fen(yuan: float | NDArray[np.float64]) -> Fen:
    """Yuan to the nearest fen (int64); TooMuchMoney beyond ``MOST_YUAN``."""
    check_countable(yuan, "buyers")
    return np.asarray(np.rint(np.asarray(yuan, np.float64) * FEN_PER_YUAN), np.int64)
