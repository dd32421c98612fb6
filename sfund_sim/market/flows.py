"""Quarter ends: what funds call and distribute, what they are worth, and what they publish, all funds at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sfund_sim.funds.cashflow import EconomyPath, FundColumns, FundPaths
from sfund_sim.funds.fees import management_fee
from sfund_sim.funds.waterfall import Tiers, WaterfallState, WaterfallTerms, advance, shared
from sfund_sim.ground.calendar import QUARTERS_PER_YEAR
from sfund_sim.ground.money import FEN_PER_YUAN, YUAN_PER_UNIT, check_countable
from sfund_sim.ground.streams import Streams
from sfund_sim.market.quarter_clock import QuarterClock
from sfund_sim.market.valuation import LIQUIDATION_QUARTERS
from sfund_sim.market.world import ENDED, EXITING, EXTENDED, INVESTING, LIQUIDATING, UNBORN, Floats, Funds, Ints
from sfund_sim.scenario.model import Scenario
from sfund_sim.scenario.timeline import Timeline
from sfund_sim.terms import Purpose

HALF_A_QUARTER_DAYS = 45
"""Before a quarter's end: the IPO window of that day stands for the quarter's (assumption)."""


def economy_path(scenario: Scenario, timeline: Timeline, clock: QuarterClock, streams: Streams) -> EconomyPath:
    """The public market and the IPO window over all quarters; the window is the one in force at mid-quarter."""
    economy = scenario.economy
    shocks = streams.of(Purpose.PUBLIC_MARKET).standard_normal(clock.count)
    windows = [timeline.on(int(end) - HALF_A_QUARTER_DAYS).ipo_window for end in clock.ends]
    return EconomyPath(
        market_log_return=economy.market_expected_return / QUARTERS_PER_YEAR
        + economy.market_volatility * np.sqrt(1 / QUARTERS_PER_YEAR) * shocks,
        ipo_hazard=np.array([window.hazard() for window in windows]),
        window_shut=np.array([window.closure() for window in windows]),
    )


def roll_portfolios(
    scenario: Scenario, funds: Funds, economy: EconomyPath, clock: QuarterClock, streams: Streams
) -> FundPaths:
    """Let every portfolio live to the end of the grid, as if its fund went on for ever."""
    model, columns = scenario.portfolio.model, fund_columns(funds)
    return model.roll(columns, clock.grid(), economy, lambda purpose, block: streams.of(purpose, block))


def fund_columns(funds: Funds) -> FundColumns:
    """The funds as the cash-flow models see them."""
    return FundColumns(
        strategy=funds.strategy,
        start_quarter=funds.start_quarter,
        commitment=funds.commitment_yuan,
        investable_share=funds.investable_share,
        companies=funds.companies,
        investment_quarters=funds.investment_quarters,
        term_quarters=funds.term_quarters,
    )


@dataclass
class FundFlows:
    """The cash side of all funds, quarter by quarter.

    Funds stand in the order of their founding, so a quarter looks at the first of them only: those founded by then.
    """

    funds: Funds
    paths: FundPaths
    clock: QuarterClock
    called: NDArray[np.int32]
    """[funds, quarters] fen a unit, a million in all; stored quarter after quarter, as they are written."""
    distributed: Ints
    marked: dict[int, Floats]
    """By quarter not yet published: NAV net of carry as marked [funds founded by then], yuan a unit."""
    state: WaterfallState
    tiers: Tiers
    invested: Floats
    """Put into companies so far, yuan."""
    investable: Floats
    """What goes into companies in all, yuan [funds]."""
    financed: NDArray[np.int16]
    """[funds, quarters] companies financed so far, at least 1."""

    @classmethod
    def begin(cls, funds: Funds, paths: FundPaths, clock: QuarterClock) -> FundFlows:
        """Before the first quarter."""
        shape, size = (clock.count, len(funds)), len(funds)
        financed = paths.exits.sum(axis=1, dtype=np.int16)
        financed += paths.alive
        financed -= paths.locked
        return cls(
            funds=funds,
            paths=paths,
            clock=clock,
            called=np.zeros(shape, np.int32).T,
            distributed=np.zeros(shape, np.int64).T,
            marked={},
            state=WaterfallState.new(size),
            tiers=Tiers.of(WaterfallTerms(funds.hurdle_rate, funds.carry_share, funds.catch_up_share)),
            invested=np.zeros(size),
            investable=funds.investable_share * funds.units * YUAN_PER_UNIT,
            financed=np.maximum(financed, 1, out=financed),
        )

    def close_quarter(
        self, funds: Funds, quarter: int, forced_sale_discount: float, in_funds: Ints
    ) -> tuple[Ints, Ints, int]:
        """Call, invest, sell, distribute and mark; return calls and distributions (fen a unit) and cash from outside.

        ``funds`` are those founded so far, and so are calls and distributions. ``in_funds`` [funds] is the cash that
        funds hold (fen), changed in place; the last value is what came in from outside less what went there (fen), so
        that no fen appears or vanishes.
        """
        founded, units = len(funds), funds.units
        state, tiers, held = self.state.first(founded), self.tiers.first(founded), in_funds[:founded]
        alive = (funds.state != ENDED).astype(np.float64)
        invested, proceeds, gross = self._portfolios(funds, quarter, forced_sale_discount)
        invested, proceeds, fee = invested * alive, proceeds * alive, self._fee(funds, quarter) * alive
        calls = self._calls(funds, invested, fee)
        self.invested[:founded] += invested
        called_fen = calls * units
        called = called_fen / float(FEN_PER_YUAN)
        cash = held / FEN_PER_YUAN + called + proceeds - invested
        check_countable(gross, "funds")
        check_countable(cash, "funds")
        paid_fee = _between(cash, fee)
        to_lps, to_gp = advance(state, called, np.maximum(cash - paid_fee, 0.0), tiers)
        payouts = np.floor(to_lps * FEN_PER_YUAN / units).astype(np.int64)
        spent = np.rint((invested + paid_fee + to_gp - proceeds) * FEN_PER_YUAN).astype(np.int64)
        held += called_fen - spent - payouts * units
        short = np.minimum(held, 0)
        held -= short
        self.called[:founded, quarter], self.distributed[:founded, quarter] = calls, payouts
        _move_cash(funds, calls, payouts, alive)
        net = shared(state, gross, tiers)
        net *= alive
        net /= units
        funds.nav_true[:], self.marked[quarter] = net
        return calls, payouts, -int((spent + short).sum())

    def publish(self, quarter: int, newest: int) -> None:
        """The NAV of ``quarter`` becomes known; flows of later quarters up to ``newest`` are rolled in."""
        nav, marked = np.zeros(len(self.funds)), self.marked[quarter]
        nav[: marked.size] = marked
        if newest > quarter:
            later = slice(quarter + 1, newest + 1)
            nav += (self.called[:, later] - self.distributed[:, later]).sum(axis=1) / float(FEN_PER_YUAN)
        self.funds.nav_published = np.maximum(nav, 0.0) * (self.funds.state != ENDED)
        self.marked = {each: marked for each, marked in self.marked.items() if each > quarter}

    def _portfolios(self, funds: Funds, quarter: int, discount: float) -> tuple[Floats, Floats, Floats]:
        """What portfolios take and bring this quarter, and their value and mark [2, funds], forced sales included.

        A fund in liquidation sells an equal part of what it held at the beginning in each quarter.
        """
        paths, now = self.paths, (slice(len(funds)), quarter)
        invested, proceeds, value = paths.invested[now], paths.proceeds[now], paths.value[now]
        gross = np.array((value, paths.mark[now]))
        selling = (funds.state == LIQUIDATING).nonzero()[0]
        if selling.size:
            before, after = (_unsold(funds, selling, each) for each in (quarter, quarter + 1))
            forced = value[selling] * (before - after) * (1 - discount)
            invested, proceeds = invested.copy(), proceeds.copy()
            invested[selling] *= before
            proceeds[selling] = proceeds[selling] * before + forced
            gross[:, selling] *= after
        return invested, proceeds, gross

    def _fee(self, funds: Funds, quarter: int) -> Floats:
        size, selling = len(funds), (funds.state == LIQUIDATING).nonzero()[0]
        held = self.invested[:size] * (self.paths.alive[:size, quarter] / self.financed[:size, quarter])
        held[selling] *= _unsold(funds, selling, quarter)
        return management_fee(
            funds.commitment_yuan,
            held,
            investing=funds.state == INVESTING,
            rate_per_year=funds.fee_rate,
        )

    def _calls(self, funds: Funds, invested: Floats, fee: Floats) -> Ints:
        """Whole fen a unit: what is invested, and the fee as far as money kept for later companies is not touched."""
        size, unfunded = len(funds), funds.unfunded
        later = np.maximum(self.investable[:size] - self.invested[:size] - invested, 0.0)
        spare = unfunded * funds.units / float(FEN_PER_YUAN) - invested - later
        wanted = invested + _between(spare, fee)
        return np.minimum(np.ceil(wanted * FEN_PER_YUAN / funds.units).astype(np.int64), unfunded)


def _unsold(funds: Funds, selling: Ints, quarter: int) -> Floats:
    """Share of their companies that funds in liquidation have not yet sold when a quarter begins [selling]."""
    return np.maximum(1 - (quarter - funds.liquidation_start[selling]) / LIQUIDATION_QUARTERS, 0.0)


def _between(amount: Floats, most: Floats) -> Floats:
    """An amount, at least 0 and at most ``most``."""
    return np.minimum(np.maximum(amount, 0.0), most)


def _move_cash(funds: Funds, calls: Ints, payouts: Ints, alive: Floats) -> None:
    """Enter a quarter's flows, fen a unit, in the funds' sums and in the NAV that everyone sees."""
    funds.paid_in += calls
    funds.distributed += payouts
    rolled = funds.nav_published + (calls - payouts) / float(FEN_PER_YUAN)
    np.multiply(np.maximum(rolled, 0.0), alive, out=funds.nav_published)


def advance_states(funds: Funds, paths: FundPaths, quarter: int) -> tuple[Ints, Ints]:
    """Move the funds founded so far along their lives at a quarter's end; those whose term ends now, and that ended.

    A fund ends when it holds no company any more after its investment period, or when its liquidation is done.
    """
    state, age = funds.state, quarter - funds.start_quarter
    state[state == UNBORN] = INVESTING
    state[(state == INVESTING) & (age >= funds.investment_quarters)] = EXITING
    late = (state >= EXITING) & (state <= EXTENDED)
    sold_out = late & (paths.alive[: len(funds), quarter] == 0)
    wound_up = (state == LIQUIDATING) & (quarter - funds.liquidation_start >= LIQUIDATION_QUARTERS - 1)
    at_term = late & (quarter >= funds.term_end)
    return (at_term & ~sold_out).nonzero()[0], (sold_out | wound_up).nonzero()[0]
