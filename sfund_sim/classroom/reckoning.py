"""What came of a round, beside what simulated bidders do with the same values and what theory says of the auction."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sfund_sim.classroom.dealing import Dealt, FloatArray
from sfund_sim.lab.chance import Chance
from sfund_sim.lab.estimate import Measure
from sfund_sim.lab.lesson import AUCTION_MEASURES, Lesson, auction_table
from sfund_sim.venue.auctions.session import Result

SIMULATED_AUCTIONS = 20_000
"""Auctions of the same kind held beside each round, whose mean stands where theory is silent."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one auction came to."""

    winner: int | None
    """Seat that bought; None when unsold."""
    price: float
    """NaN when unsold."""
    worth: float
    """Worth of the share to the buyer, 0 when unsold."""
    efficient: bool | None
    """Has a bidder got it to whom it is worth most? None when unsold."""

    @property
    def revenue(self) -> float:
        """Price, 0 when unsold."""
        return 0.0 if self.winner is None else self.price

    @property
    def profit(self) -> float:
        """The buyer's: worth less price."""
        return self.worth - self.revenue


@dataclass(frozen=True, slots=True)
class RoundReckoning:
    """A round seen from all sides."""

    people: Outcome
    simulated: Outcome
    simulated_bids: FloatArray
    """[bidders] what simulated bidders bid on the same values."""
    measures: dict[str, Measure]
    """Mean over simulated auctions, its error, and theory, by the names of ``lab.lesson``."""

    def expected(self, name: str) -> tuple[float, bool]:
        """What theory says of a measure, else the simulated mean; and whether it is theory."""
        measure = self.measures[name]
        return (measure.estimate.found, False) if measure.theory is None else (measure.theory, True)


def reckoned(lesson: Lesson, seats: tuple[int, ...], dealt: Dealt, result: Result, round: int) -> RoundReckoning:
    """Reckon a round that is closed; ``round`` is its number."""
    auction = lesson.auction()
    book = auction.book_of(dealt.signals[:, None], dealt.ties[:, None])
    bids = np.array(book.bids[:, 0])
    cleared = auction.format.clear(book)
    row = int(cleared.winner[0])
    return RoundReckoning(
        people=_outcome(None if result.winner is None else seats.index(result.winner), result.price, seats, dealt),
        simulated=_outcome(None if row < 0 else row, float(cleared.price[0]), seats, dealt),
        simulated_bids=bids,
        measures=_measures(lesson, round),
    )


def _outcome(row: int | None, price: float, seats: tuple[int, ...], dealt: Dealt) -> Outcome:
    if row is None:
        return Outcome(None, float("nan"), 0.0, None)
    worth = float(dealt.worth[row])
    return Outcome(seats[row], price, worth, bool(worth >= dealt.worth.max()))


@lru_cache(maxsize=64)
def _measures(lesson: Lesson, seed: int) -> dict[str, Measure]:
    table = auction_table(lesson, lesson.auction().sample(Chance(seed), SIMULATED_AUCTIONS))
    names = {words: name for name, words in AUCTION_MEASURES.items()}
    return {names[measure.name]: measure for measure in table}
