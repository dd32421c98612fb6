"""Quarter ends: what funds call and distribute, what they are worth, and what they publish, all funds at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sfund_sim.funds.cashflow import EconomyPath, FundColumns, FundPaths
from sfund_sim.funds.fees import management_fee
from sfund_sim.funds.waterfall import Tiers, WaterfallState, WaterfallTerms, advance, shared
from sfund_sim.ground.money import FEN_PER_YUAN, YUAN_PER_UNIT
from sfund_sim.ground.streams import Streams
from sfund_sim.market.quarter_clock import QuarterClock
from sfund_sim.market.valuation import LIQUIDATION_QUARTERS
from sfund_sim.market.world import Floats, Funds, Ints
from sfund_sim.scenario.model import Scenario
from sfund_sim.scenario.timeline import Timeline
from sfund_sim.terms import FundState, Purpose

QUARTERS_PER_YEAR = 4


def economy_path(scenario: Scenario, timeline: Timeline, clock: QuarterClock, streams: Streams) -> EconomyPath:
    """The public market and the IPO window over all quarters; the window is the one in force at mid-quarter."""
    economy = scenario.economy
    shocks = streams.of(Purpose.PUBLIC_MARKET).standard_normal(clock.count)
    windows = [timeline.on(int(end) - 45).ipo_window for end in clock.ends]
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

    @classmethod
    def begin(cls, funds: Funds, paths: FundPaths, clock: QuarterClock) -> FundFlows:
        """Before the first quarter."""
        shape, size = (clock.count, len(funds)), len(funds)
        called, distributed = np.zeros(shape, np.int32).T, np.zeros(shape, np.int64).T
        tiers = Tiers.of(WaterfallTerms(funds.hurdle_rate, funds.carry_share, funds.catch_up_share))
        state = WaterfallState.new(size)
        return cls(funds, paths, clock, called, distributed, {}, state, tiers, np.zeros(size))

    def close_quarter(self, quarter: int, forced_sale_discount: float, in_funds: Ints) -> tuple[Ints, Ints, int]:
        """Call, invest, sell, distribute and mark; return calls and distributions (fen a unit) and cash from outside.

        Calls and distributions are those of the funds founded so far. ``in_funds`` [funds] is the cash that funds hold
        (fen), changed in place; the last value is what came in from outside less what went there (fen), so that no fen
        appears or vanishes.
        """
        founded = self.funds.founded_by(quarter)
        funds, state, tiers = self.funds.first(founded), self.state.first(founded), self.tiers.first(founded)
        units, held = funds.units, in_funds[:founded]
        before, after = _shares_held(funds, quarter)
        value, mark = self.paths.value[:founded, quarter], self.paths.mark[:founded, quarter]
        invested = self.paths.invested[:founded, quarter] * before
        proceeds = self.paths.proceeds[:founded, quarter] * before + value * (before - after) * (
            1 - forced_sale_discount
        )
        alive = (funds.state >= FundState.INVESTING) & (funds.state <= FundState.LIQUIDATING)
        invested, proceeds, fee = invested * alive, proceeds * alive, self._fee(funds, quarter) * alive
        calls = self._calls(funds, invested, fee)
        self.invested[:founded] += invested
        called_yuan = calls * units / float(FEN_PER_YUAN)
        cash = held / FEN_PER_YUAN + called_yuan + proceeds - invested
        paid_fee = np.clip(cash, 0.0, fee)
        to_lps, to_gp = advance(state, called_yuan, np.maximum(cash - paid_fee, 0.0), tiers)
        payouts = np.floor(to_lps * FEN_PER_YUAN / units).astype(np.int64)
        spent = np.rint((invested + paid_fee + to_gp - proceeds) * FEN_PER_YUAN).astype(np.int64)
        held += calls * units - spent - payouts * units
        short = np.minimum(held, 0)
        held -= short
        self.called[:founded, quarter], self.distributed[:founded, quarter] = calls, payouts
        _move_cash(funds, calls, payouts)
        gone = funds.state == FundState.ENDED
        funds.nav_true[:] = np.where(gone, 0.0, shared(state, after * value, tiers) / units)
        funds.nav_marked[:] = np.where(gone, 0.0, shared(state, after * mark, tiers) / units)
        self.marked[quarter] = funds.nav_marked.copy()
        return calls, payouts, int(-(spent.sum()) - short.sum())

    def publish(self, quarter: int, newest: int) -> None:
        """The NAV of ``quarter`` becomes known; flows of later quarters up to ``newest`` are rolled in."""
        later = slice(quarter + 1, newest + 1)
        nav = (self.called[:, later] - self.distributed[:, later]).sum(axis=1) / float(FEN_PER_YUAN)
        marked = self.marked[quarter]
        nav[: marked.size] += marked
        self.funds.nav_published = np.maximum(nav, 0.0)
        self.marked = {each: marked for each, marked in self.marked.items() if each > quarter}

    def flows_between(self, fund: int, first: int, last: int) -> tuple[int, int]:
        """Called and distributed, fen a unit, in the quarters that ended after day ``first`` up to day ``last``."""
        low, high = self.clock.last_ended(first) + 1, self.clock.last_ended(last) + 1
        return int(self.called[fund, low:high].sum()), int(self.distributed[fund, low:high].sum())

    def _fee(self, funds: Funds, quarter: int) -> Floats:
        paths, size = self.paths, len(funds)
        gone = paths.exits[:size, :, quarter].sum(axis=1)
        held = paths.alive[:size, quarter]
        share_held = held / np.maximum(held - paths.locked[:size, quarter] + gone, 1)
        return management_fee(
            funds.commitment_yuan,
            self.invested[:size] * share_held,
            investing=funds.state == FundState.INVESTING,
            rate_per_year=funds.fee_rate,
        )

    def _calls(self, funds: Funds, invested: Floats, fee: Floats) -> Ints:
        """Whole fen a unit: what is invested, and the fee as far as money kept for later companies is not touched."""
        before = self.invested[: len(funds)]
        later = np.maximum(funds.investable_share * funds.units * YUAN_PER_UNIT - before - invested, 0.0)
        unfunded = funds.unfunded * funds.units / float(FEN_PER_YUAN)
        wanted = invested + np.clip(unfunded - invested - later, 0.0, fee)
        return np.minimum(np.ceil(wanted * FEN_PER_YUAN / funds.units).astype(np.int64), funds.unfunded)


def _shares_held(funds: Funds, quarter: int) -> tuple[Floats, Floats]:
    """Share of its companies that each fund holds before and after this quarter's forced sales."""
    start = funds.liquidation_start
    before, after = np.ones(start.size), np.ones(start.size)
    selling = np.flatnonzero((start >= 0) & (start <= quarter))
    sold = quarter - start[selling]
    before[selling] = np.clip(1 - sold / LIQUIDATION_QUARTERS, 0.0, 1.0)
    after[selling] = np.clip(1 - (sold + 1) / LIQUIDATION_QUARTERS, 0.0, 1.0)
    return before, after


