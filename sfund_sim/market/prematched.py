"""Pre-matched sales 手拉手转让: somebody stands ready to take a state seller's share at its appraised value.

Much of the real venues' volume is agreed before it reaches them, between bodies of the state and at the price that the
rules ask for (P-BJ11: a transfer to a known buyer is exempt from announcement). How many state sellers have such a
counterparty is put in (``Agreement.prematched_share``), not found. It is a state-linked S-fund where one wants the
share, has told that it has the cash, and may pay that much within its own limits; else another state-owned enterprise
of the seller's own group, which pays from outside the market as partners do. Either pays the appraised value (where the
fund's charter names a price, that price), or NAV where nothing is appraised, whatever the share is worth to itself.
Only a seller's first talks are pre-matched: if these come to nothing it looks for a buyer like any other.
"""

from __future__ import annotations

import numpy as np

from sfund_sim.ground.columns import MISSING
from sfund_sim.market.appraisal import still_holds
from sfund_sim.market.bidders import committed_of, limits
from sfund_sim.market.exits import Exit
from sfund_sim.market.market import Market
from sfund_sim.market.partners import is_partner, partners_of, would_exceed_cap
from sfund_sim.market.sheet import Told
from sfund_sim.market.world import Flags, Ints
from sfund_sim.scenario.rules import RuleBook
from sfund_sim.terms import BuyerKind, LpKind, Purpose
from sfund_sim.venue.settlement import Fees

_ENTERPRISES = (int(LpKind.CENTRAL_SOE), int(LpKind.LOCAL_SOE))


def are_prematched(market: Market, rules: RuleBook, told: Told, met: Ints) -> Flags:
    """Which sellers have somebody who stands ready for the talks that they might begin now [sellers]."""
    share = rules.agreement.prematched_share
    if not share:
        return np.zeros(met.size, np.bool_)
    found = market.streams.uniform(Purpose.PREMATCHED, told.key) < share
    return np.asarray(found & (told.is_state == 1) & (met == MISSING))


def price_ready(market: Market, exit: Exit, day: int, rules: RuleBook) -> float:
    """What is paid in pre-matched talks that end on a day: the charter's price, else the appraised value, or NAV."""
    nav, *_, charter = market.sheet.of(exit)
    if charter != MISSING:
        return charter
    is_appraised = still_holds(exit.appraisal, exit.appraised_on, day, rules.state_assets)
    return float(exit.appraisal) if is_appraised else nav


def who_stands_ready(
    market: Market, exit: Exit, day: int, rules: RuleBook, fees: Fees, suits: Flags, pick: float
) -> int:
    """The investor that takes the share of a seller with such talks; MISSING when the fund has no room.

    ``suits`` [buyers] says whom the share suits who may buy it, ``pick`` is the uniform that chooses.
    """
    buyers, value = market.buyers, price_ready(market, exit, day, rules)
    who = (suits & (buyers.kind == BuyerKind.STATE_S_FUND)).nonzero()[0]
    shares = market.sheet.shares(market.sheet.rows([exit]).repeat(who.size))
    committed = committed_of(market, who, np.full(who.size, exit.fund))
    able = limits(market, shares, who, buyers.told_cash[who], committed, fees) >= value
    candidates = (market.first_buyer + who[able]).tolist() or _enterprises(market, exit)
    if not candidates:
        return MISSING
    chosen: int = candidates[int(pick * len(candidates))]
    return MISSING if would_exceed_cap(market, exit, chosen, rules) else chosen


def _enterprises(market: Market, exit: Exit) -> list[int]:
    """State-owned enterprises but the seller, and but those that want to leave the fund themselves."""
    staying = set(partners_of(market, exit))
    found: list[int] = np.isin(market.lps.kind, _ENTERPRISES).nonzero()[0].tolist()
    return [lp for lp in found if lp != exit.lp and (lp in staying or not is_partner(market, exit.fund, lp))]
