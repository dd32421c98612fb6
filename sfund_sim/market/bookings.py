"""The biddings of one day, reckoned together: worth, most that may be paid, and bids of everybody who is ready.

What a share is worth to a buyer depends on the day alone. What the buyer may pay depends on its other business of the
day: a bid stands only while that is as it was (``bidding_day.hold_bidding`` looks, auction by auction).
"""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

import numpy as np

from sfund_sim.investors.bidding import BidView
from sfund_sim.market.bidders import limit
from sfund_sim.market.listings import Listing
from sfund_sim.market.market import Market
from sfund_sim.market.world import Floats, Ints
from sfund_sim.market.worth import buyers_as_lookers, worth


class Booking(NamedTuple):
    """The buyers who will bid for an offer."""

    listing: Listing
    ready: list[int]


class Bids(NamedTuple):
    """What they make of it, fen [ready]."""

    worth: Floats
    most: Floats
    """Most that each may pay."""
    offers: Floats
    """NaN for no bid."""


def bids_of_day(market: Market, bookings: list[Booking]) -> dict[int, Bids]:
    """Bids for today's offers by number of the listing; those under the same rules of the same venue in one matrix."""
    groups: defaultdict[tuple[int, int], list[Booking]] = defaultdict(list)
    for booking in bookings:
        groups[id(market.rules_today(booking.listing)), booking.listing.exit.venue].append(booking)
    return {number: bids for group in groups.values() for number, bids in _bids_of_group(market, group).items()}


def _bids_of_group(market: Market, group: list[Booking]) -> dict[int, Bids]:
    first = group[0].listing
    rules, venue = market.rules_today(first), market.venue_today(first)
    sizes = [len(booking.ready) for booking in group]
    listings = [booking.listing for booking in group for _ in booking.ready]
    who, exits = np.array([buyer for booking in group for buyer in booking.ready]), [each.exit for each in listings]
    value = worth(market, exits, buyers_as_lookers(market, who, noise=venue.disclosure.data_room_noise), rules)
    most = np.array([limit(market, exit, buyer, venue.fees) for exit, buyer in zip(exits, who.tolist(), strict=True)])
    rivals = np.repeat(np.array(sizes, np.float64) - 1.0, sizes)
    offers = make_bids(market, listings, who, value, most, rivals)
    ends = np.cumsum(sizes)[:-1]
    parts = zip(*(np.split(column, ends) for column in (value, most, offers)), strict=True)
    return {booking.listing.number: Bids(*part) for booking, part in zip(group, parts, strict=True)}


def make_bids(
    market: Market, listings: list[Listing], who: Ints, value: Floats, most: Floats, rivals: Floats
) -> Floats:
    """Bids under one venue's rules, fen [pairs]; each by the buyer's own strategy, within what it may pay."""
    buyers, venue = market.buyers, market.venue_today(listings[0])
    floor = np.array([listing.floor for listing in listings])
    scale = np.maximum([market.nav_of(listing.exit.fund, listing.exit.units) for listing in listings], 1.0)
    error = buyers.signal_log_sd[who] * venue.disclosure.data_room_noise
    offers, strategies = np.full(who.size, np.nan), buyers.bidding[who]
    for number in np.unique(strategies).tolist():
        same = np.flatnonzero(strategies == number)
        view = BidView(
            pricing=venue.auction.pricing,
            floor=floor[same],
            rivals=rivals[same],
            budget=most[same],
            scale=scale[same],
            error=error[same],
        )
        offers[same] = market.bidding[number].bids(value[same], view)
    return np.where(offers > 0, np.floor(offers), np.nan)
