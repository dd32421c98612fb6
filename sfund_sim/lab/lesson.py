"""A lesson on one auction: from a few plain choices to its measures, their errors, and what theory says of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from sfund_sim.ground.errors import RuleError
from sfund_sim.ground.parts import Part
from sfund_sim.investors.bidding import BiddingStrategy
from sfund_sim.investors.bidding.cautious import Cautious
from sfund_sim.investors.bidding.equilibrium import Equilibrium
from sfund_sim.investors.bidding.information import InformationModel, LognormalError
from sfund_sim.investors.bidding.naive import Naive
from sfund_sim.investors.entry import entry_probability, surplus_of_entrant
from sfund_sim.investors.laws import Uniform, ValueLaw
from sfund_sim.lab.auction import Auction
from sfund_sim.lab.chance import Chance, Columns, Told
from sfund_sim.lab.estimate import Estimate, Measure, mean
from sfund_sim.lab.formats import format_named
from sfund_sim.lab.relisting import Relisting
from sfund_sim.lab.softclose import TimedBidding
from sfund_sim.lab.theory import Known, of_auction, of_relisting, of_timed_bidding
from sfund_sim.scenario.wording import FAMILIES_ZH
from sfund_sim.venue.auctions import AuctionFormat
from sfund_sim.venue.auctions.ascending import Ascending
from sfund_sim.venue.disclosure import DisclosureRule
from sfund_sim.venue.disclosure.all_eligible import AllEligible
from sfund_sim.venue.disclosure.each_with_probability import EachWithProbability
from sfund_sim.venue.disclosure.random import Random
from sfund_sim.venue.floors import FixedFloor

LEAST_WORTH, MOST_WORTH = 1e-9, 1e12
"""Bounds of the highest value that a law may give; values are multiples of some unit, as of the published NAV."""


def part_of(members: Mapping[str, type[Part]], text: str) -> Any:
    """A part written on one line: its kind, then its numbers in the order of its fields, as in ``lognormal:-0.16,0.2``.

    ``members`` is the family's table. ValueError if there is no such kind or a number is wrong.
    """
    kind, _, rest = text.partition(":")
    member = members.get(kind.strip())
    if member is None:
        family = next(iter(members.values())).family
        allowed = ", ".join(sorted(members))
        raise RuleError(
            f"there is no {family} '{kind}'; allowed: {allowed}",
            f"没有名为“{kind}”的{FAMILIES_ZH.get(family, family)}；可用：{'、'.join(sorted(members))}",
        )
    numbers = [number for number in rest.split(",") if number.strip()]
    names = list(member.model_fields)
    if len(numbers) > len(names):
        taken = ", ".join(names)
        raise RuleError(
            f"{kind} takes {len(names)} numbers: {taken}", f"{kind} 至多取 {len(names)} 个数：{'、'.join(names)}"
        )
    given: dict[str, Any] = dict(zip(names, numbers, strict=False))
    return member.model_validate(given)


class Lesson(BaseModel):
    """The choices of a lesson on one auction."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    format: str = "ascending"
    """Auction format, one of ``format_names()``; sealed is one sealed quote that the winner pays."""
    bidders: float = Field(default=5, ge=0)
    """Number of investors (mean number if Poisson)."""
    poisson: bool = False
    """Is the number Poisson, and unknown to bidders?"""
    law: ValueLaw = Uniform()
    """Law of values."""
    reserve: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    """Floor price."""
    budget: float = Field(default=np.inf, gt=0)
    """Budget that all bidders have and know of."""
    budgets: ValueLaw | None = None
    """Law of budgets of the bidders' own."""
    risk: float = Field(default=1.0, gt=0)
    """Exponent of the utility of profit: 1 neutral, less is averse."""
    entry_cost: float = Field(default=0.0, ge=0)
    """Cost of looking at the offer; investors enter so that they gain nothing by it on average."""
    information: InformationModel | None = None
    """Information on a common value; none: private values."""
    naive: bool = False
    """Do bidders forget the winner's curse?"""
    signal_error: float = Field(default=0.0, ge=0)
    """Standard deviation of the error of a log signal of a common value."""
    increment: float = Field(default=0.0, ge=0)
    """Least raise of an ascending auction."""
    invited: int | None = Field(default=None, ge=0)
    """Disclosure to that many, drawn at random; none: to all."""
    reach: float | None = Field(default=None, ge=0, le=1)
    """Disclosure reaches each investor with this probability."""
    preemption: bool = False
    """May a co-partner with a value of the same law match the price?"""

    @model_validator(mode="after")
    def _one_disclosure(self) -> Lesson:
        if self.invited is not None and self.reach is not None:
            raise RuleError(
                "disclose to a number of investors or with a probability, not both", "披露人数与披露概率只能选其一"
            )
        format_named(self.format)
        with np.errstate(over="ignore"):
            tops = [float(law.quantile(np.asarray(1.0 - 2.0**-53))) for law in (self.law, self.budgets) if law]
        if not min(tops) >= LEAST_WORTH:
            raise RuleError(
                f"values and budgets that all lie below {LEAST_WORTH:g} are too small to reckon with",
                f"全部小于 {LEAST_WORTH:g} 的价值或预算过小，无法计算",
            )
        if not max(tops) <= MOST_WORTH:
            raise RuleError(
                f"values and budgets beyond {MOST_WORTH:.0e} are not counted exactly enough",
                f"大于 {MOST_WORTH:.0e} 的价值与预算无法足够精确地计算",
            )
        if self.increment and self.format != "ascending":
            raise RuleError("only an ascending auction has a least raise", "只有多次报价（增价）才有最小加价幅度")
        if self.naive and self.information is None:
            raise RuleError("naive bidders need a common value to be naive about", "天真的竞买人须以共同价值为前提")
        if self.signal_error and not isinstance(self.information, LognormalError):
            raise RuleError(
                "a signal's error belongs to a common value with lognormal errors",
                "信号误差只属于带对数正态误差的共同价值",
            )
        if self.information is not None and ("law" in self.model_fields_set or self.risk != 1):
            raise RuleError(
                "a law of values and aversion to risk belong to private values, not to a common one",
                "价值分布与风险厌恶只属于私人价值，不属于共同价值",
            )
        if self.entry_cost and self.poisson:
            raise RuleError("costly entry needs a known number of investors", "有成本的参与须投资者人数已知")
        bound = self.budgets is not None or np.isfinite(self.budget)
        if self.entry_cost and (bound or self.information is not None or self.risk != 1 or self.increment):
            raise RuleError(
                "costly entry needs private values, no budgets, no least raise, and no aversion to risk",
                "有成本的参与须为私人价值，且没有预算、最小加价幅度与风险厌恶",
            )
        return self

    def auction(self) -> Auction:
        """The auction of the lesson, built from the market's own parts."""
        return Auction(
            format=self._format(),
            strategy=self._strategy(),
            bidders=self.bidders,
            poisson=self.poisson,
            law=self.law,
            information=self.information,
            signal_error=self.signal_error,
            floor=FixedFloor(value=self.reserve),
            budget=self.budget,
            budget_law=self.budgets,
            disclosure=self._disclosure(),
            entry=self.chance_of_entry(),
            partner="matches" if self.preemption else "absent",
        )

    def chance_of_entry(self) -> float:
        """Equilibrium chance that an investor looks at the offer; 1 when looking costs nothing."""
        number = int(self.bidders if self.invited is None else min(self.bidders, self.invited))
        if self.entry_cost == 0 or number == 0:
            return 1.0
        surplus = surplus_of_entrant(self.law, number, reserve=self.reserve, preemption=self.preemption)
        return entry_probability(surplus, self.entry_cost, reach=1.0 if self.reach is None else self.reach)

    def _format(self) -> AuctionFormat:
        return Ascending(increment=self.increment) if self.increment else format_named(self.format)

    def _strategy(self) -> BiddingStrategy:
        if self.information is not None:
            rule = Naive if self.naive else Cautious
            return rule(information=self.information)
        is_known = bool(np.isfinite(self.budget))
        return Equilibrium(law=self.law, poisson=self.poisson, risk_exponent=self.risk, budget_is_known=is_known)

    def _disclosure(self) -> DisclosureRule:
        if self.invited is not None:
            return Random(invited=self.invited)
        return AllEligible() if self.reach is None else EachWithProbability(probability=self.reach)


