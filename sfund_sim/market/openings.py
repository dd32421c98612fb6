"""Directed disclosure: whom the venue chooses for an offer, and who of them would take it up.

The venue decides on all offers that open on one day at once, by what it knows of buyers when the first of them opens;
so it does not matter which is entered first. Whether a buyer has the cash and the people to take an offer up is looked
at offer by offer, after what it has taken up already (``bidders.engage``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from sfund_sim.ground.money import FEN_PER_YUAN, YUAN_PER_UNIT
from sfund_sim.ground.streams import further, normal_of, uniform_of
from sfund_sim.market.listings import Listing
from sfund_sim.market.market import Market
from sfund_sim.market.world import Flags, Floats, Ints, Keys
from sfund_sim.scenario.rules import Venue
from sfund_sim.terms import Purpose
from sfund_sim.venue.disclosure import DisclosureRule

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
    eligible = np.array([_eligible(market, *each) for each in zip(listings, venues, days, strict=True)])
    rules, keen = [market.mandates.chooser(venue.disclosure) for venue in venues], _keen(market, suits, states[1:])
    seen: list[Prospects | None] = [None] * len(listings)
    for same in _under_one_rule(enumerate(rules)):
        rule = rules[same[0]]
        some = np.array(same)[rule.is_foreseeable(np.count_nonzero(eligible[same] & suits[same], axis=1))]
        if some.size:
            fit, idle = suits[some].astype(np.float64), np.zeros((len(market.buyers), 1))
            chosen = _choose(rule, eligible[some], fit, idle, draws[some])
            for place, row in zip(some.tolist(), chosen, strict=True):
                seen[place] = _seen(row, keen[place])
    return list(map(Brief, rules, eligible, suits, draws, keen, seen))


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


def _under_one_rule(rules: Iterable[tuple[int, DisclosureRule]]) -> Iterable[list[int]]:
    """Places of offers, those under the same rule of disclosure together."""
    places: defaultdict[int, list[int]] = defaultdict(list)
    for place, rule in rules:
        places[id(rule)].append(place)
    return places.values()


def prospects(market: Market, listings: list[Listing], briefs: list[Brief]) -> list[Prospects]:
    """Prospects of offers that open today; those under the same rules in one matrix."""
    seen = {place: brief.foreseen for place, brief in enumerate(briefs) if brief.foreseen is not None}
    open_ones = [(place, brief.rule) for place, brief in enumerate(briefs) if brief.foreseen is None]
    for same in _under_one_rule(open_ones):
        chosen = _chosen(market, [listings[place] for place in same], [briefs[place] for place in same])
        for place, row in zip(same, chosen, strict=True):
            seen[place] = _seen(row, briefs[place].keen)
    return [seen[place] for place in range(len(briefs))]


def _chosen(market: Market, listings: list[Listing], briefs: list[Brief]) -> Flags:
    """Who is shown each of these offers, all under one rule; [offers, buyers]."""
    (rule, *_), eligible, suits, draws, *_ = zip(*briefs, strict=True)
    cash, activity = np.maximum(market.free_cash(), 0.0), market.buyers.purchases.astype(np.float64)
    fit = cash + np.array([[max(listing.floor, 1.0)] for listing in listings])
    np.divide(cash, fit, out=fit)
    fit += 1.0
    fit *= suits
    return _choose(rule, np.array(eligible), fit, activity[:, None], np.array(draws))


def _choose(rule: DisclosureRule, eligible: Flags, fit: Floats, activity: Floats, draws: Floats) -> Flags:
    """Arrays [offers, buyers], ``activity`` [buyers, 1]."""
    chosen = rule.choose(eligible.T, fit.T, activity, draws.T).T
    if np.count_nonzero(chosen > eligible):
        raise AssertionError("an offer was shown to a buyer who is not qualified")
    return chosen


def _seen(chosen: Flags, keen: Keen) -> Prospects:
    """Who of the keen is among those chosen [buyers]."""
    sees = chosen.tobytes()
    return Prospects(chosen.nonzero()[0], [each for each in keen if sees[each[0]]])
