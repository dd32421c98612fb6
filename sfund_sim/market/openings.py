"""Directed disclosure: whom the venue chooses for an offer, and who of them would take it up.

The venue decides on all offers that open on one day at once, by what it knows of buyers when the first of them opens;
so it does not matter which is entered first. Whether a buyer has the cash and the people to take an offer up is looked
at offer by offer, after what it has taken up already (``bidders.engage``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeVar

import numpy as np

from sfund_sim.ground.money import FEN_PER_YUAN, YUAN_PER_UNIT
from sfund_sim.ground.streams import further, normal_of, uniform_of
from sfund_sim.market.listings import Listing
from sfund_sim.market.market import Market
from sfund_sim.market.world import Flags, Floats, Ints, Keys
from sfund_sim.scenario.rules import Venue
from sfund_sim.terms import Purpose
from sfund_sim.venue.disclosure import DisclosureRule

Offer = TypeVar("Offer", int, Listing)
_CHANCES = Purpose.INVITATION, Purpose.ENGAGEMENT, Purpose.READINESS


Keen = list[tuple[int, int]]
"""Buyers who would take an offer up if they see it, and after how many working days each would be ready to bid."""


class Prospects(NamedTuple):
    """One offer as its venue and the invited see it."""

    shown: Ints
    """Buyers who see the offer."""
    keen: Keen
    """Those of them who would take it up."""


class Brief(NamedTuple):
    """What can be told of an offer before its day; arrays [buyers]."""

    rule: DisclosureRule
    """By which its venue chooses the invited."""
    eligible: Flags
    """Who may be shown it."""
    suits: Flags
    """Whose mandate it fits."""
    draws: Floats
    """Uniforms by which the venue chooses where nothing else decides."""
    keen: Keen
    foreseen: Prospects | None
    """Who will see it, where that does not rest on what buyers have and do until then."""


def wants(market: Market, fund: Ints, units: Ints, day: Ints) -> Flags:
    """Whose mandate so many units of a fund fit on a day: strategy, age, kind of GP, size; [funds told, buyers]."""
    nav = market.funds.nav_published[fund] * units * FEN_PER_YUAN
    return market.mandates.suits(fund, day - market.funds.vintage[fund], nav)


def brief_openings(market: Market, listings: list[Listing], days: list[int]) -> list[Brief]:
    """Briefs of offers that will open on these days, as long as no fund's NAV moves."""
    told = [(each.exit.fund, each.exit.units, each.exit.key, each.round) for each in listings]
    fund, units, key, round = np.array(told, np.int64).T
    suits, starts = wants(market, fund, units, np.array(days)), market.streams.starts(*_CHANCES)[:, None]
    states = further(further(starts, key.view(np.uint64)), round.view(np.uint64))
    draws = uniform_of(further(states[0][:, None], market.buyers.key))
    venues = [market.venue_today(listing) for listing in listings]
    eligible = [_eligible(market, *each) for each in zip(listings, venues, days, strict=True)]
    rules = [market.mandates.chooser(venue.disclosure) for venue in venues]
    columns = rules, eligible, suits, draws, _keen(market, suits, states[1:])
    briefs = [Brief(*each, foreseen=None) for each in zip(*columns, strict=True)]
    for group in _by_rule(zip(range(len(briefs)), briefs, strict=True)):
        for place, seen in _foreseen(group):
            briefs[place] = briefs[place]._replace(foreseen=seen)
    return briefs


def _keen(market: Market, suits: Flags, states: Keys) -> list[Keen]:
    """Who would take each offer up; ``states`` [2, offers] are where the draws of engagement and readiness begin."""
    keen: list[Keen] = [[] for _ in suits]
    buyers, (offer, who) = market.buyers, suits.nonzero()
    engages, is_ready = further(states[:, offer], buyers.key[who])
    some = (uniform_of(engages) < buyers.engagement[who]).nonzero()[0]
    offer, who, spread = offer[some], who[some], normal_of(is_ready[some])
    due = np.maximum(np.ceil(buyers.readiness_days[who] * np.exp(buyers.readiness_log_sd[who] * spread)), 1.0)
    for place, buyer, days in zip(offer.tolist(), who.tolist(), due.astype(np.int64).tolist(), strict=True):
        keen[place].append((buyer, days))
    return keen