AUCTION_MEASURES = {
    "revenue": "price (0 if unsold)",
    "sold": "sale rate",
    "price": "price of sales",
    "surplus": "surplus: worth to the buyer (0 if unsold)",
    "profit": "buyer's profit (0 if unsold)",
    "efficient": "efficiency: best owner has it, if sold",
}
SALE_MEASURES = {
    "listings": "listings until sold",
    "time": "time to sale",
    "price": "price",
    "value": "worth to the seller, costs deducted",
}
PERIOD_MEASURES = {"duration": "timed period, minutes", "extensions": "times that a bid restarted it"}


def auction_table(lesson: Lesson, columns: Columns) -> list[Measure]:
    """Measures of an auction that was held many times."""
    known = of_auction(lesson.auction())
    if "revenue" in known and known["sold"]:
        known["price"] = known["revenue"] / known["sold"]
    table = _table(AUCTION_MEASURES, columns, known)
    if lesson.preemption:
        table.append(Measure("the partner takes it", mean(columns["taken"]), None))
    if lesson.entry_cost:
        table.append(Measure("chance of entry", Estimate(lesson.chance_of_entry(), None), None))
    return table


def sale_table(
    relisting: Relisting, chance: Chance, replications: int, told: Told = lambda done: None
) -> list[Measure]:
    """Measures of a share that is listed until it is sold; ``told`` hears of shares sold."""
    return _table(SALE_MEASURES, relisting.sample(chance, replications, told), of_relisting(relisting))


