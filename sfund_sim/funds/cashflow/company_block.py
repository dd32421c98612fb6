"""One block of funds rolled quarter by quarter: companies are financed, move, list, are sold, fail, and are marked.

Arrays are one value a company, small enough for the processor's cache, and worked on in place. Only value and readiness
need every company every quarter; all else happens to the few that have something due.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sfund_sim.funds.cashflow.columns import QUARTERS_PER_YEAR, Amounts
from sfund_sim.funds.cashflow.company_plan import Agenda, CompanyPlan, RoundCycle
from sfund_sim.funds.cashflow.company_records import BlockRecords
from sfund_sim.funds.marks.last_round import LastRound
from sfund_sim.terms import CompanyExit

Slots = NDArray[np.int64]


@dataclass(frozen=True)
class Quarter:
    """What one quarter brings to every company of a block."""

    index: int
    market_log_return: float
    ipo_hazard_per_year: float
    window_shut: float
    is_year_end: bool
    unlisted_price: float
    """Value of an unlisted company over what it would be with the IPO window open."""


class CompanyBlock:
    """The companies of a block of funds; arrays [companies] in the plan's precision."""

    def __init__(self, plan: CompanyPlan, records: BlockRecords, marks: LastRound | None, lockup_quarters: int) -> None:
        self.plan, self.records, self.lockup_quarters, self.marks = plan, records, lockup_quarters, marks
        companies, dtype = plan.cost.size, plan.cost.dtype
        self.active = companies
        """So many companies, the first of the block, belong to funds founded so far."""
        a_quarter = dtype.type(math.sqrt(QUARTERS_PER_YEAR))
        self.drift = plan.law.column("log_drift_per_year") / QUARTERS_PER_YEAR
        self.volatility = plan.law.column("volatility_per_year") / a_quarter
        self.beta = plan.law.column("market_beta")
        self.value = np.zeros(companies, dtype)
        """What the company would be worth were the IPO window open, yuan; 0 before its financing and after its exit."""
        self.marked = np.zeros(companies, dtype)
        self.listed = np.zeros(companies, dtype=bool)
        self.ready_value = np.full(companies, np.inf, dtype)
        self.collapse_value = np.zeros(companies, dtype)
        self.hazard_left = plan.listing_threshold.copy()
        self.shocks, self.steps = np.empty(companies, np.float32), np.empty(companies, dtype)
        self.flags = np.empty(companies, bool)
        self.financings = Agenda(plan.financed, records.quarters, plan.cost, plan.collapse_value)
        self.ripenings = Agenda(plan.ripe, records.quarters, plan.ready_value)
        self.offers = Agenda(plan.offered, records.quarters, plan.least_offer)
        self.claims = Agenda(plan.claim_due, records.quarters, plan.least_claim)
        self.rounds = RoundCycle(plan.round_phase)
        self.locked: dict[int, Slots] = {}
        """Listed companies by the quarter in which their lock-up ends."""

    def roll(self, quarter: Quarter, *, companies: int, returns: np.random.Generator) -> None:
        """Everything that happens in one quarter, in this order, to the first ``companies`` of the block."""
        self.active = companies
        self.records.open(quarter.index)
        self._move(quarter, returns)
        self._finance(quarter)
        self._release(quarter)
        self._write_off()
        self._list(quarter)
        self._sell(quarter)
        self._buy_back(quarter)
        self._record(quarter)

    def _move(self, quarter: Quarter, returns: np.random.Generator) -> None:
        """Log values step by drift, market and a shock of their own."""
        part = slice(self.active)
        shocks, steps, value = self.shocks[part], self.steps[part], self.value[part]
        returns.standard_normal(dtype=np.float32, out=shocks)
        moved = np.multiply(shocks, self.volatility[part], out=shocks if steps.dtype == shocks.dtype else None)
        np.multiply(self.beta[part], quarter.market_log_return, out=steps)
        np.add(steps, self.drift[part], out=steps)
        np.add(steps, moved, out=steps)
        np.exp(steps, out=steps)
        np.multiply(value, steps, out=value)

    def _finance(self, quarter: Quarter) -> None:
        """New companies are bought at what they are worth today; others become old enough to list."""
        new, cost, collapse_value = self.financings.at(quarter.index)
        if new.size:
            self.marked[new] = cost
            self.value[new] = cost / quarter.unlisted_price
            self.collapse_value[new] = collapse_value
            self.records.financed(new, cost)
        ripe, ready_value = self.ripenings.at(quarter.index)
        if ripe.size:
            self.ready_value[ripe] = ready_value

    def _release(self, quarter: Quarter) -> None:
        """Lock-ups end: listed shares are sold at the market."""
        free = self.locked.pop(quarter.index, None)
        if free is not None:
            self.records.released(free, self.value[free])
            self._let_go(free)

    def _write_off(self) -> None:
        """Companies that fell too deep are given up for nothing."""
        part = slice(self.active)
        fallen = np.flatnonzero(np.less(self.value[part], self.collapse_value[part], out=self.flags[part]))
        if fallen.size:
            self.records.left(fallen, CompanyExit.WRITE_OFF)
            self._let_go(fallen)

    def _list(self, quarter: Quarter) -> None:
        """Ready companies wear down their thresholds and list when through."""
        part = slice(self.active)
        ready, left = self.flags[part], self.hazard_left[part]
        np.greater(self.value[part], self.ready_value[part], out=ready)
        hazard = left.dtype.type(quarter.ipo_hazard_per_year / QUARTERS_PER_YEAR)
        np.subtract(left, np.multiply(ready, hazard, out=self.steps[part]), out=left)
        lists = np.flatnonzero(np.logical_and(ready, left <= 0, out=ready))
        if lists.size:
            self._go_public(lists, quarter)

    def _go_public(self, lists: Slots, quarter: Quarter) -> None:
        """From now on a company moves as a listed share does, locked up for a while."""
        law = self.plan.law
        self.ready_value[lists], self.collapse_value[lists], self.listed[lists] = np.inf, 0, True
        self.volatility[lists] = law.of("listed_volatility_per_year", lists) / self.value.dtype.type(
            math.sqrt(QUARTERS_PER_YEAR)
        )
        self.drift[lists] = 0.0
        self.beta[lists] = law.of("listed_beta", lists)
        self.value[lists] *= law.of("listing_step_up", lists)
        self.locked[quarter.index + self.lockup_quarters] = lists
        self.records.listed(lists)

    def _sell(self, quarter: Quarter) -> None:
        """Offers come in; those for an unlisted company that is worth enough are taken."""
        offered, least = self.offers.at(quarter.index)
        if not offered.size:
            return
        price = self.value[offered] * quarter.unlisted_price
        taken = (price >= least) & (price > 0) & ~self.listed[offered]
        self._sold(offered[taken], price[taken], CompanyExit.TRADE_SALE)

    def _buy_back(self, quarter: Quarter) -> None:
        """Claims on founders fall due: cost with interest, as far as the founder can pay.

        A claim is used only where the company is worth less than it, and lapses where the founder can pay nothing.
        """
        due, least = self.claims.at(quarter.index)
        worth = self.value[due] * quarter.unlisted_price
        usable = (worth >= least) & (worth > 0) & ~self.listed[due]
        due, worth, law = due[usable], worth[usable], self.plan.law
        if not due.size:
            return
        years = (quarter.index - self.plan.financed[due]) / QUARTERS_PER_YEAR
        claim = self.plan.cost[due] * (1 + law.of("buyback_interest_per_year", due)) ** years
        used = worth < claim
        paid = np.minimum(claim, law.of("buyback_capacity", due) * worth)
        self._sold(due[used], paid[used], CompanyExit.BUYBACK)

    def _mark(self, quarter: Quarter, marks: LastRound) -> None:
        """The manager marks companies that had a round, and audits in December."""
        traded = self.rounds.next(marks.rounds_in_quarter(quarter.window_shut))
        fair = self.value.take(traded)
        fair *= quarter.unlisted_price
        self.marked[traded] = marks.at_round(self.marked.take(traded), fair, quarter.window_shut)
        if quarter.is_year_end:
            part = slice(self.active)
            fair = np.multiply(self.value[part], quarter.unlisted_price, out=self.steps[part])
            self.marked[part] = marks.at_audit(self.marked[part], fair, quarter.window_shut)

    def _record(self, quarter: Quarter) -> None:
        """Values and marks are entered in the books; listed shares are marked to the market."""
        part, locked = slice(self.active), self._locked_up()
        listed_value = self.value[locked]
        if self.marks is not None:
            self._mark(quarter, self.marks)
        self.marked[locked] = listed_value
        self.records.appraise(self.value[part], locked, listed_value, unlisted_price=quarter.unlisted_price)
        self.records.mark_all(self.marked[part])

    def _locked_up(self) -> Slots:
        """All companies listed and locked up."""
        return np.concatenate([*self.locked.values(), np.empty(0, np.int64)])

    def _sold(self, slots: Slots, cash: Amounts, how: CompanyExit) -> None:
        """Companies leave for cash."""
        if slots.size:
            self.records.left(slots, how)
            self.records.paid(slots, cash)
            self._let_go(slots)

    def _let_go(self, slots: Slots) -> None:
        """Nothing of these companies is held any more."""
        self.value[slots] = self.marked[slots] = self.collapse_value[slots] = 0
