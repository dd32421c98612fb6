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
DAYS_A_YEAR = 365.25
_KEY_STEP = 0x9E3779B97F4A7C15
_KEY_SPACE = 1 << 63


class SellClocks:
    """Cumulative hazards [triggers, holdings] since each owner's last wish, and the wishes they bring about."""

    def __init__(self, market: Market, prescribed: list[tuple[int, int, int]]) -> None:
        self.market = market
        self.prescribed = sorted(prescribed)
        self.wishes = np.zeros(len(market.holdings), np.int64)
        """Wishes of each holding so far, by its present owner and earlier ones."""
        self.passed = np.zeros((len(Trigger), len(market.holdings)))
        self.threshold = self._thresholds(np.arange(len(market.holdings)))

    def start_quarter(self, first: int, last: int, market_return_1y: float) -> None:
        """Let the coming quarter's wishes (days ``first`` to ``last``) be known and start their stories."""
        self._follow_new_holdings()
        for day, holding, trigger in self.prescribed:
            if first <= day <= last and self._is_still_its_own(holding):
                self._begin(holding, trigger, day)
        wishes = self._fired((last - first + 1) / DAYS_A_YEAR, market_return_1y)
        for holding, (wait, trigger) in sorted(wishes.items()):
            self._begin(holding, trigger, first + min(int(wait * DAYS_A_YEAR), last - first))

    def _fired(self, years: float, market_return_1y: float) -> dict[int, tuple[float, int]]:
        """Let hazards run for so many years; of each holding whose threshold is passed the soonest (years, trigger)."""
        market, soonest = self.market, dict[int, tuple[float, int]]()
        who = self._free_holdings()
        view, kinds = self._view(who, market_return_1y), market.lps.kind[market.holdings.owner[who]]
        for kind, rules in enumerate(market.triggers):
            mine = np.flatnonzero(kinds == kind)
            seen, rows = view.at(mine), who[mine]
            for trigger, rule in enumerate(rules):
                if rule is None or not mine.size:
                    continue
                hazard = rule.hazard(seen) * market.scenario.population.wish_scale
                before = self.passed[trigger, rows]
                missing = self.threshold[trigger, rows] - before
                self.passed[trigger, rows] = before + hazard * years
                for place in np.flatnonzero(missing < hazard * years).tolist():
                    wish = (max(float(missing[place] / hazard[place]), 0.0), trigger)
                    soonest[int(rows[place])] = min(soonest.get(int(rows[place]), wish), wish)
        return soonest

    def _begin(self, holding: int, trigger: int, day: int) -> None:
        """Open an exit and enter its story in the diary."""
        market = self.market
        key = (int(market.holdings.key[holding]) + _KEY_STEP * int(self.wishes[holding])) % _KEY_SPACE
        self.wishes[holding] += 1
        self.passed[:, holding] = 0.0
        self.threshold[:, holding] = self._thresholds(np.array([holding]))[:, 0]
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

    def _view(self, who: Ints, market_return_1y: float) -> SellView:
        """What triggers look at, of these holdings, at this quarter's start: told once a fund, then by holding."""
        market, funds = self.market, self.market.funds
        paid = np.maximum(funds.paid_in, 1) / 100.0
        tvpi = np.where(funds.paid_in > 0, (funds.distributed / 100.0 + funds.nav_published) / paid, 1.0)
        age = (market.today - funds.vintage) / DAYS_A_YEAR
        remaining = (funds.term_end - market.clock.last_ended(market.today)) / 4.0
        fund = market.holdings.fund[who]
        return SellView(age[fund], remaining[fund], tvpi[fund], market_return_1y)

    def _thresholds(self, holdings: Ints) -> Floats:
        """Unit-exponential thresholds [triggers, holdings], addressed by holding, number of the wish and trigger."""
        keys, wishes = self.market.holdings.key[holdings][None, :], self.wishes[holdings][None, :]
        return self.market.streams.exponential(Purpose.SELL_CLOCK, keys, wishes, np.arange(len(Trigger))[:, None])

    def _follow_new_holdings(self) -> None:
        """Holdings cut off in part-sales get clocks of their own."""
        known, now = self.wishes.size, len(self.market.holdings)
        if now > known:
            self.wishes = np.append(self.wishes, np.zeros(now - known, np.int64))
            self.passed = np.hstack([self.passed, np.zeros((len(Trigger), now - known))])
            self.threshold = np.hstack([self.threshold, self._thresholds(np.arange(known, now))])
