"""One block of funds rolled quarter by quarter: companies are financed, move, list, are sold, fail, and are marked.

Arrays are one value a company, small enough for the processor's cache, and worked on in place. Only value and readiness
need every company every quarter; all else happens to the few that have something due.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sfund_sim.funds.cashflow.columns import Amounts
from sfund_sim.funds.cashflow.company_plan import Agenda, CompanyPlan, RoundCycle
from sfund_sim.funds.cashflow.company_records import BlockRecords
from sfund_sim.funds.marks.last_round import LastRound
from sfund_sim.ground.calendar import QUARTERS_PER_YEAR
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
        self.companies_up_to = [0, *np.cumsum(plan.law.companies).tolist()]
        self.funds, self.part = 0, slice(0)
        """Number of funds founded so far, the first of the block, and all their companies."""
        a_quarter = dtype.type(math.sqrt(QUARTERS_PER_YEAR))
        self.volatility = plan.law.column("volatility_per_year") / a_quarter
        self.drift = plan.law.column("log_drift_per_year") / QUARTERS_PER_YEAR
        self.beta = plan.law.column("market_beta")
        self.value = np.zeros(companies, dtype)
        """What the company would be worth were the IPO window open, yuan; 0 before its financing and after its exit."""
        self.marked = np.zeros(companies, dtype)
        self.listed = np.zeros(companies, dtype=bool)
        self.collapse_value = np.zeros(companies, dtype)
        self.hazard_left = plan.listing_threshold.copy()
        self.shocks, self.steps = np.empty(companies, np.float32), np.empty(companies, dtype)
        self.flags = np.empty(companies, bool)
        self.financings = Agenda(plan.financed, records.quarters, plan.cost, plan.collapse_value)
        self.offers = Agenda(plan.offered, records.quarters, plan.least_offer)
        self.claims = Agenda(plan.claim_due, records.quarters, plan.least_claim)
        self.rounds = RoundCycle(plan.round_phase)
        self.locked: dict[int, Slots] = {}
        """Listed companies by the quarter in which their lock-up ends."""

    def roll(self, quarter: Quarter, *, funds: int, returns: np.random.Generator) -> None:
        """Everything that happens in one quarter, in this order, to the companies of the first ``funds``."""
        self.funds, self.part = funds, slice(self.companies_up_to[funds])
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
        shocks, steps, value = self.shocks[self.part], self.steps[self.part], self.value[self.part]
        returns.standard_normal(dtype=np.float32, out=shocks)
        np.multiply(self.beta[self.part], quarter.market_log_return, out=steps)
        steps += self.drift[self.part]
        steps += np.multiply(shocks, self.volatility[self.part], out=shocks if steps.dtype == shocks.dtype else None)
        np.exp(steps, out=steps)
        np.multiply(value, steps, out=value)

    def _finance(self, quarter: Quarter) -> None:
        """New companies are bought at what they are worth today."""
        new, cost, collapse_value = self.financings.at(quarter.index)
        if new.size:
            self.marked[new] = cost
            self.value[new] = cost / quarter.unlisted_price
            self.collapse_value[new] = collapse_value
            self.records.financed(new, cost)

    def _release(self, quarter: Quarter) -> None:
        """Lock-ups end: listed shares are sold at the market."""
        free = self.locked.pop(quarter.index, None)
        if free is not None:
            self._let_go(free, self.value[free], None)

    def _write_off(self) -> None:
        """Companies that fell too deep are given up for nothing."""
        fallen = np.less(self.value[self.part], self.collapse_value[self.part], out=self.flags[self.part]).nonzero()[0]
        if fallen.size:
            self._let_go(fallen, np.zeros(fallen.size, self.value.dtype), CompanyExit.WRITE_OFF)

    def _list(self, quarter: Quarter) -> None:
        """Ready companies wear down their thresholds and list when through."""
        ready, left = self.flags[self.part], self.hazard_left[self.part]
        np.greater(self.value[self.part], self.plan.ready_value[self.part], out=ready)
        ready &= self.plan.ripe[self.part] <= quarter.index
        if not ready.any():
            return
        hazard = left.dtype.type(quarter.ipo_hazard_per_year / QUARTERS_PER_YEAR)
        left -= np.multiply(ready, hazard, out=self.steps[self.part])
        worn_down = (left <= 0).nonzero()[0]
        if worn_down.size:
            self._go_public(worn_down[ready[worn_down]], quarter)

    def _go_public(self, lists: Slots, quarter: Quarter) -> None:
        """From now on a company moves as a listed share does, locked up for a while."""
        law = self.plan.law
        self.hazard_left[lists], self.collapse_value[lists], self.listed[lists] = np.inf, 0, True
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
        self._let_go(offered[taken], price[taken], CompanyExit.TRADE_SALE)

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
        self._let_go(due[used], paid[used], CompanyExit.BUYBACK)

    def _mark(self, quarter: Quarter, marks: LastRound) -> None:
        """The manager marks companies that had a round, and audits in December."""
        traded = self.rounds.next(marks.rounds_in_quarter(quarter.window_shut))
        fair = self.value.take(traded)
        fair *= quarter.unlisted_price
        self.marked[traded] = marks.at_round(self.marked.take(traded), fair, quarter.window_shut)
        if quarter.is_year_end:
            fair = np.multiply(self.value[self.part], quarter.unlisted_price, out=self.steps[self.part])
            self.marked[self.part] = marks.at_audit(self.marked[self.part], fair, quarter.window_shut)

    def _record(self, quarter: Quarter) -> None:
        """The quarter's events, values and marks are entered in the books; listed shares are marked to the market."""
        gone = self.records.close()
        self.marked[gone] = self.collapse_value[gone] = 0
        public = np.concatenate([*self.locked.values(), np.empty(0, np.int64)])
        listed_value = self.value[public]
        if self.marks is not None:
            self._mark(quarter, self.marks)
        self.marked[public] = listed_value
        self.records.appraise(
            self.value[self.part], public, listed_value, funds=self.funds, unlisted_price=quarter.unlisted_price
        )
        self.records.mark_all(self.marked[self.part], funds=self.funds)

    def _let_go(self, slots: Slots, cash: Amounts, how: CompanyExit | None) -> None:
        """These companies are worth nothing to the funds any more; the rest is entered when the quarter ends."""
        self.value[slots] = 0
        self.records.gone(slots, cash, how)
