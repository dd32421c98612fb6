"""Portfolios by the Takahashi-Alexander (Yale) model: smooth cash flows for teaching and for checks."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from sfund_sim.funds.cashflow.columns import (
    Blocks,
    EconomyPath,
    Floats,
    FundColumns,
    FundPaths,
    QuarterGrid,
)
from sfund_sim.funds.cashflow.family import CashFlowModel
from sfund_sim.funds.growth import lognormal_growth
from sfund_sim.funds.marks import MarkModel
from sfund_sim.funds.marks.smoothed import Smoothed
from sfund_sim.funds.takahashi import Portion, Year, rates_of, step
from sfund_sim.ground.calendar import QUARTERS_PER_YEAR
from sfund_sim.terms import Purpose

FUNDS_PER_BLOCK = 512
"""Funds that share a stream of draws. Part of the model's version."""


class Yale(CashFlowModel):
    """Calls are a share of the unfunded, distributions a rising share of NAV, over a life equal to the fund's term.

    It knows no companies: while a fund has value, all its companies count as alive, none is ready and none exits.
    Calls stop in the last year, in which all NAV is paid out, so nothing is left at term. Growth is
    constant unless ``volatility_per_year`` or ``market_beta`` is set.
    Source: Takahashi and Alexander (2002); defaults are the variant for RMB funds (domain section 4, assumption).
    """

    kind: ClassVar[str] = "yale"

    rates_of_contribution: tuple[Portion, ...] = Field(default=(0.40, 0.50, 1.0), min_length=1)
    """Share of the unfunded called in year 1, 2, ...; the last holds for all later years."""
    bow: float = Field(default=3.0, ge=0)
    """How late distributions come."""
    growth_per_year: float = Field(default=0.08, gt=-1)
    """Growth of NAV a year, in the mean."""
    yield_rate: float = Field(default=0.0, ge=0, le=1)
    """Least share of NAV paid out each year."""
    volatility_per_year: float = Field(default=0.0, ge=0)
    """Volatility of each fund's own log growth a year."""
    market_beta: float = 0.0
    """Sensitivity of log growth to the public market's log return less its expectation."""
    expected_market_log_return_per_year: float = 0.06
    """Log return of the public market at which NAV grows at ``growth_per_year``. Assumption: equity premium 6-7 % and
    risk-free rate about 2 % (recalled), less half the variance."""
    last_year_evenly: bool = True
    """Is the last year's NAV paid out in equal parts a quarter (or, as in the paper's quarters, all in its first)?"""
    marks: MarkModel = Smoothed()
    """How the manager marks."""

    def roll(self, funds: FundColumns, grid: QuarterGrid, economy: EconomyPath, blocks: Blocks) -> FundPaths:
        """Roll all funds over all quarters of the grid."""
        paths = FundPaths.empty(len(funds), grid.quarters)
        growth = self._growth(funds, grid, economy, blocks)
        unfunded, value = funds.investable, np.zeros(len(funds))
        for quarter in range(grid.quarters):
            age = quarter - funds.start_quarter
            called, paid = self._rates(age, funds.term_quarters)
            paths.invested[:, quarter], paths.proceeds[:, quarter], value, unfunded = step(
                value, unfunded, growth=growth[quarter], called=called, paid=paid
            )
            paths.value[:, quarter] = value
        paths.alive[:] = np.where(paths.value > 0, funds.companies[:, None], 0)
        paths.mark[:] = self.marks.reported(
            paths.value, invested=paths.invested, proceeds=paths.proceeds, window_shut=economy.window_shut
        )
        return paths

    def _rates(self, age: NDArray[np.int64], term: NDArray[np.int64]) -> tuple[Floats, Floats]:
        """Shares called of the unfunded and paid out of the grown NAV, a quarter [funds]; 0 before the founding.

        The last year is the market's own: what would still be called in it could not be invested any more.
        """
        number = age // QUARTERS_PER_YEAR
        through = np.clip((number + 1) * QUARTERS_PER_YEAR / term, 0.0, 1.0)
        called, paid = rates_of(
            Year(number, through),
            contributions=self.rates_of_contribution,
            bow=self.bow,
            yield_rate=self.yield_rate,
            periods_per_year=QUARTERS_PER_YEAR,
        )
        last_year = through >= 1
        if self.last_year_evenly:
            last_year = term - age <= QUARTERS_PER_YEAR
            paid = np.where(last_year, 1 / np.maximum(term - age, 1), paid)
        return np.where((age >= 0) & ~last_year, called, 0.0), np.where(age >= 0, paid, 0.0)

    def _growth(self, funds: FundColumns, grid: QuarterGrid, economy: EconomyPath, blocks: Blocks) -> Floats:
        """Growth of each quarter [quarters, funds] or, where all funds grow alike, [quarters, 1]."""
        expected = self.expected_market_log_return_per_year / QUARTERS_PER_YEAR
        surprise = np.exp(self.market_beta * (economy.market_log_return - expected))[:, None]
        mean = (1 + self.growth_per_year) ** (1 / QUARTERS_PER_YEAR) - 1
        if self.volatility_per_year == 0:
            return np.asarray((1 + mean) * surprise - 1)
        volatility = self.volatility_per_year / math.sqrt(QUARTERS_PER_YEAR)
        normals = np.empty((grid.quarters, len(funds)))
        for block, first in enumerate(range(0, len(funds), FUNDS_PER_BLOCK)):
            some = normals[:, first : first + FUNDS_PER_BLOCK]
            some[:] = blocks(Purpose.FUND_GROWTH, block).standard_normal(some.shape)
        return np.asarray((1 + lognormal_growth(mean, volatility, normals)) * surprise - 1)
