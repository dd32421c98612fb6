"""The biddings that come up, reckoned together: worth, most that may be paid, and bids of everybody who is ready.

What a share is worth to a buyer does not move as long as neither NAV nor rules do. What the buyer may pay depends on
its other business: a bid stands only while that is as it was (``bidding_day.hold_bidding`` looks, one by one).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np

from sfund_sim.ground.columns import MISSING, rows_of
from sfund_sim.investors.bidding import BidView
from sfund_sim.market.bidders import committed_of, limits
from sfund_sim.market.listings import Listing
from sfund_sim.market.market import Market
from sfund_sim.market.world import Floats, Ints
from sfund_sim.market.worth import worth
from sfund_sim.scenario.rules import Venue


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
    cash: list[float]
    """Each one's free cash when this was worked out."""
    committed: list[int]
    """What each had put into the fund by then."""


def bids_of(market: Market, venue: Venue, group: list[Booking]) -> Iterator[Bids]:
    """What is bid at a venue if buyers can pay then what they can now; all offers in one matrix."""
    counts, who = [len(booking.ready) for booking in group], np.array([each for _, ready in group for each in ready])
    rows = market.sheet.rows([booking.listing.exit for booking in group])
    shares, cash = market.sheet.shares(rows.repeat(counts)), market.free_cash()[who]
    lookers = market.lookers.of(who, noise=venue.disclosure.data_room_noise)
    value = worth(market, shares, lookers)
    view = BidView(
        pricing=venue.auction.pricing,
        floor=np.array([booking.listing.floor for booking in group]).repeat(counts),
        rivals=np.array(counts).repeat(counts) - 1.0,
        budget=np.full(who.size, np.inf),
        scale=np.maximum(shares.nav, 1.0),
        error=lookers.signal_log_sd,
    )
    now = venue.settlement.worth_now(market.buyers.required_irr[who])
    payable = np.maximum(np.minimum(*venue.fees.prices_within(value, now)), 0.0)
    committed = committed_of(market, who, np.array([booking.listing.exit.fund for booking in group]).repeat(counts))
    wishes, most = _wishes(market, who, payable, view), limits(market, shares, who, cash, committed, venue.fees)
    bids = np.floor(np.minimum(wishes, most))
    bids[~(bids > 0)] = MISSING
    columns = [
        column.tolist() for column in (np.rint(value).astype(np.int64), most, wishes, bids.astype(np.int64), cash)
    ]
    columns.append(committed)
    parts = [slice(*bounds) for bounds in pairwise([0, *accumulate(counts)])]
    return rows_of(Bids, *([column[part] for part in parts] for column in columns))


def _wishes(market: Market, who: Ints, payable: Floats, view: BidView) -> Floats:
    """Bids under one venue's rules, fen [pairs], each by the buyer's own strategy and not yet cut to its budget.

    ``payable`` is the price that, paid as the venue settles and with the fee, costs each buyer all that the share is
    worth to it.
    """
    wishes, strategies = np.empty(who.size), market.buyers.bidding[who]
    for number in sorted(set(strategies.tolist())):
        same = (strategies == number).nonzero()[0]
        wishes[same] = market.bidding[number].known_bids(payable[same], view.of(same))
    return wishes
