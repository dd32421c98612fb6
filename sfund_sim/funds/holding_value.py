"""What a holding is worth to someone: a times NAV plus b times unfunded commitment, at that someone's own rate.

The Takahashi-Alexander model is linear in NAV and in unfunded commitment, so the present value of all that is still to
come is a NAV + b unfunded. Going back one period, with v the period's discount factor, g its growth, c and d the shares
called and paid out (d of the grown NAV), and a', b' the factors one period later:
a = v (1 + g) (d + (1 - d) a'),  b = v (c (a' - 1) + (1 - c) b').
Derived here from the equations of Takahashi and Alexander (2002); every agent of the market values with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Outlook:
    """What is expected of a fund from now on; all fields broadcast together to the shape [...] of the answer."""

    age: ArrayLike
    """Periods lived."""
    remaining: ArrayLike
    """Periods still to live; 0 means that the NAV is worth itself."""
    growth: ArrayLike
    """Growth of NAV a year."""
    bow: ArrayLike
    """How late distributions come (Takahashi and Alexander's B)."""
    contribution_rates: Sequence[ArrayLike]
    """Share of the unfunded called in each year of life, a number or array a year; the last holds ever after."""
    forced_sale_discount: ArrayLike = 0.0
    """Lost on everything paid out in the last year of life, and on the NAV left at its end."""
    yield_rate: ArrayLike = 0.0
    """Least share of NAV paid out each year."""
    last_year_evenly: bool = False
    """Is the last year's NAV sold in equal parts a period, rather than all in the year's first period?"""
    periods_per_year: int = 4

    def shape(self, rate: ArrayLike) -> tuple[int, ...]:
        """Common shape of all fields and of ``rate``."""
        fields = (self.age, self.remaining, self.growth, self.bow, self.forced_sale_discount, self.yield_rate, rate)
        return np.broadcast_shapes(*map(np.shape, fields), *map(np.shape, self.contribution_rates))


def value_factors(outlook: Outlook, rate: ArrayLike) -> tuple[Floats, Floats]:
    """Return (a, b), each [...]: the holding is worth a NAV + b unfunded at an annual discount ``rate``."""
    shape, part = outlook.shape(rate), 1 / outlook.periods_per_year
    remaining = np.asarray(outlook.remaining)
    discount = (1 + np.asarray(rate, np.float64)) ** -part
    grown = discount * (1 + np.asarray(outlook.growth)) ** part
    kept = 1 - np.asarray(outlook.forced_sale_discount, np.float64)
    of_nav = np.array(np.broadcast_to(kept, shape), np.float64)
    of_unfunded = np.zeros(shape)
    years = _YearsOfLife.of(outlook)
    for period in range(int(remaining.max(initial=0)), 0, -1):
        stays, called, last_year = years.at(period)
        cash = (1 - stays) * np.where(last_year, kept, 1.0)
        earlier_unfunded = discount * (called * (of_nav - 1) + (1 - called) * of_unfunded)
        earlier_nav = grown * (cash + stays * of_nav)
        living = remaining >= period
        of_nav = np.where(living, earlier_nav, of_nav)
        of_unfunded = np.where(living, earlier_unfunded, of_unfunded)
    return of_nav, of_unfunded


@dataclass(frozen=True)
class _YearsOfLife:
    """Rates of each year of life from now on, computed once a year because powers are dear."""

    outlook: Outlook
    stays: list[Floats]
    """Share of the grown NAV that stays, a period, in the current year of life and each later one."""
    called: list[Floats]
    past_birthday: NDArray[np.int64]
    """Periods lived in the current year of life."""

    @classmethod
    def of(cls, outlook: Outlook) -> _YearsOfLife:
        """Rates for an outlook."""
        a_year = outlook.periods_per_year
        age, remaining = np.asarray(outlook.age), np.asarray(outlook.remaining)
        years_lived, past_birthday = np.divmod(age, a_year)
        life = np.maximum(age + remaining, 1) / a_year
        stays, called = [], []
        for year in range(int(remaining.max(initial=0)) // a_year + 2):
            paid = np.minimum((years_lived + 1 + year) / life, 1.0) ** outlook.bow
            stays.append((1 - np.maximum(paid, outlook.yield_rate)) ** (1 / a_year))
            called.append(_called(outlook, years_lived + year))
        return cls(outlook, stays, called, past_birthday)

    def at(self, period: int) -> tuple[Floats, Floats, NDArray[np.bool_]]:
        """Share that stays, share called, and is this the last year, in the ``period``-th period from now."""
        a_year = self.outlook.periods_per_year
        year = (period - 1) // a_year
        next_year = self.past_birthday + (period - 1) % a_year >= a_year
        stays = np.where(next_year, self.stays[year + 1], self.stays[year])
        called = np.where(next_year, self.called[year + 1], self.called[year])
        if not self.outlook.last_year_evenly:
            return stays, called, stays == 0
        left = np.asarray(self.outlook.remaining) - period + 1
        last_year = left <= a_year
        return np.where(last_year, 1 - 1 / np.maximum(left, 1), stays), called, last_year


def _called(outlook: Outlook, years_lived: NDArray[np.int64]) -> Floats:
    """Share of the unfunded called in each period of the year of life after ``years_lived`` birthdays."""
    by_year = [
        1 - (1 - np.asarray(rate, np.float64)) ** (1 / outlook.periods_per_year) for rate in outlook.contribution_rates
    ]
    called = by_year[0]
    for year, later in enumerate(by_year[1:], start=1):
        called = np.where(years_lived >= year, later, called)
    return np.asarray(called)
