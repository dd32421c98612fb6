"""Directed disclosure: whom the venue chooses for an offer, and who of them would take it up.

The venue decides on all offers that open on one day at once, by what it knows of buyers when the first of them opens;
so it does not matter which is entered first. Whether a buyer has the cash and the people to take an offer up is looked
at offer by offer, after what it has taken up already (``bidders.engage``).
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any, NamedTuple

import numpy as np

from sfund_sim.ground.money import FEN_PER_YUAN, YUAN_PER_UNIT
from sfund_sim.market.listings import Listing
from sfund_sim.market.market import Market
from sfund_sim.market.world import Flags, Ints, Keys
from sfund_sim.scenario.rules import Suitability
from sfund_sim.terms import GpKind, Purpose


class Prospects(NamedTuple):
    """One offer as its venue and the invited see it when the day's offers open."""

    shown: Ints
    """Buyers who see the offer."""
    keen: list[int]
    """Those of them whom it suits, and who would take it up."""
    ready_after: list[int]
    """Working days after which each of these is ready to bid [keen]."""


def qualified(market: Market, rules: Suitability, units: Ints) -> Flags:
    """Which buyers may buy so many units at the venue today: founded, institutions where asked, wealthy enough.

    Nobody may when the commitment that goes with the units is below the least amount a fund (P-BJ11); shape of
    ``units`` with one more axis, [buyers].
    """
    buyers = market.buyers
    wealthy = (buyers.net_assets >= rules.net_assets_cny * FEN_PER_YUAN) & (
        buyers.financial_assets >= rules.financial_assets_cny * FEN_PER_YUAN
    )
    may = (buyers.founded <= market.today) & wealthy & (buyers.institution | (not rules.institutions_only))
    return np.asarray(may & (units * YUAN_PER_UNIT >= rules.ticket_cny)[..., None])


def wants(market: Market, fund: Ints, units: Ints) -> Flags:
    """Whose mandate so many units of a fund fit: strategy, age, kind of GP, size; shape as ``qualified``."""
    buyers, funds = market.buyers, market.funds
    age = (market.today - funds.vintage[fund])[..., None]
    nav = (funds.nav_published[fund] * units * FEN_PER_YUAN)[..., None]
    fits = buyers.wants_strategy.T[funds.strategy[fund]]
    fits = fits & (age >= buyers.age_min) & (age <= buyers.age_max)
    fits &= (nav >= buyers.ticket_min) & (nav <= 2.0 * buyers.ticket_max)
    return np.asarray(fits & ((funds.gp[fund] == GpKind.STATE)[..., None] | ~buyers.state_gp_only))


def prospects(market: Market, listings: list[Listing]) -> dict[int, Prospects]:
    """Prospects of offers that open today, by number of the listing; those under the same rules in one matrix."""
    groups: defaultdict[int, list[Listing]] = defaultdict(list)
    for listing in listings:
        groups[id(market.venue_today(listing))].append(listing)
    return {number: seen for group in groups.values() for number, seen in _of_group(market, group).items()}


def _of_group(market: Market, group: list[Listing]) -> dict[int, Prospects]:
    buyers, streams = market.buyers, market.streams
    key: Any = np.array([listing.exit.key for listing in group], np.uint64)
    round: Any = np.array([listing.round for listing in group], np.uint64)
    chosen, fits = _chosen(market, group, key, round)
    listing, who = np.nonzero(chosen & fits)
    keen = streams.uniform(Purpose.ENGAGEMENT, key[listing], round[listing], buyers.key[who]) < buyers.engagement[who]
    listing, who = listing[keen], who[keen]
    spread = streams.normal(Purpose.READINESS, key[listing], round[listing], buyers.key[who])
    days = np.ceil(buyers.readiness_days[who] * np.exp(buyers.readiness_log_sd[who] * spread))
    ready_after = np.maximum(days, 1).astype(np.int64).tolist()
    shown, numbers = np.nonzero(chosen)[1], np.arange(len(group) + 1)
    of_shown = np.append(0, np.cumsum(chosen.sum(axis=1))).tolist()
    of_keen, keenest = np.searchsorted(listing, numbers).tolist(), who.tolist()
    return {
        each.number: Prospects(
            shown[of_shown[i] : of_shown[i + 1]],
            keenest[of_keen[i] : of_keen[i + 1]],
            ready_after[of_keen[i] : of_keen[i + 1]],
        )
        for i, each in enumerate(group)
    }


def _chosen(market: Market, group: list[Listing], key: Keys, round: Keys) -> tuple[Flags, Flags]:
    """Who is shown each offer, and whose mandate it fits; [listings, buyers]."""
    buyers, venue = market.buyers, market.venue_today(group[0])
    fund = np.array([listing.exit.fund for listing in group], np.int64)
    units = np.array([listing.exit.units for listing in group], np.int64)
    eligible, fits = qualified(market, venue.suitability, units), wants(market, fund, units)
    draws = market.streams.uniform(Purpose.INVITATION, key[:, None], round[:, None], buyers.key)
    cash, ask = np.maximum(market.free_cash(), 0.0), np.array([[max(listing.floor, 1.0)] for listing in group])
    fit = fits * (1.0 + cash / (cash + ask))
    activity = np.broadcast_to(buyers.purchases.astype(np.float64), fit.shape)
    chosen = venue.disclosure.chooser().choose(eligible.T, fit.T, activity.T, draws.T).T
    if (chosen & ~eligible).any():
        raise AssertionError("an offer was shown to a buyer who is not qualified")
    return chosen, fits