def _move_cash(funds: Funds, calls: Ints, payouts: Ints) -> None:
    """Enter a quarter's flows, fen a unit, in the funds' sums and in the NAV that everyone sees."""
    funds.paid_in += calls
    funds.distributed += payouts
    rolled = funds.nav_published + (calls - payouts) / float(FEN_PER_YUAN)
    funds.nav_published[:] = np.where(funds.state == FundState.ENDED, 0.0, np.maximum(rolled, 0.0))


def advance_states(funds: Funds, paths: FundPaths, quarter: int) -> tuple[Ints, Ints]:
    """Move funds along their lives at a quarter's end; return those whose term ends now and those that ended.

    A fund ends when it holds no company any more after its investment period, or when its liquidation is done.
    """
    funds = funds.first(funds.founded_by(quarter))
    age = quarter - funds.start_quarter
    born = (funds.state == FundState.UNBORN) & (age >= 0)
    funds.state[born] = FundState.INVESTING
    funds.state[(funds.state == FundState.INVESTING) & (age >= funds.investment_quarters)] = FundState.EXITING
    sold_out = (
        (paths.alive[: len(funds), quarter] == 0)
        & (funds.state >= FundState.EXITING)
        & (funds.state <= FundState.EXTENDED)
    )
    started = funds.liquidation_start
    wound_up = (funds.state == FundState.LIQUIDATING) & (quarter - started >= LIQUIDATION_QUARTERS - 1)
    at_term = ((funds.state == FundState.EXITING) | (funds.state == FundState.EXTENDED)) & (quarter >= funds.term_end)
    return np.flatnonzero(at_term & ~sold_out), np.flatnonzero(sold_out | wound_up)
