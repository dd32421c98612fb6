"""D05: a fund whose NAV grows at random."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from sfund_sim.lab.chance import Columns
from sfund_sim.lab.estimate import Estimate, mean
from sfund_sim.lab.families.funds import InYear
from sfund_sim.lab.fund import GrowingNav, StochasticTakahashi
from sfund_sim.lab.questions import (
    Family,
    Parameters,
    Simulated,
    deviation_of,
    mean_of,
    quantile_of,
    share_where,
    variance_of,
)


class RandomGrowth(InYear):
    """The fund with random growth."""

    sigma: float = Field(ge=0)


class Brownian(Parameters):
    """NAV as geometric Brownian motion, and a level K."""

    N0: float = Field(gt=0)
    mu: float
    sigma: float = Field(ge=0)
    t: float = Field(ge=0)
    K: float | None = Field(default=None, ge=0)


class BrownianLevel(Brownian):
    """The same where the level matters."""

    K: float = Field(ge=0)


class BrownianQuantile(Brownian):
    """The same, and a probability."""

    p: float = Field(gt=0, lt=1)


def nav_grown(asked: Brownian) -> GrowingNav:
    """The NAV's world."""
    return GrowingNav(start=asked.N0, drift=asked.mu, volatility=asked.sigma, years=asked.t)


def random_fund(asked: RandomGrowth) -> StochasticTakahashi:
    """The fund's world."""
    return StochasticTakahashi(spec=asked.spec, commitment=asked.CC, volatility=asked.sigma, year=asked.t)


def above_level(columns: Columns, asked: BrownianLevel) -> Estimate:
    """Mean of what is above the level."""
    return mean(np.maximum(columns["nav"] - asked.K, 0.0))


def short_of_level(columns: Columns, asked: BrownianLevel) -> Estimate:
    """Mean of what is missing to the level."""
    return mean(np.maximum(asked.K - columns["nav"], 0.0))


below_level = share_where(lambda columns, asked: columns["nav"] < asked.K)
not_above_level = share_where(lambda columns, asked: columns["nav"] <= asked.K)
not_below_level = share_where(lambda columns, asked: columns["nav"] >= asked.K)
NAV, SPREAD_OF_NAV = mean_of("nav"), variance_of("nav")
PAID, SPREAD_OF_PAID = mean_of("distribution"), variance_of("distribution")

FAMILIES: dict[str, Family] = {
    "D05": {
        "E[NAV_t]": Simulated(Brownian, nav_grown, NAV),
        "Var[NAV_t]": Simulated(Brownian, nav_grown, SPREAD_OF_NAV),
        "standard deviation of NAV_t": Simulated(Brownian, nav_grown, deviation_of("nav")),
        "median NAV_t": Simulated(Brownian, nav_grown, quantile_of("nav", 0.5)),
        "quantile of NAV_t at p": Simulated(BrownianQuantile, nav_grown, quantile_of("nav")),
        "P(NAV_t<K)": Simulated(BrownianLevel, nav_grown, below_level, is_proportion=True),
        "P(NAV_t<=K)": Simulated(BrownianLevel, nav_grown, not_above_level, is_proportion=True),
        "P(NAV_t>K)": Simulated(BrownianLevel, nav_grown, not_below_level, is_proportion=True),
        "E[(NAV_t-K)+] (undiscounted call on NAV)": Simulated(BrownianLevel, nav_grown, above_level),
        "E[(K-NAV_t)+] (undiscounted put on NAV)": Simulated(BrownianLevel, nav_grown, short_of_level),
        "Var[NAV_t], stochastic-growth TA": Simulated(RandomGrowth, random_fund, SPREAD_OF_NAV),
        "E[NAV_t], stochastic-growth TA (== deterministic)": Simulated(RandomGrowth, random_fund, NAV),
        "E[D_t], stochastic-growth TA (== deterministic)": Simulated(RandomGrowth, random_fund, PAID),
        "Var[D_t], stochastic-growth TA": Simulated(RandomGrowth, random_fund, SPREAD_OF_PAID),
    },
}
