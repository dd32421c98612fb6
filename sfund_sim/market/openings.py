"""Directed disclosure: whom the venue chooses for an offer, and who of them would take it up.

The venue decides on all offers that open on one day at once, by what it knows of buyers when the first of them opens;
so it does not matter which is entered first. Whether a buyer has the cash and the people to take an offer up is looked
at offer by offer, after what it has taken up already (``bidders.engage``).
"""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

import numpy as np

from sfund_sim.ground.money import FEN_PER_YUAN, YUAN_PER_UNIT
from sfund_sim.ground.streams import further, normal_of, uniform_of
from sfund_sim.market.listings import Listing
from sfund_sim.market.market import Market
from sfund_sim.market.world import Flags, Floats, Ints
from sfund_sim.terms import Purpose


class Brief(NamedTuple):
    """What can be told of an offer before its day [buyers]."""

    eligible: Flags
    """Who may be shown it."""
    suits: Flags
    """Whose mandate it fits."""
    draws: Floats
    """Uniforms by which the venue chooses the invited where nothing else decides."""
    ready_after: Ints
    """Working days after which each would be ready to bid; 0 for those whom it does not suit or who are not keen."""


class Prospects(NamedTuple):
    """One offer as its venue and the invited see it when the day's offers open."""

    shown: Ints
    """Buyers who see the offer."""
    ready_after: list[int]
    """Working days after which each of these is ready to bid; 0 for those who would not take it up [shown]."""


def wants(market: Market, fund: Ints, units: Ints, day: Ints) -> Flags:
    """Whose mandate so many units of a fund fit on a day: strategy, age, kind of GP, size; [funds told, buyers]."""
    nav = market.funds.nav_published[fund] * units * FEN_PER_YUAN
    return market.mandates.suits(fund, day - market.funds.vintage[fund], nav)


def brief_openings(market: Market, listings: list[Listing], days: list[int]) -> list[Brief]:
    """Briefs of offers that will open on these days, as long as no fund's NAV moves."""
    told = [(each.exit.fund, each.exit.units, each.exit.key, each.round) for each in listings]
    fund, units, key, round = np.array(told, np.int64).T
    suits, buyers = wants(market, fund, units, np.array(days)), market.buyers
    starts = market.streams.starts(Purpose.INVITATION, Purpose.ENGAGEMENT, Purpose.READINESS)[:, None]
    states = further(further(starts, key.view(np.uint64)), round.view(np.uint64))
    draws, ready_after = uniform_of(further(states[0][:, None], buyers.key)), np.zeros(suits.shape, np.int64)
    offer, who = suits.nonzero()
    engages, is_ready = further(states[1:, offer], buyers.key[who])
    keen = (uniform_of(engages) < buyers.engagement[who]).nonzero()[0]
    offer, who, spread = offer[keen], who[keen], normal_of(is_ready[keen])
    due = np.ceil(buyers.readiness_days[who] * np.exp(buyers.readiness_log_sd[who] * spread))
    ready_after[offer, who] = np.maximum(due, 1.0)
    eligible = [_eligible(market, listing, day) for listing, day in zip(listings, days, strict=True)]
    return [Brief(*rows) for rows in zip(eligible, suits, draws, ready_after, strict=True)]


def _eligible(market: Market, listing: Listing, day: int) -> Flags:
    """Only those may be shown an offer who are founded and qualify [buyers].

    Nobody may when the commitment that goes with the units is below the least amount a fund (P-BJ11).
    """
    rule = market.venue_today(listing).suitability
    may = market.mandates.qualified(rule, day)
    return may if listing.exit.units * YUAN_PER_UNIT >= rule.ticket_cny else np.zeros_like(may)


def prospects(market: Market, listings: list[Listing], briefs: list[Brief]) -> dict[int, Prospects]:
    """Prospects of offers that open today, by number of the listing; those under the same rules in one matrix."""
    groups: defaultdict[int, list[tuple[Listing, Brief]]] = defaultdict(list)
    for listing, brief in zip(listings, briefs, strict=True):
        groups[id(market.venue_today(listing))].append((listing, brief))
    return {number: seen for group in groups.values() for number, seen in _of_group(market, group).items()}


def _of_group(market: Market, group: list[tuple[Listing, Brief]]) -> dict[int, Prospects]:
    chosen = _chosen(market, [listing for listing, _ in group], [brief for _, brief in group])
    return {listing.number: _seen(brief, shown) for (listing, brief), shown in zip(group, chosen, strict=True)}


def _seen(brief: Brief, chosen: Flags) -> Prospects:
    shown = chosen.nonzero()[0]
    return Prospects(shown, brief.ready_after[shown].tolist())


def _chosen(market: Market, listings: list[Listing], briefs: list[Brief]) -> Flags:
    """Who is shown each offer [offers, buyers]."""
    eligible, suits, draws = (np.array(rows) for rows in list(zip(*briefs, strict=True))[:3])
    cash, ask = np.maximum(market.free_cash(), 0.0), np.array([[max(listing.floor, 1.0)] for listing in listings])
    fit = suits * (1.0 + cash / (cash + ask))
    activity = np.empty(suits.shape)
    activity[:] = market.buyers.purchases
    rule = market.mandates.chooser(market.venue_today(listings[0]).disclosure)
    chosen = rule.choose(eligible.T, fit.T, activity.T, draws.T).T
    if (chosen > eligible).any():
        raise AssertionError("an offer was shown to a buyer who is not qualified")
    return chosen
