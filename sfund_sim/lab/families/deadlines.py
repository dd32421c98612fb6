"""S07, a family of our own: a share that must be sold by a deadline, to buyers who come one at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from pydantic import AliasChoices, Field

from sfund_sim.investors.deadlines import best_price
from sfund_sim.investors.reserves import optimal_reserve
from sfund_sim.lab.chance import Columns
from sfund_sim.lab.deadline import MOST_BUYERS, DeadlineSale
from sfund_sim.lab.estimate import Estimate
from sfund_sim.lab.questions import Exact, Family, Simulated, WithLaw, mean_if_sold, mean_of


class ByPeriods(WithLaw):
    """One buyer a period; who does not buy costs ``cost`` and a period's discount ``beta``."""

    beta: float = Field(default=1.0, ge=0, le=1)
    cost: float = Field(default=0.0, ge=0)
    salvage: float = 0.0
    """What the share is worth to the seller when all have come."""


class Periods(ByPeriods):
    """So many periods in all."""

    periods: int = Field(ge=0, le=MOST_BUYERS)


class ToCome(ByPeriods):
    """One buyer is there, and k are still to come."""

    k: int = Field(ge=0, lt=MOST_BUYERS)


class ByTime(WithLaw):
    """Buyers at rate lam; the seller discounts at rho, and holding costs h a unit of time."""

    lam: float = Field(gt=0)
    rho: float = Field(default=0.0, ge=0)
    h: float = Field(default=0.0, ge=0)
    salvage: float = 0.0
    """What the share is worth to the seller at the deadline."""


class UntilDeadline(ByTime):
    """The same until the deadline T."""

    T: float = Field(ge=0, validation_alias=AliasChoices("T", "deadline"))


class TimeLeft(ByTime):
    """The same with a time t left."""

    t: float = Field(ge=0)


class AtPrice(UntilDeadline):
    """The same at a posted price that stays the same."""

    price: float = Field(ge=0, validation_alias=AliasChoices("price", "p"))


def by_periods(asked: Periods, *, posted: bool = False) -> DeadlineSale:
    """The sale to one buyer a period."""
    terms: dict[str, Any] = {"discount": asked.beta, "cost": asked.cost, "at_end": asked.salvage}
    return DeadlineSale(law=asked.law, until=asked.periods, posted=posted, **terms)


def by_time(asked: UntilDeadline, *, posted: bool = False) -> DeadlineSale:
    """The sale to buyers at random times."""
    return DeadlineSale(
        law=asked.law,
        until=asked.T,
        offers=asked.lam,
        discount=float(np.exp(-asked.rho)),
        cost=asked.h,
        at_end=asked.salvage,
        posted=posted or isinstance(asked, AtPrice),
        price=asked.price if isinstance(asked, AtPrice) else None,
    )


def if_refused(asked: ToCome, *, posted: bool = False) -> float:
    """What the share is worth to the seller if the buyer who is there does not buy."""
    given = asked.model_dump(exclude={"k"}, exclude_none=True)
    return asked.beta * by_periods(Periods(**given, periods=asked.k), posted=posted).value - asked.cost


def worth_of_time(asked: TimeLeft, *, posted: bool = False) -> float:
    """What the share is worth to the seller with this time left."""
    given = asked.model_dump(exclude={"t"}, exclude_none=True)
    return by_time(UntilDeadline(**given, T=asked.t), posted=posted).value


def posted_now(asked: ToCome | TimeLeft) -> float:
    """The best price to post at that moment."""
    unsold = if_refused(asked, posted=True) if isinstance(asked, ToCome) else worth_of_time(asked, posted=True)
    return optimal_reserve(asked.law, unsold)


def best_constant(asked: UntilDeadline) -> float:
    """The best price that stays the same until the deadline."""
    return best_price(asked.law, offers=asked.lam, rate=asked.rho, cost=asked.h, at_end=asked.salvage, left=asked.T)


def measures(said: str, parameters: type[WithLaw], world: Callable[[Any], DeadlineSale]) -> Family:
    """What can be asked of a sale in one of its forms."""
    measured: dict[str, Callable[[Columns, Any], Estimate]] = {
        "mean sale price if sold": mean_if_sold("price"),
        "mean time to sale if sold": mean_if_sold("time"),
        "mean time on the market": mean_of("time"),
        "mean number of buyers who came": mean_of("offers"),
    }
    return {
        f"seller value, {said}": Simulated(
            parameters, world, mean_of("value"), computed=lambda asked: world(asked).value
        ),
        f"P(unsold at the deadline), {said}": Simulated(parameters, world, mean_of("unsold"), is_proportion=True),
        f"P(sold by the deadline), {said}": Simulated(parameters, world, mean_of("sold"), is_proportion=True),
        **{f"{measure}, {said}": Simulated(parameters, world, of) for measure, of in measured.items()},
    }


FAMILIES: dict[str, Family] = {
    "S07": {
        "reservation price with k offers to come": Exact(ToCome, if_refused),
        "reservation price with time t left": Exact(TimeLeft, worth_of_time),
        "best posted price with k buyers to come": Exact(ToCome, posted_now),
        "best posted price with time t left": Exact(TimeLeft, posted_now),
        "best constant posted price": Exact(UntilDeadline, best_constant),
        **measures("one offer a period", Periods, by_periods),
        **measures("Poisson offers", UntilDeadline, by_time),
        **measures("best posted prices, one buyer a period", Periods, lambda asked: by_periods(asked, posted=True)),
        **measures("best posted prices, Poisson buyers", UntilDeadline, lambda asked: by_time(asked, posted=True)),
        **measures("constant posted price, Poisson buyers", AtPrice, by_time),
    },
}
