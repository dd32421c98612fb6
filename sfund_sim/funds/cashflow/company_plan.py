"""What is settled about each company before any quarter is rolled: its cost, its dates, and its thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sfund_sim.funds.cashflow.columns import Amounts, Blocks, FundColumns, Integers, Precision
from sfund_sim.funds.cashflow.company_law import CompanyLaw
from sfund_sim.funds.hazards import exponential_time
from sfund_sim.ground.calendar import QUARTERS_PER_YEAR
from sfund_sim.terms import Purpose

LEAST_TICKET = 0.5
"""Tickets of one fund are uniform between 0.5 and 1.5 times their mean. Assumption."""

TURN = 1 << 16
"""Phases of the cycle of financing rounds."""

Quarters = NDArray[np.int16]
NEVER = np.iinfo(np.int16).max


class LawColumns:
    """The laws of the companies of a block, in one precision."""

    def __init__(self, laws: Sequence[CompanyLaw], funds: FundColumns, dtype: Precision) -> None:
        self._laws, self._funds, self._dtype = laws, funds, dtype
        """Laws by the code of ``terms.Strategy``."""
        self._strategy = np.repeat(funds.strategy.astype(np.uint8), funds.companies)
        self._tables: dict[str, Amounts] = {}

    @property
    def companies(self) -> Integers:
        """Number of companies of each fund [funds]."""
        return self._funds.companies

    def column(self, field: str) -> Amounts:
        """One field of every company's law [companies]."""
        return np.repeat(self._table(field).take(self._funds.strategy), self.companies)

    def of(self, field: str, slots: NDArray[np.int64]) -> Amounts:
        """One field of the laws of some companies [slots]."""
        return self._table(field).take(self._strategy.take(slots))

    def _table(self, field: str) -> Amounts:
        if field not in self._tables:
            self._tables[field] = np.array([getattr(law, field) for law in self._laws], self._dtype)
        return self._tables[field]


class Agenda:
    """Which companies have something due in which quarter, and what is known of each beforehand.

    Columns are put in the order of the quarters once, so that a quarter reads a few neighbours and not the whole block.
    """

    def __init__(self, due: Quarters, quarters: int, column: Amounts, *more: Amounts) -> None:
        in_time = np.flatnonzero(due < quarters)
        # Small whole numbers are put in order by counting, one byte at a time.
        when = due.take(in_time).astype(np.min_scalar_type(quarters))
        order = in_time.take(np.argsort(when, kind="stable"))
        self._columns = [order, *(each.take(order) for each in (column, *more))]
        self._bounds = np.append(0, np.cumsum(np.bincount(when, minlength=quarters))).tolist()

    def at(self, quarter: int) -> list[Any]:
        """Companies due in ``quarter``, and the columns of the same."""
        due = slice(self._bounds[quarter], self._bounds[quarter + 1])
        return [column[due] for column in self._columns]


class RoundCycle:
    """Financing rounds: every company has one each time the clock passes its phase, once a turn of the clock.

    The clock is common to all and runs slower while the IPO window is shut, so a shut window postpones rounds and draws
    none anew.
    """

    def __init__(self, phase: NDArray[np.uint16]) -> None:
        self._order = np.argsort(phase, kind="stable")
        self._phases = phase[self._order]
        self._clock, self._place = 0.0, 0

    def next(self, turns: float) -> NDArray[np.int64]:
        """Move the clock on by ``turns`` (at most 1) and return the companies it passes."""
        start, low = self._clock, self._place
        self._clock = (start + turns) % 1.0
        high = self._place = int(self._phases.searchsorted(np.uint16(self._clock * TURN)))
        if start <= self._clock:
            return self._order[low:high]
        return np.concatenate((self._order[low:], self._order[:high]))


