"""Portfolios as companies: each is financed, grows or fails, and leaves by IPO, trade sale, buyback or write-off."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

import numpy as np
from pydantic import Field

from sfund_sim.funds.cashflow.columns import (
    Blocks,
    EconomyPath,
    FundColumns,
    FundPaths,
    Precision,
    QuarterGrid,
)
from sfund_sim.funds.cashflow.company_block import CompanyBlock, Quarter
from sfund_sim.funds.cashflow.company_law import ANGEL, BUYOUT, GROWTH, VC, CompanyLaw
from sfund_sim.funds.cashflow.company_plan import plan_companies
from sfund_sim.funds.cashflow.company_records import BlockRecords
from sfund_sim.funds.cashflow.family import CashFlowModel
from sfund_sim.funds.marks import MarkModel
from sfund_sim.funds.marks.last_round import LastRound
from sfund_sim.terms import Purpose

FUNDS_PER_BLOCK = 4096
"""Funds that share a stream of draws. Part of the model's version: another number gives other draws."""


class Companies(CashFlowModel):
    """Each fund finances its companies one by one.

    Value moves by log-return = drift + beta x market + own shock. Exits compete: an IPO once the company is ready, at
    the hazard of the window; a trade sale at an offer; a buyback by the founder when the claim falls due; a write-off
    after a collapse. All fire on thresholds drawn beforehand. IPO shares are locked up, then sold at once.
    Source: model.md section 2; laws calibrated to the outcome multiples of venture financings (Correlation Ventures,
    P-CORR) and to the share of projects that Chinese funds have exited (P-36K): docs/calibration/companies.py.
    """

    kind: ClassVar[str] = "companies"

    angel: CompanyLaw = ANGEL
    """Law of companies in angel funds."""
    vc: CompanyLaw = VC
    """Law of companies in venture capital funds."""
    growth: CompanyLaw = GROWTH
    """Law of companies in growth funds."""
    buyout: CompanyLaw = BUYOUT
    """Law of companies in buyout funds."""
    lockup_quarters: int = Field(default=4, ge=1)
    """Quarters from listing to sale of the shares. Source: 12 months for holders before the IPO (recalled, high)."""
    shut_window_discount: float = Field(default=0.20, ge=0, lt=1)
    """By how much less an unlisted company is worth while the IPO window is fully shut, as its exit is further away.
    Assumption: about two years more to wait, at 11 % a year."""
    marks: MarkModel = LastRound()
    """How the manager marks; ``last_round`` marks company by company."""

    def roll(self, funds: FundColumns, grid: QuarterGrid, economy: EconomyPath, blocks: Blocks) -> FundPaths:
        """Roll all funds over all quarters of the grid, block by block."""
        return self.roll_in(np.float32, funds, grid, economy, blocks)

    def roll_in(
        self, dtype: Precision, funds: FundColumns, grid: QuarterGrid, economy: EconomyPath, blocks: Blocks
    ) -> FundPaths:
        """The same in a chosen precision, from the same draws: single is enough (docs/performance/float32.py)."""
        paths = FundPaths.empty(len(funds), grid.quarters)
        quarters = self._quarters(grid, economy)
        for number, first in enumerate(range(0, len(funds), FUNDS_PER_BLOCK)):
            rows = slice(first, min(first + FUNDS_PER_BLOCK, len(funds)))
            some = funds.rows(rows)
            plan = plan_companies(some, self._laws, blocks=blocks, block=number, dtype=dtype)
            block = CompanyBlock(plan, BlockRecords(some, paths, rows), self._by_company, self.lockup_quarters)
            returns = blocks(Purpose.COMPANY_RETURNS, number)
            for quarter, founded in zip(quarters, _funds_founded(some, grid.quarters), strict=True):
                if founded:
                    block.roll(quarter, funds=founded, returns=returns)
        if self._by_company is not None:
            return paths
        mark = self.marks.reported(
            paths.value, invested=paths.invested, proceeds=paths.proceeds, window_shut=economy.window_shut
        )
        return dataclasses.replace(paths, mark=mark)

    @property
    def _laws(self) -> tuple[CompanyLaw, ...]:
        """By the code of ``terms.Strategy``."""
        return self.angel, self.vc, self.growth, self.buyout

    @property
    def _by_company(self) -> LastRound | None:
        return self.marks if isinstance(self.marks, LastRound) else None

    def _quarters(self, grid: QuarterGrid, economy: EconomyPath) -> list[Quarter]:
        """What each quarter of the grid brings."""
        return [
            Quarter(
                index=index,
                is_year_end=grid.is_year_end(index),
                market_log_return=float(economy.market_log_return[index]),
                ipo_hazard_per_year=float(economy.ipo_hazard[index]),
                window_shut=float(economy.window_shut[index]),
                unlisted_price=1 - self.shut_window_discount * float(economy.window_shut[index]),
            )
            for index in range(grid.quarters)
        ]


def _funds_founded(funds: FundColumns, quarters: int) -> list[int]:
    """Number of funds up to the last one founded by each quarter [quarters]: what must be rolled then."""
    founded, in_grid = np.zeros(quarters, np.int64), np.flatnonzero(funds.start_quarter < quarters)
    np.maximum.at(founded, funds.start_quarter[in_grid], in_grid + 1)
    return [int(funds) for funds in np.maximum.accumulate(founded)]
