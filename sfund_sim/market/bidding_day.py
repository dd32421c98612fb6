"""The day of bidding: bids within budgets, the sole bidder's quote or the announced auction, and what came of it.

All biddings that are entered are worked out together (``brief_results``), and held one after the other on their days
(``hold_bidding``): a result stands only while its bidders can pay what they bid, else that bidding is decided anew, by
itself.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from sfund_sim.ground.columns import MISSING
from sfund_sim.ground.errors import SfundError
from sfund_sim.market.bidders import limit
from sfund_sim.market.bookings import Bids, Booking, bids_of
from sfund_sim.market.listings import Listing
from sfund_sim.market.market import Market
from sfund_sim.market.partners import within_cap
from sfund_sim.scenario.rules import Venue
from sfund_sim.terms import Ending, Purpose, RegisterEntry, Remark
from sfund_sim.venue.auctions import AuctionFormat, BidBook, Clearing


class Hammer(NamedTuple):
    """The result of a successful bidding; money in fen."""

    investor: int
    price: int
    runner_up: int
    most_valued: int
    """The highest value among the ready."""
    ending: Ending


class BiddingResult(NamedTuple):
    """What comes of a bidding while nobody's cash moves; money in fen."""

    worth: list[int]
    """To each of the ready; this and the next five as in ``Bids``."""
    most: list[float]
    wishes: list[float]
    bids: list[int]
    cash: list[float]
    committed: list[int]
    ready: list[int]
    """The buyers, in the order of these lists."""
    bidders: int
    """How many bids reach the floor."""
    winner: int
    """Place of the winner among the ready; -1 when nobody is."""
    price: int
    runner_up: int
    """Best bid of the others that reaches the floor; MISSING when there is none."""


_NOTHING = BiddingResult([], [], [], [], [], [], [], 0, -1, MISSING, MISSING)


def hold_bidding(market: Market, listing: Listing, ready: list[int]) -> Hammer | None:
    """Let the ready buyers bid; None when no bid reaches the floor."""
    exit = listing.exit
    result = _result(market, listing, ready) if ready else None
    if result is None:
        market.remark(exit, Remark.NO_BID, listing.floor, 0)
        return None
    _record_bids(market, listing, result)
    exit.bidders = listing.bidders = result.bidders
    listing.best_bid = max(result.bids)
    if result.winner < 0:
        market.remark(exit, Remark.NO_BID, listing.floor, len(result.ready))
        return None
    exit.buyer_value = result.worth[result.winner]
    investor, sole = market.first_buyer + result.ready[result.winner], result.bidders == 1
    market.remark(exit, Remark.SOLE_BIDDER if sole else Remark.CLEARED, investor, result.price, result.bidders)
    ending = Ending.SOLD_TO_SOLE_BIDDER if sole else Ending.SOLD_BY_BIDDING
    return Hammer(investor, result.price, result.runner_up, max(result.worth), ending)


def _result(market: Market, listing: Listing, ready: list[int]) -> BiddingResult | None:
    """What was worked out for the day, with the bids that can be paid today; None if nobody may bid any more."""
    able = within_cap(market, listing.exit, ready, listing.rules)
    if not able:
        return None
    if len(able) < len(ready):  # Whoever has fewer rivals bids otherwise.
        return brief_results(market, [Booking(listing, able)], [market.today])[0]
    return _as_of_today(market, listing, market.dockets.bookings.answer(market.today, listing.number))


def _as_of_today(market: Market, listing: Listing, result: BiddingResult) -> BiddingResult:
    """The same result while everybody can pay what it bid, as mostly; else decided anew by what each can bid now.

    What buyers would bid if they had the money stays within a stretch. Nothing but spending, on this fund or another,
    lowers what they may pay, and never by more than they spent.
    """
    fund, committed, bids = listing.exit.fund, market.buyers.committed, list(result.bids)
    columns = result.ready, result.cash, result.committed, result.most, result.wishes
    for place, (buyer, cash, before, most, wish) in enumerate(zip(*columns, strict=True)):
        spent, here = cash - market.free_cash_of(buyer), committed.get((buyer, fund), 0) - before
        if (spent or here) and wish + max(spent, here, 0.0) >= most:
            bid = math.floor(min(wish, limit(market, listing.exit, buyer, listing.venue.fees)))
            bids[place] = bid if bid > 0 else MISSING
    if bids == result.bids:
        return result
    made = Bids(result.worth, result.most, result.wishes, bids, result.cash, result.committed)
    return _decided(market, market.dealing_today(listing), [Booking(listing, result.ready)], [made])[0]


