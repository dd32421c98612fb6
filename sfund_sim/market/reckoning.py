"""After the last day: what every exit came to, for seller and buyer, and the tables that only the end can tell."""

from __future__ import annotations

import numpy as np

from sfund_sim.ground.columns import MISSING
from sfund_sim.market.deeds import close_exit_by_fund
from sfund_sim.market.exits import Exit
from sfund_sim.market.journal import ExitRow, Journal, RecyclingRow
from sfund_sim.market.market import Market
from sfund_sim.market.world import FEN_PER_UNIT, Floats
from sfund_sim.terms import CompanyExit, Ending, FundState, Use

DAYS_A_YEAR = 365.25
FEN_PER_YUAN = 100
EXITS_AT_ONCE = 8192
"""Exits whose flows are laid out in one matrix [exits, quarters]."""
_NO_RESULT = (np.nan, np.nan)


def close_books(market: Market) -> Journal:
    """Close exits that the fund or the horizon ended, and write all final tables."""
    journal = market.journal
    for exit in market.exits:
        if not exit.is_over and market.funds_ended_on(exit.fund) is not None and exit.transferred == MISSING:
            close_exit_by_fund(market, exit)
    results = _buyer_results(market)
    for first in range(0, len(market.exits), EXITS_AT_ONCE):
        some = market.exits[first : first + EXITS_AT_ONCE]
        for exit, (held, realised) in zip(some, _seller_values(market, some), strict=True):
            journal.exits.append(_exit_row(market, exit, results.get(exit.number, _NO_RESULT), held, realised))
            _recycle(market, exit)
        if len(some) == EXITS_AT_ONCE:
            journal.exits.settle()
            journal.recycling.settle()
    for listing in market.listings:
        journal.listings.append(listing.row())
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


def _exit_row(market: Market, exit: Exit, buyer_result: tuple[float, float], held: float, realised: float) -> ExitRow:
    day = exit.transferred if exit.transferred != MISSING else (exit.ended if exit.is_over else market.horizon - 1)
    return exit.row(day - int(market.funds.vintage[exit.fund]), *buyer_result, held, realised)


def _seller_values(market: Market, exits: list[Exit]) -> list[tuple[float, float]]:
    """PV at the decision, at the seller's own rate, of keeping the units to the horizon, and of what was done; fen."""
    decided = [place for place, exit in enumerate(exits) if exit.decided != MISSING]
    values = [_NO_RESULT] * len(exits)
    for place, value in zip(decided, _values_of(market, [exits[i] for i in decided]), strict=True):
        values[place] = value
    return values


def _values_of(market: Market, exits: list[Exit]) -> list[tuple[float, float]]:
    """The same of some exits that were decided on; flows are those of the quarters that end after the decision."""

    def column(values: list[float]) -> Floats:
        return np.array(values, np.float64)[:, None]

    fund, units = np.array([exit.fund for exit in exits], np.int64), column([exit.units for exit in exits])
    decided = column([exit.decided for exit in exits])
    growth = column([1 + market.lp_mixes[exit.lp_kind].discount_rate for exit in exits])
    ends, last = market.clock.ends.astype(np.float64)[None, :], market.horizon - 1.0
    net = (market.flows.distributed[fund] - market.flows.called[fund]).astype(np.float64)
    worth = net * growth ** (-np.maximum(ends - decided, 0.0) / DAYS_A_YEAR) * units * (ends > decided)
    final = market.funds.nav_true[fund][:, None] * FEN_PER_YUAN * growth ** (-(last - decided) / DAYS_A_YEAR) * units
    held = worth.sum(axis=1) + final[:, 0]
    costs = np.array([exit.costs for exit in exits], np.float64)
    transferred = np.array([exit.transferred for exit in exits])
    # A rest that is still due at the horizon is a secured claim: it counts as paid on the last day.
    paid_on = np.array([exit.ended if exit.is_over else last for exit in exits])
    price = np.array([exit.price for exit in exits], np.float64)
    before = np.where(ends <= transferred[:, None], worth, 0.0).sum(axis=1)
    sold = before + (price - costs) * growth[:, 0] ** (-(paid_on - decided[:, 0]) / DAYS_A_YEAR)
    realised = np.where(transferred == MISSING, held - costs, sold)
    return list(zip(held.tolist(), realised.tolist(), strict=True))


