"""Partners of a fund: who else is one, and how many it may have (Partnership Enterprise Law 2006, Art. 61)."""

from __future__ import annotations

from itertools import compress
from typing import NamedTuple

from sfund_sim.market.exits import Exit
from sfund_sim.market.market import Market
from sfund_sim.scenario.rules import RuleBook


class Partners(NamedTuple):
    """Who holds shares of a fund, in the order of their numbers."""

    news: int
    """The fund's ``Market.news`` when this was looked up."""
    everybody: list[int]
    """LPs and buyers."""
    staying: list[int]
    """LPs that do not want to sell shares of this fund themselves."""


def partners_of(market: Market, exit: Exit) -> list[int]:
    """The other LPs in the fund, in the order of their numbers, but for those who want to leave it themselves."""
    return [owner for owner in _looked_up(market, exit.fund).staying if owner != exit.lp]


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
    """All who hold shares of a fund, LPs and buyers, in the order of their numbers."""
    return _looked_up(market, fund).everybody


def _looked_up(market: Market, fund: int) -> Partners:
    """Who holds shares of a fund; found anew once one of its partners came, left, or began or ceased to sell."""
    news, known = market.news.get(fund, 0), market.partners.get(fund)
    if known is None or known.news != news:
        where, holdings = market.holdings.index.where(fund), market.holdings
        owners, on_sale = holdings.owner[where].tolist(), holdings.on_sale[where].tolist()
        everybody, leaving = sorted(set(owners)), set(compress(owners, on_sale))
        staying = [owner for owner in everybody if owner < market.first_buyer and owner not in leaving]
        known = market.partners[fund] = Partners(news, everybody, staying)
    return known


def _leaves(market: Market, exit: Exit) -> bool:
    """Is the seller no partner any more once it has sold?"""
    whole = exit.units == int(market.holdings.units[exit.holding])
    owners = market.holdings.owner[market.holdings.index.where(exit.fund)]
    return whole and int((owners == exit.lp).sum()) == 1
