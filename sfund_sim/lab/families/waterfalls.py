"""S04, a family of our own: who gets what of given calls and proceeds, by the waterfall of a market run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
from pydantic import AliasChoices, Field, model_validator

from sfund_sim.funds.waterfall import Tiers, WaterfallState, WaterfallTerms, advance
from sfund_sim.ground.calendar import QUARTERS_PER_YEAR
from sfund_sim.ground.errors import RuleError
from sfund_sim.lab.questions import Exact, Family, Parameters


class Cash(Parameters):
    """What a fund calls and takes in, period by period, and its terms."""

    contributions: tuple[float, ...] = Field(min_length=1)
    """What LPs pay in, at the end of each period."""
    proceeds: tuple[float, ...] = Field(min_length=1)
    """What is shared out right after that."""
    periods_per_year: Literal[1, 2, 4] = 4
    hurdle: float = Field(default=0.08, ge=0, validation_alias=AliasChoices("hurdle", "hurdle_rate"))
    """Preferred return a year, compounded."""
    carry: float = Field(default=0.20, ge=0, lt=1, validation_alias=AliasChoices("carry", "carry_rate"))
    catch_up: float = Field(default=1.0, ge=0, le=1)
    """The GP's share of cash while it catches up; at or below ``carry`` there is no catch-up."""

    @model_validator(mode="after")
    def _as_many(self) -> Cash:
        if len(self.contributions) != len(self.proceeds) or min(*self.contributions, *self.proceeds) < 0:
            raise RuleError(
                "contributions and proceeds must be equally long, and none below 0",
                "contributions 与 proceeds 须等长，且均不为负",
            )
        return self


class CashInPeriod(Cash):
    """The same in period t; 1 is the first."""

    t: int = Field(ge=1)

    @model_validator(mode="after")
    def _within(self) -> CashInPeriod:
        if self.t > len(self.proceeds):
            raise RuleError("t must not be above the number of periods", "t 不得大于期数")
        return self


class SharedOut(NamedTuple):
    """Who got what; arrays [periods]."""

    lps: np.ndarray
    gp: np.ndarray
    due: np.ndarray
    """What LPs must still receive to have their capital back with the preferred return."""

    @property
    def total(self) -> SharedOut:
        """All periods together."""
        return SharedOut(*(each.sum() for each in self))


def shared_out(asked: Cash) -> SharedOut:
    """Roll the market's waterfall by quarters; a longer period's cash comes at its end."""
    terms = WaterfallTerms(hurdle_rate=asked.hurdle, carry_rate=asked.carry, catch_up=asked.catch_up)
    tiers, state, none = Tiers.of(terms), WaterfallState.new(1), np.zeros(1)
    rows = []
    for called, received in zip(asked.contributions, asked.proceeds, strict=True):
        for _ in range(QUARTERS_PER_YEAR // asked.periods_per_year - 1):
            advance(state, none, none, tiers)
        to_lps, to_gp = advance(state, np.array([called]), np.array([received]), tiers)
        rows.append((to_lps[0], to_gp[0], state.preferred_due[0]))
    return SharedOut(*np.array(rows).T)


def in_period(of: Callable[[SharedOut], np.ndarray]) -> Exact:
    """What came of period t."""
    return Exact(CashInPeriod, lambda asked: float(of(shared_out(asked))[asked.t - 1]))


def in_all(of: Callable[[SharedOut], np.ndarray]) -> Exact:
    """What came of all periods."""
    return Exact(Cash, lambda asked: float(of(shared_out(asked).total)))


def share_of_profit(asked: Cash) -> float:
    """Carried interest over all profit."""
    profit = sum(asked.proceeds) - sum(asked.contributions)
    if profit <= 0:
        raise RuleError("there is no profit of which this is a share", "没有利润，占比没有定义")
    return float(shared_out(asked).total.gp / profit)


FAMILIES: dict[str, Family] = {
    "S04": {
        "total distributions to LPs": in_all(lambda shared: shared.lps),
        "total distributions to GP": in_all(lambda shared: shared.gp),
        "total carried interest": in_all(lambda shared: shared.gp),
        "carried interest as a share of profit": Exact(Cash, share_of_profit),
        "distribution to LPs in period t": in_period(lambda shared: shared.lps),
        "distribution to GP in period t": in_period(lambda shared: shared.gp),
        "carried interest in period t": in_period(lambda shared: shared.gp),
        "capital and preferred return due after period t": in_period(lambda shared: shared.due),
    },
}
