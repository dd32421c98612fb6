"""After the last day: what every exit came to, for seller and buyer, and the tables that only the end can tell."""

from __future__ import annotations

import numpy as np

from sfund_sim.ground.columns import MISSING
from sfund_sim.ground.money import FEN_PER_YUAN
from sfund_sim.ground.streams import key_of_name
from sfund_sim.market.deeds import close_exit_by_fund
from sfund_sim.market.exit_columns import ExitColumns
from sfund_sim.market.journal import Journal
from sfund_sim.market.listings import listing_columns
from sfund_sim.market.market import Market
from sfund_sim.market.recycling import recycle
from sfund_sim.market.returns import LiveFlows, buyer_results, seller_values
from sfund_sim.market.world import FEN_PER_UNIT, Ints
from sfund_sim.terms import CompanyExit, FundState, LpKind, Purpose, Regime

STORIES_AT_ONCE = 8192
"""Exits, or listings, that are turned into columns together: their fields are held twice for a moment."""


def close_books(market: Market) -> Journal:
    """Close exits that the fund or the horizon ended, and write all final tables."""
    journal = market.journal
    for exit in market.exits:
        if not exit.is_over and market.funds_ended_on(exit.fund) is not None and exit.transferred == MISSING:
            close_exit_by_fund(market, exit)
    _final_exits(market)
    for first in range(0, len(market.listings), STORIES_AT_ONCE):
        listings = market.listings[first : first + STORIES_AT_ONCE]
        journal.listings.extend_columns(len(listings), **listing_columns(listings))
    journal.stages.put_in_order("exit")  # A story may note a stage before its day comes.
    if journal.fund_quarters is not None:
        journal.fund_quarters.put_in_order("fund")
    _final_funds(market)
    _final_holdings(market)
    journal.names = {
        "funds": market.funds.names,
        "lps": market.lps.names,
        "buyers": market.buyers.names,
        "venues": market.venue_names,
    }
    journal.kinds = {"lps": market.lps.kind.tolist(), "buyers": market.buyers.kind.tolist()}
    return journal


def _final_exits(market: Market) -> None:
    """What every exit came to, and what its seller did with the money."""
    flows = LiveFlows(market)
    results = buyer_results(market, flows)
    bought = np.full(len(market.exits), MISSING)
    bought[[each.exit for each in market.purchases]] = [each.holding for each in market.purchases]
    for first in range(0, len(market.exits), STORIES_AT_ONCE):
        some = ExitColumns(market.exits[first : first + STORIES_AT_ONCE], market.horizon)
        # Without the urgency of the wish, and with it, as the seller decided.
        rates = market.rates[some.lp_kind, -1], market.rates[some.lp_kind, some.trigger]
        usual, urgent = (seller_values(flows, some, rate) for rate in rates)
        is_open = some.paid_in == MISSING
        for column, sums in ((some.paid_in, market.funds.paid_in), (some.distributed, market.funds.distributed)):
            column[is_open] = (sums[some.fund] * some.units)[is_open]
        market.journal.exits.extend_columns(
            some.number.size,
            **vars(some),
            wish=_wishes(market, some),
            regime=_regimes(market, some),
            seller_costs=some.costs,
            fund_age_days=some.last_day - market.funds.vintage[some.fund],
            bought=bought[some.number],
            rate=rates[0],
            rate_urgent=rates[1],
            buyer_irr=results.rate[some.number],
            buyer_multiple=results.multiple[some.number],
            **usual._asdict(),
            **{f"{name}_urgent": column for name, column in urgent._asdict().items()},
        )
        recycle(market, some)


def _wishes(market: Market, exits: ExitColumns) -> Ints:
    """Address of each wish: which wish to sell which holding it is, whose, and for what reason.

    The LP is told by its name, for in a scenario that names one more its number is another. Seed and replication come
    with the stream, so that wishes of other histories are never taken for the same.
    """
    sellers, place = np.unique(exits.lp, return_inverse=True)
    names = np.array([key_of_name(market.lps.names[seller]) for seller in sellers.tolist()], np.uint64)
    bits = market.streams.bits(Purpose.SELL_CLOCK, exits.key, names[place], exits.trigger)
    return (bits >> np.uint64(1)).astype(np.int64)


def _regimes(market: Market, exits: ExitColumns) -> Ints:
    """Code of the state-asset regime that bound each seller on the day of its wish."""
    by_epoch = np.array([Regime.of(epoch.book.state_assets.regime) for epoch in market.timeline.epochs])
    is_state = np.array([kind.is_state for kind in LpKind])
    return np.where(is_state[exits.lp_kind], by_epoch[market.timeline.numbers(exits.wished)], Regime.NONE)


def _final_funds(market: Market) -> None:
    funds, paths, size = market.funds, market.flows.paths, len(market.funds)
    last, each = market.clock.count - 1, np.arange(size)
    stop = (
        np.searchsorted(market.clock.ends, np.where(funds.ended == MISSING, market.horizon, funds.ended), "right") - 1
    )
    stop = np.clip(stop, 0, last)
    exits = paths.exits[each, :, stop].astype(np.int64)
    owners = np.sort(market.holdings.fund * market.accounts.cash.size + market.holdings.owner)
    owners = owners[np.diff(owners, prepend=-1) != 0]
    in_fen = funds.units * float(FEN_PER_YUAN)
    market.journal.funds.extend_columns(
        size,
        fund=each,
        strategy=funds.strategy,
        gp_kind=funds.gp,
        venue=np.where(funds.venue < 0, MISSING, funds.venue),
        vintage=funds.vintage,
        term_end=market.clock.ends[np.minimum(funds.term_end, last)],
        ended=funds.ended,
        state=funds.state,
        commitment=funds.units * FEN_PER_UNIT,
        paid_in=funds.paid_in * funds.units,
        distributed=funds.distributed * funds.units,
        nav_true=np.rint(funds.nav_true * in_fen),
        nav_reported=np.rint(funds.nav_published * in_fen),
        extensions=funds.extensions,
        forced=funds.forced,
        partners=np.bincount(owners // market.accounts.cash.size, minlength=size),
        companies=paths.alive[each, stop] - paths.locked[each, stop] + exits.sum(axis=1),
        ipos=exits[:, CompanyExit.IPO],
        trade_sales=exits[:, CompanyExit.TRADE_SALE],
        buybacks=exits[:, CompanyExit.BUYBACK],
        write_offs=exits[:, CompanyExit.WRITE_OFF],
    )


def _final_holdings(market: Market) -> None:
    """Holdings of funds that lived on day 0 or later; those of ended funds are cancelled (0 units)."""
    funds, holdings = market.funds, market.holdings
    before = (funds.state == FundState.UNBORN) | ((funds.ended != MISSING) & (funds.ended < 0))
    rows = np.flatnonzero(~before[holdings.fund])
    fund, units = holdings.fund[rows], holdings.units[rows]
    market.journal.holdings.extend_columns(
        rows.size,
        holding=rows,
        fund=fund,
        owner=holdings.owner[rows],
        units=np.where(funds.state[fund] == FundState.ENDED, 0, units),
        paid_in=funds.paid_in[fund] * units,
        distributed=funds.distributed[fund] * units,
    )
