"""A share that must be sold by a deadline, to buyers who come one at a time: what it brings, and how often nothing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from sfund_sim.ground.errors import RuleError
from sfund_sim.investors.deadlines import gain_from_offer, gain_from_price, value_by_time, values_by_offers
from sfund_sim.investors.laws import FloatArray, ValueLaw
from sfund_sim.investors.reserves import optimal_reserve
from sfund_sim.lab.chance import Chance, Columns, Deal, Draw, in_blocks
from sfund_sim.venue.auctions import BidBook
from sfund_sim.venue.auctions.first_price import FirstPrice
from sfund_sim.venue.auctions.second_price import SecondPrice

MOST_BUYERS = 1000
"""Buyers until the deadline, on average, that are still followed."""
POSTINGS = 1001
"""Times at which the best posted price is worked out, closer to one another the nearer the deadline; between them it is
read off straight lines."""


class DeadlineSale(BaseModel):
    """Buyers come one at a time, each a listing with a sole bidder, until one buys or the time is over.

    A sealed first-price listing decides on an offer, for the buyer quotes what the share is worth to it; a second-price
    one on a posted price, for a sole bidder pays the floor. The floor is what the seller holds out for at that moment.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    law: ValueLaw
    """Law of what the share is worth to a buyer."""
    until: float = Field(ge=0, allow_inf_nan=False)
    """The deadline: the number of offers, one a period from time 0 on, or a time."""
    offers: float | None = Field(default=None, ge=0)
    """Buyers a unit of time, at random; none: one a period."""
    discount: float = Field(default=1.0, ge=0, le=1)
    """Discount factor of a period or a unit of time."""
    cost: float = Field(default=0.0, ge=0)
    """Of each buyer who does not buy; where buyers come at random, of each unit of time instead."""
    at_end: float = 0.0
    """What the share is worth to the seller at the deadline."""
    posted: bool = False
    """Does the seller post a price? Else buyers make offers."""
    price: float | None = Field(default=None, ge=0)
    """A posted price that stays the same; none: the best one at each moment."""

    @model_validator(mode="after")
    def _ends(self) -> DeadlineSale:
        buyers = self.until * (1.0 if self.offers is None else self.offers)
        if buyers > MOST_BUYERS:
            raise RuleError(
                f"{buyers:,.0f} buyers would come until the deadline; at most {MOST_BUYERS:,} are followed",
                f"截止前将有 {buyers:,.0f} 名买方到来；至多跟踪 {MOST_BUYERS:,} 名",
            )
        return self

    @property
    def rate(self) -> float:
        """Discount rate of a unit of time."""
        return -float(np.log(self.discount))

    @property
    def value(self) -> float:
        """Worth to a seller who does as well as it can, at the beginning."""
        return float(self._worth()(np.asarray([self.until]))[0])

    def sample(self, chance: Chance, replications: int) -> Columns:
        """Columns: ``sold``, ``unsold``, ``price`` (NaN when unsold), ``time`` (until sold or over), ``offers``.

        And ``value``: the price or what is kept, discounted to the beginning, less what waiting has cost.
        """
        least = self._holds_out()
        return in_blocks(chance, replications, lambda deal: self._sell(deal, least))

    def _worth(self) -> Callable[[FloatArray], FloatArray]:
        """Worth of the share by what is left: offers to come, or time."""
        gain = gain_from_price(self.law, self.price) if self.posted else gain_from_offer(self.law)
        if self.offers is None:
            number = int(self.until)
            values = values_by_offers(gain, number=number, discount=self.discount, cost=self.cost, at_end=self.at_end)
            return lambda left: values[left.astype(np.int64)]
        terms = {"offers": self.offers, "rate": self.rate, "cost": self.cost, "at_end": self.at_end}
        return value_by_time(gain, longest=self.until, **terms)

    def _holds_out(self) -> Callable[[FloatArray], FloatArray]:
        """The least price by what is left, the buyer who is there not counted."""
        if self.price is not None:
            price = self.price
            return lambda left: np.full(left.shape, price)
        worth = self._worth()
        if not self.posted:
            return lambda left: self._if_refused(worth(left))
        grid = self.until * np.linspace(0.0, 1.0, POSTINGS) ** 2
        if self.offers is None:
            grid = np.arange(self.until + 1.0)
        prices = np.array([optimal_reserve(self.law, unsold) for unsold in self._if_refused(worth(grid)).tolist()])
        return lambda left: np.interp(left, grid, prices)

    def _if_refused(self, worth: FloatArray) -> FloatArray:
        return worth if self.offers is not None else self.discount * worth - self.cost

    def _sell(self, deal: Deal, least: Callable[[FloatArray], FloatArray]) -> Columns:
        time, price, number = np.zeros(deal.size), np.full(deal.size, np.nan), np.zeros(deal.size)
        waiting, round = np.arange(deal.size), 0
        while waiting.size:
            now = Deal(deal.chance, deal.block, waiting.size, round)
            time[waiting] += self._gap(now)
            waiting = waiting[time[waiting] < self.until]
            now, round = Deal(deal.chance, deal.block, waiting.size, round), round + 1
            if not waiting.size:
                break
            number[waiting] += 1.0
            left = self.until - time[waiting] - (self.offers is None)
            price[waiting] = self._offer(now, least(left))
            waiting = waiting[np.isnan(price[waiting])]
        time = np.minimum(time, self.until)
        return self._columns(time, price, number)

    def _gap(self, deal: Deal) -> FloatArray | float:
        """Time until the next buyer."""
        if self.offers is None:
            return float(deal.round > 0)
        if self.offers == 0:
            return np.inf
        return deal.of(Draw.WAITING).exponential(1.0 / self.offers, deal.size)

    def _offer(self, deal: Deal, least: FloatArray) -> FloatArray:
        """One listing with a sole bidder each: its price, NaN where it does not buy."""
        worth = self.law.quantile(deal.uniforms(Draw.VALUES, 1))
        rule = SecondPrice() if self.posted else FirstPrice()
        return rule.clear(BidBook(worth, least, deal.uniforms(Draw.TIES, 1))).price

    def _columns(self, time: FloatArray, price: FloatArray, number: FloatArray) -> Columns:
        sold = ~np.isnan(price)
        passed = self.discount**time
        kept = np.where(sold, np.nan_to_num(price), self.at_end) * passed
        if self.offers is not None:
            costs = self.cost * (time if self.discount == 1 else (1.0 - passed) / self.rate)
        else:
            refused = number - sold
            discounted = (1.0 - self.discount**refused) / (1.0 - self.discount) if self.discount < 1 else refused
            costs = self.cost * discounted
        return Columns(
            sold=sold.astype(np.float64),
            unsold=(~sold).astype(np.float64),
            price=price,
            time=time,
            offers=number,
            value=kept - costs,
        )
