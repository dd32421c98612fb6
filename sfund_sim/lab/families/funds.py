"""D01, D02, D04: the fund model of the scenario, its table, and what a buyer pays for its remaining flows."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
from pydantic import Field, model_validator

from sfund_sim.funds.performance import Flows
from sfund_sim.funds.takahashi import TakahashiSpec, discount_to_nav, project
from sfund_sim.ground.errors import RuleError
from sfund_sim.lab.fund_sets import check_letters, set_named, with_letters
from sfund_sim.lab.portfolios import yale_fund
from sfund_sim.lab.questions import Exact, Family, Parameters

QUARTERS = 4
_PER_CENT, _AGES = re.compile(r"(\d+(?:\.\d+)?)\s*%"), re.compile(r"\bages\s+(\d+)\s*(?:-|–|to)\s*(\d+)")
LONGEST = 1000
"""Years of life that are still reckoned."""
MOST_ABOVE_GROWTH = 2.0
"""Required IRR less growth up to which the one is looked for that gives a discount."""
LEAST_IRR = -0.9
"""Required IRR down to which the one is looked for that gives a premium."""


class FundParameters(Parameters):
    """Parameters of the Takahashi-Alexander model, in the paper's letters."""

    set: str = ""
    """Name of the parameter set: one of the published ones gives the letters, any other says nothing."""
    CC: float = Field(default=100.0, gt=0)
    RC: tuple[float, ...] = Field(min_length=1)
    """Share of the unfunded called in year 1, 2, ...; the last holds ever after."""
    L: int = Field(ge=1, le=LONGEST)
    B: float = Field(ge=0)
    G: float = Field(gt=-1)
    Y: float = Field(default=0.0, ge=0, le=1)

    @classmethod
    def said(cls, quantity: str) -> tuple[str, dict[str, Any]]:
        """A remark on the set, as in "(classic TA)", says which it is."""
        return set_named(quantity)

    @model_validator(mode="before")
    @classmethod
    def _letters_of_its_set(cls, given: Any) -> Any:
        return with_letters(given) if isinstance(given, dict) else given

    @model_validator(mode="after")
    def _as_its_set_says(self) -> FundParameters:
        check_letters(self.set, self.model_dump())
        return self

    @property
    def spec(self) -> TakahashiSpec:
        """The fund."""
        return TakahashiSpec(
            rates_of_contribution=self.RC, life_years=self.L, bow=self.B, growth=self.G, yield_rate=self.Y
        )

    def flows(self, periods_per_year: int = 1) -> Flows:
        """Its flows by year or quarter."""
        return project(self.spec, self.CC, periods_per_year=periods_per_year)


class InYear(FundParameters):
    """The fund in year t."""

    t: int = Field(ge=1)

    @model_validator(mode="after")
    def _within_life(self) -> InYear:
        if self.t > self.L:
            raise RuleError("t must not be above L, the life of the fund", "t 不得大于基金存续期 L")
        return self


class SinceStart(InYear):
    """The same from the start on: in year 0 nothing has happened."""

    t: int = Field(ge=0)


class Secondary(InYear):
    """A buyer at age t who requires an IRR."""

    required_irr: float = Field(gt=-1)


class Discounted(InYear):
    """The share at age t, of which the discount to NAV is known."""

    discount: float


class Ages(FundParameters):
    """The fund over some of its ages, the first and the last included."""

    first_age: int = Field(ge=1)
    last_age: int

    @classmethod
    def said(cls, quantity: str) -> tuple[str, dict[str, Any]]:
        """The ages may stand in the quantity: "ages 4-9"."""
        left, given = super().said(quantity)
        ages = _AGES.search(left)
        if ages is None:
            return left, given
        return _AGES.sub("ages", left), {**given, "first_age": int(ages[1]), "last_age": int(ages[2])}

    @model_validator(mode="after")
    def _ages_of_its_life(self) -> Ages:
        if not self.first_age <= self.last_age <= self.L:
            raise RuleError(
                "the ages must come in order and not go beyond L, the life of the fund",
                "基金年龄须依次排列，且不超过存续期 L",
            )
        return self

    def mean_discount(self, required_irr: float) -> float:
        """Mean discount to NAV over the ages; NaN where there is no NAV."""
        ages = np.arange(self.first_age, self.last_age + 1)
        return float(discount_to_nav(self.spec, age=ages, required_irr=required_irr).mean())


class MeanDiscount(Ages):
    """The same, of which the mean discount is known."""

    target: float

    @classmethod
    def said(cls, quantity: str) -> tuple[str, dict[str, Any]]:
        """So may the mean discount: "9%"."""
        left, given = super().said(quantity)
        share = _PER_CENT.search(left)
        return (left, given) if share is None else (_PER_CENT.sub("", left), {**given, "target": float(share[1]) / 100})


class DiscountOverAges(Ages):
    """The same, of which the required IRR is known."""

    required_irr: float = Field(gt=-1)


def in_year(column: Callable[[Flows], np.ndarray], periods_per_year: int = 1) -> Callable[[InYear], float]:
    """A column of the table at the end of year t."""

    def answer(asked: InYear) -> float:
        return float(column(asked.flows(periods_per_year))[asked.t * periods_per_year - 1]) if asked.t else 0.0

    return answer


def within_year(column: Callable[[Flows], np.ndarray]) -> Callable[[InYear], float]:
    """By how much a column that adds up has risen in year t, of the same fund as ``in_quarters``."""
    until = in_quarters(column)

    def answer(asked: InYear) -> float:
        before = asked.model_copy(update={"t": asked.t - 1})
        return until(asked) - (until(before) if before.t else 0.0)

    return answer


