"""A small market of listings with exact budgets, written twice: in the house's way, and as plain simpy.

Each listing opens on its day. Up to four of the buyers are shown it; those who could pay the floor that day take it up;
those ready within 20 working days bid what it is worth to them, as far as their free cash goes. The highest bid wins at
the second price, the price is reserved, and paid 5 working days later. Buyers raise money at quarter ends. On a day the
order is: money raised, payments, biddings one by one in a drawn order, openings.

Here are the laws of the market and what it leaves behind; ``house_listings`` and ``plain_listings`` are the two ways.
Every law is made of operations that IEEE 754 fixes to the last bit (no logarithm), so that both come to the same fen.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sfund_sim.market.quarter_clock import QuarterClock

START = date(2018, 1, 1)
LAST_DAYS = 60
"""Nothing opens in these, so that every listing comes to its end."""
SHOWN = 4
"""Draws of a buyer to show a listing to; the same buyer drawn twice is shown it once."""
DISCLOSURE_DAYS, SETTLEMENT_DAYS = 20, 5
"""Working days."""
FLOOR_SHARE = 0.9


@dataclass(frozen=True)
class Size:
    """How much of everything; money in fen."""

    listings: int = 20_000
    buyers: int = 50
    days: int = 3652
    capital: int = 80_000_000_000
    """What each buyer begins with."""
    most_raised: int = 50_000_000_000
    """Most that a buyer raises in a quarter; on average it is half of that."""

    def quarter_ends(self) -> list[int]:
        """Days on which buyers raise money."""
        return QuarterClock.covering(START, START, START + timedelta(days=self.days - 1)).ends.tolist()


class ListingRow(NamedTuple):
    """A listing at its end; days from the start, money in fen."""

    listing: int
    opened: int
    closed: int
    engaged: int
    ready: int
    bidders: int
    winner: int
    price: int
    paid: int


class BidRow(NamedTuple):
    """What a ready buyer made of a listing, fen."""

    listing: int
    buyer: int
    day: int
    worth: int
    bid: int
    won: int


class Result(NamedTuple):
    """What a market leaves behind, whichever way it was written: rows in the order of their listings."""

    listings: NDArray[np.int64]
    bids: NDArray[np.int64]
    cash: list[int]
    """At the end [buyers]."""
    again: int
    """Biddings of the house's market that had to be reckoned alone, because somebody lacked the cash."""

    def digest(self) -> str:
        """A hash of all winners, prices, days, bids and cash."""
        parts = (self.listings, self.bids, np.array(self.cash, np.int64))
        return hashlib.sha256(b"|".join(part.tobytes() for part in parts)).hexdigest()


def result(listings: NDArray[np.int64], bids: NDArray[np.int64], cash: list[int], again: int) -> Result:
    """Rows [rows, fields] put in order."""
    return Result(listings[np.argsort(listings[:, 0])], bids[np.lexsort((bids[:, 1], bids[:, 0]))], cash, again)


# The laws, for one number or for arrays.


def nav_of(chance: Any) -> Any:
    """Fen, before rounding down: mostly small, some twenty times as large."""
    return 1e9 / (0.05 + chance)


def worth_of(nav: Any, chance: Any) -> Any:
    """Fen, before rounding down: what a buyer thinks a listing is worth."""
    return nav * (0.75 + 0.5 * chance)


def readiness_of(chance: Any) -> Any:
    """Working days, before rounding down."""
    return 1.0 + 29.0 * chance
