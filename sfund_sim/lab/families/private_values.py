"""A01 to A06, A16, E01, F01: auctions of private values, their reserves, and one bidder more."""

from __future__ import annotations

import numpy as np
from pydantic import Field, model_validator

from sfund_sim.ground.errors import RuleError
from sfund_sim.investors.bidding import BidView
from sfund_sim.investors.bidding.equilibrium import Equilibrium
from sfund_sim.investors.reserves import optimal_reserve
from sfund_sim.lab.auction import Auction
from sfund_sim.lab.chance import Columns
from sfund_sim.lab.comparing import Compared, Mixed
from sfund_sim.lab.estimate import Estimate, correlation, covariance, variance_ratio
from sfund_sim.lab.questions import (
    Exact,
    Family,
    Parameters,
    Simulated,
    UniformValues,
    WithLaw,
    mean_difference,
    mean_of,
    variance_of,
)
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
    """What the share is worth to the seller."""

    seller_value: float = 0.0


class PoissonBidders(WithLaw):
    """A Poisson number of bidders, and a reserve."""

    lam: float = Field(ge=0)
    reserve: float = Field(default=0.0, ge=0)


def next_bid_paid(asked: Bidders) -> Mixed:
    """Truthful bidders in a sealed second-price and in an ascending auction; none at all are a mean of 0."""
    return Mixed(designs=(_truthful(asked, SecondPrice()), _truthful(asked, Ascending())))


def own_bid_paid(asked: Bidders) -> Mixed:
    """Equilibrium bidders in a sealed first-price and in a descending auction."""
    return Mixed(designs=(_shading(asked, FirstPrice()), _shading(asked, Descending())))


def sealed_second(asked: Bidders) -> Auction:
    """Truthful bidders in a sealed second-price auction."""
    return _truthful(asked, SecondPrice())


def sealed_first(asked: Bidders) -> Auction:
    """Equilibrium bidders in a sealed first-price auction."""
    return _shading(asked, FirstPrice())


def _truthful(asked: Bidders, format: SecondPrice | Ascending) -> Auction:
    floor = FixedFloor(value=asked.reserve)
    return Auction(format=format, bidders=asked.n, poisson=asked.n == 0, law=asked.law, floor=floor)


def _shading(asked: Bidders, format: FirstPrice | Descending) -> Auction:
    strategy = Equilibrium(law=asked.law, poisson=False, risk_exponent=asked.crra_exponent)
    return Auction(
        format=format, strategy=strategy, bidders=asked.n, law=asked.law, floor=FixedFloor(value=asked.reserve)
    )


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
        strategy=Equilibrium(law=asked.law, poisson=True),
        bidders=asked.lam,
        poisson=True,
        law=asked.law,
        floor=FixedFloor(value=asked.reserve),
    )


def one_more(asked: Bidders, apart: bool = False) -> Compared:
    """n + 1 bidders without a reserve, against n with the given one; the n are the same people."""
    more = Auction(format=SecondPrice(), bidders=asked.n + 1, law=asked.law)
    return Compared(first=more, second=sealed_second(asked), apart=apart)


def _ratio(columns: Columns, _: Parameters) -> Estimate:
    together = columns["first.revenue"] - columns["second.revenue"]
    return variance_ratio(together, columns["first.revenue"] - columns["apart.revenue"])


class JustN(UniformValues):
    """n bidders with uniform values."""

    n: int = Field(ge=2)


def _nested(asked: JustN) -> Compared:
    return one_more(Bidders(n=asked.n), apart=True)


REVENUE = mean_of("revenue")
MORE = mean_difference("first.revenue", "second.revenue")

FAMILIES: dict[str, Family] = {
    "A01": {
        "mean price, second-price/ascending": Simulated(Bidders, next_bid_paid, REVENUE),
        "mean price, first-price/descending (equilibrium bids)": Simulated(Bidders, own_bid_paid, REVENUE),
        "efficient surplus E[max value] (efficiency = 1)": Simulated(Bidders, next_bid_paid, mean_of("surplus")),
    },
    "A02": {
        "variance of price, second-price": Simulated(Bidders, sealed_second, variance_of("revenue")),
        "variance of price, first-price": Simulated(Bidders, sealed_first, variance_of("revenue")),
    },
    "A03": {"equilibrium bid b(v)": Exact(Bid, equilibrium_bid)},
    "A04": {
        "mean revenue (0 if unsold)": Simulated(PerhapsNobody, next_bid_paid, REVENUE),
        "probability of sale": Simulated(PerhapsNobody, next_bid_paid, mean_of("sold"), is_proportion=True),
        "realised gross surplus E[max; max>=r]": Simulated(PerhapsNobody, next_bid_paid, mean_of("surplus")),
        "optimal reserve r*": Exact(SellerValue, lambda asked: optimal_reserve(asked.law, asked.seller_value)),
    },
    "A05": {
        "mean revenue, second-price": Simulated(PoissonBidders, lambda asked: _unknown_number(asked, False), REVENUE),
        "mean revenue, first-price with unknown N": Simulated(
            PoissonBidders, lambda asked: _unknown_number(asked, True), REVENUE
        ),
        "probability unsold": Simulated(
            PoissonBidders, lambda asked: _unknown_number(asked, False), mean_of("unsold"), is_proportion=True
        ),
        "equilibrium bid b(v)": Exact(BidAmongPoisson, equilibrium_bid_among_poisson),
    },
    "A06": {
        "mean revenue first-price": Simulated(Bidders, sealed_first, REVENUE),
        "mean revenue second-price": Simulated(Bidders, sealed_second, REVENUE),
        "equilibrium bid b(v)": Exact(Bid, equilibrium_bid),
    },
    "A16": {"revenue(n+1,no reserve)-revenue(n,r*) with nested bidders (>0)": Simulated(Bidders, one_more, MORE)},
    "E01": {
        "E[price(n+1)-price(n)] (>0; pathwise >=0 with common draws)": Simulated(Bidders, one_more, MORE),
    },
    "F01": {
        "Cov(price_n, price_{n+1}) under CRN": Simulated(
            JustN, _nested, lambda columns, _: covariance(columns["first.revenue"], columns["second.revenue"])
        ),
        "correlation under CRN": Simulated(
            JustN, _nested, lambda columns, _: correlation(columns["first.revenue"], columns["second.revenue"])
        ),
        "variance of difference, CRN / independent": Simulated(JustN, _nested, _ratio),
    },
}
