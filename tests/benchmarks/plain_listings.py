"""The listing market in plain simpy: one process a listing, single draws at the same addresses, a record an event.

The order within a day is the time of the day: money raised and payments at its start, biddings before noon at a drawn
moment, openings in the afternoon.
"""

from __future__ import annotations

import random
from collections.abc import Generator
from dataclasses import astuple, dataclass
from typing import Protocol

import numpy as np
import simpy
from listing_market import (
    DISCLOSURE_DAYS,
    FLOOR_SHARE,
    LAST_DAYS,
    SETTLEMENT_DAYS,
    SHOWN,
    START,
    Result,
    Size,
    nav_of,
    readiness_of,
    result,
    worth_of,
)

from sfund_sim.ground.calendar import Calendar
from sfund_sim.ground.columns import MISSING
from sfund_sim.terms import Purpose


class Chance(Protocol):
    """Whatever single numbers come from."""

    def draw(self, purpose: Purpose, *keys: int) -> float:
        """A uniform number."""

    def order(self, purpose: Purpose, *keys: int) -> int:
        """31 random bits."""


class NextNumbers:
    """Chance without addresses: the next number of Python's own generator, the cheapest there is."""

    def __init__(self, seed: int) -> None:
        self._next = random.Random(seed)

    def draw(self, purpose: Purpose, *keys: int) -> float:
        """A uniform number."""
        return self._next.random()

    def order(self, purpose: Purpose, *keys: int) -> int:
        """31 random bits."""
        return self._next.getrandbits(31)


@dataclass(slots=True)
class Bid:
    """What a ready buyer made of a listing, fen."""

    listing: int
    buyer: int
    day: int
    worth: int
    bid: int
    won: int = 0


@dataclass(slots=True)
class PlainListing:
    """A listing; days from the start, money in fen."""

    number: int
    opened: int
    closed: int = 0
    engaged: int = 0
    ready: int = 0
    bidders: int = 0
    winner: int = MISSING
    price: int = MISSING
    paid: int = MISSING


class PlainMarket:
    """One simpy process a listing; the order within a day is the time of the day."""

    def __init__(self, size: Size, chance: Chance) -> None:
        self.size, self.draw, self.order = size, chance.draw, chance.order
        self.calendar, self.env = Calendar(START, size.days), simpy.Environment()
        self.cash, self.free = [size.capital] * size.buyers, [size.capital] * size.buyers
        self.listings: list[PlainListing] = []
        self.bids: list[Bid] = []

    def run(self) -> None:
        """Run to the horizon."""
        self.env.process(self._raising())
        self.env.process(self._openings())
        self.env.run(until=self.size.days)

    def _raising(self) -> Generator[simpy.Event, None, None]:
        for quarter, day in enumerate(self.size.quarter_ends()):
            yield self.env.timeout(day - self.env.now)
            for buyer in range(self.size.buyers):
                raised = int(self.draw(Purpose.FUNDRAISING, quarter, buyer) * self.size.most_raised)
                self.cash[buyer] += raised
                self.free[buyer] += raised

    def _openings(self) -> Generator[simpy.Event, None, None]:
        """Listings come on their days, after the day's biddings."""
        last = self.size.days - LAST_DAYS
        filed = [int(self.draw(Purpose.HOLDING_TRAITS, number, 0) * last) for number in range(self.size.listings)]
        today = -1
        for number in sorted(range(self.size.listings), key=filed.__getitem__):
            opens = self.calendar.working_day_after(filed[number], 1)
            if opens > today:
                yield self.env.timeout(opens + 0.75 - self.env.now)
                today = opens
            self.env.process(self._sale(number, opens))

    def _sale(self, number: int, opens: int) -> Generator[simpy.Event, None, None]:
        env, draw = self.env, self.draw
        listing = PlainListing(number, opens)
        self.listings.append(listing)
        nav = int(nav_of(draw(Purpose.HOLDING_TRAITS, number, 1)))
        floor = int(FLOOR_SHARE * nav)
        shown = dict.fromkeys(int(draw(Purpose.INVITATION, number, n) * self.size.buyers) for n in range(SHOWN))
        engaged = [buyer for buyer in shown if self.free[buyer] >= floor]
        ready = [b for b in engaged if int(readiness_of(draw(Purpose.READINESS, number, b))) <= DISCLOSURE_DAYS]
        listing.engaged, listing.ready = len(engaged), len(ready)
        listing.closed = closes = self.calendar.working_day_after(opens, DISCLOSURE_DAYS)
        moment = (self.order(Purpose.CLOSING_ORDER, number) + 1) / 2**32
        yield env.timeout(closes + moment - env.now)
        if ready:
            self._hold_bidding(listing, nav, floor, ready)
        if listing.winner != MISSING:
            self.free[listing.winner] -= listing.price
            if self.free[listing.winner] < 0:
                raise AssertionError(f"buyer {listing.winner} has promised more than it has")
            listing.paid = self.calendar.working_day_after(closes, SETTLEMENT_DAYS)
            yield env.timeout(listing.paid - env.now)
            self.cash[listing.winner] -= listing.price

    def _hold_bidding(self, listing: PlainListing, nav: int, floor: int, ready: list[int]) -> None:
        number, valid = listing.number, []
        for buyer in ready:
            worth = int(worth_of(nav, self.draw(Purpose.SIGNAL, number, buyer)))
            bid = Bid(number, buyer, listing.closed, worth, min(worth, self.free[buyer]))
            self.bids.append(bid)
            if bid.bid >= floor:
                valid.append(bid)
        listing.bidders = len(valid)
        if not valid:
            return
        valid.sort(key=lambda bid: bid.bid, reverse=True)
        best = valid[0]
        if len(valid) > 1 and valid[1].bid == best.bid:
            equal = [bid for bid in valid if bid.bid == best.bid]
            best = max(equal, key=lambda bid: self.draw(Purpose.TIE, number, bid.buyer))
        best.won = 1
        listing.winner, listing.price = best.buyer, valid[1].bid if len(valid) > 1 else floor

    def result(self) -> Result:
        """The same tables as the house's."""
        listings = np.array([astuple(listing) for listing in self.listings], np.int64)
        return result(listings, np.array([astuple(bid) for bid in self.bids], np.int64), self.cash, 0)


def plain_market(size: Size, chance: Chance) -> PlainMarket:
    """The market in plain simpy, at its end."""
    market = PlainMarket(size, chance)
    market.run()
    return market
