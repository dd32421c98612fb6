"""The day of bidding: bids within budgets, the sole bidder's quote or the announced auction, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sfund_sim.ground.columns import MISSING
from sfund_sim.market.bidders import bids, values
from sfund_sim.market.exits import Exit
from sfund_sim.market.journal import BidRow
from sfund_sim.market.market import Market
from sfund_sim.market.world import Floats, Ints
from sfund_sim.scenario.rules import RuleBook, Venue
from sfund_sim.terms import Ending, Purpose, RegisterEntry, Remark
from sfund_sim.venue.auctions import BidBook


@dataclass(frozen=True)
class Hammer:
    """The result of a successful bidding; money in fen."""

    investor: int
    price: int
    runner_up: int
    efficient: int
    """Did the ready buyer with the highest value win?"""
    ending: Ending


def hold_bidding(market: Market, exit: Exit, listing: int, rules: RuleBook, ready: Ints, floor: float) -> Hammer | None:
    """Let the ready buyers bid; None when no bid reaches the floor."""
    venue = market.venue_rules(exit.venue, rules)
    who = market.within_cap(exit, ready, rules)
    worth = values(market, exit, who, rules, noise=venue.disclosure.data_room_noise)
    offers = bids(market, exit, venue, who, worth, floor) if who.size else np.zeros(0)
    valid = offers >= floor
    exit.bidders = int(valid.sum())
    row = market.journal.listings[listing]
    market.journal.listings[listing] = row._replace(bidders=exit.bidders)
    if exit.bidders == 0:
        market.remark(exit, Remark.NO_BID, round(floor), who.size)
        _record_bids(market, exit, listing, who, worth, offers, winner=-1)
        return None
    place, price, runner_up = _clear(market, exit, venue, who, offers, floor)
    _record_bids(market, exit, listing, who, worth, offers, winner=place)
    exit.buyer_value = round(float(worth[place]))
    investor = len(market.lps) + int(who[place])
    sole = exit.bidders == 1
    market.remark(exit, Remark.SOLE_BIDDER if sole else Remark.CLEARED, investor, price, exit.bidders)
    return Hammer(
        investor=investor,
        price=price,
        runner_up=MISSING if np.isnan(runner_up) else round(runner_up),
        efficient=int(worth[place] >= worth[valid].max()),
        ending=Ending.SOLD_TO_SOLE_BIDDER if sole else Ending.SOLD_BY_BIDDING,
    )


def _clear(market: Market, exit: Exit, venue: Venue, who: Ints, offers: Floats, floor: float) -> tuple[int, int, float]:
    """Who wins, at what price in whole fen, and the runner-up's bid.

    One eligible bidder quotes at or above the floor and signs at its quote; two or more: the announced method (P-CBEX).
    """
    valid = np.flatnonzero(offers >= floor)
    if valid.size == 1:
        place = int(valid[0])
        return place, int(np.floor(floor + venue.sole_bidder_share * (offers[place] - floor))), float("nan")
    ties = market.streams.uniform(Purpose.TIE, exit.key, exit.listings, market.buyers.key[who])
    result = venue.auction.clear(BidBook(offers[:, None], floor, ties[:, None]))
    return int(result.winner[0]), int(np.floor(result.price[0] + 0.5)), float(result.runner_up[0])


def _record_bids(
    market: Market, exit: Exit, listing: int, who: Ints, worth: Floats, offers: Floats, *, winner: int
) -> None:
    """Every ready buyer's value and bid; only bids that were made enter the register."""
    for i, buyer in enumerate(who.tolist()):
        made = not np.isnan(offers[i])
        bid = int(offers[i]) if made else MISSING
        row = BidRow(listing, len(market.lps) + buyer, market.today, round(float(worth[i])), bid, int(i == winner))
        market.journal.bids.append(row)
        if made:
            market.note(RegisterEntry.BID, exit, taker=len(market.lps) + buyer, fen=bid)
