"""A01, A02, A04, A05: how prices spread, what a reserve wastes, and what a seller has who keeps what is unsold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from pydantic import Field

from sfund_sim.lab.chance import Columns
from sfund_sim.lab.estimate import Estimate, mean, ratio_of_means
from sfund_sim.lab.families.private_values import (
    POISSON_FIRST,
    POISSON_SECOND,
    Bidders,
    PoissonBidders,
    WithoutReserve,
    in_each_format,
    next_bid_paid,
)
from sfund_sim.lab.questions import Family, Simulated, deviation_of, mean_difference, quantile_of, variance_of

Measures = dict[str, Callable[[Columns, Any], Estimate]]


class AllSoldQuantile(WithoutReserve):
    """n bidders without a reserve, and a probability."""

    p: float = Field(gt=0, lt=1)


class SoldQuantile(Bidders):
    """n bidders with a reserve, and a probability."""

    p: float = Field(gt=0, lt=1)


class KeptIfUnsold(Bidders):
    """The same, and what the share is worth to the seller."""

    seller_value: float


class PoissonQuantile(PoissonBidders):
    """A Poisson number of bidders, and a probability."""

    p: float = Field(gt=0, lt=1)


class PoissonKeptIfUnsold(PoissonBidders):
    """The same, and what the share is worth to the seller."""

    seller_value: float


def kept_or_paid(columns: Columns, asked: KeptIfUnsold | PoissonKeptIfUnsold) -> Estimate:
    """Mean of the price, or of what the share is worth to the seller where it stays with it."""
    return mean(np.where(columns["sold"] > 0, columns["revenue"], asked.seller_value))


def efficiency(columns: Columns, _: Any) -> Estimate:
    """Surplus that is realised over the most that there is."""
    return ratio_of_means(columns["surplus"], columns["best"])


def among_poisson(parameters: type[PoissonBidders], measures: Measures) -> Family:
    """Measures of an auction among a Poisson number of bidders, by format."""
    formats = {"second-price": POISSON_SECOND, "first-price with unknown N": POISSON_FIRST}
    return {
        f"{measure}, {name}": Simulated(parameters, world, estimate)
        for measure, estimate in measures.items()
        for name, world in formats.items()
    }


LOSS = mean_difference("best", "surplus")
QUANTILE = quantile_of("price")
WITH_UNSOLD: Measures = {
    "variance of revenue (0 if unsold)": variance_of("revenue"),
    "standard deviation of revenue (0 if unsold)": deviation_of("revenue"),
    "median price if sold": quantile_of("price", 0.5),
    "mean surplus loss": LOSS,
    "efficiency": efficiency,
}
QUANTILE_IF_SOLD: Measures = {"quantile of price if sold at p": QUANTILE}
SELLERS: Measures = {"mean revenue plus seller value if unsold": kept_or_paid}

FAMILIES: dict[str, Family] = {
    "A01": {
        "efficiency": Simulated(WithoutReserve, next_bid_paid, efficiency),
        **in_each_format(WithoutReserve, {"efficiency": efficiency, "mean surplus loss": LOSS}),
    },
    "A02": {
        **in_each_format(
            WithoutReserve,
            {"standard deviation of price": deviation_of("price"), "median price": quantile_of("price", 0.5)},
        ),
        **in_each_format(AllSoldQuantile, {"quantile of price at p": QUANTILE}),
    },
    "A04": {
        **{
            measure: Simulated(Bidders, next_bid_paid, estimate)
            for measure, estimate in {**WITH_UNSOLD, "efficiency loss": LOSS}.items()
        },
        "seller's expected profit with own value c": Simulated(KeptIfUnsold, next_bid_paid, kept_or_paid),
        **in_each_format(Bidders, WITH_UNSOLD),
        **in_each_format(SoldQuantile, QUANTILE_IF_SOLD),
        **in_each_format(KeptIfUnsold, SELLERS),
    },
    "A05": {
        **among_poisson(PoissonBidders, WITH_UNSOLD),
        **among_poisson(PoissonQuantile, QUANTILE_IF_SOLD),
        **among_poisson(PoissonKeptIfUnsold, SELLERS),
    },
}
