"""The market's own portfolios, run alone: a Yale fund quarter by quarter, and companies whose ways out compete."""

from __future__ import annotations

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from sfund_sim.funds.cashflow import EconomyPath, FundColumns, QuarterGrid
from sfund_sim.funds.cashflow.columns import Blocks
from sfund_sim.funds.cashflow.companies import Companies
from sfund_sim.funds.cashflow.company_law import CompanyLaw
from sfund_sim.funds.cashflow.yale import Yale
from sfund_sim.funds.performance import Flows
from sfund_sim.funds.takahashi import TakahashiSpec
from sfund_sim.ground.calendar import QUARTERS_PER_YEAR
from sfund_sim.lab.chance import Chance, Columns, Deal, Draw, in_blocks
from sfund_sim.terms import CompanyExit, Purpose

WAYS = {"listed": CompanyExit.IPO, "sold": CompanyExit.TRADE_SALE, "bought_back": CompanyExit.BUYBACK}
"""Columns of ``CompanyExits``, and the ways out that they count."""
BLOCKS_APART = 1_000
"""Above any purpose, so that purpose and block make one address."""


def yale_fund(spec: TakahashiSpec, commitment: float) -> Flows:
    """The fund as a market with ``portfolio.model: {kind: yale}`` rolls it: flows by quarter, without chance.

    In its last year it calls no more and pays out its NAV in equal parts.
    """
    model = Yale(
        rates_of_contribution=spec.rates_of_contribution,
        bow=spec.bow,
        growth_per_year=spec.growth,
        yield_rate=spec.yield_rate,
    )
    quarters = spec.life_years * QUARTERS_PER_YEAR
    paths = model.roll(
        _funds(1, commitment, quarters), QuarterGrid(quarters), _quiet(quarters, 0.0), _blocks(Chance(0), 0)
    )
    return Flows(paths.invested[0], paths.proceeds[0], paths.value[0], QUARTERS_PER_YEAR)


class CompanyExits(BaseModel):
    """Companies of the market whose value stands still, so that only the clocks of their ways out are at work.

    Each is the only one of its fund, is bought in the fund's first quarter, and can leave at once.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    listing: float = Field(default=0.0, ge=0)
    """Hazard a year of a listing."""
    sale: float = Field(default=0.0, ge=0)
    """Hazard a year of an offer."""
    buyback: float = Field(default=0.0, ge=0)
    """Hazard a year of a claim on the founder that falls due."""
    quarters: int = Field(ge=0, le=400)
    """Quarters after the one of the purchase."""

    def sample(self, chance: Chance, replications: int) -> Columns:
        """Columns: ``listed``, ``sold``, ``bought_back``: 1 where the company has left that way by the last quarter."""
        return in_blocks(chance, replications, self._live)

    def _live(self, deal: Deal) -> Columns:
        law = CompanyLaw(
            market_beta=0.0,
            log_drift_per_year=0.0,
            volatility_per_year=0.0,
            ready_multiple=1e-3,
            ready_age_years=0.0,
            trade_sale_hazard_per_year=self.sale,
            trade_sale_age_years=0.0,
            trade_sale_least_multiple=0.0,
            buyback_hazard_per_year=self.buyback,
            buyback_age_years=0.0,
            buyback_least_multiple=0.0,
            collapse_multiple=1e-6,
        )
        grid = QuarterGrid(self.quarters + 1)
        paths = Companies(angel=law, vc=law, growth=law, buyout=law).roll(
            _funds(deal.size, 1.0, grid.quarters),
            grid,
            _quiet(grid.quarters, self.listing),
            _blocks(deal.chance, deal.block),
        )
        return Columns({name: paths.exits[:, way, -1].astype(np.float64) for name, way in WAYS.items()})


def _blocks(chance: Chance, block: int) -> Blocks:
    """The lab's chance as a portfolio asks for it; ``block`` is the lab's, and the portfolio has blocks of its own."""

    def generator(purpose: Purpose, own_block: int) -> np.random.Generator:
        return chance.of(Draw.THRESHOLDS, block, int(purpose) + BLOCKS_APART * own_block)

    return generator


def _funds(number: int, commitment: float, quarters: int) -> FundColumns:
    """Funds founded in the first quarter, with one company each, all of whose money is invested."""
    ones = np.ones(number, np.int64)
    return FundColumns(
        strategy=0 * ones,
        start_quarter=0 * ones,
        commitment=commitment * ones.astype(np.float64),
        investable_share=ones.astype(np.float64),
        companies=ones,
        investment_quarters=ones,
        term_quarters=quarters * ones,
    )


def _quiet(quarters: int, ipo_hazard: float) -> EconomyPath:
    """A public market that stands still, and an IPO window that is always open."""
    return EconomyPath(np.zeros(quarters), np.full(quarters, ipo_hazard), np.zeros(quarters))
