"""Buyers' money: first capital on the founding day, then new money each quarter, by results and by policy."""

from __future__ import annotations

import numpy as np

from sfund_sim.ground.calendar import QUARTERS_PER_YEAR
from sfund_sim.ground.money import FEN_PER_YUAN
from sfund_sim.market.market import Market
from sfund_sim.market.world import Ints
from sfund_sim.terms import BuyerKind


def found_buyers(market: Market, who: Ints) -> None:
    """The first capital of some buyers comes in from their own investors."""
    cells = market.buyers.cells
    for buyer in who.tolist():
        capital = cells.capital[buyer]
        market.accounts.of[market.first_buyer + buyer] += capital
        market.accounts.outside -= capital
        cells.raised[buyer] += capital


def raise_money(market: Market, quarter: int) -> None:
    """New money of one quarter; amounts come in lumps."""
    buyers, rules = market.buyers, market.rules().fundraising
    pace = np.where(buyers.kind == int(BuyerKind.STATE_S_FUND), rules.state_pace, rules.market_pace)
    results = np.maximum(1.0 + buyers.raising_response * (_multiples(market) - 1.0), 0.0)
    lumps = buyers.lumps[quarter - market.clock.first_live]
    amounts = buyers.capital * buyers.raising_rate / QUARTERS_PER_YEAR * pace * results * lumps
    founded = (buyers.founded <= market.today).nonzero()[0]
    fen = np.floor(amounts[founded]).astype(np.int64)
    market.accounts.cash[market.first_buyer + founded] += fen
    market.accounts.outside -= int(fen.sum())
    buyers.raised[founded] += fen


def _multiples(market: Market) -> np.ndarray:
    """Received and published NAV over paid, of all that each buyer bought so far; 1 for one that bought nothing."""
    size = len(market.buyers)
    held = market.buyers.holdings
    if not held.size:
        return np.ones(size)
    buyer = market.holdings.owner[held] - market.first_buyer
    fund, units = market.holdings.fund[held], market.holdings.units[held]
    called = market.funds.paid_in[fund] - market.holdings.paid_in_before[held]
    received = market.funds.distributed[fund] - market.holdings.distributed_before[held]
    paid = np.bincount(buyer, (market.holdings.basis[held] + called) * units, size)
    worth = np.bincount(buyer, (received + market.funds.nav_published[fund] * FEN_PER_YUAN) * units, size)
    return np.where(paid > 0, worth / np.maximum(paid, 1.0), 1.0)
