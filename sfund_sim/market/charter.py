"""The price that a fund's charter 章程 names for the exit of a guidance fund, in place of an appraised value (P-210).

What binds government money (财预〔2015〕210号, Art. 21) puts the charter first: it leaves on the terms that the charter
names, and only where this names none, an appraisal decides. The usual terms are what was paid in and is not back yet,
with interest (as 财企〔2007〕128号, Art. 15). In how many funds the charter names a price is put in
(``StateAssets.charter_price_share``).
"""

from __future__ import annotations

import numpy as np

from sfund_sim.ground.calendar import QUARTERS_PER_YEAR
from sfund_sim.ground.columns import MISSING
from sfund_sim.market.exits import Exit
from sfund_sim.market.market import Market
from sfund_sim.market.world import Floats, Ints
from sfund_sim.scenario.state_assets import StateAssets
from sfund_sim.terms import LpKind, Purpose

_GUIDANCE = int(LpKind.GUIDANCE_FUND)


def names_price(market: Market, exit: Exit, rule: StateAssets) -> bool:
    """Does the charter of the fund name the price of this seller's exit, where a price is asked of state sellers?"""
    if not rule.charter_price_share or exit.lp_kind != _GUIDANCE or rule.regime == "none":
        return False
    return market.streams.draw(Purpose.CHARTER, int(market.holdings.key[exit.holding])) < rule.charter_price_share


def charter_prices(market: Market, rule: StateAssets, holding: Ints, lp_kind: Ints, units: Ints) -> Floats:
    """What charters name today for so many units of each seller, fen; MISSING where they name nothing [sellers]."""
    prices = np.full(holding.size, float(MISSING))
    if rule.charter_price_share and rule.regime != "none":
        guidance = (lp_kind == _GUIDANCE).nonzero()[0]
        drawn = market.streams.uniform(Purpose.CHARTER, market.holdings.key[holding[guidance]])
        named = guidance[drawn < rule.charter_price_share]
        if named.size:
            prices[named] = np.rint(_balances(market, holding[named], rule.charter_interest_rate) * units[named])
    return prices


def _balances(market: Market, holding: Ints, rate: float) -> Floats:
    """What a unit has cost and not brought back by the last quarter's end, with interest a year, fen [holdings].

    Calls raise it and distributions lower it at each quarter's end, to 0 at the least. What was bought second-hand
    begins with its price at the end of the quarter before the purchase (whole quarters of interest, a rounding).
    """
    holdings, flows, ends = market.holdings, market.flows, market.clock.ends
    fund, price, bought = holdings.fund[holding], holdings.basis[holding], holdings.acquired[holding]
    begins = np.where(bought == MISSING, -1, ends.searchsorted(bought, side="right") - 1)
    balance, growth = np.zeros(holding.size), (1.0 + rate) ** (1.0 / QUARTERS_PER_YEAR)
    for quarter in range(int(market.funds.start_quarter[fund].min()), market.clock.last_ended(market.today) + 1):
        net = flows.called[fund, quarter] - flows.distributed[fund, quarter]
        balance = np.maximum(balance * growth + net, 0.0)
        balance = np.where(begins == quarter, price, balance)
    return balance
