"""Partners of a fund: who else is one, and how many it may have (Partnership Enterprise Law 2006, Art. 61)."""

from __future__ import annotations

from sfund_sim.market.exits import Exit
from sfund_sim.market.market import Market
from sfund_sim.market.world import Ints
from sfund_sim.scenario.rules import RuleBook


def partners_of(market: Market, exit: Exit) -> list[int]:
    """The other LPs in the fund, in the order of their numbers."""
    first_buyer, seller = market.first_buyer, exit.lp
    return [owner for owner in _partners(market, exit.fund) if owner < first_buyer and owner != seller]


def is_partner(market: Market, fund: int, investor: int) -> bool:
    """Does an investor hold a share of the fund?"""
    return investor in _partners(market, fund)


def _has_room(market: Market, exit: Exit, rules: RuleBook) -> bool:
    """May the fund surely have one more partner, whoever it is? It has no more partners than holdings."""
    return market.holdings.index.count(exit.fund) < rules.partnership.partner_cap


def would_exceed_cap(market: Market, exit: Exit, investor: int, rules: RuleBook) -> bool:
    """Would the fund have more partners than allowed if this investor bought what is for sale?"""
    if _has_room(market, exit, rules):
        return False
    partners = _partners(market, exit.fund)
    comes = investor not in partners
    return len(partners) - _leaves(market, exit) + comes > rules.partnership.partner_cap


def within_cap(market: Market, exit: Exit, who: list[int], rules: RuleBook) -> list[int]:
    """Those of some buyers whose purchase would not give the fund too many partners."""
    if _has_room(market, exit, rules):
        return who
    cap, partners = rules.partnership.partner_cap, _partners(market, exit.fund)
    others = len(partners) - _leaves(market, exit)
    if others < cap:
        return who
    return [buyer for buyer in who if others == cap and market.first_buyer + buyer in partners]


def _partners(market: Market, fund: int) -> list[int]:
    """All who hold shares of a fund, LPs and buyers, in the order of their numbers; found anew once some were sold."""
    moves, known = market.moves.get(fund, 0), market.partners.get(fund)
    if known is None or known[0] != moves:
        known = market.partners[fund] = moves, sorted(set(_owners(market, fund).tolist()))
    return known[1]


def _owners(market: Market, fund: int) -> Ints:
    """Owners of a fund's holdings, one holding after another."""
    return market.holdings.owner[market.holdings.index.where(fund)]


def _leaves(market: Market, exit: Exit) -> bool:
    """Is the seller no partner any more once it has sold?"""
    whole = exit.units == int(market.holdings.units[exit.holding])
    return whole and int((_owners(market, exit.fund) == exit.lp).sum()) == 1
