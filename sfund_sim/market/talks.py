"""Talks between a seller and somebody it knows: with whom, and what the share is worth to the other side.

All talks that come to an end on one day are looked at together, when the first of them ends: who has the mandate and
the cash, whom the seller meets, what the share is worth to it. What the other side can still pay is looked at when
the two bargain, after what it has paid already.
"""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

import numpy as np

from sfund_sim.ground.columns import MISSING
from sfund_sim.market.exits import Exit
from sfund_sim.market.market import Market
from sfund_sim.market.openings import wants
from sfund_sim.market.partners import partners_of, within_cap
from sfund_sim.market.world import Flags, Ints
from sfund_sim.market.worth import Looker, buyers_as_lookers, partners_as_lookers, worth
from sfund_sim.scenario.rules import RuleBook
from sfund_sim.terms import Purpose


class Talk(NamedTuple):
    """A seller's talks that come to an end."""

    exit: Exit
    rules: RuleBook


class Counterparty(NamedTuple):
    """The other side."""

    investor: int
    """MISSING when nobody fits."""
    worth: float
    """What the share is worth to it, fen."""


def counterparties(market: Market, talks: list[Talk]) -> dict[int, Counterparty]:
    """The other sides of today's talks by number of the exit; those under the same rules in one matrix."""
    groups: defaultdict[int, list[Talk]] = defaultdict(list)
    for talk in talks:
        groups[id(talk.rules)].append(talk)
    return {number: side for group in groups.values() for number, side in _of_group(market, group).items()}


def _of_group(market: Market, group: list[Talk]) -> dict[int, Counterparty]:
    rules, exits = group[0].rules, [talk.exit for talk in group]
    who = _who(market, exits, rules)
    met, value = np.flatnonzero(who != MISSING), np.zeros(who.size)
    if met.size:
        value[met] = worth(market, [exits[i] for i in met.tolist()], _as_lookers(market, who[met], rules), rules)
    sides = zip(exits, who.tolist(), value.tolist(), strict=True)
    return {exit.number: Counterparty(investor, worth) for exit, investor, worth in sides}


def _who(market: Market, exits: list[Exit], rules: RuleBook) -> Ints:
    """Whom each seller meets: a partner of its fund or a buyer, one of those who come into question; [exits]."""
    keys = np.array([exit.key for exit in exits], np.uint64)[:, None]
    reviews = np.array([exit.reviews for exit in exits])[:, None]
    pick, kind = market.streams.uniform(Purpose.COUNTERPARTY, keys, reviews, np.array([[1, 2]])).T
    partner = (kind < market.scenario.population.co_partners.counterparty_share).tolist()
    fund, units = np.array([exit.fund for exit in exits]), np.array([exit.units for exit in exits])
    able = (market.buyers.founded <= market.today) & (market.free_cash() >= market.buyers.ticket_min)
    suited = wants(market, fund, units) & able
    who = [
        _one_of(
            partners_of(market, exit) if partner[i] else _known_buyers(market, exit, rules, suited[i]), pick.item(i)
        )
        for i, exit in enumerate(exits)
    ]
    return np.array(who, np.int64)


def _known_buyers(market: Market, exit: Exit, rules: RuleBook, suited: Flags) -> Ints:
    known = suited.nonzero()[0]
    return market.first_buyer + known[within_cap(market, exit, known, rules)]


def _one_of(candidates: Ints, pick: float) -> int:
    return candidates.item(int(pick * candidates.size)) if candidates.size else MISSING


def _as_lookers(market: Market, investors: Ints, rules: RuleBook) -> Looker:
    """Partners and buyers together, each in its own way."""
    first = market.first_buyer
    buys = investors >= first
    buyers = buyers_as_lookers(market, investors[buys] - first, extra_return=rules.agreement.lone_buyer_irr)
    partners = partners_as_lookers(market, investors[~buys])
    joined = Looker(*(np.concatenate(columns) for columns in zip(partners, buyers, strict=True)))
    return joined.at(np.argsort(np.argsort(buys, kind="stable"), kind="stable"))
