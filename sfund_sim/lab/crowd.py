"""Those whom a listing meets: how many would pay a price, with what chance, and what that makes the price."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from sfund_sim.investors.bidding.budgets import threshold
from sfund_sim.investors.bidding.equilibrium import Equilibrium
from sfund_sim.investors.bidding.shading import Rivalry, equilibrium, unit_nodes
from sfund_sim.investors.laws import ValueLaw
from sfund_sim.investors.reserves import integral
from sfund_sim.lab.auction import Auction
from sfund_sim.venue.disclosure.random import Random

MOST_RUNGS = 100_000
"""Steps of a clock that theory adds up; so many take some seconds."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """Those who may bid: their number (known, thinned by ``reach``, or Poisson) and what each would pay."""

    law: ValueLaw
    number: float
    reach: float
    poisson: bool
    budget_law: ValueLaw | None

    @classmethod
    def of(cls, auction: Auction) -> Crowd:
        """The crowd that an auction's disclosure and entry leave."""
        number = auction.bidders
        if isinstance(auction.disclosure, Random):
            number = min(number, auction.disclosure.invited)
        return cls(auction.law, number, auction.presence(), auction.poisson, auction.budget_law)

    def with_one_more(self) -> Crowd:
        """The same with one investor more."""
        return dataclasses.replace(self, number=self.number + 1.0)

    def would_pay(self, price: float) -> float:
        """Chance that an investor who is there would pay the price."""
        able = 1.0 if self.budget_law is None else float(self.budget_law.survival(np.asarray(price)))
        return able * float(self.law.survival(np.asarray(price)))

    def pays(self, price: float) -> float:
        """Chance that an investor is there and would pay the price."""
        return self.reach * self.would_pay(price)

    def somebody(self, price: float) -> float:
        """Chance that at least one would pay the price, exact where it is small too."""
        pays = self.pays(price)
        if self.poisson or self.number == 0:
            return float(-np.expm1(-self.number * pays))
        return float(-np.expm1(self.number * np.log1p(-pays))) if pays < 1 else 1.0

    def nobody(self, price: float) -> float:
        """Chance that nobody would pay the price, exact where it is small too."""
        pays = self.pays(price)
        if self.poisson or self.number == 0:
            return float(np.exp(-self.number * pays))
        return float((1.0 - pays) ** self.number)

    def exactly_one(self, price: float) -> float:
        """Chance that just one would pay the price."""
        pays = self.pays(price)
        if self.poisson or self.number == 0:
            return self.number * pays * self.nobody(price)
        return float(self.number * pays * (1.0 - pays) ** (self.number - 1.0))

    def second_price(self, floor: float, cap: float) -> float:
        """Expected price of a continuous clock: floor x P(sale) + integral of P(two would pay x), up to a budget."""

        def two(price: float) -> float:
            return self.somebody(price) - self.exactly_one(price)

        # Own budgets thin the crowd below the lowest value too, and turn the chance where their law begins or ends.
        turns = [self.law.low]
        if self.budget_law is not None:
            cap = min(cap, self.budget_law.high)
            turns += [float(self.budget_law.quantile(np.asarray(share))) for share in (0.0, 0.01, 0.5, 0.99)]
        climb = integral(two, self.law, min(floor, cap), end=cap, turns=turns)
        return floor * self.somebody(floor) + climb

    def stepped_price(self, floor: float, step: float) -> float | None:
        """Expected price of a clock with steps: rung k is climbed if two would pay the last one and one this one.

        P(rung k) = 1 - P(nobody at k) - n p_k (1 - p_(k-1))^(n-1); derived; step -> 0 gives ``second_price``. None if
        there are too many rungs to be added up.
        """
        total = floor * self.somebody(floor)
        for rung in range(1, MOST_RUNGS):
            last, price = floor + (rung - 1) * step, floor + rung * step
            alone = self.exactly_one(last) * self.pays(price) / self.pays(last) if self.pays(last) > 0 else 0.0
            climbed = self.somebody(price) - alone
            total += step * climbed
            if climbed < 1e-13:
                return total
        return None

    def first_price(self, strategy: Equilibrium, auction: Auction) -> float:
        """Expected price when the best bid is paid: the bid function integrated over the law of the highest value.

        With u = F(value), the highest value is at u with density n q (1 - q (1 - u))^(n - 1), or m e^(-m (1 - u)).
        """
        floor, rivals = auction.floor_price(), auction.rivals()
        rivalry = Rivalry(strategy.law, strategy.poisson, strategy.risk_exponent, auction.presence())
        jump = np.inf
        if strategy.budget_is_known:
            jump = threshold(rivalry, budget=auction.budget, floor=floor, rivals=rivals)
        first, last = (float(self.law.cdf(np.asarray(value))) for value in (floor, max(jump, floor)))
        nodes, weights = unit_nodes()
        u = np.clip(first + (last - first) * nodes, 2.0**-54, 1.0 - 2.0**-53)
        there = 1.0 - self.reach * (1.0 - u)
        highest = np.exp(-self.number * (1.0 - there)) if self.poisson else there ** (self.number - 1.0)
        bids = equilibrium(rivalry, self.law.quantile(u), floor=floor, rivals=rivals)
        shaded = (last - first) * float((bids * self.number * self.reach * highest) @ weights)
        return shaded + (auction.budget * self.somebody(jump) if np.isfinite(jump) else 0.0)

    def surplus(self, floor: float) -> float:
        """Expected worth to a buyer of highest value, 0 when unsold."""
        inner = max(floor, self.law.low)
        return inner * self.somebody(inner) + integral(self.somebody, self.law, inner)


def chance_of_sale(auction: Auction, round: int = 0) -> float | None:
    """Chance that a listing is sold in this round; None where it is not known: a common value with a floor.

    Every format sells if anybody can and will pay the floor, and every strategy bids it then; a partner who bids is
    there for certain, whoever else is shown the offer.
    """
    floor, crowd = auction.floor_price(round), Crowd.of(auction)
    if auction.information is not None:
        return None if floor > 0 else float(crowd.number >= 1)
    if floor > auction.budget:
        return 0.0
    somebody = crowd.somebody(floor)
    return somebody + (1.0 - somebody) * crowd.would_pay(floor) if auction.partner == "bids" else somebody


def chance_unsold(auction: Auction) -> float | None:
    """Chance that the first listing is not sold, exact where it is small too; None where it is not known."""
    floor, crowd = auction.floor_price(), Crowd.of(auction)
    if auction.information is not None or floor > auction.budget:
        sold = chance_of_sale(auction)
        return None if sold is None else 1.0 - sold
    partner = 1.0 - crowd.would_pay(floor) if auction.partner == "bids" else 1.0
    return crowd.nobody(floor) * partner
