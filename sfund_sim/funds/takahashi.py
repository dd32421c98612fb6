"""The Takahashi-Alexander model of one fund's cash flows, for periods of any length.

Yearly equations, RC, RD, G per year, flows at year ends: C_t = RC_t (CC - PIC_(t-1)); D_t = RD_t NAV_(t-1) (1 + G) with
RD_t = max(Y, (t / L)^B); NAV_t = NAV_(t-1) (1 + G) + C_t - D_t.
Source: Takahashi and Alexander (2002), "Illiquid alternative asset fund modeling", Journal of Portfolio Management
28(2). For p periods a year each rate x becomes 1 - (1 - x)^(1/p) and growth (1 + G)^(1/p) - 1, the year's RC and RD
holding in all its periods, so that cumulative paid-in at year ends is that of the yearly model.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import BaseModel, ConfigDict, Field

from sfund_sim.funds.holding_value import Outlook, value_factors
from sfund_sim.funds.performance import Flows

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Portion = Annotated[float, Field(ge=0, le=1)]


class TakahashiSpec(BaseModel):
    """Parameters of the model, all by the year."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    rates_of_contribution: tuple[Portion, ...] = Field(default=(0.25, 1 / 3, 0.5), min_length=1)
    """Share of the unfunded commitment called in year 1, 2, ...; the last holds for all later years."""
    life_years: int = Field(default=12, ge=1)
    """Life of the fund, L."""
    bow: float = Field(default=2.5, ge=0)
    """How late distributions come, B: the share of NAV paid out in year t is (t / L)^B."""
    growth: float = Field(default=0.13, gt=-1)
    """Growth of NAV a year, G."""
    yield_rate: float = Field(default=0.0, ge=0, le=1)
    """Least share of NAV paid out each year, Y."""


def project(
    spec: TakahashiSpec,
    commitment: ArrayLike = 100.0,
    *,
    periods_per_year: int = 1,
    growth: Floats | None = None,
) -> Flows:
    """Project a fund over its life.

    ``growth`` [periods] or [periods, paths] replaces the constant growth of each period (not of each year).
    ``commitment`` is one number or [paths]. Returns flows [periods] or [periods, paths].
    """
    periods = spec.life_years * periods_per_year
    if growth is None:
        growth = np.full(periods, (1 + spec.growth) ** (1 / periods_per_year) - 1)
    if len(growth) != periods:
        raise ValueError(f"growth has {len(growth)} periods; a life of {spec.life_years} years has {periods}")
    unfunded = np.broadcast_to(np.asarray(commitment, np.float64), np.shape(commitment) or growth.shape[1:])
    contributions, distributions, navs = (np.empty((periods, *unfunded.shape)) for _ in range(3))
    nav = np.zeros(unfunded.shape)
    for period in range(periods):
        year = period // periods_per_year
        called, paid = rates_of(
            Year(np.asarray(year), np.asarray((year + 1) / spec.life_years)),
            contributions=spec.rates_of_contribution,
            bow=spec.bow,
            yield_rate=spec.yield_rate,
            periods_per_year=periods_per_year,
        )
        contributions[period], distributions[period], nav, unfunded = step(
            nav, unfunded, growth=growth[period], called=called, paid=paid
        )
        navs[period] = nav
    return Flows(contributions, distributions, navs, periods_per_year)


def discount_to_nav(spec: TakahashiSpec, *, age: ArrayLike, required_irr: ArrayLike) -> Floats:
    """1 - price / NAV for a buyer who requires ``required_irr`` a year and takes the fund over after year ``age``.

    The price is the present value of all later flows, unfunded calls included, plus the NAV left at the end of life.
    ``age`` (1 to the last year) and ``required_irr`` broadcast together. NaN where there is no NAV.
    """
    flows = project(spec, 1.0)
    age = np.asarray(age)
    nav = flows.nav[age - 1]
    unfunded = 1.0 - np.cumsum(flows.contributions)[age - 1]
    outlook = Outlook(
        age=age,
        remaining=spec.life_years - age,
        growth=spec.growth,
        bow=spec.bow,
        contribution_rates=spec.rates_of_contribution,
        yield_rate=spec.yield_rate,
        periods_per_year=1,
    )
    of_nav, of_unfunded = value_factors(outlook, required_irr)
    price = of_nav * nav + of_unfunded * unfunded
    return np.asarray(1 - price / np.where(nav == 0, np.nan, nav))


class Year(NamedTuple):
    """Where in their lives funds stand; arrays of one shape, or numbers."""

    number: Integers
    """Birthdays so far; negative before the founding."""
    through: Floats
    """Share of the life that is over at the year's end, at most 1."""


def rates_of(
    year: Year, *, contributions: tuple[float, ...], bow: float, yield_rate: float, periods_per_year: int
) -> tuple[Floats, Floats]:
    """Shares called of the unfunded and paid out of the grown NAV in each period of a year of life, in its shape."""
    by_year = np.asarray(contributions)
    called = by_year[np.clip(year.number, 0, len(by_year) - 1)]
    paid = np.maximum(yield_rate, year.through**bow)
    part = 1 / periods_per_year
    return np.asarray(1 - (1 - called) ** part), np.asarray(1 - (1 - paid) ** part)


class Step(NamedTuple):
    """One period of funds, in any one currency unit; arrays of one shape."""

    contribution: Floats
    distribution: Floats
    nav: Floats
    """After both."""
    unfunded: Floats
    """After the contribution."""


def step(nav: Floats, unfunded: Floats, *, growth: Floats, called: Floats, paid: Floats) -> Step:
    """The model's recursion: NAV grows, a share of it is paid out, and a share of the unfunded comes in."""
    grown = nav * (1 + growth)
    contribution, distribution = called * unfunded, paid * grown
    return Step(contribution, distribution, grown - distribution + contribution, unfunded - contribution)
