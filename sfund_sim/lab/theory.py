"""What theory says of an auction in the lab, where it says anything: the column beside what the lab finds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sfund_sim.investors.bidding.budgets import threshold
from sfund_sim.investors.bidding.equilibrium import Equilibrium
from sfund_sim.investors.bidding.information import UniformError, Wallet
from sfund_sim.investors.bidding.naive import Naive
from sfund_sim.investors.bidding.shading import Rivalry, equilibrium, unit_nodes
from sfund_sim.investors.laws import ValueLaw
from sfund_sim.investors.reserves import integral
from sfund_sim.lab.auction import Auction
from sfund_sim.lab.relisting import Relisting
from sfund_sim.lab.softclose import TimedBidding
from sfund_sim.venue.auctions.ascending import Ascending
from sfund_sim.venue.disclosure.random import Random

Known = dict[str, float]
"""Theoretical values by the name of the measure: revenue, sold, surplus, profit, efficient."""


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

    def pays(self, price: float) -> float:
        """Chance that an investor is there and would pay the price."""
        able = 1.0 if self.budget_law is None else float(self.budget_law.survival(np.asarray(price)))
        return self.reach * able * float(self.law.survival(np.asarray(price)))

    def nobody(self, price: float) -> float:
        """Chance that nobody would pay the price."""
        pays = self.pays(price)
        return float(np.exp(-self.number * pays)) if self.poisson else float((1.0 - pays) ** self.number)

    def exactly_one(self, price: float) -> float:
        """Chance that just one would pay the price."""
        pays = self.pays(price)
        if self.poisson or self.number == 0:
            return self.number * pays * self.nobody(price)
        return float(self.number * pays * (1.0 - pays) ** (self.number - 1.0))

    def second_price(self, floor: float, cap: float) -> float:
        """Expected price of a continuous clock: floor x P(sale) + integral of P(two would pay x), up to a budget."""

        def two(price: float) -> float:
            return 1.0 - self.nobody(price) - self.exactly_one(price)

        inner = min(max(floor, self.law.low), cap)
        climb = (inner - floor) * two(floor) + integral(two, self.law, inner, end=cap)
        return floor * (1.0 - self.nobody(floor)) + climb

    def stepped_price(self, floor: float, step: float) -> float:
        """Expected price of a clock with steps: rung k is climbed if two would pay the last one and one this one.

        P(rung k) = 1 - P(nobody at k) - n p_k (1 - p_(k-1))^(n-1); derived; step -> 0 gives ``second_price``.
        """
        total, rung = floor * (1.0 - self.nobody(floor)), 1
        while True:
            last, price = floor + (rung - 1) * step, floor + rung * step
            alone = self.exactly_one(last) * self.pays(price) / self.pays(last) if self.pays(last) > 0 else 0.0
            climbed = 1.0 - self.nobody(price) - alone
            total += step * climbed
            if climbed < 1e-13:
                return total
            rung += 1

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
        return shaded + (auction.budget * (1.0 - self.nobody(jump)) if np.isfinite(jump) else 0.0)

    def surplus(self, floor: float) -> float:
        """Expected worth to a buyer of highest value, 0 when unsold."""
        inner = max(floor, self.law.low)
        return inner * (1.0 - self.nobody(inner)) + integral(lambda price: 1.0 - self.nobody(price), self.law, inner)


def of_auction(auction: Auction) -> Known:
    """What is known of an auction; measures that no theory gives are left out."""
    if auction.information is not None:
        return _common_value(auction)
    crowd, floor = Crowd.of(auction), auction.floor_price()
    is_private = not isinstance(auction.strategy, Naive) and auction.format.kind != "weighted_tender"
    known: Known = {"sold": 1.0 - crowd.nobody(floor)} if floor <= auction.budget else {"sold": 0.0}
    price = _price(auction, crowd) if is_private else None
    if price is not None:
        known["revenue"] = price
    unbound = auction.budget_law is None and not np.isfinite(auction.budget)
    stepped = isinstance(auction.format, Ascending) and bool(np.any(auction.format.step(floor)))
    if price is not None and unbound and not stepped and auction.partner == "absent":
        known["surplus"] = crowd.surplus(floor)
        known["profit"] = known["surplus"] - price
        if known["sold"] > 0 and crowd.reach == 1.0 and (crowd.poisson or crowd.number == auction.bidders):
            known["efficient"] = 1.0
    return known


def _price(auction: Auction, crowd: Crowd) -> float | None:
    floor, strategy = auction.floor_price(), auction.strategy
    if floor > auction.budget:
        return 0.0
    if auction.format.pricing == "first":
        if isinstance(strategy, Equilibrium) and _believes_what_is_so(strategy, auction):
            return crowd.first_price(strategy, auction)
        return None
    step = float(auction.format.step(floor))
    if step == 0:
        return crowd.second_price(floor, auction.budget)
    return crowd.stepped_price(floor, step) if not np.isfinite(auction.budget) else None


def _believes_what_is_so(strategy: Equilibrium, auction: Auction) -> bool:
    """Do first-price bidders know the law, number and budgets of their rivals?"""
    if strategy.law != auction.law or auction.budget_law is not None or auction.partner != "absent":
        return False
    budgets = strategy.budget_is_known or not np.isfinite(auction.budget)
    return budgets and strategy.poisson == auction.poisson


def _common_value(auction: Auction) -> Known:
    """Klemperer's wallet game for two, and Kagel and Levin's uniform errors for any number; no floor, no budget."""
    if auction.floor_price() > 0 or np.isfinite(auction.budget) or Crowd.of(auction).number != auction.bidders:
        return {}
    n, naive, pricing = auction.bidders, isinstance(auction.strategy, Naive), auction.format.pricing
    if isinstance(auction.information, Wallet) and n == 2 and auction.format.manner == "sealed":
        if not naive:
            return {"revenue": 2 / 3, "profit": 1 / 3, "sold": 1.0}
        return {"first": {"revenue": 7 / 6, "profit": -1 / 6}, "second": {"revenue": 5 / 6, "profit": 1 / 6}}[pricing]
    if not isinstance(auction.information, UniformError) or n < 2:
        return {}
    e = auction.information.half_width
    if naive:
        return {"profit": -e * (n - 1) / (n + 1) if pricing == "first" else -e * (n - 3) / (n + 1)}
    if auction.format.manner == "rising":
        return {"profit": e / (n + 1), "sold": 1.0}
    return {"profit": 2 * e / (n + 1) if pricing == "first" else 2 * e * (n - 1) / (n * (n + 1)), "sold": 1.0}


def of_relisting(relisting: Relisting) -> Known:
    """Listings until sold are geometric: V = (Rev - P0 c) / (1 - discount P0), less the cost of holding till then."""
    listing = of_auction(relisting.listing)
    if listing.get("sold", 0.0) <= 0.0:
        return {}
    unsold = 1.0 - listing["sold"]
    known = {"listings": 1.0 / listing["sold"]}
    known["time"] = known["listings"] * (relisting.length if relisting.offers is None else 1.0 / relisting.offers)
    if "revenue" in listing:
        known["price"] = listing["revenue"] / listing["sold"]
        if relisting.rate == 0:
            gain = (listing["revenue"] - unsold * relisting.relist_cost) / (1.0 - relisting.discount * unsold)
            known["value"] = gain - relisting.holding_cost * known["time"]
    return known


def of_timed_bidding(timed: TimedBidding) -> Known:
    """The gap problem of renewal theory: E[T] = (exp(lam w) - 1) / lam; one window without a soft close."""
    window = timed.format.window_minutes
    if not timed.format.soft_close or timed.bids == 0:
        return {"duration": window, "extensions": 0.0}
    extensions = float(np.expm1(timed.bids * window))
    return {"duration": extensions / timed.bids, "extensions": extensions}
