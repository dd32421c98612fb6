"""The biddings of one day, reckoned together: worth, most that may be paid, and bids of everybody who is ready.

What a share is worth to a buyer depends on the day alone. What the buyer may pay depends on its other business of the
day: a bid stands only while that is as it was (``bidding_day.hold_bidding`` looks, auction by auction).
"""

from __future__ import annotations

from collections import defaultdict
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np

from sfund_sim.investors.bidding import BidView
from sfund_sim.market.bidders import limit
from sfund_sim.market.listings import Listing
from sfund_sim.market.market import Market
from sfund_sim.market.world import Floats, Ints
from sfund_sim.market.worth import worth


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


def brief_bookings(market: Market, bookings: list[Booking], _: list[int]) -> list[Floats]:
    """What each share is worth to those who will bid for it, fen [ready], as long as neither NAV nor rules change.

    NaN where the seller has left meanwhile: nobody will ask.
    """
    briefs = [np.full(len(booking.ready), np.nan) for booking in bookings]
    groups: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for place, booking in enumerate(bookings):
        if booking.listing.exit.number in market.selling:
            groups[id(market.rules_today(booking.listing)), booking.listing.exit.venue].append(place)
    for places in groups.values():
        group = [bookings[place] for place in places]
        first, who = group[0].listing, np.array([buyer for booking in group for buyer in booking.ready])
        lookers = market.lookers.of(who, noise=market.venue_today(first).disclosure.data_room_noise)
        exits = [booking.listing.exit for booking in group for _ in booking.ready]
        value = worth(market, exits, lookers, market.rules_today(first))
        for place, part in zip(places, _parts(group, value), strict=True):
            briefs[place] = part
    return briefs


def bids_of_day(market: Market, bookings: list[Booking], values: list[Floats]) -> dict[int, Bids]:
    """Bids for today's offers by number of the listing; those under the same rules of the same venue in one matrix."""
    groups: defaultdict[int, list[tuple[Booking, Floats]]] = defaultdict(list)
    for booking, value in zip(bookings, values, strict=True):
        groups[id(market.venue_today(booking.listing))].append((booking, value))
    return {number: bids for group in groups.values() for number, bids in _bids_of_group(market, group).items()}


def _bids_of_group(market: Market, group: list[tuple[Booking, Floats]]) -> dict[int, Bids]:
    bookings, fees = [booking for booking, _ in group], market.venue_today(group[0][0].listing).fees
    listings = [booking.listing for booking in bookings for _ in booking.ready]
    ready = [buyer for booking in bookings for buyer in booking.ready]
    most = [limit(market, listing.exit, buyer, fees) for listing, buyer in zip(listings, ready, strict=True)]
    rivals = [len(booking.ready) - 1.0 for booking in bookings for _ in booking.ready]
    value, limits = np.concatenate([value for _, value in group]), np.array(most)
    offers = make_bids(market, listings, np.array(ready), value, limits, np.array(rivals))
    parts = (_parts(bookings, column) for column in (value, limits, offers))
    return {booking.listing.number: Bids(*part) for booking, *part in zip(bookings, *parts, strict=True)}


def _parts(bookings: list[Booking], column: Floats) -> list[Floats]:
    """A column of all ready buyers, cut up by booking."""
    ends = [0, *accumulate(len(booking.ready) for booking in bookings)]
    return [column[start:end] for start, end in pairwise(ends)]


def make_bids(
    market: Market, listings: list[Listing], who: Ints, value: Floats, most: Floats, rivals: Floats
) -> Floats:
    """Bids under one venue's rules, fen [pairs]; each by the buyer's own strategy, within what it may pay."""
    buyers, venue = market.buyers, market.venue_today(listings[0])
    floor = np.array([listing.floor for listing in listings])
    scale = np.array([max(market.nav_of(listing.exit.fund, listing.exit.units), 1.0) for listing in listings])
    error = buyers.signal_log_sd[who] * venue.disclosure.data_room_noise
    offers, strategies = np.empty(who.size), buyers.bidding[who]
    for number in sorted(set(strategies.tolist())):
        same = (strategies == number).nonzero()[0]
        view = BidView(venue.auction.pricing, floor[same], rivals[same], most[same], scale[same], error[same])
        offers[same] = market.bidding[number].bids(value[same], view)
    return np.where(offers > 0, np.floor(offers), np.nan)
