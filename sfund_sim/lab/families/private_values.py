"""A01 to A06: auctions of private values, and their reserves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from pydantic import Field, model_validator

from sfund_sim.ground.errors import RuleError
from sfund_sim.investors.bidding import BiddingStrategy, BidView
from sfund_sim.investors.bidding.equilibrium import Equilibrium
from sfund_sim.investors.bidding.truthful import Truthful
from sfund_sim.investors.reserves import optimal_reserve
from sfund_sim.lab.auction import Auction
from sfund_sim.lab.chance import Columns
from sfund_sim.lab.comparing import Mixed
from sfund_sim.lab.estimate import Estimate, mean
from sfund_sim.lab.questions import (
    Exact,
    Family,
    Simulated,
    WithLaw,
    mean_if_sold,
    mean_of,
    share_where,
    variance_of,
)
from sfund_sim.venue.auctions import AuctionFormat
from sfund_sim.venue.auctions.ascending import Ascending
from sfund_sim.venue.auctions.descending import Descending
from sfund_sim.venue.auctions.first_price import FirstPrice
from sfund_sim.venue.auctions.second_price import SecondPrice
from sfund_sim.venue.floors import FixedFloor


class Bidders(WithLaw):
    """n bidders with values of one law, and a reserve."""

    n: int = Field(ge=1)
    reserve: float = Field(default=0.0, ge=0)
    crra_exponent: float = Field(default=1.0, gt=0)


class WithoutReserve(Bidders):
    """The same where all is sold: the highest value is realised, and a price is never that of a sale that failed."""

    reserve: float = Field(default=0.0, ge=0, le=0)


class PerhapsNobody(Bidders):
    """The same, and there may be none."""

    n: int = Field(ge=0)


class BidOfOne(WithLaw):
    """One bidder of value v, and a reserve."""

    v: float
    reserve: float = Field(default=0.0, ge=0)

    @model_validator(mode="after")
    def _bids(self) -> BidOfOne:
        if self.v < self.reserve:
            raise RuleError("who values the share below the reserve does not bid", "估值低于底价者不报价")
        return self


class Bid(BidOfOne):
    """The same among n."""

    n: int = Field(ge=1)
    crra_exponent: float = Field(default=1.0, gt=0)


class BidAmongPoisson(BidOfOne):
    """The same, who has a Poisson number of rivals with mean lam."""

    lam: float = Field(ge=0)


class SellerValue(WithLaw):
    """What the share is worth to the seller; among how many bidders does not matter."""

    seller_value: float = 0.0
    n: int | None = Field(default=None, ge=1)


class SellerValueAmongPoisson(WithLaw):
    """The same, among a Poisson number of bidders."""

    seller_value: float = 0.0
    lam: float | None = Field(default=None, gt=0)


class BestReserve(SellerValue):
    """n bidders, and the reserve that is best for the seller."""

    n: int = Field(ge=1)


class PoissonBidders(WithLaw):
    """A Poisson number of bidders, and a reserve."""

    lam: float = Field(ge=0)
    reserve: float = Field(default=0.0, ge=0)
    crra_exponent: float = Field(default=1.0, gt=0)


FORMATS: dict[str, AuctionFormat] = {
    "second-price": SecondPrice(),
    "ascending": Ascending(),
    "first-price": FirstPrice(),
    "descending": Descending(),
}


def next_bid_paid(asked: Bidders) -> Mixed:
    """Truthful bidders in a sealed second-price and in an ascending auction; none at all are a mean of 0."""
    return Mixed(designs=(_held(asked, SecondPrice()), _held(asked, Ascending())))


def own_bid_paid(asked: Bidders) -> Mixed:
    """Equilibrium bidders in a sealed first-price and in a descending auction."""
    return Mixed(designs=(_held(asked, FirstPrice()), _held(asked, Descending())))


def sealed_second(asked: Bidders) -> Auction:
    """Truthful bidders in a sealed second-price auction."""
    return _held(asked, SecondPrice())


def sealed_first(asked: Bidders) -> Auction:
    """Equilibrium bidders in a sealed first-price auction."""
    return _held(asked, FirstPrice())


def _held(asked: Bidders, format: AuctionFormat) -> Auction:
    """Bidders who shade their bids where the winner pays its own, and else tell what the share is worth to them."""
    strategy: BiddingStrategy = Truthful()
    if format.pricing == "first":
        strategy = Equilibrium(law=asked.law, poisson=False, risk_exponent=asked.crra_exponent)
    return Auction(
        format=format,
        strategy=strategy,
        bidders=asked.n,
        poisson=asked.n == 0,
        law=asked.law,
        floor=FixedFloor(value=asked.reserve),
    )


def at_best_reserve(asked: BestReserve) -> Auction:
    """A second-price auction whose reserve is best for the seller."""
    reserve = best_reserve(asked)
    return Auction(format=SecondPrice(), bidders=asked.n, law=asked.law, floor=FixedFloor(value=reserve))


def best_reserve(asked: SellerValue | SellerValueAmongPoisson) -> float:
    """Reserve that is best for the seller, which no number of bidders changes."""
    return optimal_reserve(asked.law, asked.seller_value)


def equilibrium_bid(asked: Bid) -> float:
    """Bid of value v against n - 1 known rivals, none of whom bids below the reserve."""
    strategy = Equilibrium(law=asked.law, poisson=False, risk_exponent=asked.crra_exponent)
    return _bid(strategy, asked, asked.n - 1.0)


def equilibrium_bid_among_poisson(asked: BidAmongPoisson) -> float:
    """Bid of value v against a Poisson number of rivals."""
    return _bid(Equilibrium(law=asked.law, poisson=True), asked, asked.lam)


def _bid(strategy: Equilibrium, asked: BidOfOne, rivals: float) -> float:
    return float(strategy.bids(np.array([asked.v]), BidView("first", floor=asked.reserve, rivals=rivals))[0])


def _unknown_number(asked: PoissonBidders, first_price: bool) -> Auction:
    return Auction(
        format=FirstPrice() if first_price else SecondPrice(),
        strategy=Equilibrium(law=asked.law, poisson=True, risk_exponent=asked.crra_exponent),
        bidders=asked.lam,
        poisson=True,
        law=asked.law,
        floor=FixedFloor(value=asked.reserve),
    )


def profit_each(columns: Columns, asked: Bidders) -> Estimate:
    """Mean profit of one of n bidders who are alike, most of whom do not win."""
    return mean(columns["profit"] / asked.n)


def in_each_format(parameters: type[Bidders], measures: dict[str, Callable[[Columns, Any], Estimate]]) -> Family:
    """Measures of an auction by format: "mean price, ascending"."""

    def question(format: AuctionFormat, measure: str) -> Simulated:
        return Simulated(parameters, lambda asked: _held(asked, format), measures[measure])

    return {f"{measure}, {name}": question(format, measure) for measure in measures for name, format in FORMATS.items()}


def unknown_number(*, first_price: bool) -> Callable[[PoissonBidders], Auction]:
    """An auction among a Poisson number of bidders."""
    return lambda asked: _unknown_number(asked, first_price)


REVENUE, PROFIT, SURPLUS = mean_of("revenue"), mean_of("profit"), mean_of("surplus")
SOLD, UNSOLD = mean_of("sold"), mean_of("unsold")
PAYOFFS: dict[str, Callable[[Columns, Any], Estimate]] = {
    "winner's expected payoff": PROFIT,
    "bidder's expected payoff": profit_each,
}
PRICE_IF_SOLD = mean_if_sold("price")
AT_RESERVE = share_where(lambda columns, asked: columns["price"] == asked.reserve)
POISSON_SECOND, POISSON_FIRST = unknown_number(first_price=False), unknown_number(first_price=True)

FAMILIES: dict[str, Family] = {
    "A01": {
        "mean price, second-price/ascending": Simulated(WithoutReserve, next_bid_paid, REVENUE),
        "mean price, first-price/descending (equilibrium bids)": Simulated(WithoutReserve, own_bid_paid, REVENUE),
        "efficient surplus E[max value] (efficiency = 1)": Simulated(WithoutReserve, next_bid_paid, SURPLUS),
        "winner's expected payoff": Simulated(WithoutReserve, next_bid_paid, PROFIT),
        "bidder's expected payoff": Simulated(WithoutReserve, next_bid_paid, profit_each),
        **in_each_format(WithoutReserve, {"mean price": REVENUE, "mean revenue": REVENUE, **PAYOFFS}),
    },
    "A02": {
        **in_each_format(WithoutReserve, {"variance of price": variance_of("revenue"), "mean price": REVENUE}),
    },
    "A03": {name: Exact(Bid, equilibrium_bid) for name in ("equilibrium bid b(v)", "equilibrium bid", "b(v)")},
    "A04": {
        "mean revenue (0 if unsold)": Simulated(PerhapsNobody, next_bid_paid, REVENUE),
        "probability of sale": Simulated(PerhapsNobody, next_bid_paid, SOLD, is_proportion=True),
        "probability unsold": Simulated(PerhapsNobody, next_bid_paid, UNSOLD, is_proportion=True),
        "realised gross surplus E[max; max>=r]": Simulated(PerhapsNobody, next_bid_paid, SURPLUS),
        "mean price if sold": Simulated(Bidders, next_bid_paid, PRICE_IF_SOLD),
        "P(price equals the reserve), second-price": Simulated(Bidders, sealed_second, AT_RESERVE, is_proportion=True),
        "winner's expected payoff (0 if unsold)": Simulated(Bidders, next_bid_paid, PROFIT),
        "bidder's expected payoff": Simulated(Bidders, next_bid_paid, profit_each),
        **in_each_format(Bidders, {"mean revenue": REVENUE, "mean price if sold": PRICE_IF_SOLD, **PAYOFFS}),
        "optimal reserve r*": Exact(SellerValue, best_reserve),
        "optimal reserve": Exact(SellerValue, best_reserve),
        "mean revenue at r*": Simulated(BestReserve, at_best_reserve, REVENUE),
        "probability of sale at r*": Simulated(BestReserve, at_best_reserve, SOLD, is_proportion=True),
    },
    "A05": {
        "mean revenue, second-price": Simulated(PoissonBidders, POISSON_SECOND, REVENUE),
        "mean revenue, first-price with unknown N": Simulated(PoissonBidders, POISSON_FIRST, REVENUE),
        "probability unsold": Simulated(PoissonBidders, POISSON_SECOND, UNSOLD, is_proportion=True),
        "probability of sale": Simulated(PoissonBidders, POISSON_SECOND, SOLD, is_proportion=True),
        "P(price equals the reserve), second-price": Simulated(
            PoissonBidders, POISSON_SECOND, AT_RESERVE, is_proportion=True
        ),
        "mean price if sold, second-price": Simulated(PoissonBidders, POISSON_SECOND, PRICE_IF_SOLD),
        "mean price if sold, first-price with unknown N": Simulated(PoissonBidders, POISSON_FIRST, PRICE_IF_SOLD),
        "realised gross surplus E[max; max>=r]": Simulated(PoissonBidders, POISSON_SECOND, SURPLUS),
        "winner's expected payoff (0 if unsold)": Simulated(PoissonBidders, POISSON_SECOND, PROFIT),
        "equilibrium bid b(v)": Exact(BidAmongPoisson, equilibrium_bid_among_poisson),
        "equilibrium bid": Exact(BidAmongPoisson, equilibrium_bid_among_poisson),
        "optimal reserve r*": Exact(SellerValueAmongPoisson, best_reserve),
        "optimal reserve": Exact(SellerValueAmongPoisson, best_reserve),
    },
    "A06": {
        "mean revenue first-price": Simulated(Bidders, sealed_first, REVENUE),
        "mean revenue second-price": Simulated(Bidders, sealed_second, REVENUE),
        "equilibrium bid b(v)": Exact(Bid, equilibrium_bid),
        "equilibrium bid": Exact(Bid, equilibrium_bid),
    },
}