@dataclass(frozen=True)
class CompanyPlan:
    """The companies of a block of funds, fund after fund; arrays [companies], dates as grid indices."""

    law: LawColumns
    cost: Amounts
    """Yuan; a fund's costs add up to its investable money."""
    financed: Quarters
    ripe: Quarters
    """When the company is old enough to list."""
    offered: Quarters
    """When somebody offers to buy the company."""
    claim_due: Quarters
    """When the buyback claim on the founder falls due."""
    ready_value: Amounts
    """Yuan from which the company could list."""
    listing_threshold: Amounts
    """Unit exponential that the IPO hazard must add up to."""
    least_offer: Amounts
    """Yuan below which an offer for the company comes to nothing."""
    least_claim: Amounts
    """Yuan below which the founder can pay nothing."""
    collapse_value: Amounts
    """Yuan below which the company is written off."""
    round_phase: NDArray[np.uint16]
    """Where in the cycle of financing rounds the company stands, in ``TURN``ths."""


def plan_companies(
    funds: FundColumns, laws: Sequence[CompanyLaw], *, blocks: Blocks, block: int, dtype: Precision = np.float32
) -> CompanyPlan:
    """Draw all that is settled beforehand for one block of funds; ``laws`` by the code of ``terms.Strategy``.

    Seven numbers a company, none of them a function of the economy, of marks or of terms. They are drawn in single
    precision, whatever the ``dtype`` of what is reckoned from them.
    """
    law, companies = LawColumns(laws, funds, dtype), int(funds.companies.sum())
    jitter, size = blocks(Purpose.COMPANY_TRAITS, block).random((2, companies), np.float32).astype(dtype, copy=False)
    exits = blocks(Purpose.COMPANY_EXITS, block).standard_exponential((4, companies), np.float32)
    listing, offer, claim, depth = exits.astype(dtype, copy=False)
    financed, cost = _financing_quarters(funds, jitter), _costs(funds, LEAST_TICKET + size)
    return CompanyPlan(
        law=law,
        cost=cost,
        financed=financed,
        ripe=_grid_index(financed + np.floor(QUARTERS_PER_YEAR * law.column("ready_age_years"))),
        offered=_grid_index(financed + _wait(law, "trade_sale", offer)),
        claim_due=_grid_index(financed + _wait(law, "buyback", claim)),
        ready_value=cost * law.column("ready_multiple"),
        listing_threshold=listing,
        least_offer=cost * law.column("trade_sale_least_multiple"),
        least_claim=cost * law.column("buyback_least_multiple"),
        collapse_value=cost * law.column("collapse_multiple") * np.exp(-law.column("collapse_depth") * depth),
        round_phase=blocks(Purpose.COMPANY_MARKS, block).integers(0, TURN, companies, np.uint16),
    )


def _financing_quarters(funds: FundColumns, jitter: Amounts) -> Quarters:
    """Quarter of each company's financing, jittered inside its own slot of the investment period.

    The i-th of n companies is financed at (i / n)^1.5 of the period, so faster at first (assumption).
    """
    per_company = jitter.dtype.type(1) / funds.companies.astype(jitter.dtype)
    place = np.arange(jitter.size, dtype=np.float64)
    place -= np.repeat(funds.first_company.astype(np.float64), funds.companies)
    place += jitter
    place *= np.repeat(per_company.astype(np.float64), funds.companies)
    period = np.repeat(funds.investment_quarters.astype(np.float64), funds.companies)
    offset = np.sqrt(place)
    offset *= place
    offset *= period
    period -= 1
    np.minimum(np.floor(offset, out=offset), period, out=offset)
    offset += np.repeat(funds.start_quarter.astype(np.float64), funds.companies)
    return _grid_index(offset)


def _costs(funds: FundColumns, weight: Amounts) -> Amounts:
    """Split each fund's investable money over its companies by ``weight``."""
    per_weight = funds.investable / np.add.reduceat(weight.astype(np.float64), funds.first_company)
    return (weight * np.repeat(per_weight, funds.companies)).astype(weight.dtype)


def _wait(law: LawColumns, event: str, threshold: Amounts) -> Amounts:
    """Quarters from financing to an event of constant hazard that starts at an age (inf where the hazard is 0)."""
    years = law.column(f"{event}_age_years") + exponential_time(threshold, law.column(f"{event}_hazard_per_year"))
    return np.ceil(years * QUARTERS_PER_YEAR)


def _grid_index(quarter: NDArray[Any]) -> Quarters:
    """Grid indices; everything later than any grid is ``NEVER``."""
    return np.asarray(np.minimum(quarter, NEVER), np.int16)