def brief_results(market: Market, bookings: list[Booking], _: list[int]) -> list[BiddingResult]:
    """What will come of these biddings, those of the same rules together; nobody will ask where the seller has left."""
    results = [_NOTHING] * len(bookings)
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for place, booking in enumerate(bookings):
        if booking.listing.exit.number in market.selling:
            groups[id(market.dealing_today(booking.listing))].append(place)
    for places in groups.values():
        for place, result in zip(places, _of_group(market, [bookings[place] for place in places]), strict=True):
            results[place] = result
    return results


def _of_group(market: Market, group: list[Booking]) -> list[BiddingResult]:
    """Biddings under the same rules."""
    venue = market.dealing_today(group[0].listing)
    return _decided(market, venue, group, bids_of(market, venue, group))


def _decided(market: Market, venue: Venue, group: list[Booking], made: Iterable[Bids]) -> list[BiddingResult]:
    """What comes of these bids at a venue; contested biddings are cleared in one book."""
    results = [
        _uncontested(venue, listing.floor, ready, bids) for (listing, ready), bids in zip(group, made, strict=True)
    ]
    contested = [place for place, result in enumerate(results) if result.bidders > 1]
    if contested:
        _clear(market, venue, [group[place].listing for place in contested], contested, results)
    return results


def _uncontested(venue: Venue, floor: float, ready: list[int], made: Bids) -> BiddingResult:
    """The result as far as no auction is needed: one eligible bidder quotes at or above the floor (P-CBEX)."""
    eligible = [place for place, bid in enumerate(made.bids) if bid >= floor]
    winner, price = -1, MISSING
    if len(eligible) == 1:
        winner = eligible[0]
        price = math.floor(floor + venue.sole_bidder_share * (made.bids[winner] - floor))
    return BiddingResult(
        *made,
        ready=ready,
        bidders=len(eligible),
        winner=winner,
        price=price,
        runner_up=MISSING,
    )


def _clear(
    market: Market, venue: Venue, listings: list[Listing], places: list[int], results: list[BiddingResult]
) -> None:
    """Let the announced method decide auctions under the same rules with two or more eligible bidders."""
    found = [results[place] for place in places]
    sizes = [len(result.ready) for result in found]
    auction = [number for number, size in enumerate(sizes) for _ in range(size)]
    place = [place for size in sizes for place in range(size)]
    key: Any = np.array([listing.exit.key for listing in listings], np.uint64)[auction]
    round = np.array([listing.round for listing in listings])[auction]
    buyer = market.buyers.key[[buyer for result in found for buyer in result.ready]]
    offers, ties = np.full((max(sizes), len(sizes)), np.nan), np.zeros((max(sizes), len(sizes)))
    made = np.array([bid for result in found for bid in result.bids])
    offers[place, auction] = np.where(made == MISSING, np.nan, made)
    ties[place, auction] = market.streams.uniform(Purpose.TIE, key, round, buyer)
    floors = np.array([listing.floor for listing in listings])
    cleared = venue.auction.clear(BidBook(offers, floors, ties))
    _check_sold(venue.auction, cleared)
    columns = cleared.winner.tolist(), np.floor(cleared.price + 0.5).tolist(), cleared.runner_up.tolist()
    for i, winner, price, next_best in zip(places, *columns, strict=True):
        results[i] = results[i]._replace(
            winner=winner,
            price=int(price),
            runner_up=MISSING if next_best != next_best else int(next_best),
        )


def _check_sold(format: AuctionFormat, cleared: Clearing) -> None:
    """SfundError, for the format is mostly the user's own, when it leaves unsold what a bid reached the floor of."""
    if (cleared.winner < 0).any() or np.isnan(cleared.price).any():
        raise SfundError(
            f"the auction format '{format.kind}' names no winner or no price although bids reach the floor; a format "
            "must sell then (AuctionFormat.clear): a seller that wants more sets a higher floor",
            f"竞价方式“{format.kind}”在有报价达到底价时仍未给出竞得者或价格；此时必须成交，保留价须写成底价规则",
        )


def _record_bids(market: Market, listing: Listing, result: BiddingResult) -> None:
    """Every ready buyer's value and bid; only bids that were made enter the register."""
    bids, first, today, entry = market.journal.bids, market.first_buyer, market.today, RegisterEntry.BID
    for place, (buyer, value, bid) in enumerate(zip(result.ready, result.worth, result.bids, strict=True)):
        bids.add(bids.row(listing.number, first + buyer, today, value, bid, place == result.winner))
        if bid != MISSING:
            market.note(entry, listing.exit, taker=first + buyer, fen=bid)
