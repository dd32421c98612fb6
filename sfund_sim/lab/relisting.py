"""A share listed again and again to fresh bidders until it is sold: how long it takes and what it brings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from sfund_sim.lab.auction import Auction
from sfund_sim.lab.chance import Chance, Columns, Deal, Draw, FloatArray, in_blocks

MOST_LISTINGS = 100_000
HOPELESS = 1_000
"""If none of a block's shares is sold in so many rounds, none will be."""


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

    def sample(self, chance: Chance, replications: int) -> Columns:
        """Sell the share ``replications`` times.

        Columns: ``listings`` (number), ``time`` (to sale), ``price``, ``value`` (present value of price and costs).
        ValueError if no share is sold in 1,000 listings, or some are not in 100,000.
        """
        return in_blocks(chance, replications, self._sell)

    def _sell(self, deal: Deal) -> Columns:
        sales = _Sales(*(np.zeros(deal.size) for _ in range(4)))
        unsold = np.arange(deal.size)
        for round in range(MOST_LISTINGS):
            unsold = self._list_once(sales, unsold, Deal(deal.chance, deal.block, unsold.size, round))
            if not unsold.size:
                return self._columns(sales)
            if round >= HOPELESS and unsold.size == deal.size:
                break
        raise ValueError(f"the share cannot be sold within {round + 1:,} listings: lower the floor")

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
