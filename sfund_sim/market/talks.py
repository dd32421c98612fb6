"""Talks between a seller and somebody it knows: with whom, and what the share is worth to the other side.

The mandates of all buyers and the worth to the likely counterparty are reckoned for all talks of one day at once; who
it really is depends on cash and partners at that moment (``counterparty`` looks, talk by talk).
"""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

import numpy as np

from sfund_sim.ground.columns import MISSING
from sfund_sim.market.bidders import partners_of
from sfund_sim.market.exits import Exit
from sfund_sim.market.market import Market
from sfund_sim.market.openings import wants
from sfund_sim.market.world import Flags, Ints
from sfund_sim.market.worth import Looker, buyers_as_lookers, partners_as_lookers, worth
from sfund_sim.scenario.rules import RuleBook
from sfund_sim.terms import Purpose


class Talk(NamedTuple):
    """A seller's talks that come to an end."""

    exit: Exit
    rules: RuleBook


class Prospect(NamedTuple):
    """What can be said beforehand of one talk."""

    suited: Flags
    """[buyers] founded, and the share fits the mandate."""
    pick: float
    """Uniform that picks the counterparty among those who can buy."""
    partner: bool
    """Is it a partner of the same fund?"""
    investor: int
    """The likely counterparty; MISSING for none."""
    worth: float
    """What the share is worth to it, fen."""


def prospects_of_talks(market: Market, talks: list[Talk]) -> dict[int, Prospect]:
    """Prospects of today's talks by number of the exit; those under the same rules in one matrix."""
    groups: defaultdict[int, list[Talk]] = defaultdict(list)
    for talk in talks:
        groups[id(talk.rules)].append(talk)
    return {number: prospect for group in groups.values() for number, prospect in _of_group(market, group).items()}


def counterparty(market: Market, exit: Exit, rules: RuleBook) -> tuple[int, float]:
    """Who the seller talks to at this moment, and what the share is worth to it, fen; MISSING when nobody fits."""
    prospect = market.talks.answer(market.today, exit.number)
    investor = _who(market, exit, rules, prospect.suited, prospect.pick, prospect.partner)
    if investor == prospect.investor or investor == MISSING:
        return investor, prospect.worth
    return investor, float(worth(market, [exit], _as_lookers(market, np.array([investor]), rules), rules)[0])


def _of_group(market: Market, group: list[Talk]) -> dict[int, Prospect]:
    rules, exits = group[0].rules, [talk.exit for talk in group]
    keys = np.array([exit.key for exit in exits], np.uint64)[:, None]
    reviews = np.array([exit.reviews for exit in exits])[:, None]
    pick, kind = market.streams.uniform(Purpose.COUNTERPARTY, keys, reviews, np.array([[1, 2]])).T.tolist()
    share = market.scenario.population.co_partners.counterparty_share
    partner = [drawn < share for drawn in kind]
    fund, units = np.array([exit.fund for exit in exits]), np.array([exit.units for exit in exits])
    suited = wants(market, fund, units) & (market.buyers.founded <= market.today)
    who = [_who(market, exit, rules, suited[i], pick[i], partner[i]) for i, exit in enumerate(exits)]
    met = [i for i, investor in enumerate(who) if investor != MISSING]
    value = np.zeros(len(who))
    if met:
        lookers = _as_lookers(market, np.array([who[i] for i in met]), rules)
        value[met] = worth(market, [exits[i] for i in met], lookers, rules)
    columns = zip(suited, pick, partner, who, value.tolist(), strict=True)
    return {exit.number: Prospect(*row) for exit, row in zip(exits, columns, strict=True)}


def _who(market: Market, exit: Exit, rules: RuleBook, suited: Flags, pick: float, partner: bool) -> int:
    if partner:
        partners = partners_of(market, exit)
        return int(partners[int(pick * partners.size)]) if partners.size else MISSING
    known = (suited & (market.free_cash() >= market.buyers.ticket_min)).nonzero()[0]
    known = known[market.within_cap(exit, known, rules)]
    return market.first_buyer + int(known[int(pick * known.size)]) if known.size else MISSING


def _as_lookers(market: Market, investors: Ints, rules: RuleBook) -> Looker:
    """Partners and buyers together, each in its own way."""
    first = market.first_buyer
    buys = investors >= first
    buyers = buyers_as_lookers(market, investors[buys] - first, extra_return=rules.agreement.lone_buyer_irr)
    partners = partners_as_lookers(market, investors[~buys])
    joined = Looker(*(np.concatenate(columns) for columns in zip(partners, buyers, strict=True)))
    return joined.at(np.argsort(np.argsort(buys, kind="stable"), kind="stable"))
