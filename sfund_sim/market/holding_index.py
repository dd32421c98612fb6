"""Where the holdings of a fund stand among all holdings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass
class HoldingIndex:
    """Where each fund's holdings stand: its first partners in one run of rows, those cut off later one by one."""

    bounds: Ints
    """First row of each fund among the first partners, and the number of all these."""
    first: list[int]
    """The same as whole numbers, for one fund at a time."""
    counts: Ints
    """Number of each fund's first partners."""
    number: list[int]
    """Number of each fund's holdings, those cut off later included."""
    later: dict[int, list[int]]
    """Rows of holdings cut off later, by fund."""

    @classmethod
    def of(cls, fund: Ints) -> HoldingIndex:
        """Index of holdings in the order of funds."""
        last = int(fund[-1]) + 1 if fund.size else 0
        bounds = np.searchsorted(fund, np.arange(last + 1))
        counts = np.diff(bounds)
        return cls(bounds, bounds.tolist(), counts, counts.tolist(), {})

    def rows(self, fund: int) -> Ints:
        """Rows of a fund's holdings."""
        rows = np.arange(self.first[fund], self.first[fund + 1])
        return np.append(rows, self.later[fund]) if fund in self.later else rows

    def where(self, fund: int) -> slice | Ints:
        """The same to index columns with: a slice where that will do."""
        return self.rows(fund) if fund in self.later else slice(self.first[fund], self.first[fund + 1])

    def count(self, fund: int) -> int:
        """Number of a fund's holdings, at least that of its partners."""
        return self.number[fund]

    def add(self, fund: int, row: int) -> None:
        """A new holding of a fund."""
        self.later.setdefault(fund, []).append(row)
        self.number[fund] += 1

    @property
    def size(self) -> int:
        """Number of first partners' holdings: those cut off later stand behind them."""
        return self.first[-1]

    def rows_of(self, funds: Ints, fund: Ints) -> Ints:
        """Rows of the holdings of some funds, both in ascending order; ``fund`` [holdings] is whose each holding is."""
        counts = self.counts[funds]
        rows: Ints = (self.bounds[funds] - counts.cumsum() + counts).repeat(counts)
        rows += np.arange(rows.size)
        first_later = self.size
        if first_later == fund.size:
            return rows
        wanted = np.zeros(self.bounds.size, bool)
        wanted[funds] = True
        return np.concatenate((rows, first_later + wanted[fund[first_later:]].nonzero()[0]))
