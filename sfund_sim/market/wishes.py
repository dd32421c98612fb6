"""Who wants out: each trigger's hazard runs against a threshold drawn before, so policies move dates, not fates."""

from __future__ import annotations

import numpy as np

from sfund_sim.investors.triggers import SellView
from sfund_sim.market.deeds import begin_exit
from sfund_sim.market.exits import Exit
from sfund_sim.market.market import Market
from sfund_sim.market.sale import sale
from sfund_sim.market.world import Floats, Ints
from sfund_sim.terms import LpKind, Purpose, Trigger

LEAST_UNITS = 100
_KEY_STEP = 0x9E3779B97F4A7C15
_KEY_SPACE = 1 << 63


class SellClocks:
    """Cumulative hazards [holdings, triggers] since each owner got its holding, and the wishes they bring about."""

    def __init__(self, market: Market, prescribed: list[tuple[int, int, int]]) -> None:
        self.market = market
        self.prescribed = sorted(prescribed)
        self.wishes = np.zeros(len(market.holdings), np.int64)
        """Wishes of each holding so far, by its present owner and earlier ones."""
        self.passed = np.zeros((len(market.holdings), len(Trigger)))
        self.threshold = self._thresholds(np.arange(len(market.holdings)))

    def start_quarter(self, first: int, last: int, market_return_1y: float) -> None:
        """Let the coming quarter's wishes (days ``first`` to ``last``) be known and start their stories."""
        self._follow_new_holdings()
        for day, holding, trigger in self.prescribed:
            if first <= day <= last and self._is_still_its_own(holding):
                self._begin(holding, trigger, day)
        who = self._free_holdings()
        hazards = self._hazards(who, market_return_1y)
        years = (last - first + 1) / 365.25
        missing = self.threshold[who] - self.passed[who]
        self.passed[who] += hazards * years
        fires = np.flatnonzero((missing < hazards * years).any(axis=1))
        with np.errstate(divide="ignore", invalid="ignore"):
            wait = np.where(hazards[fires] > 0, missing[fires] / hazards[fires], np.inf)
        soonest = wait.argmin(axis=1)
        for row, (place, trigger) in enumerate(zip(fires.tolist(), soonest.tolist(), strict=True)):
            days = max(int(wait[row, trigger] * 365.25), 0)
            self._begin(int(who[place]), trigger, first + min(days, last - first))

    def _begin(self, holding: int, trigger: int, day: int) -> None:
        """Open an exit and enter its story in the diary."""
        market = self.market
        key = (int(market.holdings.key[holding]) + _KEY_STEP * int(self.wishes[holding])) % _KEY_SPACE
        self.wishes[holding] += 1
        self.passed[holding] = 0.0
        self.threshold[holding] = self._thresholds(np.array([holding]))[0]
        lp = int(market.holdings.owner[holding])
        kind = int(market.lps.kind[lp])
        exit = Exit(
            number=len(market.exits), holding=holding, fund=int(market.holdings.fund[holding]), lp=lp,
            lp_kind=kind, is_state=LpKind(kind).is_state, trigger=trigger, wished=day, key=key,
            horizon=market.horizon, units=self._units(holding, key, kind),
        )  # fmt: skip
        begin_exit(market, exit)
        market.diary.start(sale(market, exit), market.streams.order(Purpose.CLOSING_ORDER, key))

    def _units(self, holding: int, key: int, kind: int) -> int:
        units = int(self.market.holdings.units[holding])
        share = self.market.lp_mixes[kind].part_sale_share
        part = self.market.streams.draw(Purpose.PART_SALE, key) < share
        return units // 2 if part and units >= 2 * LEAST_UNITS else units

    def _is_still_its_own(self, holding: int) -> bool:
        """Does the partner of whom a wish is told still have the share, of a living fund, and not sell it already?"""
        market, holdings = self.market, self.market.holdings
        is_open = bool(market.funds.is_open[holdings.fund[holding]])
        return is_open and not holdings.sales[holding] and not holdings.on_sale[holding]

    def _free_holdings(self) -> Ints:
        """Holdings of LPs in living funds whose owner does not sell already."""
        market, holdings = self.market, self.market.holdings
        open_funds = market.funds.is_open[holdings.fund]
        by_lp = holdings.owner < len(market.lps)
        return np.flatnonzero(by_lp & holdings.drawn_wishes & open_funds & ~holdings.on_sale)

    def _hazards(self, who: Ints, market_return_1y: float) -> Floats:
        """Hazards a year [holdings, triggers] at this quarter's start."""
        market, funds = self.market, self.market.funds
        fund = market.holdings.fund[who]
        paid = np.maximum(funds.paid_in[fund], 1) / 100.0
        view = SellView(
            fund_age_years=(market.today - funds.vintage[fund]) / 365.25,
            remaining_term_years=(funds.term_end[fund] - market.clock.last_ended(market.today)) / 4.0,
            tvpi=np.where(
                funds.paid_in[fund] > 0, (funds.distributed[fund] / 100.0 + funds.nav_published[fund]) / paid, 1
            ),
            market_return_1y=market_return_1y,
        )
        kinds = market.lps.kind[market.holdings.owner[who]]
        hazards = np.zeros((who.size, len(Trigger)))
        for kind, rules in enumerate(market.triggers):
            mine = np.flatnonzero(kinds == kind)
            seen = view.at(mine)
            for trigger, rule in enumerate(rules):
                if rule is not None:
                    hazards[mine, trigger] = rule.hazard(seen)
        return hazards

    def _thresholds(self, holdings: Ints) -> Floats:
        """Unit-exponential thresholds [holdings, triggers], addressed by holding, trigger and number of the wish."""
        keys = self.market.holdings.key[holdings][:, None]
        wishes = self.wishes[holdings][:, None]
        return self.market.streams.exponential(Purpose.SELL_CLOCK, keys, wishes, np.arange(len(Trigger))[None, :])

    def _follow_new_holdings(self) -> None:
        """Holdings cut off in part-sales get clocks of their own."""
        known, now = self.wishes.size, len(self.market.holdings)
        if now > known:
            self.wishes = np.append(self.wishes, np.zeros(now - known, np.int64))
            self.passed = np.vstack([self.passed, np.zeros((now - known, len(Trigger)))])
            self.threshold = np.vstack([self.threshold, self._thresholds(np.arange(known, now))])
