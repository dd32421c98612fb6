"""Who wants out: each trigger's hazard runs against a threshold drawn before, so policies move dates, not fates."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sfund_sim.ground.calendar import DAYS_A_YEAR, QUARTERS_PER_YEAR
from sfund_sim.ground.money import FEN_PER_YUAN
from sfund_sim.investors.triggers import SellView
from sfund_sim.market.deeds import begin_exit
from sfund_sim.market.exits import Exit
from sfund_sim.market.kind_clocks import KindClocks
from sfund_sim.market.market import Market
from sfund_sim.market.sale import sale
from sfund_sim.market.votes import MUST_LEAVE
from sfund_sim.market.world import EXTENDED, LEAST_UNITS, Floats, Ints, Keys
from sfund_sim.terms import LpKind, Purpose

_KEY_STEP, _KEY_SPACE = np.uint64(0x9E3779B97F4A7C15), np.uint64(1 << 63)
_IS_STATE = [kind.is_state for kind in LpKind]


class Wish(NamedTuple):
    """A wish to sell that begins."""

    holding: int
    trigger: int
    day: int


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
        self.part_sale_share = np.array([mix.part_sale_share for mix in market.lp_mixes])
        """By LP kind: how likely a wish is to be of half the holding."""
        self._start(np.arange(self.known))

    def start_quarter(self, first: int, last: int, market_return_1y: float) -> None:
        """Let the coming quarter's wishes (days ``first`` to ``last``) be known and start their stories."""
        self._start_again()
        market, known = self.market, len(self.market.exits)
        for day, holding, trigger in self.prescribed:
            if first <= day <= last and self._is_still_its_own(holding):
                self.clocks.stop(np.array([holding]))
                self._begin([Wish(holding, trigger, day)])
        fired = self._fired((last - first + 1) / DAYS_A_YEAR, market_return_1y)
        self._begin(
            [
                Wish(holding, trigger, first + min(int(wait * DAYS_A_YEAR), last - first))
                for holding, (wait, trigger) in sorted(fired.items())
            ]
        )
        for exit in market.exits[known:]:
            market.diary.start(sale(market, exit), market.streams.order(Purpose.CLOSING_ORDER, exit.key))

    def _fired(self, years: float, market_return_1y: float) -> dict[int, tuple[float, int]]:
        """Let hazards run for so many years; of each holding whose threshold is passed the soonest (years, trigger)."""
        market = self.market
        quarter = market.clock.last_ended(market.today)
        founded = slice(market.funds.founded_by(quarter))
        weight = np.where(market.funds.is_open[founded], market.scenario.population.wish_scale, 0.0)
        return self.clocks.run(self._view(founded, quarter, market_return_1y), weight, years)

    def _begin(self, wishes: list[Wish]) -> None:
        """Open exits."""
        market, holdings = self.market, self.market.holdings
        rows = np.array([wish.holding for wish in wishes], np.int64)
        keys = (holdings.key[rows] + _KEY_STEP * self._wishes_of(rows).astype(np.uint64)) % _KEY_SPACE
        owner = holdings.owner[rows]
        kinds = market.lps.kind[owner]
        leaves = MUST_LEAVE[kinds, [wish.trigger for wish in wishes]]
        units = np.where(leaves, holdings.units[rows], self._units(rows, keys, kinds))  # Who must leave keeps nothing.
        told = keys, holdings.fund[rows], owner, kinds, leaves, units
        for wish, key, fund, lp, kind, must_leave, units in zip(wishes, *(each.tolist() for each in told), strict=True):
            self.wishes[wish.holding] = self.wishes.get(wish.holding, 0) + 1
            self.waiting.append(wish.holding)
            exit = Exit(
                number=len(market.exits), holding=wish.holding, fund=fund, lp=lp, lp_kind=kind,
                is_state=_IS_STATE[kind], must_leave=must_leave, trigger=wish.trigger,
                wished=wish.day, key=key, units=units,
            )  # fmt: skip
            begin_exit(market, exit)

    def _units(self, rows: Ints, keys: Keys, kinds: Ints) -> Ints:
        """What is for sale of each of these holdings: all, or half of a large one."""
        units = self.market.holdings.units[rows]
        in_part = self.market.streams.uniform(Purpose.PART_SALE, keys) < self.part_sale_share[kinds]
        return np.where(in_part & (units >= 2 * LEAST_UNITS), units // 2, units)

    def _wishes_of(self, rows: Ints) -> Ints:
        """Wishes of these holdings so far; none of any, told once, where nobody had one."""
        return np.array([self.wishes.get(row, 0) for row in rows.tolist()] if self.wishes else [0], np.int64)

    def _is_still_its_own(self, holding: int) -> bool:
        """Does the partner of whom a wish is told still have the share, of a living fund, and not sell it already?"""
        market, holdings = self.market, self.market.holdings
        is_open = bool(market.funds.is_open[holdings.fund[holding]])
        return is_open and not holdings.sales[holding] and not holdings.on_sale[holding]

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
        rows = rows[by_lp & (market.funds.state[holdings.fund[rows]] <= EXTENDED)]
        if rows.size:
            kinds = market.lps.kind[holdings.owner[rows]]
            self.clocks.start(rows, kinds, self._thresholds(rows, kinds))

    def _view(self, founded: slice, quarter: int, market_return_1y: float) -> SellView:
        """What triggers look at, of the funds founded so far, when a quarter has ended."""
        funds = self.market.funds
        paid_in = funds.paid_in[founded]
        total = funds.distributed[founded] / FEN_PER_YUAN + funds.nav_published[founded]
        tvpi = np.where(paid_in > 0, total / (np.maximum(paid_in, 1) / FEN_PER_YUAN), 1.0)
        age = (self.market.today - funds.vintage[founded]) / DAYS_A_YEAR
        remaining = (funds.term_end[founded] - quarter) / QUARTERS_PER_YEAR
        return SellView(age, remaining, tvpi, market_return_1y)

    def _thresholds(self, rows: Ints, kinds: Ints) -> Floats:
        """Unit-exponential thresholds [triggers of a kind, rows], by holding, number of the wish and trigger."""
        keys, wishes, triggers = self.market.holdings.key[rows], self._wishes_of(rows), self.clocks.triggers[:, kinds]
        return self.market.streams.exponential(Purpose.SELL_CLOCK, keys[None, :], wishes[None, :], triggers)
