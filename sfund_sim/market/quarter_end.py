"""The quarter's end: funds call and pay, terms end in votes, funds end, buyers meet calls."""

from __future__ import annotations

import numpy as np

from sfund_sim.market.deeds import register_shares
from sfund_sim.market.flows import advance_states
from sfund_sim.market.fund_quarters import note_quarter
from sfund_sim.market.market import Market
from sfund_sim.market.votes import hold_votes
from sfund_sim.market.world import ENDED, FEN_PER_UNIT, UNBORN, Ints
from sfund_sim.terms import RegisterEntry


def close_quarter(market: Market, quarter: int) -> None:
    """Everything that happens to funds at one quarter's end; before day 0 as history, unseen by the market."""
    day, funds = int(market.clock.ends[quarter]), market.funds.first(market.funds.founded_by(quarter))
    begun = (funds.state == UNBORN).nonzero()[0]
    at_term, ended = advance_states(funds, market.flows.paths, quarter)
    discount = market.timeline.on(day).partnership.forced_sale_discount
    calls, payouts, from_outside = market.flows.close_quarter(funds, quarter, discount, market.accounts.in_funds)
    market.accounts.outside -= from_outside
    market.accounts.lps += int(((payouts - calls) * funds.units).sum())
    if day >= 0:
        market.buyers.holdings = (market.holdings.owner >= market.first_buyer).nonzero()[0]
        _move_buyers_cash(market, calls, payouts)
    if day >= 0 and begun.size:
        register_shares(market, RegisterEntry.ISSUE, begun)
    if at_term.size:
        hold_votes(market, at_term, quarter)
    if ended.size:
        _wind_up(market, ended, day)
    note_quarter(market, quarter)
    market.look_who_is_gone()
    if market.buyers.holdings.size:
        market.buyers.obligations[:] = _obligations(market)


def _move_buyers_cash(market: Market, calls: Ints, payouts: Ints) -> None:
    """Buyers, not LPs, pay calls and receive distributions of what they hold, fen a unit, and pass part of these on.

    Sums are of whole numbers, so no fen is lost however large a buyer is.
    """
    holdings, accounts, bought = market.holdings, market.accounts, market.buyers.holdings
    if not bought.size:
        return
    fund, buyer, units = holdings.fund[bought], holdings.owner[bought] - market.first_buyer, holdings.units[bought]
    paid, received = np.zeros((2, len(market.buyers)), np.int64)
    np.add.at(paid, buyer, calls[fund] * units)
    np.add.at(received, buyer, payouts[fund] * units)
    passed_on = np.floor(received * (1 - market.buyers.reinvest_share)).astype(np.int64)
    accounts.cash[market.first_buyer :] += received - paid - passed_on
    accounts.lps -= int((received - paid).sum())
    accounts.outside += int(passed_on.sum())


def _wind_up(market: Market, ended: Ints, day: int) -> None:
    """Funds have paid their last: shares are cancelled, what rounding left pays for the winding up."""
    market.funds.state[ended] = ENDED
    market.funds.ended[ended] = day
    for value in (market.funds.nav_true, market.funds.nav_published):
        value[ended] = 0.0
    market.accounts.outside += int(market.accounts.in_funds[ended].sum())
    market.accounts.in_funds[ended] = 0
    if day >= 0:
        register_shares(market, RegisterEntry.CLOSE, ended)


def _obligations(market: Market) -> Ints:
    """Unfunded commitments that buyers have taken over with their holdings, fen [buyers]."""
    bought = market.buyers.holdings
    fund, buyer = market.holdings.fund[bought], market.holdings.owner[bought] - market.first_buyer
    alive = market.funds.state[fund] != ENDED
    unfunded = (FEN_PER_UNIT - market.funds.paid_in[fund]) * market.holdings.units[bought] * alive
    return np.rint(np.bincount(buyer, unfunded.astype(np.float64), len(market.buyers))).astype(np.int64)
