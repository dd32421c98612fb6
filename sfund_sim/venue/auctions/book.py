"""The book of bids of one block of auctions, its order of merit, and the clearing that comes out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class BidBook:
    """All bids of a block of auctions, bidders first so that a whole column of auctions is contiguous."""

    bids: FloatArray
    """[bidders, auctions], in the money of the floor; NaN where a bidder makes no bid."""
    floor: FloatArray | float
    """[auctions] or one for all; a bid equal to the floor is accepted."""
    ties: FloatArray
    """[bidders, auctions] uniforms drawn beforehand: of equal best bids the one with the highest uniform wins."""
    terms: FloatArray | None = None
    """[bidders, auctions] scores in [0, 1] of the terms offered; only a weighted tender reads them."""


@dataclass(frozen=True, slots=True)
class Clearing:
    """What an auction decided."""

    winner: IntArray
    """[auctions] row of the winning bidder, -1 when unsold."""
    price: FloatArray
    """[auctions] price paid, NaN when unsold."""
    runner_up: FloatArray
    """[auctions] highest acceptable bid of the others, NaN when there is none."""


@dataclass(frozen=True, slots=True)
class Merit:
    """The order of merit of a block: who leads, on what bid, against what next bid."""

    leader: IntArray
    """[auctions] row of the leader; meaningless where nobody is acceptable."""
    best: FloatArray
    """[auctions] the leader's bid, -inf where nobody is acceptable."""
    runner_up: FloatArray
    """[auctions] highest acceptable bid of the others, -inf where there is none."""


def acceptable(book: BidBook) -> FloatArray:
    """Bids at or above the floor as they are, everything else (no bid, too low) as -inf; [bidders, auctions]."""
    return np.where(book.bids >= book.floor, book.bids, -np.inf)


def merit(bids: FloatArray, ties: FloatArray, score: FloatArray | None = None) -> Merit:
    """Rank a block of acceptable bids by ``score`` (default: the bid itself), equal scores by the highest tie draw.

    All arrays are [bidders, auctions]; ``bids`` come from ``acceptable`` (and are overwritten).
    """
    rank = bids if score is None else score
    first = rank.argmax(axis=0) if len(rank) > 1 else np.zeros(bids.shape[1], np.int64)
    columns = np.arange(bids.shape[1])
    contenders = rank == rank[first, columns]
    leader = np.where(contenders, ties, -1.0).argmax(axis=0) if contenders.sum() > columns.size else first
    best = bids[leader, columns]
    bids[leader, columns] = -np.inf
    return Merit(leader, best, bids.max(axis=0))


def clearing(ranked: Merit, price: FloatArray) -> Clearing:
    """Close the book: the leader pays ``price`` [auctions] wherever somebody was acceptable."""
    sold = ranked.best > -np.inf
    return Clearing(
        winner=np.where(sold, ranked.leader, -1),
        price=np.where(sold, price, np.nan),
        runner_up=np.where(ranked.runner_up > -np.inf, ranked.runner_up, np.nan),
    )
