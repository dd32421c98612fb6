"""The books of one block of funds: sums and counts by fund, entered in the paths at the end of every quarter."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sfund_sim.funds.cashflow.columns import Floats, FundColumns, FundPaths, Singles
from sfund_sim.terms import CompanyExit

Slots = NDArray[np.int64]


class BlockRecords:
    """Running counts [funds of the block] and their entries in the ``rows`` of all funds' paths."""

    def __init__(self, funds: FundColumns, paths: FundPaths, rows: slice) -> None:
        self.quarters = paths.value.shape[1]
        self._fund, self._first, self._paths, self._rows = funds.fund_of_company, funds.first_company, paths, rows
        self._alive, self._locked = np.zeros(len(funds), np.int64), np.zeros(len(funds), np.int64)
        self._exits = np.zeros((len(CompanyExit), len(funds)), np.int64)
        self._invested, self._proceeds = np.zeros(len(funds)), np.zeros(len(funds))

    def financed(self, slots: Slots, cost: Singles) -> None:
        """Companies were bought."""
        if slots.size:
            self._alive += self._count(slots)
            self._invested += self._sum(slots, cost)

    def left(self, slots: Slots, how: CompanyExit) -> None:
        """Unlisted companies left."""
        if slots.size:
            count = self._count(slots)
            self._alive -= count
            self._exits[how] += count

    def listed(self, slots: Slots) -> None:
        """Companies listed and are locked up."""
        count = self._count(slots)
        self._exits[CompanyExit.IPO] += count
        self._locked += count

    def released(self, slots: Slots, cash: Singles) -> None:
        """Listed shares were sold."""
        count = self._count(slots)
        self._alive -= count
        self._locked -= count
        self.paid(slots, cash)

    def paid(self, slots: Slots, cash: Singles) -> None:
        """Cash came in."""
        if slots.size:
            self._proceeds += self._sum(slots, cash)

    def close(self, quarter: int, *, ready: Slots) -> None:
        """Enter the quarter's cash and counts."""
        paths, rows = self._paths, self._rows
        paths.invested[rows, quarter], paths.proceeds[rows, quarter] = self._invested, self._proceeds
        paths.alive[rows, quarter], paths.locked[rows, quarter] = self._alive, self._locked
        paths.ready[rows, quarter] = self._count(ready)
        paths.exits[rows, :, quarter] = self._exits.T
        self._invested[:] = self._proceeds[:] = 0

    def appraise(self, quarter: int, *, unlisted_price: float, value: Singles, locked: Slots) -> None:
        """Enter the quarter's true values; listed shares do not share in the price of unlisted ones."""
        total, listed = self._total(value), self._sum(locked, value[locked])
        self._paths.value[self._rows, quarter] = unlisted_price * np.maximum(total - listed, 0.0) + listed

    def mark_all(self, quarter: int, marked: Singles) -> None:
        """Enter the quarter's marks."""
        self._paths.mark[self._rows, quarter] = self._total(marked)

    def _total(self, amounts: Singles) -> Floats:
        """Sum over the companies of each fund; ``amounts`` covers the companies of the funds founded so far."""
        total = np.zeros(self._first.size)
        funds = int(np.searchsorted(self._first, amounts.size))
        total[:funds] = np.add.reduceat(amounts, self._first[:funds])
        return total

    def _count(self, slots: Slots) -> Slots:
        return np.bincount(self._fund[slots], minlength=self._first.size)

    def _sum(self, slots: Slots, amounts: Singles) -> Floats:
        return np.asarray(np.bincount(self._fund[slots], amounts, self._first.size), np.float64)
