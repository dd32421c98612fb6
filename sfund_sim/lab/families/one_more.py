"""A16, E01, F01: one bidder more, met by the same people as the others."""

from __future__ import annotations

from pydantic import Field, model_validator

from sfund_sim.ground.errors import RuleError
from sfund_sim.investors.reserves import optimal_reserve
from sfund_sim.lab.auction import Auction
from sfund_sim.lab.chance import Columns
from sfund_sim.lab.comparing import Compared
from sfund_sim.lab.estimate import Estimate, correlation, covariance, mean, variance, variance_ratio
from sfund_sim.lab.questions import Family, Parameters, Simulated, WithLaw, mean_difference, mean_of, share_where
from sfund_sim.venue.auctions.second_price import SecondPrice
from sfund_sim.venue.floors import FixedFloor

CLOSE = 1e-3
"""How far a reserve given as the best one may be off it, as a share: that of a number told to three places."""


class JustN(WithLaw):
    """n bidders and the same with one more, in second-price auctions without a reserve."""

    n: int = Field(ge=1)


class Nested(JustN):
    """The same with one reserve in both."""

    reserve: float = Field(default=0.0, ge=0)


class AgainstBestReserve(JustN):
    """n bidders with the reserve that is best for the seller, and the same with one more without any."""

    reserve: float | None = Field(default=None, ge=0)
    """The best reserve r*, which follows from the law; another one is refused."""

    @model_validator(mode="after")
    def _is_the_best(self) -> AgainstBestReserve:
        best = optimal_reserve(self.law)
        if self.reserve is not None and abs(self.reserve - best) > CLOSE * best:
            raise RuleError(
                f"reserve: the best one for this law, r*, is {best:.6g}; without 'reserve' it is taken",
                f"reserve：此分布的最优底价 r* 为 {best:.6g}；不写“reserve”即取此值",
            )
        return self


def one_more(asked: JustN, apart: bool = False) -> Compared:
    """n + 1 bidders against n; the n are the same people."""
    reserve = asked.reserve if isinstance(asked, Nested) else 0.0
    return Compared(first=_held(asked, asked.n + 1, reserve), second=_held(asked, asked.n, reserve), apart=apart)


def instead_of_reserve(asked: AgainstBestReserve) -> Compared:
    """n + 1 bidders without a reserve, against the same n with the best one."""
    best = optimal_reserve(asked.law) if asked.reserve is None else asked.reserve
    return Compared(first=_held(asked, asked.n + 1, 0.0), second=_held(asked, asked.n, best))


def _held(asked: WithLaw, bidders: int, reserve: float) -> Auction:
    return Auction(format=SecondPrice(), bidders=bidders, law=asked.law, floor=FixedFloor(value=reserve))


def _nested(asked: JustN) -> Compared:
    return one_more(asked, apart=True)


def _covariance(columns: Columns, _: Parameters) -> Estimate:
    return covariance(columns["first.revenue"], columns["second.revenue"])


def _correlation(columns: Columns, _: Parameters) -> Estimate:
    return correlation(columns["first.revenue"], columns["second.revenue"])


def _correlation_apart(columns: Columns, _: Parameters) -> Estimate:
    return correlation(columns["first.revenue"], columns["apart.revenue"])


def _product(columns: Columns, _: Parameters) -> Estimate:
    return mean(columns["first.revenue"] * columns["second.revenue"])


def _variance_together(columns: Columns, _: Parameters) -> Estimate:
    return variance(columns["first.revenue"] - columns["second.revenue"])


def _variance_apart(columns: Columns, _: Parameters) -> Estimate:
    return variance(columns["first.revenue"] - columns["apart.revenue"])


def _ratio(columns: Columns, _: Parameters) -> Estimate:
    together = columns["first.revenue"] - columns["second.revenue"]
    return variance_ratio(together, columns["first.revenue"] - columns["apart.revenue"])


def _reduction(columns: Columns, _: Parameters) -> Estimate:
    """By how many times as many independent pairs would be needed."""
    together = columns["first.revenue"] - columns["second.revenue"]
    return variance_ratio(columns["first.revenue"] - columns["apart.revenue"], together)


MORE = mean_difference("first.revenue", "second.revenue")
WITH_ONE_MORE, WITHOUT = mean_of("first.revenue"), mean_of("second.revenue")

FAMILIES: dict[str, Family] = {
    "A16": {
        "revenue(n+1,no reserve)-revenue(n,r*) with nested bidders (>0)": Simulated(
            AgainstBestReserve, instead_of_reserve, MORE
        ),
        "revenue(n+1,no reserve)": Simulated(AgainstBestReserve, instead_of_reserve, WITH_ONE_MORE),
        "revenue(n,r*)": Simulated(AgainstBestReserve, instead_of_reserve, WITHOUT),
    },
    "E01": {
        "E[price(n+1)-price(n)] (>0; pathwise >=0 with common draws)": Simulated(Nested, one_more, MORE),
        "E[price(n+1)]": Simulated(Nested, one_more, WITH_ONE_MORE),
        "E[price(n)]": Simulated(Nested, one_more, WITHOUT),
        "P(price(n+1)<price(n)) with common draws": Simulated(
            Nested,
            one_more,
            share_where(lambda columns, _: columns["first.revenue"] < columns["second.revenue"]),
            is_proportion=True,
        ),
    },
    "F01": {
        "Cov(price_n, price_{n+1}) under CRN": Simulated(JustN, _nested, _covariance),
        "E[price_n price_{n+1}] under CRN": Simulated(JustN, _nested, _product),
        "correlation under CRN": Simulated(JustN, _nested, _correlation),
        "correlation, independent": Simulated(JustN, _nested, _correlation_apart),
        "variance of difference, CRN / independent": Simulated(JustN, _nested, _ratio),
        "variance reduction factor": Simulated(JustN, _nested, _reduction),
        "variance of difference, CRN": Simulated(JustN, _nested, _variance_together),
        "variance of difference, independent": Simulated(JustN, _nested, _variance_apart),
    },
}
