"""The family of cash-flow models: what a fund's portfolio pays in, pays out and is worth, quarter by quarter."""

from __future__ import annotations

from abc import abstractmethod

from sfund_sim.funds.cashflow.columns import Blocks, EconomyPath, FundColumns, FundPaths, QuarterGrid
from sfund_sim.ground.parts import Part


class CashFlowModel(Part, family="cash-flow model"):
    """How the portfolios of funds live."""

    @abstractmethod
    def roll(self, funds: FundColumns, grid: QuarterGrid, economy: EconomyPath, blocks: Blocks) -> FundPaths:
        """Roll all funds over all quarters of the grid.

        ``blocks`` supplies chance by purpose and block of funds. What is drawn depends on the funds alone, never on the
        economy or on terms, so a changed IPO window moves dates and re-rolls nothing.
        """
