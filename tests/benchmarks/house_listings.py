"""The listing market in the house's way: stories, a docket, addressed draws in blocks, records in columns.

What is known of a quarter's listings before they open is reckoned together: draws, days, worths, and each bidding as it
goes if nobody is short of cash. Cash is looked at listing by listing, and a bidding that it changes is reckoned alone.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import NamedTuple

import numpy as np
from listing_market import (
    DISCLOSURE_DAYS,
    FLOOR_SHARE,
    LAST_DAYS,
    SETTLEMENT_DAYS,
    SHOWN,
    START,
    BidRow,
    ListingRow,
    Result,
    Size,
    nav_of,
    readiness_of,
    result,
    worth_of,
)
from numpy.typing import NDArray

from sfund_sim.ground.calendar import Calendar
from sfund_sim.ground.collecting import uncollected
from sfund_sim.ground.columns import MISSING, Columns
from sfund_sim.ground.diary import HeapDiary, Turn, Wake
from sfund_sim.ground.docket import Docket
from sfund_sim.ground.streams import Streams
from sfund_sim.terms import Purpose
from sfund_sim.venue.auctions import BidBook
from sfund_sim.venue.auctions.second_price import SecondPrice

AUCTION = SecondPrice()
NOBODY = -1
"""In the place of a buyer drawn before, or of a winner."""


class Prospect(NamedTuple):
    """All that is known of a listing before it opens, and how its bidding goes if nobody is short of cash."""

    closes: int
    pays: int
    floor: int
    who: list[int]
    """Buyers it is shown to [shown]; NOBODY for one drawn before."""
    worth: list[int]
    """What they will bid if they can; 0 for one who is not ready in time [shown]."""
    total: int
    """Sum of these."""
    ties: list[float]
    bidders: int
    winner: int
    """Place among those shown, -1 for nobody."""
    price: int


class HouseMarket:
    """Listings are stories (``sale``); what is known of a quarter's beforehand is in ``prospects``."""

    def __init__(self, size: Size, streams: Streams) -> None:
        self.size, self.streams = size, streams
        self.working, self.passed = map(np.array, Calendar(START, size.days).lists())
        """Working days in order, and how many have passed by each day."""
        self.diary = HeapDiary()
        self.cash, self.free = [size.capital] * size.buyers, [size.capital] * size.buyers
        """Fen [buyers]: all cash, and what no signed contract has reserved."""
        self.listings, self.bids = Columns(ListingRow), Columns(BidRow)
        self.tables: list[dict[str, NDArray[np.int64]]] = []
        self.prospects = Docket(self._prospects, range(size.days))
        self.quarter, self.again = 0, 0
        filed = streams.uniform(Purpose.HOLDING_TRAITS, np.arange(size.listings), 0) * (size.days - LAST_DAYS)
        self.opens = self._after(filed.astype(np.int64), 1)

    def run(self) -> None:
        """From quarter to quarter: the stories of its listings begin, run on to its end, and money is raised."""
        coming = np.argsort(self.opens, kind="stable")
        ends = [*self.size.quarter_ends(), self.size.days]
        parts = np.split(coming, np.searchsorted(self.opens[coming], ends[:-1]))
        for self.quarter, (end, numbers) in enumerate(zip(ends, parts, strict=True)):
            orders = (self.streams.bits(Purpose.CLOSING_ORDER, numbers) >> np.uint64(33)).tolist()
            for number, opens, order in zip(numbers.tolist(), self.opens[numbers].tolist(), orders, strict=True):
                self.prospects.enter(self.quarter, number, number)
                self.diary.start(sale(self, number, opens), order)
            self.diary.run_until(end)
            if end < self.size.days:
                self._raise_money()
        self.tables = [table.arrays() for table in (self.listings, self.bids)]

    def _after(self, days: NDArray[np.int64], n: int) -> NDArray[np.int64]:
        """So many working days after each of some days."""
        return self.working[self.passed[days] + n - 1]

    def _prospects(self, listings: list[int], _: list[int]) -> list[Prospect]:
        """What is known of a quarter's listings: every draw at its own address, all biddings in one matrix."""
        streams, number = self.streams, np.array(listings)
        rows, closes = number[:, None], self._after(self.opens[number], DISCLOSURE_DAYS)
        nav = np.floor(nav_of(streams.uniform(Purpose.HOLDING_TRAITS, number, 1)))
        floor, who = np.floor(FLOOR_SHARE * nav), self._shown(rows)
        ready = readiness_of(streams.uniform(Purpose.READINESS, rows, who)).astype(np.int64) <= DISCLOSURE_DAYS
        worth = np.floor(worth_of(nav[:, None], streams.uniform(Purpose.SIGNAL, rows, who)))
        ties, worth = streams.uniform(Purpose.TIE, rows, who), np.where(ready & (who != NOBODY), worth, 0.0)
        cleared = AUCTION.clear(BidBook(worth.T, floor, ties.T))
        whole = (closes, self._after(closes, SETTLEMENT_DAYS), floor, who, worth, worth.sum(axis=1))
        bidders, price = (worth >= floor[:, None]).sum(axis=1), np.nan_to_num(cleared.price)
        columns = [column.astype(np.int64) for column in (*whole, bidders, cleared.winner, price)]
        columns.insert(6, ties)
        return list(map(Prospect, *(column.tolist() for column in columns)))

    def _shown(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        drawn = self.streams.uniform(Purpose.INVITATION, rows, np.arange(SHOWN)) * self.size.buyers
        who = drawn.astype(np.int64)
        before = [(who[:, [place]] == who[:, :place]).any(axis=1) for place in range(SHOWN)]
        return np.where(np.array(before).T, NOBODY, who)

    def result(self) -> Result:
        """What it came to."""
        listings, bids = (np.column_stack(list(table.values())) for table in self.tables)
        return result(listings, bids, self.cash, self.again)

    def _raise_money(self) -> None:
        chance = self.streams.uniform(Purpose.FUNDRAISING, self.quarter, np.arange(self.size.buyers))
        for buyer, raised in enumerate((chance * self.size.most_raised).astype(np.int64).tolist()):
            self.cash[buyer] += raised
            self.free[buyer] += raised


def sale(market: HouseMarket, number: int, opens: int) -> Generator[Wake, None, None]:
    """A listing from its opening to the payment."""
    yield Wake(opens, Turn.FILING)
    prospect = market.prospects.answer(market.quarter, number)
    closes, pays, floor, who, worth, *_ = prospect
    free, rows = market.free, market.listings
    engaged = [place for place, buyer in enumerate(who) if buyer != NOBODY and free[buyer] >= floor]
    ready = [place for place in engaged if worth[place]]
    yield Wake(closes, Turn.CLOSING)
    bidders, winner, price = hold_bidding(market, number, prospect, ready)
    if winner == MISSING:
        rows.add(rows.row(number, opens, closes, len(engaged), len(ready), bidders, MISSING, MISSING, MISSING))
        return
    free[winner] -= price
    if free[winner] < 0:
        raise AssertionError(f"buyer {winner} has promised more than it has")
    rows.add(rows.row(number, opens, closes, len(engaged), len(ready), bidders, winner, price, pays))
    yield Wake(pays, Turn.PAYMENT)
    market.cash[winner] -= price


def hold_bidding(market: HouseMarket, number: int, prospect: Prospect, ready: list[int]) -> tuple[int, int, int]:
    """Number of valid bids, winner and price: as was reckoned beforehand, or anew where somebody lacks the cash."""
    closes, _, _, who, worth, total, _, bidders, best, price = prospect
    free, bids = market.free, market.bids
    offers = [min(worth[place], free[who[place]]) for place in ready]
    if sum(offers) != total:
        market.again += 1
        bidders, best, price = alone(prospect, ready, offers)
    for place, offer in zip(ready, offers, strict=True):
        bids.add(bids.row(number, who[place], closes, worth[place], offer, place == best))
    return (bidders, who[best], price) if bidders else (0, MISSING, MISSING)


def alone(prospect: Prospect, ready: list[int], offers: list[int]) -> tuple[int, int, int]:
    """Number of valid bids, the winner's place and the price of one bidding."""
    floor, ties = prospect.floor, prospect.ties
    valid = sorted((bid, ties[place], place) for place, bid in zip(ready, offers, strict=True) if bid >= floor)
    if not valid:
        return 0, NOBODY, 0
    best, _, winner = valid.pop()
    return len(valid) + 1, winner, int(AUCTION.sealed_price(best, [bid for bid, *_ in valid], floor))


def house_market(size: Size, streams: Streams) -> HouseMarket:
    """The market in the house's way, at its end."""
    market = HouseMarket(size, streams)
    with uncollected():
        market.run()
    return market
