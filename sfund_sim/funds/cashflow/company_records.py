"""The books of one block of funds: sums and counts by fund, entered in the paths quarter by quarter."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sfund_sim.funds.cashflow.columns import Amounts, Counts, FundColumns, FundPaths
from sfund_sim.terms import CompanyExit

Slots = NDArray[np.int64]
_ONE, _NOBODY = np.int16(1), np.empty(0, np.int64)


class BlockRecords:
    """The ``rows`` of all funds' paths that belong to one block, written in place one quarter after the other."""

    def __init__(self, funds: FundColumns, paths: FundPaths, rows: slice) -> None:
        self._fund = np.repeat(np.arange(len(funds), dtype=np.min_scalar_type(len(funds))), funds.companies)
        self._first, self.quarters = funds.first_company, paths.value.shape[1]
        self._by_quarter = [
            path[rows].T
            for path in (paths.invested, paths.proceeds, paths.value, paths.mark, paths.alive, paths.locked)
        ]
        self._exits_by_quarter = paths.exits[rows].T
        self._alive = self._locked = np.zeros(len(funds), np.int16)
        self._exits = np.zeros((len(CompanyExit), len(funds)), np.int16)

    def open(self, quarter: int) -> None:
        """Begin a quarter's entries: counts stand as the quarter before left them, cash at nothing."""
        self._invested, self._proceeds, self._value, self._mark, alive, locked = (
            path[quarter] for path in self._by_quarter
        )
        self._alive, self._locked = _carried(self._alive, alive), _carried(self._locked, locked)
        self._exits = _carried(self._exits, self._exits_by_quarter[quarter])
        self._gone: list[tuple[Slots, Amounts, CompanyExit | None]] = []

    def financed(self, slots: Slots, cost: Amounts) -> None:
        """Companies were bought."""
        fund = self._fund_of(slots)
        np.add.at(self._alive, fund, _ONE)
        np.add.at(self._invested, fund, cost.astype(np.float64))

    def listed(self, slots: Slots) -> None:
        """Companies listed and are locked up."""
        fund = self._fund_of(slots)
        np.add.at(self._exits[CompanyExit.IPO], fund, _ONE)
        np.add.at(self._locked, fund, _ONE)

    def gone(self, slots: Slots, cash: Amounts, how: CompanyExit | None) -> None:
        """Companies left for cash; ``how`` is None for listed shares, whose IPO is counted on the listing day."""
        self._gone.append((slots, cash, how))

    def close(self) -> Slots:
        """Enter all that left in the quarter, together, and return them."""
        slots = np.concatenate([each for each, _, _ in self._gone] or [_NOBODY])
        if not slots.size:
            return slots
        fund, last = self._fund_of(slots), 0
        np.subtract.at(self._alive, fund, _ONE)
        np.add.at(self._proceeds, fund, np.concatenate([cash for _, cash, _ in self._gone]).astype(np.float64))
        for each, _, how in self._gone:
            first, last = last, last + each.size
            if how is None:
                np.subtract.at(self._locked, fund[first:last], _ONE)
            else:
                np.add.at(self._exits[how], fund[first:last], _ONE)
        return slots

    def appraise(
        self, value: Amounts, public: Slots, listed_value: Amounts, *, funds: int, unlisted_price: float
    ) -> None:
        """Enter the true values of the first ``funds``; listed shares do not share in the price of unlisted ones."""
        entry = self._value[:funds]
        listed = np.bincount(self._fund_of(public), listed_value, funds)
        np.subtract(np.add.reduceat(value, self._first[:funds]), listed, out=entry)
        np.maximum(entry, 0.0, out=entry)
        entry *= unlisted_price
        entry += listed

    def mark_all(self, marked: Amounts, *, funds: int) -> None:
        """Enter the marks of the first ``funds``."""
        self._mark[:funds] = np.add.reduceat(marked, self._first[:funds])

    def _fund_of(self, slots: Slots) -> Slots:
        """The fund of each of some companies."""
        return self._fund.take(slots).astype(np.int64)


def _carried(before: Counts, row: Counts) -> Counts:
    """The row of a new quarter, as the row before it ended."""
    row[...] = before
    return row
