"""The books of one block of funds: sums and counts by fund, a row a quarter, kept while its companies roll."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sfund_sim.funds.cashflow.columns import FundPaths, Singles
from sfund_sim.funds.cashflow.company_plan import CompanyPlan
from sfund_sim.terms import CompanyExit

Slots = NDArray[np.int64]
Floats = NDArray[np.float64]


class BlockRecords:
    """Running counts [funds] and the rows [quarters, funds] that they leave behind."""

    def __init__(self, plan: CompanyPlan, quarters: int) -> None:
        self.fund, self.first = plan.fund, plan.first
        funds = plan.first.size
        self.invested, self.proceeds, self.value, self.mark = (np.zeros((quarters, funds)) for _ in range(4))
        self.alive_rows, self.ready_rows, self.locked_rows = (np.zeros((quarters, funds), np.int16) for _ in range(3))
        self.exit_rows = np.zeros((quarters, len(CompanyExit), funds), np.int16)
        self.alive, self.locked = np.zeros(funds, np.int64), np.zeros(funds, np.int64)
        self.exits = np.zeros((len(CompanyExit), funds), np.int64)
        self._start_quarter()

    def _start_quarter(self) -> None:
        self.invested_now, self.proceeds_now = np.zeros(self.first.size), np.zeros(self.first.size)

    def financed(self, slots: Slots, cost: Singles) -> None:
        """Companies were bought."""
        if slots.size:
            self.alive += self._count(slots)
            self.invested_now += self._sum(slots, cost)

    def left(self, slots: Slots, how: CompanyExit) -> None:
        """Unlisted companies left."""
        if slots.size:
            count = self._count(slots)
            self.alive -= count
            self.exits[how] += count

    def listed(self, slots: Slots) -> None:
        """Companies listed and are locked up."""
        count = self._count(slots)
        self.exits[CompanyExit.IPO] += count
        self.locked += count

    def released(self, slots: Slots, cash: Singles) -> None:
        """Listed shares were sold."""
        count = self._count(slots)
        self.alive -= count
        self.locked -= count
        self.paid(slots, cash)

    def paid(self, slots: Slots, cash: Singles) -> None:
        """Cash came in."""
        if slots.size:
            self.proceeds_now += self._sum(slots, cash)

    def close(self, quarter: int, *, ready: Slots) -> None:
        """Write the quarter's rows of cash and counts."""
        self.invested[quarter], self.proceeds[quarter] = self.invested_now, self.proceeds_now
        self.alive_rows[quarter], self.locked_rows[quarter] = self.alive, self.locked
        self.ready_rows[quarter] = self._count(ready)
        self.exit_rows[quarter] = self.exits
        self._start_quarter()

    def appraise(self, quarter: int, *, unlisted_price: float, value: Singles, locked: Slots) -> None:
        """Write the quarter's row of true values; listed shares do not share in the price of unlisted ones."""
        total, listed = self._total(value), self._sum(locked, value[locked])
        funds = total.size
        self.value[quarter, :funds] = unlisted_price * np.maximum(total - listed[:funds], 0.0) + listed[:funds]

    def mark_all(self, quarter: int, marked: Singles) -> None:
        """Write the quarter's row of marks."""
        total = self._total(marked)
        self.mark[quarter, : total.size] = total

    def store(self, paths: FundPaths, rows: slice) -> None:
        """Copy the books into the ``rows`` of all funds' paths."""
        paths.invested[rows], paths.proceeds[rows] = self.invested.T, self.proceeds.T
        paths.value[rows], paths.mark[rows] = self.value.T, self.mark.T
        paths.alive[rows], paths.ready[rows], paths.locked[rows] = (
            self.alive_rows.T,
            self.ready_rows.T,
            self.locked_rows.T,
        )
        paths.exits[rows] = self.exit_rows.transpose(2, 1, 0)

    def _total(self, amounts: Singles) -> Floats:
        """Sum over the companies of each fund founded so far; ``amounts`` covers the first funds' companies."""
        funds = int(np.searchsorted(self.first, amounts.size))
        return np.add.reduceat(amounts, self.first[:funds]).astype(np.float64)

    def _count(self, slots: Slots) -> Slots:
        return np.bincount(self.fund[slots], minlength=self.first.size)

    def _sum(self, slots: Slots, amounts: Singles) -> Floats:
        return np.asarray(np.bincount(self.fund[slots], amounts, self.first.size), np.float64)
