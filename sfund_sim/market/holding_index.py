"""Which rows of the holdings belong to a fund."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass
class HoldingIndex:
    """Where each fund's holdings stand: its first partners in one run of rows, those cut off later one by one."""

    first: list[int]
    """First row of each fund among the first partners."""
    later: dict[int, list[int]]
    """Rows of holdings cut off later, by fund."""

    @classmethod
    def of(cls, fund: Ints) -> HoldingIndex:
        """Index of holdings in the order of funds."""
        last = int(fund[-1]) + 1 if fund.size else 0
        return cls(np.searchsorted(fund, np.arange(last + 1)).tolist(), {})

    def rows(self, fund: int) -> Ints:
        """Rows of a fund's holdings."""
        rows = np.arange(self.first[fund], self.first[fund + 1])
        return np.append(rows, self.later[fund]) if fund in self.later else rows

    def count(self, fund: int) -> int:
        """Number of a fund's holdings, at least that of its partners."""
        return self.first[fund + 1] - self.first[fund] + len(self.later.get(fund, ()))

    def add(self, fund: int, row: int) -> None:
        """A new holding of a fund."""
        self.later.setdefault(fund, []).append(row)