def _eligible(market: Market, listing: Listing, venue: Venue, day: int) -> Flags:
    """Only those may be shown an offer who are founded and qualify [buyers].

    Nobody may when the commitment that goes with the units is below the least amount a fund (P-BJ11).
    """
    rule = venue.suitability
    may = market.mandates.qualified(rule, day)
    return may if listing.exit.units * YUAN_PER_UNIT >= rule.ticket_cny else np.zeros_like(may)


def _by_rule(offers: Iterable[tuple[Offer, Brief]]) -> Iterable[list[tuple[Offer, Brief]]]:
    """Offers with their briefs, those under one rule of disclosure together."""
    groups: defaultdict[int, list[tuple[Offer, Brief]]] = defaultdict(list)
    for offer, brief in offers:
        groups[id(brief.rule)].append((offer, brief))
    return groups.values()


def _foreseen(group: list[tuple[int, Brief]]) -> Iterator[tuple[int, Prospects]]:
    """Prospects of those offers, by place, of which the choice is settled already."""
    rule, eligible, suits, draws = _columns([brief for _, brief in group])
    some = rule.is_foreseeable(np.count_nonzero(eligible & suits, axis=1)).nonzero()[0]
    if some.size:
        fit = suits[some].astype(np.float64)
        chosen = _choose(rule, eligible[some], fit, np.zeros((fit.shape[1], 1)), draws[some])
        for number, row in zip(some.tolist(), chosen, strict=True):
            place, brief = group[number]
            yield place, _seen(brief, row)


def prospects(market: Market, listings: list[Listing], briefs: list[Brief]) -> dict[int, Prospects]:
    """Prospects of offers that open today, by number of the listing; those under the same rules in one matrix."""
    seen = {each.number: brief.foreseen for each, brief in zip(listings, briefs, strict=True) if brief.foreseen}
    rest = (each for each in zip(listings, briefs, strict=True) if each[0].number not in seen)
    for group in _by_rule(rest):
        for (listing, brief), row in zip(group, _chosen(market, group), strict=True):
            seen[listing.number] = _seen(brief, row)
    return seen


def _chosen(market: Market, offers: list[tuple[Listing, Brief]]) -> Flags:
    """Who is shown each offer [offers, buyers]."""
    rule, eligible, suits, draws = _columns([brief for _, brief in offers])
    cash = np.maximum(market.free_cash(), 0.0)
    fit = cash + np.array([[max(listing.floor, 1.0)] for listing, _ in offers])
    np.divide(cash, fit, out=fit)
    fit += 1.0
    fit *= suits
    return _choose(rule, eligible, fit, market.buyers.purchases[:, None].astype(np.float64), draws)


def _columns(briefs: list[Brief]) -> tuple[DisclosureRule, Flags, Flags, Floats]:
    """What briefs under one rule say of each buyer, as matrices [offers, buyers]."""
    rule, eligible, suits, draws, *_ = zip(*briefs, strict=True)
    return rule[0], np.array(eligible), np.array(suits), np.array(draws)


def _choose(rule: DisclosureRule, eligible: Flags, fit: Floats, activity: Floats, draws: Floats) -> Flags:
    """Arrays [offers, buyers], ``activity`` [buyers, 1]."""
    chosen = rule.choose(eligible.T, fit.T, activity, draws.T).T
    if np.count_nonzero(chosen > eligible):
        raise AssertionError("an offer was shown to a buyer who is not qualified")
    return chosen


def _seen(brief: Brief, chosen: Flags) -> Prospects:
    sees = chosen.tobytes()
    return Prospects(chosen.nonzero()[0], [each for each in brief.keen if sees[each[0]]])
