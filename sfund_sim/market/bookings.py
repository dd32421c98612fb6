"""The biddings that come up, reckoned together: worth, most that may be paid, and bids of everybody who is ready.

What a share is worth to a buyer does not move as long as neither NAV nor rules do. What the buyer may pay depends on
its other business: a bid stands only while that is as it was (``bidding_day.hold_bidding`` looks, one by one).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np

from sfund_sim.ground.columns import MISSING
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

    worth: list[int]
    most: list[float]
    """Most that each may pay."""
    wishes: list[float]
    """What each would bid if it had the money."""
    bids: list[int]
    """MISSING for no bid."""


NO_BIDS = Bids([], [], [], [])


def bids_of(market: Market, bookings: list[Booking]) -> list[Bids]:
    """What is bid if buyers can pay then what they can now; offers under the same rules in one matrix.

    Where the seller has left meanwhile nobody will ask, and nobody bids.
    """
    bids = [NO_BIDS] * len(bookings)
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for place, booking in enumerate(bookings):
        if booking.listing.exit.number in market.selling:
            groups[id(market.venue_today(booking.listing))].append(place)
    for places in groups.values():
        for place, own in zip(places, _of_group(market, [bookings[place] for place in places]), strict=True):
            bids[place] = own
    return bids


def _of_group(market: Market, group: list[Booking]) -> Iterator[Bids]:
    first, listings = group[0].listing, [booking.listing for booking in group for _ in booking.ready]
    venue, ready = market.venue_today(first), [buyer for booking in group for buyer in booking.ready]
    exits, who = [listing.exit for listing in listings], np.array(ready)
    lookers = market.lookers.of(who, noise=venue.disclosure.data_room_noise)
    value = worth(market, exits, lookers, market.rules_today(first))
    most = np.array([limit(market, exit, buyer, venue.fees) for exit, buyer in zip(exits, ready, strict=True)])
    rivals = np.array([len(booking.ready) - 1.0 for booking in group for _ in booking.ready])
    wishes = _wishes(market, listings, who, value, rivals)
    bids = np.floor(np.minimum(wishes, most))
    bids[~(bids > 0)] = MISSING
    columns = [column.tolist() for column in (np.rint(value).astype(np.int64), most, wishes, bids.astype(np.int64))]
    ends = [0, *accumulate(len(booking.ready) for booking in group)]
    return (Bids(*(column[start:end] for column in columns)) for start, end in pairwise(ends))


def _wishes(market: Market, listings: list[Listing], who: Ints, value: Floats, rivals: Floats) -> Floats:
    """Bids under one venue's rules, fen [pairs], each by the buyer's own strategy and not yet cut to its budget."""
    buyers, venue = market.buyers, market.venue_today(listings[0])
    floor = np.array([listing.floor for listing in listings])
    scale = np.array([max(market.nav_of(listing.exit.fund, listing.exit.units), 1.0) for listing in listings])
    error = buyers.signal_log_sd[who] * venue.disclosure.data_room_noise
    wishes, strategies, unlimited = np.empty(who.size), buyers.bidding[who], np.full(who.size, np.inf)
    for number in sorted(set(strategies.tolist())):
        same = (strategies == number).nonzero()[0]
        view = BidView(venue.auction.pricing, floor[same], rivals[same], unlimited[same], scale[same], error[same])
        wishes[same] = market.bidding[number].bids(value[same], view)
    return wishes
