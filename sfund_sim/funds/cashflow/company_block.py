"""One block of funds rolled quarter by quarter: companies are financed, move, list, are sold, fail, and are marked.

Arrays are one value a company, small enough for the processor's cache, and worked on in place. Only value and readiness
need every company every quarter; all else happens to the few that have something due.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sfund_sim.funds.cashflow.columns import QUARTERS_PER_YEAR, Singles
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
    """The companies of a block of funds; arrays [companies]."""

    def __init__(
        self, plan: CompanyPlan, records: BlockRecords, *, lockup_quarters: int, marks: LastRound | None
    ) -> None:
        self.plan, self.records, self.lockup_quarters, self.marks = plan, records, lockup_quarters, marks
        companies = self.active = plan.cost.size
        """``active``: so many companies, the first of the block, belong to funds founded so far."""
        self.drift = plan.law.column("log_drift_per_year") / QUARTERS_PER_YEAR
        self.volatility = plan.law.column("volatility_per_year") / np.float32(math.sqrt(QUARTERS_PER_YEAR))
        self.beta = plan.law.column("market_beta")
        self.listed_volatility = plan.law.column("listed_volatility_per_year") / np.float32(
            math.sqrt(QUARTERS_PER_YEAR)
        )
        self.value = np.zeros(companies, np.float32)
        """What the company would be worth were the IPO window open, yuan; 0 before its financing and after its exit."""
        self.marked = np.zeros(companies, np.float32)
        self.listed = np.zeros(companies, dtype=bool)
        self.ready_value = np.full(companies, np.inf, np.float32)
        self.collapse_value = np.zeros(companies, np.float32)
        self.hazard_left = plan.listing_threshold.copy()
        self.steps, self.shocks = np.empty(companies, np.float32), np.empty(companies, np.float32)
        self.financings = Agenda(plan.financed, records.quarters)
        self.ripenings = Agenda(plan.ripe, records.quarters)
        self.offers = Agenda(plan.offered, records.quarters)
        self.claims = Agenda(plan.claim_due, records.quarters)
        self.rounds = RoundCycle(plan.round_phase)
        self.locked: dict[int, Slots] = {}
        """Listed companies by the quarter in which their lock-up ends."""

    def roll(self, quarter: Quarter, *, companies: int, returns: np.random.Generator) -> None:
        """Everything that happens in one quarter, in this order, to the first ``companies`` of the block."""
        self.active = companies
        self._move(quarter, returns)
        self._finance(quarter)
        self._release(quarter)
        self._write_off()
        ready = self._list(quarter)
        self._sell(quarter)
        self._buy_back(quarter)
        locked = self._locked_up()
        if self.marks is not None:
            self._mark(quarter, locked, self.marks)
        self._record(quarter, ready, locked)

    def _move(self, quarter: Quarter, returns: np.random.Generator) -> None:
        """Log values step by drift, market and a shock of their own."""
        part = slice(self.active)
        shocks, steps, value = self.shocks[part], self.steps[part], self.value[part]
        returns.standard_normal(dtype=np.float32, out=shocks)
        np.multiply(shocks, self.volatility[part], out=shocks)
        np.multiply(self.beta[part], np.float32(quarter.market_log_return), out=steps)
        np.add(steps, self.drift[part], out=steps)
        np.add(steps, shocks, out=steps)
        np.exp(steps, out=steps)
        np.multiply(value, steps, out=value)

    def _finance(self, quarter: Quarter) -> None:
        """New companies are bought at what they are worth today; others become old enough to list."""
        new = self.financings.at(quarter.index)
        cost = self.plan.cost[new]
        self.marked[new] = cost
        self.value[new] = cost / np.float32(quarter.unlisted_price)
        self.collapse_value[new] = self.plan.collapse_value[new]
        ripe = self.ripenings.at(quarter.index)
        self.ready_value[ripe] = self.plan.ready_value[ripe]
        self.records.financed(new, cost)

    def _release(self, quarter: Quarter) -> None:
        """Lock-ups end: listed shares are sold at the market."""
        free = self.locked.pop(quarter.index, None)
        if free is not None:
            self.records.released(free, self.value[free])
            self._let_go(free)

    def _write_off(self) -> None:
        """Companies that fell too deep are given up for nothing."""
        part = slice(self.active)
        fallen = np.flatnonzero(self.value[part] < self.collapse_value[part])
        self.records.left(fallen, CompanyExit.WRITE_OFF)
        self._let_go(fallen)

    def _list(self, quarter: Quarter) -> Slots:
        """Ready companies wear down their thresholds and list when through; returns those still ready, unlisted."""
        part = slice(self.active)
        ready = np.flatnonzero(self.value[part] > self.ready_value[part])
        left = self.hazard_left[ready] - np.float32(quarter.ipo_hazard_per_year / QUARTERS_PER_YEAR)
        self.hazard_left[ready] = left
        through = left <= 0
        lists = ready[through]
        if lists.size:
            self._go_public(lists, quarter)
        return ready[~through]

    def _go_public(self, lists: Slots, quarter: Quarter) -> None:
        """From now on a company moves as a listed share does, locked up for a while."""
        law = self.plan.law
        self.ready_value[lists], self.collapse_value[lists], self.listed[lists] = np.inf, 0, True
        self.volatility[lists] = self.listed_volatility[lists]
        self.drift[lists] = 0.0
        self.beta[lists] = law.of("listed_beta", lists)
        self.value[lists] *= law.of("listing_step_up", lists)
        self.locked[quarter.index + self.lockup_quarters] = lists
        self.records.listed(lists)

    def _sell(self, quarter: Quarter) -> None:
        """Offers come in; those for an unlisted company that is worth enough are taken."""
        offered = self._unlisted(self.offers.at(quarter.index))
        if not offered.size:
            return
        price = self.value[offered] * np.float32(quarter.unlisted_price)
        taken = price >= self.plan.least_offer[offered]
        self._sold(offered[taken], price[taken], CompanyExit.TRADE_SALE)

    def _buy_back(self, quarter: Quarter) -> None:
        """Claims on founders fall due: cost with interest, as far as the founder can pay.

        A claim is used only where the company is worth less than it, and lapses where the founder can pay nothing.
        """
        law, due = self.plan.law, self._unlisted(self.claims.at(quarter.index))
        if not due.size:
            return
        worth = self.value[due] * np.float32(quarter.unlisted_price)
        years = (quarter.index - self.plan.financed[due]) / QUARTERS_PER_YEAR
        claim = self.plan.cost[due] * (1 + law.of("buyback_interest_per_year", due)) ** years
        used = (worth >= self.plan.least_claim[due]) & (worth < claim)
        paid = np.minimum(claim, law.of("buyback_capacity", due) * worth)
        self._sold(due[used], paid[used], CompanyExit.BUYBACK)

    def _mark(self, quarter: Quarter, locked: Slots, marks: LastRound) -> None:
        """The manager marks companies that had a round, audits in December, and takes listed shares at the market."""
        price = np.float32(quarter.unlisted_price)
        traded = self.rounds.next(marks.rounds_in_quarter(quarter.window_shut))
        self.marked[traded] = marks.at_round(self.marked[traded], self.value[traded] * price, quarter.window_shut)
        if quarter.is_year_end:
            part = slice(self.active)
            fair = np.multiply(self.value[part], price, out=self.steps[part])
            self.marked[part] = marks.at_audit(self.marked[part], fair, quarter.window_shut)
        self.marked[locked] = self.value[locked]

    def _record(self, quarter: Quarter, ready: Slots, locked: Slots) -> None:
        """The books are closed: ready companies that were sold since are no longer counted."""
        part = slice(self.active)
        self.records.close(quarter.index, ready=ready[self.value[ready] > 0])
        self.records.appraise(
            quarter.index, unlisted_price=quarter.unlisted_price, value=self.value[part], locked=locked
        )
        self.records.mark_all(quarter.index, self.marked[part])

    def _unlisted(self, slots: Slots) -> Slots:
        """Those of ``slots`` that are held and not listed."""
        return slots[(self.value[slots] > 0) & ~self.listed[slots]]

    def _locked_up(self) -> Slots:
        """All companies listed and locked up."""
        return np.concatenate([*self.locked.values(), np.empty(0, np.int64)])

    def _sold(self, slots: Slots, cash: Singles, how: CompanyExit) -> None:
        """Companies leave for cash."""
        self.records.left(slots, how)
        self.records.paid(slots, cash)
        self._let_go(slots)

    def _let_go(self, slots: Slots) -> None:
        """Nothing of these companies is held any more."""
        if slots.size:
            self.value[slots] = self.marked[slots] = self.collapse_value[slots] = 0
