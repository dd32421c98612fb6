"""A10, A15, A17, E02: what keeps bidders from bidding: budgets, costly entry, narrow disclosure, short windows."""

from __future__ import annotations

import numpy as np
from pydantic import Field, model_validator

from sfund_sim.ground.errors import RuleError
from sfund_sim.investors.bidding import BidView
from sfund_sim.investors.bidding.budgets import threshold
from sfund_sim.investors.bidding.equilibrium import Equilibrium
from sfund_sim.investors.bidding.shading import Rivalry
from sfund_sim.investors.entry import entry_probability, surplus_of_entrant
from sfund_sim.investors.laws import Uniform
from sfund_sim.lab.auction import Auction
from sfund_sim.lab.chance import Columns
from sfund_sim.lab.comparing import Compared
from sfund_sim.lab.estimate import Estimate, mean
from sfund_sim.lab.questions import (
    Exact,
    Family,
    Simulated,
    UniformValues,
    WithLaw,
    mean_difference,
    mean_if_sold,
    mean_of,
    share_where,
)
from sfund_sim.venue.auctions import AuctionFormat
from sfund_sim.venue.auctions.first_price import FirstPrice
from sfund_sim.venue.auctions.second_price import SecondPrice
from sfund_sim.venue.disclosure.each_with_probability import EachWithProbability
from sfund_sim.venue.disclosure.random import Random
from sfund_sim.venue.floors import FixedFloor

UNIFORM = Uniform()
SECOND_PRICE = SecondPrice()


class CommonBudget(UniformValues):
    """n bidders with the same known budget, uniform values."""

    n: int = Field(ge=1)
    budget: float = Field(ge=0)
    reserve: float = Field(default=0.0, ge=0)


class BidWithinBudget(CommonBudget):
    """One of them, of value v."""

    v: float = Field(ge=0, le=1)


class PrivateBudgets(UniformValues):
    """n bidders, each with a uniform budget of its own."""

    n: int = Field(ge=1)
    reserve: float = Field(default=0.0, ge=0)


class CostlyEntry(WithLaw):
    """N investors who must pay to learn what the share is worth to them."""

    N: int = Field(ge=1)
    cost: float = Field(ge=0)
    reserve: float = Field(default=0.0, ge=0)


class Reach(WithLaw):
    """n investors, each of whom the disclosure reaches with probability q."""

    n: int = Field(ge=0)
    q: float = Field(ge=0, le=1)
    reserve: float = Field(default=0.0, ge=0)


class Chosen(WithLaw):
    """K of n investors, drawn at random."""

    n: int = Field(ge=1)
    K: int = Field(ge=0)
    reserve: float = Field(default=0.0, ge=0)

    @model_validator(mode="after")
    def _not_more_than_all(self) -> Chosen:
        if self.n < self.K:
            raise RuleError("K must not be above n", "K 不得大于 n")
        return self


class Window(WithLaw):
    """Investors who come by while the window is open, some of them qualified."""

    lam: float = Field(ge=0)
    window: float = Field(ge=0)
    qualify: float = Field(ge=0, le=1)
    floor: float = Field(default=0.0, ge=0)


def common_budget(asked: CommonBudget, first_price: bool) -> Auction:
    """An auction among bidders who all have the budget and know it."""
    return Auction(
        format=FirstPrice() if first_price else SecondPrice(),
        strategy=Equilibrium(law=UNIFORM, poisson=False, budget_is_known=True),
        bidders=asked.n,
        budget=asked.budget,
        floor=FixedFloor(value=asked.reserve),
    )


def jumping_value(asked: CommonBudget) -> float:
    """Value from which a bidder bids its whole budget; 1 if none does."""
    rivalry = Rivalry(UNIFORM, False, 1.0)
    jump = threshold(rivalry, budget=asked.budget, floor=asked.reserve, rivals=asked.n - 1.0)
    return min(jump, UNIFORM.highest)


def bid_within_budget(asked: BidWithinBudget) -> float:
    """First-price bid of value v: the whole budget from the threshold on."""
    auction = common_budget(asked, True)
    view = BidView("first", floor=asked.reserve, rivals=auction.rivals(), budget=asked.budget)
    return float(auction.strategy.bids(np.array([asked.v]), view)[0])


def entry_chance(asked: CostlyEntry) -> float:
    """Equilibrium chance of entry."""
    return entry_probability(surplus_of_entrant(asked.law, asked.N, reserve=asked.reserve), asked.cost)


def costly_auction(asked: CostlyEntry) -> Auction:
    """A second-price auction among those who have entered."""
    return Auction(
        format=SecondPrice(),
        bidders=asked.N,
        law=asked.law,
        entry=entry_chance(asked),
        floor=FixedFloor(value=asked.reserve),
    )


def entrants(asked: CostlyEntry) -> float:
    """Mean number of those who enter."""
    return asked.N * entry_chance(asked)


def net_surplus(columns: Columns, asked: CostlyEntry) -> Estimate:
    """Worth to the winner less what all entrants have paid to look."""
    return mean(columns["surplus"] - entrants(asked) * asked.cost)


def net_profit_each(columns: Columns, asked: CostlyEntry) -> Estimate:
    """Mean profit of one investor, less what it pays to look, over those who enter and those who do not."""
    return mean(columns["profit"] / asked.N - entry_chance(asked) * asked.cost)


