"""Directed disclosure: whom the venue chooses for an offer, and who of them would take it up.

The venue chooses by what buyers told it last (``Market.hear_from_buyers``), so the offers of a stretch of days are
decided together, and it does not matter which is entered first. Whether a buyer has the cash and the people to take an
offer up is looked at offer by offer, after what it has taken up already (``bidders.engage``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from sfund_sim.ground.columns import rows_of
from sfund_sim.ground.money import FEN_PER_YUAN, YUAN_PER_UNIT
from sfund_sim.ground.streams import further, normal_of, uniform_of
from sfund_sim.market.listings import Listing
from sfund_sim.market.market import Market
from sfund_sim.market.world import Flags, Floats, Ints, Keys
from sfund_sim.scenario.rules import RuleBook, Venue
from sfund_sim.terms import Purpose
from sfund_sim.venue.disclosure import DisclosureRule

_CHANCES = Purpose.INVITATION, Purpose.ENGAGEMENT, Purpose.READINESS


Keen = list[tuple[int, int]]
"""Buyers who would take an offer up, and after how many working days each would be ready to bid."""


class Prospects(NamedTuple):
    """One offer as its venue and the invited see it on its day."""

    shown: Ints
    """Numbers of the investors who see the offer."""
    keen: Keen
    """Those of them who would take it up."""


def wants(market: Market, fund: Ints, units: Ints, day: Ints) -> Flags:
    """Whose mandate so many units of a fund fit on a day: strategy, age, kind of GP, size; [funds told, buyers]."""
    nav = market.funds.nav_published[fund] * units * FEN_PER_YUAN
    return market.mandates.suits(fund, day - market.funds.vintage[fund], nav)


def brief_openings(market: Market, listings: list[Listing], days: list[int]) -> list[Prospects]:
    """Prospects of offers that will open on these days, as long as neither NAV, rules nor what buyers tell change."""
    told = [(each.exit.fund, each.exit.units, each.exit.key, each.round) for each in listings]
    fund, units, key, round = np.array(told, np.int64).T
    suits, starts = wants(market, fund, units, np.array(days)), market.streams.starts(*_CHANCES)[:, None]
    states = further(further(starts, key.view(np.uint64)), round.view(np.uint64))
    draws = uniform_of(further(states[0][:, None], market.buyers.key))
    books = [market.rules_today(listing) for listing in listings]
    offers = list(zip(listings, books, days, strict=True))
    eligible = np.array([_may_be_shown(market, *offer) for offer in offers])
    venues = [market.dealing(listing, book) for listing, book, _ in offers]
    chosen = np.empty_like(suits)
    for same in _under_one_rule(venues):
        rule = market.mandates.chooser(venues[same[0]].disclosure)
        needed = [listings[place].floor + market.unfunded_of(listings[place].exit) for place in same]
        chosen[same] = _choose(market, rule, needed, eligible[same], suits[same], draws[same])
    ends, shown = np.count_nonzero(chosen, axis=1).cumsum().tolist(), market.first_buyer + chosen.nonzero()[1]
    each_shown = [shown[start:end] for start, end in pairwise([0, *ends])]
    return list(rows_of(Prospects, each_shown, _keen(market, chosen & suits, states[1:])))


def _keen(market: Market, asked: Flags, states: Keys) -> list[Keen]:
    """Who would take each offer up of those whom it is shown to and suits [offers, buyers].

    ``states`` [2, offers] are where the draws of engagement and readiness begin.
    """
    buyers, (offer, who) = market.buyers, asked.nonzero()
    engages, is_ready = further(states[:, offer], buyers.key[who])
    some = (uniform_of(engages) < buyers.engagement[who]).nonzero()[0]
    offer, who, spread = offer[some], who[some], normal_of(is_ready[some])
    due = np.maximum(np.ceil(buyers.readiness_days[who] * np.exp(buyers.readiness_log_sd[who] * spread)), 1.0)
    keen = list(zip(who.tolist(), due.astype(np.int64).tolist(), strict=True))
    ends = np.bincount(offer, minlength=len(asked)).cumsum().tolist()
    return [keen[start:end] for start, end in pairwise([0, *ends])]


def _may_be_shown(market: Market, listing: Listing, rules: RuleBook, day: int) -> Flags:
    """Who may be shown an offer on a day: those who may buy it there and are members, or of a linked venue [buyers]."""
    exit = listing.exit
    may = eligible_at(market, market.venue_rules(exit.venue, rules), exit.units, day)
    members = market.memberships.who_sees(exit.venue, rules)
    return may if members is None else may & members


def eligible_at(market: Market, venue: Venue, units: int, day: int) -> Flags:
    """Who may buy so many units through a venue on a day: those founded by then who qualify [buyers].

    Nobody may when the commitment that goes with the units is below the least amount a fund (P-BJ11).
    """
    rule = venue.suitability
    may = market.mandates.qualified(rule, day)
    return may if units * YUAN_PER_UNIT >= rule.ticket_cny else np.zeros_like(may)


def _under_one_rule(venues: list[Venue]) -> Iterable[list[int]]:
    """Places of offers, those under the same rule of disclosure together."""
    places: defaultdict[int, list[int]] = defaultdict(list)
    for place, venue in enumerate(venues):
        places[id(venue.disclosure)].append(place)
    return places.values()


def _choose(
    market: Market, rule: DisclosureRule, needed: list[float], eligible: Flags, suits: Flags, draws: Floats
) -> Flags:
    """Who is shown each of these offers, all under one rule; arrays [offers, buyers].

    Best fit whom the share suits and who has what is ``needed``, its floor and unfunded commitment (fen); who has it
    many times over fits no better. If the richest did, every offer would be shown to the same few, who are soon too
    busy to look.
    """
    pays = np.minimum(market.buyers.told_cash / np.maximum(needed, 1.0)[:, None], 1.0)
    fit, activity = suits * (1.0 + pays), np.broadcast_to(market.buyers.told_purchases, suits.shape)
    chosen = rule.choose(eligible.T, fit.T, activity.T, draws.T).T
    if (chosen > eligible).any():
        raise AssertionError("an offer was shown to a buyer who is not qualified")
    return chosen
