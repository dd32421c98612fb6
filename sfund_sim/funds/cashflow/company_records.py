"""The books of one block of funds: sums and counts by fund, entered in the paths quarter by quarter."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sfund_sim.funds.cashflow.columns import Amounts, Counts, Floats, FundColumns, FundPaths
from sfund_sim.terms import CompanyExit

Slots = NDArray[np.int64]
_ONE = np.int16(1)


class BlockRecords:
    """The ``rows`` of all funds' paths that belong to one block, written in place one quarter after the other."""

    def __init__(self, funds: FundColumns, paths: FundPaths, rows: slice) -> None:
        self.quarters = paths.value.shape[1]
        self._fund, self._first, self._rows = funds.fund_of_company.astype(np.int32), funds.first_company, rows
        self._paths = paths
        self._alive = self._locked = np.zeros(len(funds), np.int16)
        self._exits = np.zeros((len(CompanyExit), len(funds)), np.int16)

    def open(self, quarter: int) -> None:
        """Begin a quarter's entries: counts stand as the quarter before left them, cash at nothing."""
        paths, rows = self._paths, self._rows
        self._alive = _carried(self._alive, paths.alive[rows, quarter])
        self._locked = _carried(self._locked, paths.locked[rows, quarter])
        self._exits = _carried(self._exits, paths.exits[rows, :, quarter].T)
        self._invested, self._proceeds = paths.invested[rows, quarter], paths.proceeds[rows, quarter]
        self._value, self._mark = paths.value[rows, quarter], paths.mark[rows, quarter]

    def financed(self, slots: Slots, cost: Amounts) -> None:
        """Companies were bought."""
        if slots.size:
            np.add.at(self._alive, self._fund[slots], _ONE)
            self._invested += self._sum(slots, cost)

    def left(self, slots: Slots, how: CompanyExit) -> None:
        """Unlisted companies left."""
        if slots.size:
            fund = self._fund[slots]
            np.subtract.at(self._alive, fund, _ONE)
            np.add.at(self._exits[how], fund, _ONE)

    def listed(self, slots: Slots) -> None:
        """Companies listed and are locked up."""
        fund = self._fund[slots]
        np.add.at(self._exits[CompanyExit.IPO], fund, _ONE)
        np.add.at(self._locked, fund, _ONE)

    def released(self, slots: Slots, cash: Amounts) -> None:
        """Listed shares were sold."""
        fund = self._fund[slots]
        np.subtract.at(self._alive, fund, _ONE)
        np.subtract.at(self._locked, fund, _ONE)
        self.paid(slots, cash)

    def paid(self, slots: Slots, cash: Amounts) -> None:
        """Cash came in."""
        if slots.size:
            self._proceeds += self._sum(slots, cash)

    def appraise(self, value: Amounts, locked: Slots, listed_value: Amounts, *, unlisted_price: float) -> None:
        """Enter the quarter's true values; listed shares do not share in the price of unlisted ones."""
        total = self._total(value)
        listed = self._sum(locked, listed_value)[: total.size]
        unlisted = np.maximum(total - listed, 0.0)
        unlisted *= unlisted_price
        np.add(unlisted, listed, out=self._value[: total.size])

    def mark_all(self, marked: Amounts) -> None:
        """Enter the quarter's marks."""
        total = self._total(marked)
        self._mark[: total.size] = total

    def _total(self, amounts: Amounts) -> Amounts:
        """Sum over the companies of each fund founded so far, whose companies ``amounts`` covers."""
        funds = int(np.searchsorted(self._first, amounts.size))
        return np.add.reduceat(amounts, self._first[:funds])

    def _sum(self, slots: Slots, amounts: Amounts) -> Floats:
        return np.asarray(np.bincount(self._fund[slots], amounts, self._first.size), np.float64)


def _carried(before: Counts, row: Counts) -> Counts:
    """The row of a new quarter, as the row before it ended."""
    row[...] = before
    return row
