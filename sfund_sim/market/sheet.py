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
from sfund_sim.investors.pricing import reservation_with_blame
from sfund_sim.market.charter import charter_prices
from sfund_sim.market.exits import Exit
from sfund_sim.market.market import Market
from sfund_sim.market.world import FEN_PER_UNIT, Floats, Ints, Keys
from sfund_sim.scenario.rules import RuleBook
from sfund_sim.scenario.state_assets import StateAssets
from sfund_sim.terms import LpKind, Purpose

_IS_STATE = np.array([kind.is_state for kind in LpKind])


class Told(NamedTuple):
    """What never changes of sellers, as columns of whole numbers under the names that an exit has for it [sellers]."""

    number: Ints
    fund: Ints
    holding: Ints
    units: Ints
    lp_kind: Ints
    trigger: Ints
    key: Ints
    is_state: Ints
    must_leave: Ints


_told = attrgetter(*Told._fields)


class Reckoning(NamedTuple):
    """What sellers reckon of their units, as columns in fen [sellers].

    From ``hold`` to ``at_venue`` they rest on whether the fund goes on as everybody expects or cannot be extended while
    the seller is its partner; in the second case they are NaN for whom that cannot be.
    """

    nav: Floats
    """Newest published NAV, rolled forward."""
    cost: Floats
    """Cost not yet recovered, at least 0."""
    true_value: Floats
    """True NAV net of carry, for the records only: no agent sees it."""
    hold: Floats
    """Present value of holding on, at the seller's own rate."""
    by_agreement: Floats
    """Least price that the seller takes by agreement."""
    at_venue: Floats
    """Least price that the seller takes when it is made by bidding at a venue."""
    charter: Floats
    """Price that the fund's charter names for the seller's exit; MISSING where it names none."""


class Shares(NamedTuple):
    """Sellers' units as their buyers look at them, as columns [shares]."""

    signals: Keys
    """Where the addresses of what is seen of them begin."""
    nav: Floats
    """Newest published NAV, rolled forward, fen."""
    unfunded: Floats
    """Commitment not yet called, fen."""
    paid_in: Floats
    """Commitment called so far, fen."""
    surprise: Floats
    """Log of true over published NAV."""
    cell: Ints
    """Where the value factors of such a fund stand."""

    def at(self, places: Ints) -> Shares:
        """Those at some places, which may be the same."""
        signals, nav, unfunded, paid_in, surprise, cell = self
        return Shares(signals[places], nav[places], unfunded[places], paid_in[places], surprise[places], cell[places])


class Sheet:
    """The rows of all who want to sell, told anew when a quarter ends, a report comes or the rules change."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._stretch = -1
        """The one of which the rows tell."""
        self._sellers = np.zeros((0, len(Told._fields)), np.int64)
        self._known = 0
        """Exits that were looked at so far."""
        self._places: dict[int, int] = {}
        self._reckoning: Floats
        """In the order of ``Reckoning``, if the fund goes on as expected and if it cannot; [sellers, 2, 7]."""
        self._shares: Shares

    def of(self, exit: Exit, *, blocks: bool = False) -> tuple[float, float, float, float, float, float, float]:
        """What the seller reckons today, in the order of ``Reckoning``; ``blocks``: it keeps its fund from going on."""
        self._look()
        row = self._places[exit.number]
        nav, cost, true_value, hold, by_agreement, at_venue, charter = self._reckoning[row, int(blocks)].tolist()
        return nav, cost, true_value, hold, by_agreement, at_venue, charter

    def rows(self, exits: list[Exit]) -> Ints:
        """Where these sellers stand on today's sheet."""
        self._look()
        places = self._places
        return np.array([places[exit.number] for exit in exits], np.int64)

    def sellers(self, rows: Ints) -> Told:
        """What never changes of the sellers in these rows."""
        return Told(*self._sellers[rows].T)

    def reckoning(self, rows: Ints, blocks: Ints) -> Reckoning:
        """What the sellers in these rows reckon; ``blocks``: 1 for one that keeps its fund from going on, else 0."""
        return Reckoning(*self._reckoning[rows, blocks].T.copy())

    def shares(self, rows: Ints) -> Shares:
        """What there is to see of what the sellers in these rows sell; a row may come several times."""
        return self._shares.at(rows)

    def _look(self) -> None:
        """See to it that the rows are today's."""
        market = self._market
        if (stretch := market.stretches[market.today]) != self._stretch:
            self._stretch, self._places = stretch, dict(zip(market.selling, range(len(market.selling)), strict=True))
            self._look_who_sells()
            self._reckoning, self._shares = _reckoned(market, market.rules(), Told(*self._sellers.T))

    def _look_who_sells(self) -> None:
        """Those who still sell, and those who are new: an exit's own numbers never change."""
        new = np.array([_told(exit) for exit in self._market.exits[self._known :]], np.int64)
        known = np.concatenate([self._sellers, new.reshape(-1, len(Told._fields))])
        self._sellers = known[known[:, 0].searchsorted(list(self._places))]
        self._known = len(self._market.exits)