def period_table(
    timed: TimedBidding, chance: Chance, replications: int, told: Told = lambda done: None
) -> list[Measure]:
    """Measures of the timed period of open bidding; ``told`` hears of periods ended."""
    return _table(PERIOD_MEASURES, timed.sample(chance, replications, told), of_timed_bidding(timed))


def _table(names: dict[str, str], columns: Columns, known: Known) -> list[Measure]:
    measured = {name: columns[name][~np.isnan(columns[name])] for name in names}
    return [
        Measure(names[name], mean(numbers) if numbers.size else Estimate(np.nan, np.nan), known.get(name))
        for name, numbers in measured.items()
    ]


def by_reserve(lesson: Lesson, chance: Chance, replications: int) -> dict[str, np.ndarray]:
    """What a reserve does: revenue and sale rate, found and in theory, at reserves over the range of values.

    All reserves meet the same bidders with the same values. Arrays [reserves], NaN where theory is silent, and where
    the bids under a reserve are not known.
    """
    reserves = np.linspace(0.0, _top_reserve(lesson, chance, replications), 25)
    rows = []
    for reserve in reserves:
        try:
            auction = lesson.model_copy(update={"reserve": float(reserve)}).auction()
        except ValidationError:
            rows.append((np.nan,) * 4)
            continue
        columns, known = auction.sample(chance, replications), of_auction(auction)
        found = float(columns["revenue"].mean()), float(columns["sold"].mean())
        rows.append((*found, known.get("revenue", np.nan), known.get("sold", np.nan)))
    revenue, sold, revenue_theory, sold_theory = np.array(rows).T
    return {
        "reserve": reserves,
        "revenue": revenue,
        "sold": sold,
        "revenue_theory": revenue_theory,
        "sold_theory": sold_theory,
    }


def _top_reserve(lesson: Lesson, chance: Chance, replications: int) -> float:
    """The highest reserve of interest, in the unit of values: 98 in 100 values lie below it.

    Of a common value, which no law of values describes, it is read off auctions without a reserve; who forgets the
    winner's curse pays more than that, so there it is the higher of value and price.
    """
    if lesson.information is None:
        return float(lesson.law.quantile(np.asarray(0.98)))
    free = lesson.model_copy(update={"reserve": 0.0}).auction().sample(chance, replications)
    return float(np.quantile(np.fmax(free["best"], free["price"]), 0.98))
