"""Talks between a seller and somebody it knows: with whom, and what the share is worth to the other side.

Whom a seller meets rests on what buyers told last (``Market.hear_from_buyers``), and on the fund's partners. All talks
that end within one stretch of days are prepared together; when the fund has other partners since
(``Meeting.news``), the other side is looked for anew. What it can still pay is looked at when the two bargain, after
what it has paid already.
"""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

import numpy as np

from sfund_sim.ground.columns import MISSING, rows_of
from sfund_sim.market.exits import Exit
from sfund_sim.market.lookers import Looker
from sfund_sim.market.market import Market
from sfund_sim.market.openings import eligible_at, wants
from sfund_sim.market.partners import partners_of, within_cap
from sfund_sim.market.prematched import who_stands_ready
from sfund_sim.market.route import closing_venue
from sfund_sim.market.world import Flags
from sfund_sim.market.worth import partners_as_lookers, worth
from sfund_sim.scenario.rules import RuleBook, Venue
from sfund_sim.terms import LpKind, Purpose
from sfund_sim.venue.settlement import NO_FEES

_PICK_AND_KIND = np.array([[1, 2]])
"""Last part of the addresses that say which of all candidates a seller meets, and of what kind they are."""


class Talk(NamedTuple):
    """A seller's talks that come to an end."""

    exit: Exit
    rules: RuleBook


class Meeting(NamedTuple):
    """The other side of talks."""

    investor: int
    """MISSING when nobody fits."""
    worth: float
    """What the share is worth to it, fen."""
    news: int
    """The fund's ``Market.news`` when this was worked out."""


def brief_talks(market: Market, talks: list[Talk], days: list[int]) -> list[Meeting]:
    """Whom sellers meet when their talks end on these days, as long as neither NAV nor what buyers tell changes.

    Talks of sellers who have left meanwhile are nobody's business any more.
    """
    told = [(talk.exit.key, talk.exit.met, talk.exit.fund, talk.exit.units) for talk in talks]
    key, met_in, fund, units = np.array(told, np.int64).T
    pick, kind = market.streams.uniform(Purpose.COUNTERPARTY, key[:, None], met_in[:, None], _PICK_AND_KIND).T
    partner, when = kind < market.scenario.population.co_partners.counterparty_share, np.array(days)
    buyers = market.buyers
    suits = (buyers.founded <= when[:, None]) & (buyers.told_cash >= buyers.ticket_min)
    suits &= wants(market, fund, units, when)
    venues = [closing_venue(market, talk.exit, talk.rules) for talk in talks]
    for place, venue in enumerate(venues):
        if venue:
            suits[place] &= eligible_at(market, venue, talks[place].exit.units, days[place])
    columns = talks, days, venues, pick.tolist(), partner.tolist(), suits
    met = [_whom(market, *each) for each in zip(*columns, strict=True)]
    news = [market.news.get(each, 0) for each in fund.tolist()]
    return list(rows_of(Meeting, met, _worths(market, talks, met), news))


def meet_now(market: Market, talk: Talk) -> Meeting:
    """Whom a seller meets whose talks end today: as it was prepared, or anew when the fund has other partners now."""
    meeting = market.dockets.talks.answer(market.today, talk.exit.number)
    if meeting.news == market.news.get(talk.exit.fund, 0):
        return meeting
    return brief_talks(market, [talk], [market.today])[0]


def _whom(market: Market, talk: Talk, day: int, venue: Venue | None, pick: float, partner: bool, suits: Flags) -> int:
    """Whom a seller meets: one of the partners of its fund, or of the buyers whom the share suits."""
    if talk.exit.number not in market.selling:
        return MISSING
    if talk.exit.prematched:
        fees = venue.fees if venue else NO_FEES
        return who_stands_ready(market, talk.exit, day, talk.rules, fees, suits, pick)
    if partner:
        candidates, first = _partners_met(market, talk.exit, venue), 0
    else:
        candidates = within_cap(market, talk.exit, suits.nonzero()[0].tolist(), talk.rules)
        first = market.first_buyer
    return first + candidates[int(pick * len(candidates))] if candidates else MISSING


def _partners_met(market: Market, exit: Exit, venue: Venue | None) -> list[int]:
    """Partners who may be met: no natural person where the sale closes at a venue for institutions only."""
    partners = partners_of(market, exit)
    if venue is None or not venue.suitability.institutions_only:
        return partners
    return [partner for partner in partners if market.lps.kind[partner] != LpKind.INDIVIDUAL]


def _worths(market: Market, talks: list[Talk], met: list[int]) -> list[float]:
    """What each share is worth to the investor whom its seller meets; buyers without rivals ask for more."""
    value, first = [0.0] * len(met), market.first_buyer
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for place in sorted(range(len(met)), key=met.__getitem__):
        if met[place] != MISSING:
            groups[id(talks[place].rules)].append(place)
    for places in groups.values():
        rules, who = talks[places[0]].rules, np.array([met[place] for place in places])
        partners = who.searchsorted(first)
        lookers = Looker.join(
            partners_as_lookers(market, who[:partners]),
            market.lookers.of(who[partners:] - first, extra_return=rules.agreement.lone_buyer_irr),
        )
        shares = market.sheet.shares(market.sheet.rows([talks[place].exit for place in places]))
        for place, fen in zip(places, worth(market, shares, lookers).tolist(), strict=True):
            value[place] = fen
    return value