def _reckoned(market: Market, rules: RuleBook, sellers: Told) -> tuple[Floats, Shares]:
    funds, fund, units, kinds = market.funds, sellers.fund, sellers.units, sellers.lp_kind
    nav = funds.nav_published[fund] * units * FEN_PER_YUAN
    true_value = funds.nav_true[fund] * units * FEN_PER_YUAN
    paid_in = (funds.paid_in[fund] * units).astype(np.float64)
    surprise = np.log(np.maximum(funds.nav_true[fund], 1e-9) / np.maximum(funds.nav_published[fund], 1e-9))
    expected = market.outlooks(rules).expected
    cell = expected.cells(funds.strategy[fund], market.remaining_quarters(fund), market.are_investing(fund))
    signals = market.streams.bits(Purpose.SIGNAL, sellers.key)
    shares = Shares(signals, nav, FEN_PER_UNIT * units - paid_in, paid_in, surprise, cell)
    reckoned = np.empty((len(Reckoning._fields), 2, units.size))
    reckoned[0], reckoned[1], reckoned[2] = nav, market.costs_of(sellers.holding, units), true_value
    reckoned[3] = hold = _hold_values(market, rules, shares, kinds, sellers.trigger)
    blame = np.array(blame_weights(rules.state_assets))[:, None, None] * _IS_STATE[kinds]
    reckoned[4:6] = reservation_with_blame(hold, reckoned[1], blame)
    reckoned[6] = charter_prices(market, rules.state_assets, sellers.holding, kinds, units)
    # What one seller reckons stands together: it is asked for more often than anything else here.
    return reckoned.T.copy(), shares


def blame_weights(state: StateAssets) -> tuple[float, float]:
    """Weight of a yuan of unrecovered cost for an agreed price, and for a price made by bidding at a venue.

    Nobody is blamed where no rules on state assets bind.
    """
    agreed = state.blame_weight * (1 - state.exempt_share) * (state.regime != "none")
    return agreed, agreed * (1 - state.exempt_at_venue_share)


def _hold_values(market: Market, rules: RuleBook, shares: Shares, kinds: Ints, triggers: Ints) -> Floats:
    """Hold values of everybody, and of guidance funds if they block their fund's extension, fen [2, sellers]."""
    outlooks, rates = market.outlooks(rules), market.rates[kinds, triggers]
    low, beyond = places(rates)
    of_nav, of_unfunded = outlooks.expected.read(shares.cell, low, beyond)
    hold = np.full((2, rates.size), np.nan)
    hold[0] = np.maximum(of_nav * shares.nav + of_unfunded * shares.unfunded, 0.0)
    may = (kinds == LpKind.GUIDANCE_FUND).nonzero()[0]
    if may.size:
        of_nav, of_unfunded = outlooks.blocked.read(shares.cell[may], low[may], beyond[may])
        hold[1, may] = np.maximum(of_nav * shares.nav[may] + of_unfunded * shares.unfunded[may], 0.0)
    return hold