def _buyer_results(market: Market) -> dict[int, tuple[float, float]]:
    """By exit: a buyer's annual IRR and multiple to the horizon, the final true NAV counted as received."""
    bought = market.purchases
    if not bought:
        return {}
    fund = np.array([purchase.fund for purchase in bought])
    day = np.array([purchase.day for purchase in bought], np.float64)[:, None]
    units = np.array([purchase.units for purchase in bought], np.float64)[:, None]
    paid = np.array([purchase.paid for purchase in bought], np.float64)[:, None]
    ends = market.clock.ends.astype(np.float64)[None, :]
    net = (market.flows.distributed[fund] - market.flows.called[fund]) * units * (ends > day)
    final = market.funds.nav_true[fund][:, None] * FEN_PER_YUAN * units
    flows = np.hstack([-paid, net, final])
    years = np.hstack([day * 0.0, np.maximum(ends - day, 0.0), market.horizon - 1.0 - day]) / DAYS_A_YEAR
    spent, received = -np.minimum(flows, 0.0).sum(axis=1), np.maximum(flows, 0.0).sum(axis=1)
    rates, multiples = internal_rates(flows, years), received / np.maximum(spent, 1.0)
    return {p.exit: (float(rates[i]), float(multiples[i])) for i, p in enumerate(bought)}


def internal_rates(flows: Floats, years: Floats) -> Floats:
    """Annual rates at which dated flows [deals, dates] are worth nothing; NaN where none lies in (-99 %, 1000 %).

    Bisection on all deals at once; flows change sign once here (a price, then mostly receipts), so the root is one.
    """
    low, high = np.full(len(flows), -0.99), np.full(len(flows), 10.0)

    def worth(rate: Floats) -> Floats:
        return np.asarray((flows * (1 + rate)[:, None] ** -years).sum(axis=1))

    found = (worth(low) > 0) & (worth(high) < 0)
    for _ in range(36):
        middle = 0.5 * (low + high)
        above = worth(middle) > 0
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return np.where(found, 0.5 * (low + high), np.nan)


def _recycle(market: Market, exit: Exit) -> None:
    """What the seller does with its money, and the companies that new funds have financed by the horizon."""
    ending = Ending(exit.ending)
    if not (ending.is_sale or ending == Ending.LIQUIDATED) or exit.price <= exit.costs:
        return
    spec = market.scenario.recycling
    uses = market.lp_mixes[exit.lp_kind].proceeds
    day, money = exit.ended + uses.delay_days, exit.price - exit.costs
    shares = {Use.EARLY_STAGE: uses.early_stage, Use.LATER_STAGE: uses.later_stage, Use.TREASURY: uses.treasury}
    left = money
    for use, share in shares.items():
        amount = round(money * share) if day < market.horizon else 0
        left -= amount
        if amount:
            invested = amount / FEN_PER_YUAN * spec.investable_share * _share_invested(market, day)
            ticket = spec.early_stage_ticket_cny if use == Use.EARLY_STAGE else spec.later_stage_ticket_cny
            companies = invested / ticket if use in (Use.EARLY_STAGE, Use.LATER_STAGE) else 0.0
            row = RecyclingRow(exit.number, exit.lp, exit.lp_kind, day, amount, int(use), companies)
            market.journal.recycling.append(row)
    if left:
        row = RecyclingRow(exit.number, exit.lp, exit.lp_kind, exit.ended, left, int(Use.IDLE), 0.0)
        market.journal.recycling.append(row)


def _share_invested(market: Market, day: int) -> float:
    """Share of a commitment made on ``day`` that a new fund has put into companies by the horizon."""
    spec = market.scenario.recycling
    elapsed = market.horizon - day - spec.founding_days
    return float(np.clip(elapsed / (spec.investment_years * DAYS_A_YEAR), 0.0, 1.0))


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
