"""What deals came to by the horizon: for sellers against keeping the share, for buyers as a rate and a multiple."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sfund_sim.ground.calendar import DAYS_A_YEAR
from sfund_sim.ground.columns import MISSING, whole
from sfund_sim.ground.money import FEN_PER_YUAN
from sfund_sim.market.exit_columns import ExitColumns
from sfund_sim.market.exits import Exit
from sfund_sim.market.market import Market
from sfund_sim.market.world import Floats, Ints

LOWEST_RATE, HIGHEST_RATE = -0.99, 10.0
"""A year; rates beyond are cut here, for a median needs only their rank."""
EXACT, MOST_STEPS = 1e-12, 100
"""Of the logarithm of one plus a rate."""
AT_ONCE = 512
"""Deals whose flows [deals, quarters] stay in the processor's cache."""


class LiveFlows:
    """What funds brought their owners in the quarters that ended since day 0, and what they are worth at the horizon.

    In a large market few funds have shares that somebody wished to sell: only of these are flows put in rows.
    """

    def __init__(self, market: Market) -> None:
        live, flows = slice(market.clock.first_live, None), market.flows
        self.ends = market.clock.ends[live].astype(np.float64)
        funds = np.unique(np.array([exit.fund for exit in market.exits], np.int64))
        self._net = (flows.distributed.T[live, funds] - flows.called.T[live, funds]).T.astype(np.float64, "C")
        self._row = np.zeros(len(market.funds), np.int64)
        self._row[funds] = np.arange(funds.size)
        self.final = market.funds.nav_true * FEN_PER_YUAN
        """True NAV at the horizon, fen a unit [funds]."""
        self.last = market.horizon - 1.0
        """Last day of the horizon."""

    def net(self, fund: Ints) -> Floats:
        """Distributed less called, fen a unit [funds told, quarters]."""
        return self._net[self._row[fund]]


class SellerValues(NamedTuple):
    """PV at the decision, at one rate a seller, fen [exits]; NaN where nothing was decided."""

    held_value: Floats
    """Of keeping the units to the horizon."""
    realised_value: Floats
    """Of what was done."""
    waiting_cost: Floats
    """By how much the price less costs is worth less than on the day of the decision; NaN where nothing was sold."""


def seller_values(flows: LiveFlows, exits: ExitColumns, rates: Floats) -> SellerValues:
    """What sellers would have had, and what they had; flows are those of the quarters that end after the decision.

    ``rates`` are the sellers' discount rates a year [exits].
    """
    values = SellerValues(*(np.full(exits.number.size, np.nan) for _ in SellerValues._fields))
    growth = np.log1p(rates)
    decided = np.flatnonzero(exits.decided != MISSING)
    for first in range(0, decided.size, AT_ONCE):
        some = decided[first : first + AT_ONCE]
        for column, told in zip(values, _values_of(flows, exits, some, growth[some]), strict=True):
            column[some] = told
    return values


def _values_of(flows: LiveFlows, exits: ExitColumns, some: Ints, growth: Floats) -> SellerValues:
    """The same of some exits that were decided on; ``growth`` is the logarithm of one plus their sellers' rates."""
    fund, units, decided = exits.fund[some], exits.units[some], exits.decided[some].astype(np.float64)
    waits = flows.ends - decided[:, None]
    worth = np.exp(np.maximum(waits, 0.0) * (growth / -DAYS_A_YEAR)[:, None])
    worth *= flows.net(fund)
    worth *= waits > 0
    final = flows.final[fund] * np.exp((decided - flows.last) * growth / DAYS_A_YEAR)
    held = (worth.sum(axis=1) + final) * units
    transferred, costs, rest = exits.transferred[some], exits.costs[some], exits.rest[some]
    before = (worth * (flows.ends <= transferred[:, None])).sum(axis=1) * units
    # A rest that is still due at the horizon is a secured claim: it counts as paid on the last day.
    at_end = np.exp((decided - exits.last_day[some]) * growth / DAYS_A_YEAR)
    price = (exits.price[some] - rest) * at_end + rest * np.exp((decided - exits.ended[some]) * growth / DAYS_A_YEAR)
    is_sold = transferred != MISSING
    waiting_cost = np.where(is_sold, exits.price[some] - costs - (price - costs * at_end), np.nan)
    return SellerValues(held, np.where(is_sold, before + price, held) - costs * at_end, waiting_cost)


class BuyerResults(NamedTuple):
    """What buying came to by the horizon [exits]; NaN where nobody bought.

    Of units sold on, their price less what that sale cost is received; of those still held, the final true NAV.
    """

    rate: Floats
    """Annual internal rate of return."""
    multiple: Floats


def buyer_results(market: Market, flows: LiveFlows) -> BuyerResults:
    """The results of all who bought, by the number of the exit."""
    results = BuyerResults(*(np.full(len(market.exits), np.nan) for _ in BuyerResults._fields))
    resales, until = _resales(market), np.append(flows.ends, np.inf)
    for first in range(0, len(market.purchases), AT_ONCE):
        some = market.purchases[first : first + AT_ONCE]
        exit, fund, _, *told = (whole(column, rounded=False) for column in zip(*some, strict=True))
        units, day, paid = (each[:, None].astype(np.float64) for each in told)
        rest, rest_day = _rests(flows, [market.exits[each.exit] for each in some])
        held = units * (until > day)
        sold, sold_on = _sell_on(flows, held, until, [resales.get(each.exit, []) for each in some])
        net = np.hstack([flows.net(fund), flows.final[fund][:, None]]) * held
        paths = np.hstack([-paid, -rest, net, sold])
        years = np.hstack([day, rest_day, np.maximum(flows.ends, day), np.full_like(day, flows.last), sold_on]) - day
        years /= DAYS_A_YEAR
        spent, received = -np.minimum(paths, 0.0).sum(axis=1), np.maximum(paths, 0.0).sum(axis=1)
        results.rate[exit], results.multiple[exit] = internal_rates(paths, years), received / np.maximum(spent, 1.0)
    return results


