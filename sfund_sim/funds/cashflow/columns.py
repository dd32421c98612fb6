"""What a cash-flow model is given (funds, quarters, the economy) and what it gives back (paths), as arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sfund_sim.ground.calendar import QUARTERS_PER_YEAR
from sfund_sim.terms import CompanyExit, Purpose

Floats = NDArray[np.float64]
Amounts = NDArray[np.floating[Any]]
"""Single precision in the market, double where that is checked."""
Precision = type[np.float32] | type[np.float64]
Integers = NDArray[np.int64]
Counts = NDArray[np.int16]

Blocks = Callable[[Purpose, int], np.random.Generator]
"""Supplier of chance: the generator of one purpose for one block of funds."""


@dataclass(frozen=True)
class FundColumns:
    """The funds of a run; every array is [funds].

    A model rolls funds in blocks of consecutive rows, so rows ordered by ``start_quarter`` waste no draws.
    """

    strategy: Integers
    """Code of ``terms.Strategy``."""
    start_quarter: Integers
    """Grid index of the quarter in which the fund was founded."""
    commitment: Floats
    """Committed by all partners, yuan."""
    investable_share: Floats
    """Share of the commitment that goes into companies; the rest is reserved for fees."""
    companies: Integers
    """Number of companies that the fund finances, at least 1."""
    investment_quarters: Integers
    """Length of the investment period, at least 1."""
    term_quarters: Integers
    """Length of the contractual term, from the founding quarter."""

    def __len__(self) -> int:
        return int(self.strategy.size)

    @property
    def investable(self) -> Floats:
        """What goes into companies, yuan [funds]."""
        return self.commitment * self.investable_share

    @cached_property
    def first_company(self) -> Integers:
        """Number of each fund's first company where companies are listed fund after fund [funds]."""
        return np.asarray(np.cumsum(self.companies) - self.companies, np.int64)

    def rows(self, part: slice) -> FundColumns:
        """Some of the funds."""
        return FundColumns(
            strategy=self.strategy[part],
            start_quarter=self.start_quarter[part],
            commitment=self.commitment[part],
            investable_share=self.investable_share[part],
            companies=self.companies[part],
            investment_quarters=self.investment_quarters[part],
            term_quarters=self.term_quarters[part],
        )


@dataclass(frozen=True)
class QuarterGrid:
    """The quarters of a run, history before the scenario's start included."""

    quarters: int
    """Their number; the first is the first of a calendar year."""

    def is_year_end(self, quarter: int) -> bool:
        """Does the calendar year end with this quarter?"""
        return quarter % QUARTERS_PER_YEAR == QUARTERS_PER_YEAR - 1


@dataclass(frozen=True)
class EconomyPath:
    """What happens to all companies alike; every array is [quarters]."""

    market_log_return: Floats
    """Log return of the public market in the quarter."""
    ipo_hazard: Floats
    """Listings a year per IPO-ready company, from the window in force."""
    window_shut: Floats
    """How far the IPO window is shut: 0 open, 1 shut."""


@dataclass(frozen=True)
class FundPaths:
    """Gross of fees and carry, what the portfolio of each fund does; arrays [funds, quarters], money in yuan.

    Companies roll on to the end of the grid; whoever liquidates a fund cuts its row off.
    """

    invested: Floats
    """Paid into companies in the quarter."""
    proceeds: Floats
    """Cash from exits in the quarter, before any tax or cost."""
    value: Floats
    """True value of what is held at quarter end, locked-up listed shares included."""
    mark: Floats
    """Value of the same as the manager marks it."""
    alive: Counts
    """Companies held, those listed but locked up included."""
    locked: Counts
    """Companies listed whose shares are locked up."""
    exits: NDArray[np.int16]
    """[funds, 4, quarters]: companies that left so far, by ``terms.CompanyExit``; an IPO counts on its listing day.

    Companies financed so far = alive - locked + sum of exits.
    """

    @classmethod
    def empty(cls, funds: int, quarters: int) -> FundPaths:
        """All zero, and stored quarter after quarter, for they are written and read by the quarter.

        Two pieces of memory, for the system hands out many small ones far more slowly.
        """
        invested, proceeds, value, mark = np.zeros((4, quarters, funds)).transpose(0, 2, 1)
        counts = np.zeros((quarters, 2 + len(CompanyExit), funds), np.int16).T
        return cls(invested, proceeds, value, mark, counts[:, 0], counts[:, 1], counts[:, 2:])
