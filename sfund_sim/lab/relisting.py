"""A share listed again and again to fresh bidders until it is sold: how long it takes and what it brings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from sfund_sim.ground.errors import RuleError
from sfund_sim.lab.auction import Auction
from sfund_sim.lab.chance import Chance, Columns, Deal, Draw, FloatArray, Told, in_blocks
from sfund_sim.lab.crowd import chance_of_sale

MOST_LISTINGS = 10_000
"""Listings until sold, on average, that are still followed."""


@dataclass(frozen=True, slots=True)
class _Sales:
    """What has happened to each replication of a block so far; arrays [replications]."""

    listings: FloatArray
    time: FloatArray
    price: FloatArray
    costs: FloatArray
    """Of failed listings, discounted to the first one."""


class Relisting(BaseModel):
    """One listing repeated until sold; its floor rule sets the floor of each round."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    listing: Auction
    """The listing."""
    length: float = Field(default=1.0, gt=0)
    """Time that one listing takes."""
    offers: float | None = Field(default=None, gt=0)
    """If given, listings come at random at this rate instead: each is one offer."""
    discount: float = Field(default=1.0, ge=0, le=1)
    """Discount factor of each relisting."""
    relist_cost: float = Field(default=0.0, ge=0)
    """Cost of each failed listing."""
    rate: float = Field(default=0.0, ge=0)
    """Discount rate of time."""
    holding_cost: float = Field(default=0.0, ge=0)
    """Cost of holding the share, a unit of time."""
    until: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    """If given, shares that are unsold at this time are followed no longer."""

    @model_validator(mode="after")
    def _ends(self) -> Relisting:
        """The exact chance of a sale decides, at the floor of late rounds: no sample can tell rare from never."""
        if self.until is not None and self.until * (self.offers or 1.0 / self.length) <= MOST_LISTINGS:
            return self
        sale = chance_of_sale(self.listing, MOST_LISTINGS)
        if sale is None:
            raise RuleError(
                "a share of a common value is listed again only without a floor: what a failed listing tells of the "
                "value is not modelled",
                "共同价值的份额只有在没有底价时才能再次挂牌：流标对价值所含的信息不在模型之内",
            )
        if sale == 0:
            raise RuleError(
                "the share cannot be sold: nobody can and will pay the floor", "份额无法售出：无人能够且愿意支付底价"
            )
        if sale * MOST_LISTINGS < 1:
            raise RuleError(
                f"it takes {1 / sale:,.0f} listings on average to sell it; at most {MOST_LISTINGS:,} are followed",
                f"平均挂牌 {1 / sale:,.0f} 次才售出一次；至多跟踪 {MOST_LISTINGS:,} 次",
            )
        return self

    def sample(self, chance: Chance, replications: int, told: Told = lambda done: None) -> Columns:
        """Sell the share ``replications`` times.

        Columns: ``listings`` (number), ``time`` (to sale), ``price``, ``value`` (present value of price and costs). Of
        shares that were followed no longer, ``time`` is that of the listing that passed ``until``, and ``price`` NaN.
        """
        return in_blocks(chance, replications, self._sell, told)

    def _sell(self, deal: Deal) -> Columns:
        sales = _Sales(*(np.zeros(deal.size) for _ in range(4)))
        unsold, round = np.arange(deal.size), 0
        while unsold.size:
            unsold = self._list_once(sales, unsold, Deal(deal.chance, deal.block, unsold.size, round))
            if self.until is not None:
                unsold = unsold[sales.time[unsold] <= self.until]
            round += 1
        return self._columns(sales)

    def _list_once(self, sales: _Sales, unsold: NDArray[np.int64], deal: Deal) -> NDArray[np.int64]:
        """Hold one round for the shares that are still unsold, and return those that remain so."""
        wait = self.length if self.offers is None else deal.of(Draw.WAITING).exponential(1.0 / self.offers, deal.size)
        sales.listings[unsold] += 1.0
        sales.time[unsold] += wait
        outcome = self.listing.hold(deal)
        sales.price[unsold] = outcome["price"]
        left: NDArray[np.int64] = unsold[outcome["sold"] == 0.0]
        sales.costs[left] += self.relist_cost * self.discount**deal.round
        return left

    def _columns(self, sales: _Sales) -> Columns:
        by_time = np.exp(-self.rate * sales.time)
        held = sales.time if self.rate == 0 else -np.expm1(-self.rate * sales.time) / self.rate
        price = sales.price * by_time * self.discount ** (sales.listings - 1.0)
        value = price - sales.costs - self.holding_cost * held
        return Columns({"listings": sales.listings, "time": sales.time, "price": sales.price, "value": value})
