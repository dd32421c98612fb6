"""Who wants out: each trigger's hazard runs against a threshold drawn before, so policies move dates, not fates."""

from __future__ import annotations

import numpy as np

from sfund_sim.ground.calendar import DAYS_A_YEAR
from sfund_sim.investors.triggers import SellView
from sfund_sim.market.deeds import begin_exit
from sfund_sim.market.exits import Exit
from sfund_sim.market.kind_clocks import KindClocks
from sfund_sim.market.market import Market
from sfund_sim.market.sale import sale
from sfund_sim.market.world import Floats, Funds, Ints
from sfund_sim.terms import FundState, LpKind, Purpose

LEAST_UNITS = 100
_KEY_STEP = 0x9E3779B97F4A7C15
_KEY_SPACE = 1 << 63


class SellClocks:
    """The clocks of all holdings of LPs, by the owner's kind, and the wishes that they bring about."""

    def __init__(self, market: Market, prescribed: list[tuple[int, int, int]]) -> None:
        self.market = market
        self.prescribed = sorted(prescribed)
        self.wishes: dict[int, int] = {}
        """Wishes of a holding so far, by its present owner and earlier ones; none where it is not told."""
        self.clocks = KindClocks(market.triggers, market.holdings, len(market.funds))
        self.known = len(market.holdings)
        """Holdings looked at so far; part-sales cut new ones off."""
        self.waiting: list[int] = []
        """Holdings that are for sale, or were: their clocks start again when their owners are free."""
        self._start(np.arange(self.known))

    def start_quarter(self, first: int, last: int, market_return_1y: float) -> None:
        """Let the coming quarter's wishes (days ``first`` to ``last``) be known and start their stories."""
        self._start_again()
        market, known = self.market, len(self.market.exits)
        for day, holding, trigger in self.prescribed:
            if first <= day <= last and self._is_still_its_own(holding):
                self.clocks.stop(np.array([holding]))
                self._begin(holding, trigger, day)
        wishes = self._fired((last - first + 1) / DAYS_A_YEAR, market_return_1y)
        for holding, (wait, trigger) in sorted(wishes.items()):
            self._begin(holding, trigger, first + min(int(wait * DAYS_A_YEAR), last - first))
        for exit in market.exits[known:]:
            market.diary.start(sale(market, exit), market.streams.order(Purpose.CLOSING_ORDER, exit.key))

    def _fired(self, years: float, market_return_1y: float) -> dict[int, tuple[float, int]]:
        """Let hazards run for so many years; of each holding whose threshold is passed the soonest (years, trigger)."""
        market = self.market
        funds = market.funds.first(market.funds.founded_by(market.clock.last_ended(market.today)))
        weight = np.where(funds.is_open, market.scenario.population.wish_scale, 0.0)
        return self.clocks.run(self._view(funds, market_return_1y), weight, years)

    def _begin(self, holding: int, trigger: int, day: int) -> None:
        """Open an exit."""
        market, wish = self.market, self.wishes.get(holding, 0)
        key = (int(market.holdings.key[holding]) + _KEY_STEP * wish) % _KEY_SPACE
        self.wishes[holding] = wish + 1
        self.waiting.append(holding)
        lp, kind = int(market.holdings.owner[holding]), self._kind_of(holding)
        exit = Exit(
            number=len(market.exits), holding=holding, fund=int(market.holdings.fund[holding]), lp=lp,
            lp_kind=kind, is_state=LpKind(kind).is_state, trigger=trigger, wished=day, key=key,
            horizon=market.horizon, units=self._units(holding, key, kind),
        )  # fmt: skip
        begin_exit(market, exit)

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

    def _kind_of(self, holding: int) -> int:
        return int(self.market.lps.kind[self.market.holdings.owner[holding]])

    def _start_again(self) -> None:
        """Start the clocks of holdings whose sale is over, whoever has them now, and of those newly cut off."""
        now = len(self.market.holdings)
        waiting = np.array([*self.waiting, *range(self.known, now)], np.int64)
        on_sale = self.market.holdings.on_sale[waiting]
        self.waiting, self.known = waiting[on_sale].tolist(), now
        self._start(waiting[~on_sale])

    def _start(self, rows: Ints) -> None:
        """Start the clocks of those holdings whose owners the triggers may move: LPs in funds that live or will."""
        market, holdings = self.market, self.market.holdings
        by_lp = (holdings.owner[rows] < len(market.lps)) & holdings.drawn_wishes[rows]
        rows = rows[by_lp & (market.funds.state[holdings.fund[rows]] <= FundState.EXTENDED)]
        if rows.size:
            kinds = market.lps.kind[holdings.owner[rows]]
            self.clocks.start(rows, kinds, self._thresholds(rows, kinds))

    def _view(self, funds: Funds, market_return_1y: float) -> SellView:
        """What triggers look at, of the funds founded so far, at this quarter's start."""
        paid = np.maximum(funds.paid_in, 1) / 100.0
        tvpi = np.where(funds.paid_in > 0, (funds.distributed / 100.0 + funds.nav_published) / paid, 1.0)
        age = (self.market.today - funds.vintage) / DAYS_A_YEAR
        remaining = (funds.term_end - self.market.clock.last_ended(self.market.today)) / 4.0
        return SellView(age, remaining, tvpi, market_return_1y)

    def _thresholds(self, rows: Ints, kinds: Ints) -> Floats:
        """Unit-exponential thresholds [triggers of a kind, rows], by holding, number of the wish and trigger."""
        wishes = np.array([self.wishes.get(row, 0) for row in rows.tolist()] if self.wishes else [0], np.int64)
        keys, triggers = self.market.holdings.key[rows], self.clocks.triggers[:, kinds]
        return self.market.streams.exponential(Purpose.SELL_CLOCK, keys[None, :], wishes[None, :], triggers)
