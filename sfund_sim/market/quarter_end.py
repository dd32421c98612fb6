"""The quarter's end: funds call and pay, terms end in votes, funds end, buyers meet calls, the next wishes form."""

from __future__ import annotations

import numpy as np

from sfund_sim.market.deeds import register_shares
from sfund_sim.market.flows import advance_states
from sfund_sim.market.market import Market
from sfund_sim.market.votes import hold_votes
from sfund_sim.market.world import FEN_PER_UNIT, Ints
from sfund_sim.terms import FundState, RegisterEntry


def close_quarter(market: Market, quarter: int) -> None:
    """Everything that happens to funds at one quarter's end; before day 0 as history, unseen by the market."""
    day, funds = int(market.clock.ends[quarter]), market.funds
    begun = np.flatnonzero(funds.state[: funds.founded_by(quarter)] == FundState.UNBORN)
    at_term, ended = advance_states(funds, market.flows.paths, quarter)
    discount = market.timeline.on(day).partnership.forced_sale_discount
    calls, payouts, from_outside = market.flows.close_quarter(quarter, discount, market.accounts.in_funds)
    market.accounts.outside -= from_outside
    _move_investors_cash(market, calls, payouts)
    if day >= 0:
        register_shares(market, RegisterEntry.ISSUE, begun)
    hold_votes(market, at_term, quarter)
    _wind_up(market, ended, day)
    market.look_who_is_gone()
    market.buyers.obligations = _obligations(market)


def _move_investors_cash(market: Market, calls: Ints, payouts: Ints) -> None:
    """Investors pay calls and receive distributions, fen a unit of the first funds; buyers pass part of these on.

    Sums are of whole numbers, so no fen is lost however large an investor is.
    """
    holdings, accounts, first = market.holdings, market.accounts, market.first_buyer
    rows = holdings.in_funds(np.flatnonzero((calls != 0) | (payouts != 0)))
    fund, owner, units = holdings.fund[rows], holdings.owner[rows], holdings.units[rows]
    np.add.at(accounts.cash, owner, (payouts - calls)[fund] * units)
    bought = np.flatnonzero(owner >= first)
    received = np.zeros(len(market.buyers), np.int64)
    np.add.at(received, owner[bought] - first, payouts[fund[bought]] * units[bought])
    passed_on = np.floor(received * (1 - market.buyers.reinvest_share)).astype(np.int64)
    accounts.cash[first:] -= passed_on
    accounts.outside += int(passed_on.sum())


def _wind_up(market: Market, ended: Ints, day: int) -> None:
    """Funds have paid their last: shares are cancelled, what rounding left pays for the winding up."""
    market.funds.state[ended] = FundState.ENDED
    market.funds.ended[ended] = day
    for value in (market.funds.nav_true, market.funds.nav_marked, market.funds.nav_published):
        value[ended] = 0.0
    market.accounts.outside += int(market.accounts.in_funds[ended].sum())
    market.accounts.in_funds[ended] = 0
    if day >= 0:
        register_shares(market, RegisterEntry.CLOSE, ended)


def _obligations(market: Market) -> Ints:
    """Unfunded commitments that buyers have taken over, fen [buyers]."""
    first, size = market.first_buyer, len(market.buyers)
    held = np.flatnonzero(market.holdings.owner >= first)
    fund, buyer = market.holdings.fund[held], market.holdings.owner[held] - first
    alive = market.funds.state[fund] != FundState.ENDED
    unfunded = (FEN_PER_UNIT - market.funds.paid_in[fund]) * market.holdings.units[held] * alive
    return np.rint(np.bincount(buyer, unfunded.astype(np.float64), size)).astype(np.int64)
