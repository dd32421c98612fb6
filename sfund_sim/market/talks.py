"""Talks between a seller and somebody it knows: with whom, and what the share is worth to the other side.

All talks that come to an end on one day are looked at together, when the first of them ends: who has the mandate and
the cash, whom the seller meets, what the share is worth to it. What the other side can still pay is looked at when
the two bargain, after what it has paid already.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from sfund_sim.ground.columns import MISSING
from sfund_sim.market.exits import Exit
from sfund_sim.market.market import Market
from sfund_sim.market.openings import wants
from sfund_sim.market.partners import partners_of, within_cap
from sfund_sim.market.world import Flags
from sfund_sim.market.worth import partners_as_lookers, worth
from sfund_sim.scenario.rules import RuleBook
from sfund_sim.terms import Purpose

_PICK_AND_KIND = np.array([[1, 2]])
"""Last part of the addresses that say which of all candidates a seller meets, and of what kind they are."""


class Talk(NamedTuple):
    """A seller's talks that come to an end."""

    exit: Exit
    rules: RuleBook


class Meeting(NamedTuple):
    """What can be told beforehand of whom a seller meets when its talks end."""

    pick: float
    """Uniform that says which of all candidates it is."""
    partner: bool
    """Is it a partner of the fund?"""
    suits: Flags
    """Buyers whose mandate the share fits [buyers]."""


class Counterparty(NamedTuple):
    """The other side."""

    investor: int
    """MISSING when nobody fits."""
    worth: float
    """What the share is worth to it, fen."""


def brief_talks(market: Market, talks: list[Talk], days: list[int]) -> list[Meeting]:
    """Whom sellers may meet when their talks end on these days, as long as no fund's NAV moves."""
    told = [(talk.exit.key, talk.exit.reviews, talk.exit.fund, talk.exit.units) for talk in talks]
    key, reviews, fund, units = np.array(told, np.int64).T
    pick, kind = market.streams.uniform(Purpose.COUNTERPARTY, key[:, None], reviews[:, None], _PICK_AND_KIND).T
    partner = kind < market.scenario.population.co_partners.counterparty_share
    suits = wants(market, fund, units, np.array(days))
    return [Meeting(*each) for each in zip(pick.tolist(), partner.tolist(), suits, strict=True)]


def counterparties(market: Market, talks: list[Talk], meetings: list[Meeting]) -> dict[int, Counterparty]:
    """The other sides of today's talks by number of the exit; those under the same rules in one matrix.

    Talks of sellers who have left meanwhile are nobody's business any more.
    """
    able = (market.buyers.founded <= market.today) & (market.free_cash() >= market.buyers.ticket_min)
    groups: defaultdict[int, list[tuple[Exit, int]]] = defaultdict(list)
    rules = {id(talk.rules): talk.rules for talk in talks}
    for talk, meeting in zip(talks, meetings, strict=True):
        if talk.exit.number in market.selling:
            groups[id(talk.rules)].append((talk.exit, _whom(market, talk, meeting, able)))
    return {number: side for same, group in groups.items() for number, side in _sides(market, group, rules[same])}


def _whom(market: Market, talk: Talk, meeting: Meeting, able: Flags) -> int:
    """Whom a seller meets: a partner of its fund or a buyer, one of those who come into question."""
    if meeting.partner:
        candidates = partners_of(market, talk.exit)
    else:
        known = (meeting.suits & able).nonzero()[0]
        candidates = market.first_buyer + known[within_cap(market, talk.exit, known, talk.rules)]
    return candidates.item(int(meeting.pick * candidates.size)) if candidates.size else MISSING


def _sides(market: Market, group: list[tuple[Exit, int]], rules: RuleBook) -> Iterator[tuple[int, Counterparty]]:
    """Partners and buyers, each in its own way; buyers without rivals ask for more."""
    exits, who = [exit for exit, _ in group], np.array([investor for _, investor in group])
    value, first, extra = np.zeros(who.size), market.first_buyer, rules.agreement.lone_buyer_irr
    buyers, partners = (who >= first).nonzero()[0], ((who < first) & (who != MISSING)).nonzero()[0]
    if buyers.size:
        lookers = market.lookers.of(who[buyers] - first, extra_return=extra)
        value[buyers] = worth(market, [exits[i] for i in buyers.tolist()], lookers, rules)
    if partners.size:
        lookers = partners_as_lookers(market, who[partners])
        value[partners] = worth(market, [exits[i] for i in partners.tolist()], lookers, rules)
    for (exit, investor), fen in zip(group, value.tolist(), strict=True):
        yield exit.number, Counterparty(investor, fen)
