"""A16, E01, F01: one bidder more, met by the same people as the others."""

from __future__ import annotations

from pydantic import Field

from sfund_sim.lab.auction import Auction
from sfund_sim.lab.chance import Columns
from sfund_sim.lab.comparing import Compared
from sfund_sim.lab.estimate import Estimate, correlation, covariance, mean, variance, variance_ratio
from sfund_sim.lab.families.private_values import Bidders, sealed_second
from sfund_sim.lab.questions import Family, Parameters, Simulated, UniformValues, mean_difference, mean_of
from sfund_sim.venue.auctions.second_price import SecondPrice


class JustN(UniformValues):
    """n bidders with uniform values."""

    n: int = Field(ge=2)


def one_more(asked: Bidders, apart: bool = False) -> Compared:
    """n + 1 bidders without a reserve, against n with the given one; the n are the same people."""
    more = Auction(format=SecondPrice(), bidders=asked.n + 1, law=asked.law)
    return Compared(first=more, second=sealed_second(asked), apart=apart)


def _nested(asked: JustN) -> Compared:
    return one_more(Bidders(n=asked.n), apart=True)


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


MORE = mean_difference("first.revenue", "second.revenue")
WITH_ONE_MORE, WITHOUT = mean_of("first.revenue"), mean_of("second.revenue")

FAMILIES: dict[str, Family] = {
    "A16": {
        "revenue(n+1,no reserve)-revenue(n,r*) with nested bidders (>0)": Simulated(Bidders, one_more, MORE),
        "revenue(n+1,no reserve)": Simulated(Bidders, one_more, WITH_ONE_MORE),
        "revenue(n,r*)": Simulated(Bidders, one_more, WITHOUT),
    },
    "E01": {
        "E[price(n+1)-price(n)] (>0; pathwise >=0 with common draws)": Simulated(Bidders, one_more, MORE),
        "E[price(n+1)]": Simulated(Bidders, one_more, WITH_ONE_MORE),
        "E[price(n)]": Simulated(Bidders, one_more, WITHOUT),
    },
    "F01": {
        "Cov(price_n, price_{n+1}) under CRN": Simulated(JustN, _nested, _covariance),
        "E[price_n price_{n+1}] under CRN": Simulated(JustN, _nested, _product),
        "correlation under CRN": Simulated(JustN, _nested, _correlation),
        "correlation, independent": Simulated(JustN, _nested, _correlation_apart),
        "variance of difference, CRN / independent": Simulated(JustN, _nested, _ratio),
        "variance of difference, CRN": Simulated(JustN, _nested, _variance_together),
        "variance of difference, independent": Simulated(JustN, _nested, _variance_apart),
    },
}
