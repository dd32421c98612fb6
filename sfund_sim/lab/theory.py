"""What theory says of an auction in the lab, where it says anything: the column beside what the lab finds."""

from __future__ import annotations

import numpy as np

from sfund_sim.investors.bidding.equilibrium import Equilibrium
from sfund_sim.investors.bidding.information import UniformError, Wallet
from sfund_sim.investors.bidding.naive import Naive
from sfund_sim.lab.auction import Auction
from sfund_sim.lab.crowd import Crowd, chance_of_sale
from sfund_sim.lab.relisting import Relisting
from sfund_sim.lab.softclose import TimedBidding

Known = dict[str, float]
"""Theoretical values by the name of the measure: revenue, sold, surplus, profit, efficient."""


STANDARD = ("ascending", "descending", "first_price", "second_price", "weighted_tender")
"""Formats whose prices theory knows; in the lab nobody offers terms, so the last is decided by the price alone."""


def of_auction(auction: Auction) -> Known:
    """What is known of an auction; measures that no theory gives are left out."""
    if auction.information is not None:
        gains = _common_value(auction)
        return {"sold": 1.0, **gains} if gains else {}
    crowd, floor = Crowd.of(auction), auction.floor_price()
    sold = chance_of_sale(auction)
    known: Known = {} if sold is None else {"sold": sold}
    price = _price(auction, crowd) if auction.format.kind in STANDARD else None
    if price is not None:
        known["revenue"] = price
    unbound = auction.budget_law is None and not np.isfinite(auction.budget)
    if price is not None and unbound and not auction.format.step(floor) and auction.partner == "absent":
        known["surplus"] = crowd.surplus(floor)
        known["profit"] = known["surplus"] - price
        if sold and crowd.reach == 1.0 and (crowd.poisson or crowd.number == auction.bidders):
            known["efficient"] = 1.0
    return known


def _price(auction: Auction, crowd: Crowd) -> float | None:
    floor, strategy = auction.floor_price(), auction.strategy
    if floor > auction.budget:
        return 0.0
    if auction.partner == "bids":
        if crowd.poisson or crowd.reach < 1.0:
            return None
        crowd = crowd.with_one_more()
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
    if strategy.law != auction.law or auction.budget_law is not None or auction.partner == "matches":
        return False
    budgets = strategy.budget_is_known or not np.isfinite(auction.budget)
    return budgets and strategy.poisson == auction.poisson


def _common_value(auction: Auction) -> Known:
    """Klemperer's wallet game for two, and Kagel and Levin's uniform errors for any number.

    Neither knows a floor, a budget, a least raise, or investors who are not there.
    """
    bound = auction.budget_law is not None or np.isfinite(auction.budget) or auction.floor_price() > 0
    is_other = auction.format.kind not in STANDARD or auction.format.step(0.0)
    if bound or is_other or Crowd.of(auction).number != auction.bidders:
        return {}
    n, naive, pricing = auction.bidders, isinstance(auction.strategy, Naive), auction.format.pricing
    if isinstance(auction.information, Wallet) and n == 2:
        # Of two bidders none sees the other leave or stop a clock before all is over: open formats are as sealed ones.
        if not naive:
            return {"revenue": 2 / 3, "profit": 1 / 3}
        return {"first": {"revenue": 7 / 6, "profit": -1 / 6}, "second": {"revenue": 5 / 6, "profit": 1 / 6}}[pricing]
    if not isinstance(auction.information, UniformError) or n < 2:
        return {}
    e = auction.information.half_width
    if naive:
        return {"profit": -e * (n - 1) / (n + 1) if pricing == "first" else -e * (n - 3) / (n + 1)}
    if auction.format.manner == "rising":
        return {"profit": e / (n + 1)}
    return {"profit": 2 * e / (n + 1) if pricing == "first" else 2 * e * (n - 1) / (n * (n + 1))}


def of_relisting(relisting: Relisting) -> Known:
    """Listings until sold are geometric: V = (Rev - P0 c) / (1 - discount P0), less the cost of holding till then."""
    listing = of_auction(relisting.listing)
    if listing.get("sold", 0.0) <= 0.0 or relisting.until is not None:
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
