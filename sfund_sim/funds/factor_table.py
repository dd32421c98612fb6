"""Value factors looked up instead of computed: a grid over strategy, remaining quarters, investing or not, and rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sfund_sim.funds.holding_value import Outlook, value_factors

Floats = NDArray[np.float64]

RATES = np.linspace(0.0, 0.6, 61)
"""Annual discount rates of the grid; a rate beyond it is taken as its nearer end."""


class StrategyOutlook(NamedTuple):
    """What agents expect of a typical fund of one strategy."""

    life_quarters: int
    growth: float
    """Growth of NAV a year."""
    bow: float
    contribution_rate: float
    """Share of the unfunded called a year while the fund invests."""
    later_contribution_rate: float = 0.0
    """The same afterwards (fees and follow-on money)."""


@dataclass(frozen=True)
class FactorTable:
    """Factors of value = ``of_nav`` x NAV + ``of_unfunded`` x unfunded; both [strategy, quarters, 2, rate]."""

    of_nav: Floats
    of_unfunded: Floats

    @classmethod
    def build(
        cls, outlooks: Sequence[StrategyOutlook], *, forced_sale_discount: float = 0.0, longest_quarters: int = 60
    ) -> FactorTable:
        """Compute the grid for remaining lives of 0 to ``longest_quarters``; strategies by their code in ``terms``."""
        columns = [np.array(column)[:, None, None, None] for column in zip(*outlooks, strict=True)]
        life, growth, bow, investing_rate, later_rate = columns
        remaining = np.arange(longest_quarters + 1)[None, :, None, None]
        outlook = Outlook(
            age=np.maximum(life - remaining, 0),
            remaining=remaining,
            growth=growth,
            bow=bow,
            contribution_rates=(np.where(np.arange(2)[None, None, :, None] == 1, investing_rate, later_rate),),
            forced_sale_discount=forced_sale_discount,
            last_year_evenly=True,
        )
        return cls(*value_factors(outlook, RATES))

    def at(
        self, strategy: ArrayLike, remaining: ArrayLike, investing: ArrayLike, rates: ArrayLike
    ) -> tuple[Floats, Floats]:
        """Factors (a, b) for arrays that broadcast together: many holdings at once."""
        place = np.clip((np.asarray(rates) - RATES[0]) / (RATES[1] - RATES[0]), 0.0, len(RATES) - 1)
        low = np.minimum(place.astype(np.int64), len(RATES) - 2)
        upper_weight = place - low
        quarters = np.clip(remaining, 0, self.of_nav.shape[1] - 1)
        cell = np.asarray(strategy), quarters, np.asarray(investing).astype(np.int64)
        first, second = (
            table[(*cell, low)] + upper_weight * (table[(*cell, low + 1)] - table[(*cell, low)])
            for table in (self.of_nav, self.of_unfunded)
        )
        return first, second