def in_quarters(column: Callable[[Flows], np.ndarray]) -> Callable[[InYear], float]:
    """A column at the end of year t, of a fund by quarters: the market's own until its last year, in which it differs.

    The market's fund then calls no more and pays out in equal parts; the published convention pays all at once.
    """
    published = in_year(column, QUARTERS)

    def answer(asked: InYear) -> float:
        if asked.t == asked.L:
            return published(asked)
        return float(column(yale_fund(asked.spec, asked.CC))[asked.t * QUARTERS - 1])

    return answer


def discount(asked: Secondary) -> float:
    """Discount to NAV at age t."""
    if asked.flows().nav[asked.t - 1] == 0:
        raise RuleError(
            "there is no NAV at that age, so there is no discount to it", "该年末 NAV 为 0，对 NAV 的折价没有定义"
        )
    return float(discount_to_nav(asked.spec, age=asked.t, required_irr=asked.required_irr))


def price(asked: Secondary) -> float:
    """What the buyer pays at age t for the NAV and the duty to pay the unfunded calls."""
    return float((1.0 - discount(asked)) * asked.flows().nav[asked.t - 1])


def irr_of_mean_discount(asked: MeanDiscount) -> float:
    """Required IRR at which the mean discount over the ages is the target."""
    from scipy.optimize import brentq

    def excess(required_irr: float) -> float:
        return asked.mean_discount(required_irr) - asked.target

    # A premium is that of a buyer who requires less than the fund grows.
    low, high = (asked.G, asked.G + MOST_ABOVE_GROWTH) if asked.target >= 0 else (LEAST_IRR, asked.G)
    if not excess(low) <= 0 <= excess(high):  # NaN, where there is no NAV, is no discount either.
        raise RuleError(
            f"no IRR between {low:.0%} and {high:.0%} a year gives that mean discount",
            f"在每年 {low:.0%} 至 {high:.0%} 之间，没有 IRR 能得出该平均折价",
        )
    return float(brentq(excess, low, high, xtol=1e-15))


def implied_irr(asked: Discounted) -> float:
    """Required IRR at which the share at age t has that discount to NAV."""
    fund = {name: getattr(asked, name) for name in FundParameters.model_fields}
    return irr_of_mean_discount(MeanDiscount(**fund, first_age=asked.t, last_age=asked.t, target=asked.discount))


def mean_discount(asked: DiscountOverAges) -> float:
    """Mean discount over the ages to a buyer who requires an IRR."""
    return asked.mean_discount(asked.required_irr)


def _contributions(flows: Flows) -> np.ndarray:
    return flows.contributions


def _distributions(flows: Flows) -> np.ndarray:
    return flows.distributions


def _nav(flows: Flows) -> np.ndarray:
    return flows.nav


def _paid_in(flows: Flows) -> np.ndarray:
    return np.cumsum(flows.contributions)


def _paid_out(flows: Flows) -> np.ndarray:
    return np.cumsum(flows.distributions)


def _net(flows: Flows) -> np.ndarray:
    return flows.distributions - flows.contributions


def _net_so_far(flows: Flows) -> np.ndarray:
    return np.cumsum(_net(flows))


def unfunded(asked: InYear) -> float:
    """Commitment that is still to be called after year t."""
    return asked.CC - in_year(_paid_in)(asked)


FAMILIES: dict[str, Family] = {
    "D01": {
        "contribution in year t": Exact(SinceStart, in_year(_contributions)),
        "distribution in year t": Exact(SinceStart, in_year(_distributions)),
        "NAV in year t": Exact(SinceStart, in_year(_nav)),
        "net cash flow in year t": Exact(SinceStart, in_year(_net)),
        "cumulative net cash flow in year t": Exact(SinceStart, in_year(_net_so_far)),
        "cumulative contributions in year t": Exact(SinceStart, in_year(_paid_in)),
        "cumulative distributions in year t": Exact(SinceStart, in_year(_paid_out)),
        "unfunded commitment in year t": Exact(SinceStart, unfunded),
        "total contributions": Exact(FundParameters, lambda asked: float(asked.flows().contributions.sum())),
        "total distributions": Exact(FundParameters, lambda asked: float(asked.flows().distributions.sum())),
    },
    "D02": {
        "cumulative paid-in at end of year t": Exact(InYear, in_quarters(_paid_in)),
        "NAV at end of year t (quarterly)": Exact(InYear, in_quarters(_nav)),
        "cumulative distributions at end of year t (quarterly)": Exact(InYear, in_quarters(_paid_out)),
        "contribution in year t (quarterly)": Exact(InYear, within_year(_paid_in)),
        "distribution in year t (quarterly)": Exact(InYear, within_year(_paid_out)),
        "quarterly total contributions": Exact(
            FundParameters, lambda asked: float(asked.flows(QUARTERS).contributions.sum())
        ),
        "quarterly total distributions": Exact(
            FundParameters, lambda asked: float(asked.flows(QUARTERS).distributions.sum())
        ),
    },
    "D04": {
        "discount to NAV at age t": Exact(Secondary, discount),
        "price at age t": Exact(Secondary, price),
        "price to NAV at age t": Exact(Secondary, lambda asked: 1.0 - discount(asked)),
        "implied IRR at age t": Exact(Discounted, implied_irr),
        "required IRR that gives a discount at age t": Exact(Discounted, implied_irr),
        "mean discount over ages": Exact(DiscountOverAges, mean_discount),
        "required IRR that gives a 9% mean discount over ages 4-9 (classic TA)": Exact(
            MeanDiscount, irr_of_mean_discount
        ),
    },
}