def thinned(asked: Reach, format: AuctionFormat = SECOND_PRICE) -> Auction:
    """An auction among those whom the disclosure reaches; no investors at all are a mean of 0."""
    return Auction(
        format=format,
        strategy=Equilibrium(law=asked.law, poisson=asked.n == 0),
        bidders=asked.n,
        poisson=asked.n == 0,
        law=asked.law,
        disclosure=EachWithProbability(probability=asked.q),
        floor=FixedFloor(value=asked.reserve),
    )


def chosen(asked: Chosen) -> Auction:
    """A second-price auction among K of them."""
    floor = FixedFloor(value=asked.reserve)
    return Auction(
        format=SecondPrice(), bidders=asked.n, law=asked.law, disclosure=Random(invited=asked.K), floor=floor
    )


def narrowed(asked: Chosen) -> Compared:
    """Disclosure to all against disclosure to K of them."""
    return Compared(first=chosen(asked.model_copy(update={"K": asked.n})), second=chosen(asked))


def windowed(asked: Window, format: AuctionFormat = SECOND_PRICE) -> Auction:
    """An auction among the qualified who came by in time."""
    return Auction(
        format=format,
        strategy=Equilibrium(law=asked.law, poisson=True),
        bidders=asked.lam * asked.window,
        poisson=True,
        law=asked.law,
        qualification=asked.qualify,
        floor=FixedFloor(value=asked.floor),
    )


def with_private_budgets(asked: PrivateBudgets) -> Auction:
    """A second-price auction among bidders who pay no more than their own budgets."""
    floor = FixedFloor(value=asked.reserve)
    return Auction(format=SecondPrice(), bidders=asked.n, budget_law=UNIFORM, floor=floor)


def thinned_first(asked: Reach) -> Auction:
    """The first-price auction of equilibrium bids among those whom the disclosure reaches."""
    return thinned(asked, FirstPrice())


def windowed_first(asked: Window) -> Auction:
    """The same among the qualified who came by in time."""
    return windowed(asked, FirstPrice())


AT_FLOOR = share_where(lambda columns, asked: columns["price"] == asked.floor)
AT_RESERVE = share_where(lambda columns, asked: columns["price"] == asked.reserve)
REVENUE, SURPLUS, SOLD, UNSOLD = (mean_of(column) for column in ("revenue", "surplus", "sold", "unsold"))
PRICE_IF_SOLD = mean_if_sold("price")

FAMILIES: dict[str, Family] = {
    "A10": {
        "mean revenue first-price, common budget": Simulated(
            CommonBudget, lambda asked: common_budget(asked, True), REVENUE
        ),
        "mean revenue second-price, common budget": Simulated(
            CommonBudget, lambda asked: common_budget(asked, False), REVENUE
        ),
        "threshold type vhat": Exact(CommonBudget, jumping_value),
        "equilibrium bid b(v) first-price, common budget": Exact(BidWithinBudget, bid_within_budget),
        "mean revenue second-price, private U(0,1) budgets": Simulated(PrivateBudgets, with_private_budgets, REVENUE),
        "probability of sale, private U(0,1) budgets": Simulated(
            PrivateBudgets, with_private_budgets, SOLD, is_proportion=True
        ),
    },
    "A15": {
        "equilibrium entry probability": Exact(CostlyEntry, entry_chance),
        "mean seller revenue in equilibrium": Simulated(CostlyEntry, costly_auction, REVENUE),
        "mean revenue in equilibrium": Simulated(CostlyEntry, costly_auction, REVENUE),
        "mean number of entrants in equilibrium": Exact(CostlyEntry, entrants),
        "bidder's expected payoff in equilibrium (net of the cost)": Simulated(
            CostlyEntry, costly_auction, net_profit_each
        ),
        "mean surplus net of entry costs in equilibrium": Simulated(CostlyEntry, costly_auction, net_surplus),
        "probability unsold in equilibrium": Simulated(CostlyEntry, costly_auction, UNSOLD, is_proportion=True),
    },
    "A17": {
        "mean revenue (0 if unsold)": Simulated(Reach, thinned, REVENUE),
        "probability unsold": Simulated(Reach, thinned, UNSOLD, is_proportion=True),
        "probability of sale": Simulated(Reach, thinned, SOLD, is_proportion=True),
        "realised gross surplus E[max; max>=r]": Simulated(Reach, thinned, SURPLUS),
        "mean price if sold": Simulated(Reach, thinned, PRICE_IF_SOLD),
        "P(price equals the reserve), second-price": Simulated(Reach, thinned, AT_RESERVE, is_proportion=True),
        "mean revenue (0 if unsold), first-price": Simulated(Reach, thinned_first, REVENUE),
        "mean price if sold, first-price": Simulated(Reach, thinned_first, PRICE_IF_SOLD),
        "mean revenue, exactly K of n reached": Simulated(Chosen, chosen, REVENUE),
        "price loss from disclosing to K of n at random": Simulated(
            Chosen, narrowed, mean_difference("first.revenue", "second.revenue")
        ),
    },
    "E02": {
        "P(at least one acceptable bid)": Simulated(Window, windowed, SOLD, is_proportion=True),
        "probability of sale": Simulated(Window, windowed, SOLD, is_proportion=True),
        "probability unsold": Simulated(Window, windowed, UNSOLD, is_proportion=True),
        "P(price equals the floor), second-price": Simulated(Window, windowed, AT_FLOOR, is_proportion=True),
        "mean revenue, second-price with floor": Simulated(Window, windowed, REVENUE),
        "mean price if sold": Simulated(Window, windowed, PRICE_IF_SOLD),
        "mean revenue, first-price with floor": Simulated(Window, windowed_first, REVENUE),
        "mean price if sold, first-price": Simulated(Window, windowed_first, PRICE_IF_SOLD),
    },
}
