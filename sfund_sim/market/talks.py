"""Talks between a seller and somebody it knows: with whom, and what the share is worth to the other side.

All talks that come to an end on one day are looked at together, when the first of them ends: who has the mandate and
the cash, whom the seller meets. What the share is worth to the other side was worked out before, for whom the seller
would have met then; seldom it is another one now. What the other side can still pay is looked at when the two bargain,
after what it has paid already.
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


class Counterparty(NamedTuple):
    """The other side."""

    investor: int
    """MISSING when nobody fits."""
    worth: float
    """What the share is worth to it, fen."""


NOBODY = Counterparty(MISSING, 0.0)


class Meeting(NamedTuple):
    """What can be told beforehand of whom a seller meets when its talks end."""

    pick: float
    """Uniform that says which of all candidates it is."""
    partner: bool
    """Is it a partner of the fund?"""
    suits: Flags
    """Buyers whose mandate the share fits [buyers]."""
    expected: Counterparty
    """The other side if partners and buyers' cash stay as they are."""


def brief_talks(market: Market, talks: list[Talk], days: list[int]) -> list[Meeting]:
    """Whom sellers may meet when their talks end on these days, and whom they would meet now.

    Talks of sellers who have left meanwhile are nobody's business any more.
    """
    told = [(talk.exit.key, talk.exit.reviews, talk.exit.fund, talk.exit.units) for talk in talks]
    key, reviews, fund, units = np.array(told, np.int64).T
    pick, kind = market.streams.uniform(Purpose.COUNTERPARTY, key[:, None], reviews[:, None], _PICK_AND_KIND).T
    partner = kind < market.scenario.population.co_partners.counterparty_share
    columns = pick.tolist(), partner.tolist(), wants(market, fund, units, np.array(days))
    meetings, able = [Meeting(*each, NOBODY) for each in zip(*columns, strict=True)], _able(market)
    places = [place for place, talk in enumerate(talks) if talk.exit.number in market.selling]
    now = [(talks[place], _whom(market, talks[place], meetings[place], able)) for place in places]
    for place, expected in zip(places, _other_sides(market, now), strict=True):
        meetings[place] = meetings[place]._replace(expected=expected)
    return meetings


def counterparties(market: Market, talks: list[Talk], meetings: list[Meeting]) -> list[Counterparty]:
    """The other sides of today's talks: mostly those that were expected."""
    able, sides = _able(market), [meeting.expected for meeting in meetings]
    others: list[tuple[int, Talk, int]] = []
    for place, (talk, meeting) in enumerate(zip(talks, meetings, strict=True)):
        if talk.exit.number in market.selling:
            investor = _whom(market, talk, meeting, able)
            if investor != meeting.expected.investor:
                others.append((place, talk, investor))
    found = _other_sides(market, [(talk, investor) for _, talk, investor in others])
    for (place, _, _), side in zip(others, found, strict=True):
        sides[place] = side
    return sides


def _able(market: Market) -> Flags:
    """Which buyers are founded and have the cash for their smallest ticket."""
    return np.asarray((market.buyers.founded <= market.today) & (market.free_cash() >= market.buyers.ticket_min))


def _whom(market: Market, talk: Talk, meeting: Meeting, able: Flags) -> int:
    """Whom a seller meets: a partner of its fund or a buyer, one of those who come into question."""
    if meeting.partner:
        candidates = partners_of(market, talk.exit)
    else:
        known = (meeting.suits & able).nonzero()[0]
        candidates = market.first_buyer + known[within_cap(market, talk.exit, known, talk.rules)]
    return candidates.item(int(meeting.pick * candidates.size)) if candidates.size else MISSING


def _other_sides(market: Market, met: list[tuple[Talk, int]]) -> list[Counterparty]:
    """The investors whom sellers meet, with what the share is worth to each; buyers without rivals ask for more."""
    value, first = [0.0] * len(met), market.first_buyer
    groups: defaultdict[tuple[int, bool], list[int]] = defaultdict(list)
    for place, (talk, investor) in enumerate(met):
        if investor != MISSING:
            groups[id(talk.rules), investor >= first].append(place)
    for (_, buys), places in groups.items():
        rules, who = met[places[0]][0].rules, np.array([met[place][1] for place in places])
        extra = rules.agreement.lone_buyer_irr
        lookers = market.lookers.of(who - first, extra_return=extra) if buys else partners_as_lookers(market, who)
        worths = worth(market, [met[place][0].exit for place in places], lookers, rules)
        for place, fen in zip(places, worths.tolist(), strict=True):
            value[place] = fen
    return [Counterparty(investor, fen) for (_, investor), fen in zip(met, value, strict=True)]
