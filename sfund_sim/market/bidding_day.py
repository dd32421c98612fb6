"""The day of bidding: bids within budgets, the sole bidder's quote or the announced auction, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sfund_sim.ground.columns import MISSING
from sfund_sim.market.bidders import limit
from sfund_sim.market.bookings import make_bids
from sfund_sim.market.listings import Listing
from sfund_sim.market.market import Market
from sfund_sim.market.partners import within_cap
from sfund_sim.market.world import Floats, Ints
from sfund_sim.terms import Ending, Purpose, RegisterEntry, Remark
from sfund_sim.venue.auctions import BidBook


@dataclass(frozen=True, slots=True)
class Hammer:
    """The result of a successful bidding; money in fen."""

    investor: int
    price: int
    runner_up: int
    efficient: int
    """Did the ready buyer with the highest value win?"""
    ending: Ending


def hold_bidding(market: Market, listing: Listing, ready: list[int]) -> Hammer | None:
    """Let the ready buyers bid; None when no bid reaches the floor."""
    exit = listing.exit
    if not ready:
        exit.bidders = 0
        market.remark(exit, Remark.NO_BID, listing.floor, 0)
        return None
    who, worth, offers = _bids(market, listing, np.array(ready))
    valid = offers >= listing.floor
    exit.bidders = listing.bidders = int(valid.sum())
    if exit.bidders == 0:
        market.remark(exit, Remark.NO_BID, listing.floor, who.size)
        _record_bids(market, listing, who, worth, offers, winner=-1)
        return None
    place, price, runner_up = _clear(market, listing, who, offers)
    _record_bids(market, listing, who, worth, offers, winner=place)
    exit.buyer_value = round(float(worth[place]))
    investor = market.first_buyer + int(who[place])
    sole = exit.bidders == 1
    market.remark(exit, Remark.SOLE_BIDDER if sole else Remark.CLEARED, investor, price, exit.bidders)
    return Hammer(
        investor=investor,
        price=price,
        runner_up=MISSING if np.isnan(runner_up) else round(runner_up),
        efficient=int(worth[place] >= worth[valid].max()),
        ending=Ending.SOLD_TO_SOLE_BIDDER if sole else Ending.SOLD_BY_BIDDING,
    )


def _bids(market: Market, listing: Listing, ready: Ints) -> tuple[Ints, Floats, Floats]:
    """Who bids, what the share is worth to each, its bid; reckoned anew where today's other sales changed any of it."""
    worth, expected, offers = market.bookings.answer(market.today, listing.number)
    may, fees = within_cap(market, listing.exit, ready, listing.rules), listing.venue.fees
    who, worth = ready[may], worth[may]
    most = np.array([limit(market, listing.exit, buyer, fees) for buyer in who.tolist()])
    if who.size and not (who.size == ready.size and (most == expected).all()):
        rivals = np.full(who.size, who.size - 1.0)
        offers = make_bids(market, [listing] * who.size, who, worth, most, rivals)
    return who, worth, offers if who.size else np.zeros(0)


def _clear(market: Market, listing: Listing, who: Ints, offers: Floats) -> tuple[int, int, float]:
    """Who wins, at what price in whole fen, and the runner-up's bid.

    One eligible bidder quotes at or above the floor and signs at its quote; two or more: the announced method (P-CBEX).
    """
    exit, venue, floor = listing.exit, listing.venue, listing.floor
    valid = np.flatnonzero(offers >= floor)
    if valid.size == 1:
        place = int(valid[0])
        return place, int(np.floor(floor + venue.sole_bidder_share * (offers[place] - floor))), float("nan")
    ties = market.streams.uniform(Purpose.TIE, exit.key, exit.listings, market.buyers.key[who])
    result = venue.auction.clear(BidBook(offers[:, None], floor, ties[:, None]))
    return int(result.winner[0]), int(np.floor(result.price[0] + 0.5)), float(result.runner_up[0])


def _record_bids(market: Market, listing: Listing, who: Ints, worth: Floats, offers: Floats, *, winner: int) -> None:
    """Every ready buyer's value and bid; only bids that were made enter the register."""
    bids, first, today = market.journal.bids, market.first_buyer, market.today
    for place, (buyer, value, offer) in enumerate(zip(who.tolist(), worth.tolist(), offers.tolist(), strict=True)):
        made = offer == offer
        bid = int(offer) if made else MISSING
        bids.add(listing.number, first + buyer, today, round(value), bid, int(place == winner))
        if made:
            market.note(RegisterEntry.BID, listing.exit, taker=first + buyer, fen=bid)
