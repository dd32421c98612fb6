"""What there is to see of the shares of all who want to sell, in one matrix, until any of it changes.

Funds move at quarter ends, reports come some weeks later, rules change on their days: between two such days neither NAV
nor cost nor hold value of a seller's units moves, so they are reckoned once for everybody who has not sold yet.
"""

from __future__ import annotations

from operator import attrgetter
from typing import NamedTuple

import numpy as np

from sfund_sim.funds.factor_table import places
from sfund_sim.ground.money import FEN_PER_YUAN
from sfund_sim.market.exits import Exit
from sfund_sim.market.market import Market
from sfund_sim.market.world import FEN_PER_UNIT, Floats, Ints, Keys
from sfund_sim.scenario.rules import RuleBook
from sfund_sim.terms import LpKind

_TOLD = ("number", "fund", "holding", "units", "lp_kind", "trigger", "key")
_told = attrgetter(*_TOLD)

Row = tuple[float, float, float, float, float]
"""One seller's units, in fen: newest published NAV, rolled forward; cost not yet recovered, at least 0; true NAV net of
carry (for the records only, no agent sees it); present value at the seller's own rate, as everybody expects the fund to
go on; the same if the fund cannot be extended while the seller is its partner (NaN where that cannot be)."""


class Shares(NamedTuple):
    """Sellers' units as their buyers look at them, as columns [shares]."""

    key: Keys
    """Address of what is seen of them."""
    nav: Floats
    """Newest published NAV, rolled forward, fen."""
    unfunded: Floats
    """Commitment not yet called, fen."""
    surprise: Floats
    """Log of true over published NAV."""
    cell: Ints
    """Where the value factors of such a fund stand."""


class Sheet:
    """The rows of all who want to sell, told anew when a quarter ends, a report comes or the rules change."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._day = -1
        self._epoch: tuple[int, int, int] = (-1, -1, -1)
        self._sellers = np.zeros((0, len(_TOLD)), np.int64)
        self._known = 0
        """Exits that were looked at so far."""
        self._places: dict[int, int] = {}
        self._rows: list[Row] = []
        self._shares: Shares

    def of(self, exit: Exit, rules: RuleBook) -> Row:
        """The row of an exit today."""
        if self._market.today != self._day:
            self._renew(rules)
        return self._rows[self._places[exit.number]]

    def shares(self, exits: list[Exit]) -> Shares:
        """What there is to see today of what these sellers sell."""
        self.epoch()
        known, (key, nav, unfunded, surprise, cell) = self._places, self._shares
        places = np.array([known[exit.number] for exit in exits])
        return Shares(key[places], nav[places], unfunded[places], surprise[places], cell[places])

    def epoch(self) -> tuple[int, int, int]:
        """A name for today's state of NAV and rules: the same as long as the rows hold."""
        if self._market.today != self._day:
            self._renew(self._market.rules())
        return self._epoch

    def _renew(self, rules: RuleBook) -> None:
        market = self._market
        self._day, epoch = market.today, _epoch(market, rules)
        if epoch != self._epoch:
            self._epoch, self._places = epoch, dict(zip(market.selling, range(len(market.selling)), strict=True))
            self._look_who_sells()
            self._rows, self._shares = _rows(market, rules, self._sellers)

    def _look_who_sells(self) -> None:
        """Those who still sell, and those who are new: an exit's own numbers never change."""
        new = np.array([_told(exit) for exit in self._market.exits[self._known :]], np.int64)
        known = np.concatenate([self._sellers, new.reshape(-1, len(_TOLD))])
        self._sellers = known[known[:, 0].searchsorted(list(self._places))]
        self._known = len(self._market.exits)


def _epoch(market: Market, rules: RuleBook) -> tuple[int, int, int]:
    """Newest quarter that has ended, newest that is published, and the rules."""
    lag = market.scenario.portfolio.report_lag_days
    return market.clock.last_ended(market.today), market.clock.last_ended(market.today - lag), id(rules)


def _rows(market: Market, rules: RuleBook, sellers: Ints) -> tuple[list[Row], Shares]:
    _, fund, holding, units, kinds, triggers, key = sellers.T
    funds = market.funds
    nav = funds.nav_published[fund] * units * FEN_PER_YUAN
    true_value = funds.nav_true[fund] * units * FEN_PER_YUAN
    unfunded = ((FEN_PER_UNIT - funds.paid_in[fund]) * units).astype(np.float64)
    surprise = np.log(np.maximum(funds.nav_true[fund], 1e-9) / np.maximum(funds.nav_published[fund], 1e-9))
    expected = market.outlooks(rules).expected
    cell = expected.cells(funds.strategy[fund], market.remaining_quarters(fund), market.are_investing(fund))
    shares = Shares(key.astype(np.uint64), nav, unfunded, surprise, cell)
    hold, blocked = _hold_values(market, rules, shares, kinds, triggers)
    cost = market.costs_of(holding, units)
    columns = (column.tolist() for column in (nav, cost, true_value, hold, blocked))
    return list(zip(*columns, strict=True)), shares


def _hold_values(market: Market, rules: RuleBook, shares: Shares, kinds: Ints, triggers: Ints) -> tuple[Floats, Floats]:
    """Hold values of everybody, and of guidance funds if they block their fund's extension, fen."""
    outlooks, rates = market.outlooks(rules), market.rates[kinds, triggers]
    low, beyond = places(rates)
    of_nav, of_unfunded = outlooks.expected.read(shares.cell, low, beyond)
    hold, blocked = np.maximum(of_nav * shares.nav + of_unfunded * shares.unfunded, 0.0), np.full(rates.size, np.nan)
    may = np.flatnonzero(kinds == LpKind.GUIDANCE_FUND)
    of_nav, of_unfunded = outlooks.blocked.read(shares.cell[may], low[may], beyond[may])
    blocked[may] = np.maximum(of_nav * shares.nav[may] + of_unfunded * shares.unfunded[may], 0.0)
    return hold, blocked
