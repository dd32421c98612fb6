"""Pre-emptive right 优先购买权: co-partners hear the price that bidding found and may buy at it instead."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import BaseModel, ConfigDict, Field


class Preemption(BaseModel):
    """The right of the other partners to buy first on equal terms.

    Source: Partnership Enterprise Law (2006), article 73 (30 days' notice of a transfer to an outsider) and article 23
    (pre-emption on equal terms unless the agreement says otherwise).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    applies: bool = True
    """Does the partnership agreement give the right?"""
    notice_days: int = Field(default=30, ge=0)
    """Calendar days in which partners may answer (article 73)."""

    def taker(self, values: NDArray[np.float64], price: ArrayLike, draws: NDArray[np.float64]) -> NDArray[np.int64]:
        """Row of the partner who buys at ``price``, -1 when all waive; shape of ``price``.

        ``values`` [partners] or [partners, sales] are what the share is worth to each partner (NaN: cannot or will not
        buy); a partner takes it when that is at least the price. If several do, the lowest draw has it. A price of NaN
        (no sale) is never matched.
        """
        asked = np.asarray(price, np.float64)
        if not self.applies or not len(values):
            return np.full(asked.shape, -1, np.int64)
        willing = values >= asked
        first = np.where(willing, draws, 2.0).argmin(axis=0)
        return np.where(willing.any(axis=0), first, -1)