def _resales(market: Market) -> dict[int, list[Exit]]:
    """By the exit in which a partner bought: those in which it sold that share on, whole or in parts."""
    bought: dict[int, int] = {}
    resales: dict[int, list[Exit]] = {}
    for purchase in market.purchases:  # In the order of time.
        exit = market.exits[purchase.exit]
        if exit.holding in bought:
            resales.setdefault(bought[exit.holding], []).append(exit)
        if exit.buyer < market.first_buyer:
            bought[purchase.holding] = purchase.exit
    return resales


def _sell_on(flows: LiveFlows, held: Floats, until: Floats, resales: list[list[Exit]]) -> tuple[Floats, Floats]:
    """Take what was sold on out of what is ``held`` at the ends of quarters [deals, ``until``].

    Returns what came of it, the price and its rest, fen, and on which days [deals, two a resale].
    """
    width = 2 * max(map(len, resales))
    sold, day = np.zeros((len(held), width)), np.full((len(held), width), flows.last)
    for deal, exits in enumerate(resales):
        for place, exit in enumerate(exits):
            held[deal] -= exit.units * (until > exit.transferred)
            both = slice(2 * place, 2 * place + 2)
            sold[deal, both] = exit.price - exit.rest - exit.costs, exit.rest
            day[deal, both] = exit.transferred, _rests(flows, [exit])[1].item()
    return sold, day


def _rests(flows: LiveFlows, exits: list[Exit]) -> tuple[Floats, Floats]:
    """Rest of each price, fen, and the day on which it was paid [exits, 1]; one still due is a debt on the last day."""
    told = [(exit.rest, exit.ended if exit.is_over else flows.last) for exit in exits]
    rest, day = np.array(told, np.float64).T[..., None]
    return rest, day


def internal_rates(flows: Floats, years: Floats) -> Floats:
    """Annual rates at which dated flows [deals, dates] are worth nothing, cut at -99 % and 1000 %.

    NaN where none is defined: nothing was paid, or all on one day (``years`` count from the first payment), or flows
    are worth less than nothing at the one end and more at the other, as those of a loan taken.

    Newton's method on the logarithm of what receipts are worth over what payments are, which is nearly a straight line
    in the logarithm of one plus the rate; halving where a step leaves the bracket or does not shrink. Flows change sign
    once here (a price, then mostly receipts), so the root is one; where a rest of the price falls due after much was
    received there may be several, of which one is found, or none.
    """
    received, paid, dated = np.maximum(flows, 0.0), np.maximum(-flows, 0.0), -years
    sides = np.stack([received, paid, received * years, paid * years])

    def worth(rate: Floats) -> Floats:
        """Receipts, payments, and both times their years [4, deals], at the logarithm of one plus a rate."""
        return np.asarray(np.einsum("sdt,dt->sd", sides, np.exp(rate[:, None] * dated)))

    low, high = (np.full(len(flows), np.log1p(rate)) for rate in (LOWEST_RATE, HIGHEST_RATE))
    at_low, at_high = worth(low), worth(high)
    found = np.flatnonzero((at_low[0] > at_low[1]) & (at_high[0] < at_high[1]))
    sides, dated, low, high = sides[:, found], dated[found], low[found], high[found]
    rate, step = np.full(found.size, np.log1p(0.1)), high - low
    for _ in range(MOST_STEPS):
        received, paid, later_received, later_paid = worth(rate)
        above = received > paid
        low, high = np.where(above, rate, low), np.where(above, high, rate)
        newton = np.log(received / paid) / (later_received / received - later_paid / paid)
        shrinks = (np.abs(newton) < 0.5 * np.abs(step)) & (rate + newton > low) & (rate + newton < high)
        is_there = np.abs(newton) < EXACT
        step = np.where(shrinks | is_there, newton, 0.5 * (low + high) - rate)
        rate = rate + step
        if is_there.all():
            break
    rates = _beyond(flows, years, at_low[0] - at_low[1], at_high[0] - at_high[1])
    rates[found] = np.expm1(rate)
    return rates


def _beyond(flows: Floats, years: Floats, net_at_low: Floats, net_at_high: Floats) -> Floats:
    """The end at which the rate of each deal is cut, if at all: where flows are worth more than nothing, it is higher.

    To leave such deals out instead is to choose: nearly all of them are gains made in little time.
    """
    has_rate = (flows < 0).any(axis=1) & ((flows != 0) & (years > 0)).any(axis=1)
    # What never pays has no sign to change, and lies below every rate.
    is_lost = has_rate & (net_at_low <= 0) & (net_at_high <= 0) | (flows <= 0).all(axis=1) & (flows < 0).any(axis=1)
    is_gain = has_rate & (net_at_low > 0) & (net_at_high >= 0)
    return np.select([is_gain, is_lost], [HIGHEST_RATE, LOWEST_RATE], np.nan)
