"""D01 to D03: what came of a fund for its investors: IRR, multiples of what was paid in, comparison with an index."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from pydantic import Field

from sfund_sim.funds.performance import Flows, dpi, ks_pme, rvpi, tvpi
from sfund_sim.funds.takahashi import Year, rates_of
from sfund_sim.ground.calendar import QUARTERS_PER_YEAR
from sfund_sim.ground.errors import RuleError
from sfund_sim.lab.families.funds import FundParameters, InYear
from sfund_sim.lab.questions import Exact, Family
from sfund_sim.market.returns import HIGHEST_RATE, LOWEST_RATE, internal_rates


class AgainstIndex(FundParameters):
    """The fund against an index that returns m a year."""

    m: float = Field(gt=-1)

    @property
    def index(self) -> np.ndarray:
        """Level of the index at each year end."""
        return np.asarray((1.0 + self.m) ** np.arange(1.0, self.L + 1.0))


class AgainstIndexInYear(AgainstIndex, InYear):
    """The same at the end of year t, its NAV counted as received."""


def seen(asked: FundParameters) -> Flows:
    """The fund's flows, to the end of its life or of year t."""
    flows = asked.flows()
    return flows.until(asked.t) if isinstance(asked, InYear) else flows


def irr(asked: FundParameters) -> float:
    """The rate of a fund's net flows."""
    return rate_of(seen(asked))


def irr_by_quarters(asked: FundParameters) -> float:
    """The same of the fund by quarters, a year's rate."""
    return rate_of(asked.flows(QUARTERS_PER_YEAR))


def highest_nav(asked: FundParameters) -> float:
    """NAV in the year in which it is highest."""
    return float(asked.flows().nav.max())


def deepest(asked: FundParameters) -> float:
    """The lowest that all flows so far come to, never above 0: how deep the J-curve goes."""
    flows = asked.flows()
    return min(float(np.cumsum(flows.distributions - flows.contributions).min()), 0.0)


def share_paid_out(asked: InYear) -> float:
    """Distribution of year t over the NAV of which it is paid."""
    year = Year(np.asarray(asked.t - 1), np.asarray(asked.t / asked.L))
    return float(rates_of(year, contributions=asked.RC, bow=asked.B, yield_rate=asked.Y, periods_per_year=1)[1])


def share_paid_in(asked: InYear) -> float:
    """Paid-in capital at the end of year t over the commitment."""
    return float(seen(asked).contributions.sum() / asked.CC)


def direct_alpha(asked: AgainstIndex) -> float:
    """Rate by which the fund beats the index: IRR of its flows in units of the index, ln(1 + IRR) a year.

    Source: Gredil, Griffiths and Stucke (2014, "Benchmarking private equity: the direct alpha method").
    """
    return float(np.log1p(direct_alpha_a_year(asked)))


def direct_alpha_a_year(asked: AgainstIndex) -> float:
    """The same as a yearly rate, not the logarithm of one plus it."""
    flows = seen(asked)
    index = asked.index[: len(flows.nav)]
    return rate_of(Flows(flows.contributions / index, flows.distributions / index, flows.nav / index))


def rate_of(flows: Flows) -> float:
    """The rate of net flows, found as the market finds the rate of a buyer's."""
    if not np.isfinite(flows.net).all():
        return np.nan
    rate = float(internal_rates(flows.net[None], flows.years[None])[0])
    if np.isnan(rate):
        raise RuleError(
            "these flows have no IRR: net flows of both signs are needed", "此现金流没有 IRR：净现金流须有正有负"
        )
    if not LOWEST_RATE < rate < HIGHEST_RATE:
        raise RuleError(
            f"an IRR is looked for between {LOWEST_RATE:.0%} and {HIGHEST_RATE:.0%} a year, and this one is not there",
            f"只在每年 {LOWEST_RATE:.0%} 至 {HIGHEST_RATE:.0%} 之间寻找 IRR，此处不在其中",
        )
    return rate


def multiple(of: Callable[[Flows], np.ndarray]) -> Callable[[FundParameters], float]:
    """A multiple of what was paid in, at the end or at the end of year t."""
    return lambda asked: _of_paid_in(seen(asked), of)


def pme(asked: AgainstIndex) -> float:
    """Public market equivalent against a constant index return."""
    return _of_paid_in(seen(asked), lambda flows: ks_pme(flows, asked.index[: len(flows.nav)]))


def _of_paid_in(flows: Flows, of: Callable[[Flows], np.ndarray]) -> float:
    if not flows.contributions.any():
        raise RuleError("nothing has been paid in, so nothing is a multiple of it", "尚未实缴，倍数没有定义")
    return float(of(flows))


FAMILIES: dict[str, Family] = {
    "D01": {
        "peak NAV": Exact(FundParameters, highest_nav),
        "lowest cumulative net cash flow": Exact(FundParameters, deepest),
        "rate of distribution RD_t": Exact(InYear, share_paid_out),
    },
    "D02": {"IRR incl. terminal NAV (quarterly)": Exact(FundParameters, irr_by_quarters)},
    "D03": {
        "IRR incl. terminal NAV (== G)": Exact(FundParameters, irr),
        "IRR": Exact(FundParameters, irr),
        "TVPI at end": Exact(FundParameters, multiple(tvpi)),
        "DPI at end": Exact(FundParameters, multiple(dpi)),
        "RVPI at end": Exact(FundParameters, multiple(rvpi)),
        "TVPI at year t": Exact(InYear, multiple(tvpi)),
        "DPI at year t": Exact(InYear, multiple(dpi)),
        "RVPI at year t": Exact(InYear, multiple(rvpi)),
        "direct alpha at constant index return m": Exact(AgainstIndex, direct_alpha),
        "direct alpha": Exact(AgainstIndex, direct_alpha),
        "direct alpha, yearly rate, at constant index return m": Exact(AgainstIndex, direct_alpha_a_year),
        "KS-PME at constant index return m": Exact(AgainstIndex, pme),
        "KS-PME": Exact(AgainstIndex, pme),
        "IRR at year t (incl. NAV)": Exact(InYear, irr),
        "KS-PME at year t": Exact(AgainstIndexInYear, pme),
        "direct alpha at year t": Exact(AgainstIndexInYear, direct_alpha),
        "PIC at year t (paid-in to committed capital)": Exact(InYear, share_paid_in),
        "paid-in to committed capital at year t": Exact(InYear, share_paid_in),
    },
}
