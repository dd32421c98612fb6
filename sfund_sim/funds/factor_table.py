"""Value factors looked up instead of computed: a grid over strategy, remaining quarters, investing or not, and rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sfund_sim.funds.holding_value import Outlook, value_factors

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

RATES = np.linspace(0.0, 0.6, 61)
"""Annual discount rates of the grid; a rate beyond it is taken as its nearer end."""


class StrategyOutlook(NamedTuple):
    """What agents expect of a typical fund of one strategy."""

    life_quarters: int
    growth: float
    """Growth of NAV a year."""
    bow: float
    contribution_rate: float
    """Share of the unfunded called a year while the fund invests; afterwards nothing is."""


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
        life, growth, bow, investing_rate = (
            np.array(column)[:, None, None, None] for column in zip(*outlooks, strict=True)
        )
        rates = np.where(np.arange(2)[None, None, :, None] == 1, investing_rate, 0.0)
        # Short lives take few steps: cut in pieces by remaining life, the grid costs half as much.
        pieces = [
            value_factors(
                Outlook(
                    age=np.maximum(life - remaining, 0),
                    remaining=remaining,
                    growth=growth,
                    bow=bow,
                    contribution_rates=(rates,),
                    forced_sale_discount=forced_sale_discount,
                    last_year_evenly=True,
                ),
                RATES,
            )
            for remaining in np.array_split(np.arange(longest_quarters + 1)[None, :, None, None], 4, axis=1)
        ]
        return cls(*(np.concatenate(factors, axis=1) for factors in zip(*pieces, strict=True)))

    def cells(self, strategy: ArrayLike, remaining: ArrayLike, investing: ArrayLike) -> Ints:
        """Where the factors of such holdings begin, the same in every table of this length; broadcasts."""
        longest = self.of_nav.shape[1] - 1
        quarters = np.minimum(np.maximum(remaining, 0), longest)
        row = (np.asarray(strategy) * (longest + 1) + quarters) * 2 + np.asarray(investing, np.int64)
        return np.asarray(row * len(RATES), np.int64)

    def read(self, cell: Ints, low: Ints, beyond: Floats) -> tuple[Floats, Floats]:
        """Factors (a, b) at ``cells`` and ``places``: a straight line between two rates."""
        start = cell + low
        below = self._both.take(start, axis=1)
        start += 1
        above = self._both.take(start, axis=1)
        above -= below
        above *= beyond
        below += above
        return below[0], below[1]

    @cached_property
    def _both(self) -> Floats:
        """Both factors, each in one row."""
        return np.stack([self.of_nav.ravel(), self.of_unfunded.ravel()])


def places(rates: ArrayLike) -> tuple[Ints, Floats]:
    """Where annual rates lie in the grid: the place, rounded down, and what was rounded off."""
    place = np.minimum(np.maximum((np.asarray(rates) - RATES[0]) / (RATES[1] - RATES[0]), 0.0), len(RATES) - 1.0)
    low = np.minimum(place.astype(np.int64), len(RATES) - 2)
    return low, place - low
