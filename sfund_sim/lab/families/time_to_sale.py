"""B02, B04, E03, C04: how long a sale takes: offers one by one, relisting, floors, and the number of open listings."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from sfund_sim.ground.errors import RuleError
from sfund_sim.investors.reserves import Demand, optimal_relisting, optimal_search
from sfund_sim.lab.auction import Auction
from sfund_sim.lab.chance import Columns
from sfund_sim.lab.estimate import Estimate, covariance, mean
from sfund_sim.lab.listings import LengthLaw, OpenListings
from sfund_sim.lab.questions import (
    Exact,
    Family,
    Parameters,
    Simulated,
    WithLaw,
    in_small_letters,
    mean_of,
    variance_of,
)
from sfund_sim.lab.relisting import MOST_LISTINGS, Relisting
from sfund_sim.venue.auctions.first_price import FirstPrice
from sfund_sim.venue.auctions.second_price import SecondPrice
from sfund_sim.venue.floors import AppraisalFloor, ReservationFloor

RAREST = 1e-300
"""Rate at which an offer comes once in longer than any time asked for; a time in which nothing opens; a spread of 0."""


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


class Relisted(WithLaw):
    """Listings with n (or Poisson(n)) bidders; unsold costs relist_cost, and beta discounts."""

    bidders: Annotated[Literal["fixed", "poisson"], BeforeValidator(in_small_letters)]
    n: float = Field(gt=0)
    beta: float = Field(ge=0, le=1)
    relist_cost: float = Field(ge=0)

    @model_validator(mode="after")
    def _whole_if_fixed(self) -> Relisted:
        if self.bidders == "fixed" and (self.n < 1 or self.n != int(self.n)):
            raise RuleError("a fixed number n must be a whole number, at least 1", "固定人数 n 须为不小于 1 的整数")
        return self


class AppraisalCase(WithLaw):
    """n bidders in each listing of a given length, with a floor as a multiple of NAV."""

    n: int = Field(ge=1)
    floor: float = Field(ge=0)
    listing_length: float = Field(gt=0)


class AfterListings(AppraisalCase):
    """The same: is it still unsold after k listings?"""

    k: int = Field(ge=0, lt=MOST_LISTINGS)


class Openings(Parameters):
    """Listings opened at rate lam, open for mean_open on average."""

    lam: float = Field(ge=0)
    mean_open: float = Field(gt=0)
    law: Annotated[LengthLaw, BeforeValidator(in_small_letters)]
    sigma: float = Field(default=0.5, ge=0)
    """Standard deviation of the logarithm, for the lognormal law: the set's value, which it does not state, is 0.5."""
    shape: float = Field(default=2.0, ge=0.1)
    """Shape of the gamma law."""
    lag: float = Field(default=0.0, ge=0)
    """Time between two looks at the board."""
    t: float | None = Field(default=None, ge=0)
    """Time of the last look since an empty board; none: when settled."""

    @model_validator(mode="after")
    def _looks_after_the_start(self) -> Openings:
        if self.t is not None and self.lag > self.t:
            raise RuleError(
                "lag must not be above t: the first look would come before the board is opened",
                "lag 不得大于 t：否则第一次观察早于挂牌开始",
            )
        return self


class LaggedOpenings(Openings):
    """The same, looked at twice."""

    lag: float = Field(ge=0)


class EarlyOpenings(Openings):
    """The same, from an empty board."""

    t: float = Field(ge=0)


def offers(asked: Search | Waiting, reservation: float) -> Relisting:
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


def still_unsold(columns: Columns, asked: Waiting) -> Estimate:
    """Share of sales that took longer than t."""
    return mean((columns["time"] > asked.t).astype(float))


def best_relisting(asked: Relisted) -> tuple[float, float]:
    """Optimal reserve and value."""
    demand = Demand(asked.law, asked.n, poisson=asked.bidders == "poisson")
    return optimal_relisting(demand, discount=asked.beta, cost=asked.relist_cost)


def relisted(asked: Relisted) -> Relisting:
    """Second-price listings at the optimal reserve, until sold."""
    listing = Auction(
        format=SecondPrice(),
        bidders=asked.n,
        poisson=asked.bidders == "poisson",
        law=asked.law,
        floor=ReservationFloor(),
        reservation=best_relisting(asked)[0],
    )
    return Relisting(listing=listing, discount=asked.beta, relist_cost=asked.relist_cost)


def at_appraisal(asked: AppraisalCase) -> Auction:
    """A second-price listing whose floor is the appraised value."""
    return Auction(
        format=SecondPrice(), bidders=asked.n, law=asked.law, floor=AppraisalFloor(step=0.0), appraised=asked.floor
    )


def at_appraisal_until_sold(asked: AppraisalCase) -> Relisting:
    """The same, relisted without a lower floor until sold."""
    return Relisting(listing=at_appraisal(asked), length=asked.listing_length)


def followed(asked: AfterListings) -> Relisting:
    """The same, followed into the listing after the k-th."""
    return Relisting(
        listing=at_appraisal(asked), length=asked.listing_length, until=(asked.k + 0.5) * asked.listing_length
    )


def listed_more_often(columns: Columns, asked: AfterListings) -> Estimate:
    """Share of sales that took more than k listings."""
    return mean((columns["listings"] > asked.k).astype(float))


def board(asked: Openings) -> OpenListings:
    """The venue's board of open listings."""
    return OpenListings(
        openings=asked.lam,
        mean_open=asked.mean_open,
        law=asked.law,
        log_sd=asked.sigma or RAREST,
        shape=asked.shape,
        lag=asked.lag,
        after=None if asked.t is None else asked.t or RAREST,
    )


FAMILIES: dict[str, Family] = {
    "B02": {
        "optimal reservation price R* (= value)": Simulated(
            Search, searched, mean_of("value"), computed=reservation_price
        ),
        "mean time to sale at R*": Simulated(Search, searched, mean_of("time")),
        "mean sale price at R*": Simulated(Search, searched, mean_of("price")),
        "P(unsold at time t), uniform offers": Simulated(
            Waiting, lambda asked: offers(asked, asked.R), still_unsold, is_proportion=True
        ),
    },
    "B04": {
        "optimal reserve r*": Exact(Relisted, lambda asked: best_relisting(asked)[0]),
        "seller value at r*": Simulated(
            Relisted, relisted, mean_of("value"), computed=lambda asked: best_relisting(asked)[1]
        ),
        "mean number of listings": Simulated(Relisted, relisted, mean_of("listings")),
    },
    "E03": {
        "P(listing fails)": Simulated(AppraisalCase, at_appraisal, mean_of("unsold"), is_proportion=True),
        "mean time to sale": Simulated(AppraisalCase, at_appraisal_until_sold, mean_of("time")),
        "mean listings": Simulated(AppraisalCase, at_appraisal_until_sold, mean_of("listings")),
        "P(unsold after k)": Simulated(AfterListings, followed, listed_more_often, is_proportion=True),
    },
    "C04": {
        "mean number open": Simulated(Openings, board, mean_of("open")),
        "variance of number open (Poisson => = mean)": Simulated(Openings, board, variance_of("open")),
        "P(no listing open)": Simulated(
            Openings, board, lambda columns, _: mean((columns["open"] == 0).astype(float)), is_proportion=True
        ),
        "autocovariance at lag s": Simulated(
            LaggedOpenings, board, lambda columns, _: covariance(columns["open"], columns["open_later"])
        ),
        "transient mean number open at t from empty": Simulated(EarlyOpenings, board, mean_of("open")),
        "transient variance of number open at t from empty": Simulated(EarlyOpenings, board, variance_of("open")),
    },
}
