"""What sellers look at when they think about a sale, for all of them in one matrix, until any of it changes.

Funds move at quarter ends, reports come some weeks later, rules change on their days: between two such days neither NAV
nor cost nor hold value of a seller's units moves, so they are reckoned once for everybody who has not sold yet.
"""

from __future__ import annotations

import numpy as np

from sfund_sim.ground.money import FEN_PER_YUAN
from sfund_sim.market.exits import Exit
from sfund_sim.market.market import Market
from sfund_sim.market.world import FEN_PER_UNIT, Floats, Ints
from sfund_sim.scenario.rules import RuleBook
from sfund_sim.terms import LpKind

Row = tuple[float, float, float, float, float]
"""One seller's units, in fen: newest published NAV, rolled forward; cost not yet recovered, at least 0; true NAV net of
carry (for the records only, no agent sees it); present value at the seller's own rate, as everybody expects the fund to
go on; the same if the fund cannot be extended while the seller is its partner (NaN where that cannot be)."""


class Sheet:
    """The rows of all who want to sell, told anew when a quarter ends, a report comes or the rules change."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._day = -1
        self._epoch: tuple[int, int, int] = (-1, -1, -1)
        self._rows: dict[int, Row] = {}

    def of(self, exit: Exit, rules: RuleBook) -> Row:
        """The row of an exit today."""
        market = self._market
        if market.today != self._day:
            self._day, epoch = market.today, _epoch(market, rules)
            if epoch != self._epoch:
                self._epoch, self._rows = epoch, _rows(market, rules)
        return self._rows[exit.number]


def _epoch(market: Market, rules: RuleBook) -> tuple[int, int, int]:
    """Newest quarter that has ended, newest that is published, and the rules."""
    lag = market.scenario.portfolio.report_lag_days
    return market.clock.last_ended(market.today), market.clock.last_ended(market.today - lag), id(rules)


def _rows(market: Market, rules: RuleBook) -> dict[int, Row]:
    sellers = list(market.selling.values())
    fund = np.array([exit.fund for exit in sellers], np.int64)
    holding = np.array([exit.holding for exit in sellers], np.int64)
    units = np.array([exit.units for exit in sellers], np.int64)
    funds = market.funds
    nav = funds.nav_published[fund] * units * FEN_PER_YUAN
    true_value = funds.nav_true[fund] * units * FEN_PER_YUAN
    hold, blocked = _hold_values(market, rules, sellers, nav, fund, units)
    cost = market.costs_of(holding, units)
    columns = (column.tolist() for column in (nav, cost, true_value, hold, blocked))
    return dict(zip(market.selling, zip(*columns, strict=True), strict=True))


def _hold_values(
    market: Market, rules: RuleBook, sellers: list[Exit], nav: Floats, fund: Ints, units: Ints
) -> tuple[Floats, Floats]:
    """Hold values of everybody, and of guidance funds if they block their fund's extension, fen."""
    funds, outlooks = market.funds, market.outlooks(rules)
    kinds = np.array([exit.lp_kind for exit in sellers], np.int64)
    rates = market.rates[kinds, np.array([exit.trigger for exit in sellers], np.int64)]
    remaining = market.remaining_quarters(fund)
    investing, unfunded = market.are_investing(fund), ((FEN_PER_UNIT - funds.paid_in[fund]) * units).astype(np.float64)
    of_nav, of_unfunded = outlooks.expected.at(funds.strategy[fund], remaining, investing, rates)
    hold, blocked = np.maximum(of_nav * nav + of_unfunded * unfunded, 0.0), np.full(nav.size, np.nan)
    may = np.flatnonzero(kinds == LpKind.GUIDANCE_FUND)
    of_nav, of_unfunded = outlooks.blocked.at(funds.strategy[fund[may]], remaining[may], investing[may], rates[may])
    blocked[may] = np.maximum(of_nav * nav[may] + of_unfunded * unfunded[may], 0.0)
    return hold, blocked
