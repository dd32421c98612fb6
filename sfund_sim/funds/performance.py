"""How a fund did for its investors: TVPI, DPI and the public market equivalent of a stream of cash flows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Flows:
    """Cash flows at period ends and the NAV after them; arrays [periods] or [periods, paths], any one currency unit."""

    contributions: Floats
    distributions: Floats
    nav: Floats
    periods_per_year: int = 1

    def until(self, period: int) -> Flows:
        """The same up to and including the ``period``-th (1 is the first)."""
        return Flows(self.contributions[:period], self.distributions[:period], self.nav[:period], self.periods_per_year)

    @property
    def net(self) -> Floats:
        """What investors get less what they pay, the last NAV counted as received."""
        net = self.distributions - self.contributions
        net[-1] = net[-1] + self.nav[-1]
        return net

    @property
    def years(self) -> Floats:
        """Time of each flow, in years from one period before the first."""
        return np.arange(1, len(self.contributions) + 1) / self.periods_per_year


def dpi(flows: Flows) -> Floats:
    """Distributions to paid-in capital at the last period [paths]; nan where nothing was paid in."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(flows.distributions.sum(axis=0) / flows.contributions.sum(axis=0))


def rvpi(flows: Flows) -> Floats:
    """Remaining NAV to paid-in capital at the last period [paths]; nan where nothing was paid in."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(flows.nav[-1] / flows.contributions.sum(axis=0))


def tvpi(flows: Flows) -> Floats:
    """Total value to paid-in capital: DPI + RVPI [paths]."""
    return dpi(flows) + rvpi(flows)


def ks_pme(flows: Flows, index: Floats) -> Floats:
    """Public market equivalent [paths]: distributions and last NAV to contributions, all in units of the index.

    ``index`` [periods] is the index level at each period end; its base does not matter.
    Source: Kaplan and Schoar (2005), "Private equity performance", Journal of Finance 60(4), section I.
    """
    weight = np.asarray(index, np.float64).reshape(-1, *(1,) * (flows.contributions.ndim - 1))
    received = (flows.distributions / weight).sum(axis=0) + flows.nav[-1] / weight[-1]
    return np.asarray(received / (flows.contributions / weight).sum(axis=0))
