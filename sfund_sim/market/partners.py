"""Partners of a fund: who else is one, and how many it may have (Partnership Enterprise Law 2006, Art. 61)."""

from __future__ import annotations

import numpy as np

from sfund_sim.market.exits import Exit
from sfund_sim.market.market import Market
from sfund_sim.market.world import Flags, Ints
from sfund_sim.scenario.rules import RuleBook


def partners_of(market: Market, exit: Exit) -> Ints:
    """The other LPs in the fund, in the order of their numbers."""
    owners = set(_owners(market, exit.fund).tolist()) - {exit.lp}
    return np.array(sorted(owner for owner in owners if owner < market.first_buyer), np.int64)


def is_partner(market: Market, fund: int, investor: int) -> bool:
    """Does an investor hold a share of the fund?"""
    return investor in _owners(market, fund).tolist()


def has_room(market: Market, exit: Exit, rules: RuleBook) -> bool:
    """May the fund surely have one more partner, whoever it is? It has no more partners than holdings."""
    return market.holdings.index.count(exit.fund) < rules.partnership.partner_cap


def would_exceed_cap(market: Market, exit: Exit, investor: int, rules: RuleBook) -> bool:
    """Would the fund have more partners than allowed if this investor bought what is for sale?"""
    if has_room(market, exit, rules):
        return False
    owners = _owners(market, exit.fund)
    comes = not (owners == investor).any()
    return bool(np.unique(owners).size - _leaves(market, exit, owners) + comes > rules.partnership.partner_cap)


def within_cap(market: Market, exit: Exit, who: Ints, rules: RuleBook) -> Flags:
    """Which of these buyers' purchase would not give the fund too many partners? [who]."""
    if has_room(market, exit, rules):
        return np.ones(who.size, bool)
    cap, owners = rules.partnership.partner_cap, _owners(market, exit.fund)
    others = np.unique(owners).size - _leaves(market, exit, owners)
    if others < cap:
        return np.ones(who.size, bool)
    return np.isin(market.first_buyer + who, owners) & (others == cap)


def _owners(market: Market, fund: int) -> Ints:
    """Owners of a fund's holdings, one holding after another."""
    return market.holdings.owner[market.holdings.index.where(fund)]


def _leaves(market: Market, exit: Exit, owners: Ints) -> bool:
    """Is the seller no partner any more once it has sold?"""
    whole = exit.units == int(market.holdings.units[exit.holding])
    return whole and int((owners == exit.lp).sum()) == 1
