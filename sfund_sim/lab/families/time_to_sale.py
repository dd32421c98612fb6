"""B02, B04, E03: how long a sale takes: offers one by one, relisting, and floors."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from sfund_sim.ground.errors import RuleError
from sfund_sim.investors.bidding.equilibrium import Equilibrium
from sfund_sim.investors.reserves import Demand, optimal_relisting, optimal_search
from sfund_sim.lab.auction import Auction
from sfund_sim.lab.questions import (
    Exact,
    Family,
    Simulated,
    WithLaw,
    law_named,
    mean_of,
    quantile_of,
    share_where,
    variance_of,
)
from sfund_sim.lab.relisting import MOST_LISTINGS, Relisting
from sfund_sim.venue.auctions import AuctionFormat
from sfund_sim.venue.auctions.first_price import FirstPrice
from sfund_sim.venue.auctions.second_price import SecondPrice
from sfund_sim.venue.floors import AppraisalFloor, ReservationFloor

SECOND_PRICE = SecondPrice()
RAREST = 1e-300
"""Rate at which an offer comes once in longer than any time asked for."""


class Search(WithLaw):
    """Offers at rate lam to a seller with discount rate rho and holding cost h."""

    lam: float = Field(gt=0)
    rho: float = Field(ge=0)
    h: float = Field(default=0.0, ge=0)


class Waiting(WithLaw):
    """Offers at rate lam to a seller who takes R; is it sold by t?"""

    lam: float = Field(ge=0)
    R: float
    t: float = Field(ge=0)


class Taking(WithLaw):
    """Offers at rate lam to a seller who takes R, at a discount rate rho and a holding cost h."""

    lam: float = Field(gt=0)
    R: float
    rho: float = Field(default=0.0, ge=0)
    h: float = Field(default=0.0, ge=0)


class AfterOffers(Taking):
    """The same: is it still unsold after k offers?"""

    k: int = Field(ge=0, lt=MOST_LISTINGS)


class SearchUntil(Search):
    """Offers to a seller with the best reservation price; is it sold by t?"""

    t: float = Field(ge=0)


class Relisted(WithLaw):
    """Listings with n (or Poisson(n)) bidders; unsold costs relist_cost, and beta discounts."""

    bidders: Annotated[Literal["fixed", "poisson"], BeforeValidator(law_named)]
    n: float = Field(gt=0)
    beta: float = Field(ge=0, le=1)
    relist_cost: float = Field(ge=0)

    @model_validator(mode="after")
    def _whole_if_fixed(self) -> Relisted:
        if self.bidders == "fixed" and (self.n < 1 or self.n != int(self.n)):
            raise RuleError("a fixed number n must be a whole number, at least 1", "固定人数 n 须为不小于 1 的整数")
        return self


class RelistedOften(Relisted):
    """The same: is it still unsold after k listings?"""

    k: int = Field(ge=0)


class RelistedAt(Relisted):
    """The same at a reserve that is given."""

    reserve: float = Field(ge=0)


class RelistedOftenAt(RelistedAt):
    """The same: is it still unsold after k listings?"""

    k: int = Field(ge=0)


class AppraisalCase(WithLaw):
    """n bidders in each listing of a given length, with a floor as a multiple of NAV."""

    n: int = Field(ge=1)
    floor: float = Field(ge=0)
    listing_length: float = Field(gt=0)


class AppraisedUntil(AppraisalCase):
    """The same: is it sold by t?"""

    t: float = Field(ge=0)

    @property
    def k(self) -> int:
        """Listings that have ended by t, however their lengths add up in a computer."""
        return int(round(self.t / self.listing_length, 9))


class AfterListings(AppraisalCase):
    """The same: is it still unsold after k listings?"""

    k: int = Field(ge=0, lt=MOST_LISTINGS)


def offers(asked: Search | Waiting | Taking, reservation: float) -> Relisting:
    """Offers one at a time: each is a listing with one bidder, who quotes what the share is worth to it."""
    single = Auction(format=FirstPrice(), bidders=1, law=asked.law, floor=ReservationFloor(), reservation=reservation)
    if isinstance(asked, Waiting):
        return Relisting(listing=single, offers=asked.lam or RAREST, until=asked.t)
    return Relisting(listing=single, offers=asked.lam, rate=asked.rho, holding_cost=asked.h)


def reservation_price(asked: Search) -> float:
    """Optimal reservation price; what the search is worth."""
    return optimal_search(asked.law, offers=asked.lam, rate=asked.rho, cost=asked.h)


def searched(asked: Search) -> Relisting:
    """Offers one at a time to a seller with the optimal reservation price."""
    return offers(asked, reservation_price(asked))


def searched_until(asked: SearchUntil) -> Relisting:
    """The same, followed until t."""
    best = reservation_price(asked)
    return offers(Waiting(**asked.of_law(), lam=asked.lam, R=best, t=asked.t), best)


def taken(asked: Waiting | Taking) -> Relisting:
    """Offers one at a time to a seller who takes R."""
    return offers(asked, asked.R)


def best_relisting(asked: Relisted) -> tuple[float, float]:
    """Optimal reserve and value."""
    demand = Demand(asked.law, asked.n, poisson=asked.bidders == "poisson")
    return optimal_relisting(demand, discount=asked.beta, cost=asked.relist_cost)


def relisted(asked: Relisted) -> Relisting:
    """Second-price listings at the optimal reserve, until sold."""
    return _relisted(asked, best_relisting(asked)[0])


def relisted_at(asked: RelistedAt) -> Relisting:
    """The same at the reserve that is given."""
    return _relisted(asked, asked.reserve)


def single_listing(asked: Relisted) -> Auction:
    """The first of them, at the optimal reserve."""
    return relisted(asked).listing


def _relisted(asked: Relisted, reserve: float) -> Relisting:
    listing = Auction(
        format=SecondPrice(),
        bidders=asked.n,
        poisson=asked.bidders == "poisson",
        law=asked.law,
        floor=ReservationFloor(),
        reservation=reserve,
    )
    return Relisting(listing=listing, discount=asked.beta, relist_cost=asked.relist_cost)


def at_appraisal(asked: AppraisalCase, format: AuctionFormat = SECOND_PRICE) -> Auction:
    """A listing whose floor is the appraised value."""
    return Auction(
        format=format,
        strategy=Equilibrium(law=asked.law, poisson=False),
        bidders=asked.n,
        law=asked.law,
        floor=AppraisalFloor(step=0.0),
        appraised=asked.floor,
    )


def at_appraisal_until_sold(asked: AppraisalCase) -> Relisting:
    """The same, relisted without a lower floor until sold."""
    return Relisting(listing=at_appraisal(asked), length=asked.listing_length)


def followed(asked: AfterListings | AppraisedUntil) -> Relisting:
    """The same, followed into the listing after the k-th."""
    return Relisting(
        listing=at_appraisal(asked), length=asked.listing_length, until=(asked.k + 0.5) * asked.listing_length
    )


def at_appraisal_first(asked: AppraisalCase) -> Relisting:
    """First-price listings of equilibrium bids at the appraised value, until sold."""
    return Relisting(listing=at_appraisal(asked, FirstPrice()), length=asked.listing_length)


still_unsold = share_where(lambda columns, asked: columns["time"] > asked.t)
sold_by = share_where(lambda columns, asked: columns["time"] <= asked.t)
listed_more_often = share_where(lambda columns, asked: columns["listings"] > asked.k)
listed_no_more_often = share_where(lambda columns, asked: columns["listings"] <= asked.k)
TIME, PRICE, VALUE, LISTINGS = (mean_of(column) for column in ("time", "price", "value", "listings"))
SPREAD_OF_TIME, SPREAD_OF_LISTINGS = variance_of("time"), variance_of("listings")
MEDIAN_TIME = quantile_of("time", 0.5)

FAMILIES: dict[str, Family] = {
    "B02": {
        "optimal reservation price R* (= value)": Simulated(Search, searched, VALUE, computed=reservation_price),
        "optimal reservation price": Simulated(Search, searched, VALUE, computed=reservation_price),
        "mean time to sale at R*": Simulated(Search, searched, TIME),
        "mean sale price at R*": Simulated(Search, searched, PRICE),
        "variance of time to sale at R*": Simulated(Search, searched, SPREAD_OF_TIME),
        "median time to sale at R*": Simulated(Search, searched, MEDIAN_TIME),
        "mean number of offers at R*": Simulated(Search, searched, LISTINGS),
        "P(unsold at time t), uniform offers": Simulated(Waiting, taken, still_unsold, is_proportion=True),
        "P(unsold at time t)": Simulated(Waiting, taken, still_unsold, is_proportion=True),
        "P(sold by time t)": Simulated(Waiting, taken, sold_by, is_proportion=True),
        "P(unsold at time t) at R*": Simulated(SearchUntil, searched_until, still_unsold, is_proportion=True),
        "mean time to sale at R": Simulated(Taking, taken, TIME),
        "variance of time to sale at R": Simulated(Taking, taken, SPREAD_OF_TIME),
        "median time to sale at R": Simulated(Taking, taken, MEDIAN_TIME),
        "mean number of offers at R": Simulated(Taking, taken, LISTINGS),
        "P(unsold after k offers) at R": Simulated(AfterOffers, taken, listed_more_often, is_proportion=True),
        "mean sale price at R": Simulated(Taking, taken, PRICE),
        "seller value at R": Simulated(Taking, taken, VALUE),
    },
    "B04": {
        "optimal reserve r*": Exact(Relisted, lambda asked: best_relisting(asked)[0]),
        "optimal reserve": Exact(Relisted, lambda asked: best_relisting(asked)[0]),
        "seller value at r*": Simulated(Relisted, relisted, VALUE, computed=lambda asked: best_relisting(asked)[1]),
        "mean number of listings": Simulated(Relisted, relisted, LISTINGS),
        "mean sale price at r*": Simulated(Relisted, relisted, PRICE),
        "P(listing fails) at r*": Simulated(Relisted, single_listing, mean_of("unsold"), is_proportion=True),
        "seller value at given reserve": Simulated(RelistedAt, relisted_at, VALUE),
        "variance of number of listings at r*": Simulated(Relisted, relisted, SPREAD_OF_LISTINGS),
        "P(unsold after k listings) at r*": Simulated(RelistedOften, relisted, listed_more_often, is_proportion=True),
        "mean number of listings at given reserve": Simulated(RelistedAt, relisted_at, LISTINGS),
        "variance of number of listings at given reserve": Simulated(RelistedAt, relisted_at, SPREAD_OF_LISTINGS),
        "mean sale price at given reserve": Simulated(RelistedAt, relisted_at, PRICE),
        "P(unsold after k listings) at given reserve": Simulated(
            RelistedOftenAt, relisted_at, listed_more_often, is_proportion=True
        ),
    },
    "E03": {
        "P(listing fails)": Simulated(AppraisalCase, at_appraisal, mean_of("unsold"), is_proportion=True),
        "mean time to sale": Simulated(AppraisalCase, at_appraisal_until_sold, TIME),
        "mean listings": Simulated(AppraisalCase, at_appraisal_until_sold, LISTINGS),
        "mean number of listings": Simulated(AppraisalCase, at_appraisal_until_sold, LISTINGS),
        "mean sale price": Simulated(AppraisalCase, at_appraisal_until_sold, PRICE),
        "mean sale price, first-price": Simulated(AppraisalCase, at_appraisal_first, PRICE),
        "variance of time to sale": Simulated(AppraisalCase, at_appraisal_until_sold, SPREAD_OF_TIME),
        "median time to sale": Simulated(AppraisalCase, at_appraisal_until_sold, MEDIAN_TIME),
        "variance of number of listings": Simulated(AppraisalCase, at_appraisal_until_sold, SPREAD_OF_LISTINGS),
        "P(unsold at time t)": Simulated(AppraisedUntil, followed, listed_more_often, is_proportion=True),
        "P(sold by time t)": Simulated(AppraisedUntil, followed, listed_no_more_often, is_proportion=True),
        "P(unsold after k)": Simulated(AfterListings, followed, listed_more_often, is_proportion=True),
        "P(unsold after k listings)": Simulated(AfterListings, followed, listed_more_often, is_proportion=True),
    },
}
