"""One auction as it happens, bid by bid: open, bids one after another, close. The meaning of every auction format.

People who bid live drive it (``classroom``). No run plays it: runs and the lab clear whole blocks of auctions with
``AuctionFormat.clear``, the short form for bidders who follow their limits. The contract of formats (tests/contracts),
which every new format meets the moment its file exists, holds the two together; ``play`` is for that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from sfund_sim.venue.auctions.family import AuctionFormat

_ROUNDING = 1.0 - 1e-9
"""A raise of one step may fall short of it by the rounding of floor + k * step."""


class Reply(StrEnum):
    """The venue's answer to a bid."""

    ACCEPTED = "accepted"
    NOT_STARTED = "the clock has not started"
    CLOSED = "the auction is closed"
    NOT_ADMITTED = "the bidder is not admitted"
    BELOW_FLOOR = "the bid is below the floor"
    BELOW_STANDING = "the bid does not beat the standing price by the least raise"
    ALREADY_BID = "the bidder has already bid at this price"
    TAKEN = "another bidder has stopped the clock"


@dataclass(frozen=True, slots=True)
class Quote:
    """One accepted bid."""

    bidder: int
    amount: float
    at: float
    terms: float = 0.0
    """Score of the terms offered, in [0, 1]; only a weighted tender reads it."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A falling clock that people stop: it shows each price for a while before the next.

    All who stop it at one price have stopped it at the same moment, and the tie draw decides between them: nobody wins
    by a quicker connection, for a step takes longer than a message does.
    """

    prices: tuple[float, ...]
    """Falling; the last one is not below the floor."""
    step_minutes: float
    starts_at: float

    @property
    def ends_at(self) -> float:
        """When the last price has been shown, minutes."""
        return self.step_end(len(self.prices) - 1)

    def step_at(self, at: float) -> int:
        """Number of the price shown at that time, held within the first and the last."""
        return min(max(int((at - self.starts_at) / self.step_minutes), 0), len(self.prices) - 1)

    def step_end(self, step: int) -> float:
        """When the price of that number is shown no more, minutes."""
        return self.starts_at + (step + 1) * self.step_minutes


@dataclass(frozen=True, slots=True)
class Result:
    """How the session ended; ``winner`` is None when nobody made an accepted bid."""

    winner: int | None
    price: float
    extensions: int


@dataclass
class AuctionSession:
    """The state machine of one auction.

    ``ties`` holds one uniform an admitted bidder, drawn beforehand: of equal best bids the highest uniform wins. Times
    are minutes on one clock, the venue's.
    """

    format: AuctionFormat
    floor: float
    ties: Mapping[int, float]
    closes_at: float = float("inf")
    standing: list[Quote] = field(default_factory=list)
    """Sealed: all quotes. Rising: the bidders standing at the present price. Falling: those who stopped the clock."""
    extensions: int = 0
    closed: bool = False
    clock: Clock | None = None
    """Falling, with people: what they see and stop. Without one, a bid says where its bidder would have stopped it."""

    def start_timed_period(self, at: float, sealed_minutes: float = float("inf")) -> None:
        """From now on the auction closes when a window passes (with a soft close: without a bid).

        A format that has no window of its own takes bids for ``sealed_minutes`` more.
        """
        window_ends = self.format.period_from(at)
        self.closes_at = window_ends if window_ends < float("inf") else at + sealed_minutes

    def start_clock(self, clock: Clock) -> None:
        """Let a falling clock run; the auction closes when it has shown its last price."""
        self.clock, self.closes_at = clock, clock.ends_at

    def stop_clock(self, bidder: int, at: float) -> Reply:
        """Take the price that the clock shows; others may still do so for as long as it is shown."""
        if self.clock is None:
            return Reply.NOT_STARTED
        step = self.clock.step_at(at)
        began = self.clock.step_end(step - 1)
        if self.standing and (self.closed or self.standing[0].at != began):
            return Reply.TAKEN
        if self.closed or at > self.closes_at:
            return Reply.CLOSED
        reply = self.bid(Quote(bidder, self.clock.prices[step], began))
        if reply is Reply.ACCEPTED:
            self.closes_at = self.clock.step_end(step)
        return reply

    def least(self) -> float:
        """The lowest bid that would raise a rising price, or be accepted in another auction."""
        if self.format.manner != "rising" or not self.standing:
            return self.floor
        price = self.standing[0].amount
        return max(price + float(self.format.step(self.floor)), float(np.nextafter(price, np.inf)))

    def bid(self, quote: Quote) -> Reply:
        """Offer a bid; only an ``ACCEPTED`` one changes anything."""
        reply = self._verdict(quote)
        if reply is not Reply.ACCEPTED:
            return reply
        if self.format.manner == "rising":
            if self.standing and quote.amount > self.standing[0].amount:
                self.standing.clear()
            self._restart_period(quote.at)
        self.standing.append(quote)
        return reply

    def close(self) -> Result:
        """End the auction and name the winner and the price."""
        self.closed = True
        if not self.standing:
            return Result(None, float("nan"), self.extensions)
        winner = self._best()
        return Result(winner.bidder, self._price(winner), self.extensions)

    def call_off(self) -> None:
        """End the auction without a result: nobody is bound by what was bid."""
        self.closed = True
        self.standing.clear()

    def _verdict(self, quote: Quote) -> Reply:
        if self.closed or quote.at > self.closes_at:
            return Reply.CLOSED
        if quote.bidder not in self.ties:
            return Reply.NOT_ADMITTED
        if not quote.amount >= self.floor:
            return Reply.BELOW_FLOOR
        if self.format.manner == "sealed":
            return Reply.ALREADY_BID if any(own.bidder == quote.bidder for own in self.standing) else Reply.ACCEPTED
        return self._verdict_in_the_open(quote)

    def _verdict_in_the_open(self, quote: Quote) -> Reply:
        """A rising price may be met by others at its own rung, else must be raised; a falling clock stops once."""
        if not self.standing:
            return Reply.ACCEPTED
        price = self.standing[0].amount
        if quote.amount == price and (self.format.manner == "rising" or quote.at == self.standing[0].at):
            return Reply.ALREADY_BID if any(own.bidder == quote.bidder for own in self.standing) else Reply.ACCEPTED
        if self.format.manner == "falling":
            return Reply.TAKEN
        raise_by = quote.amount - price
        enough = raise_by > 0 and raise_by >= float(self.format.step(self.floor)) * _ROUNDING
        return Reply.ACCEPTED if enough else Reply.BELOW_STANDING

    def _restart_period(self, at: float) -> None:
        """A bid within the timed period restarts it, if the format has a soft close."""
        closes_at = self.format.restarted_by(at, self.closes_at)
        self.extensions += closes_at != self.closes_at
        self.closes_at = closes_at

    def _best(self) -> Quote:
        amounts = np.array([[quote.amount] for quote in self.standing])
        terms = np.array([[quote.terms] for quote in self.standing])
        scores = self.format.score(amounts, terms)[:, 0]
        draws = [self.ties[quote.bidder] for quote in self.standing]
        return self.standing[max(range(len(draws)), key=lambda row: (scores[row], draws[row]))]

    def _price(self, winner: Quote) -> float:
        if self.format.manner != "sealed":
            return winner.amount
        others = [quote.amount for quote in self.standing if quote.bidder != winner.bidder]
        return self.format.sealed_price(winner.amount, others, self.floor)


def play(session: AuctionSession, limits: Sequence[float], terms: Sequence[float] | None = None) -> Result:
    """Drive a session by bidders who follow their limits (NaN = absent): what ``clear`` computes in one stroke."""
    present = [number for number, limit in enumerate(limits) if limit >= session.floor]
    if session.format.manner == "rising":
        _climb(session, {number: limits[number] for number in present})
    elif session.format.manner == "falling":
        for number in sorted(present, key=lambda bidder: -limits[bidder]):
            session.bid(Quote(number, limits[number], at=-limits[number]))
    else:
        for number in present:
            session.bid(Quote(number, limits[number], at=0.0, terms=terms[number] if terms else 0.0))
    return session.close()


def _climb(session: AuctionSession, limits: dict[int, float]) -> None:
    """Everyone still willing meets each rung until at most one does; without a step the limits are the rungs."""
    step = float(session.format.step(session.floor))
    rung, price = 0, session.floor
    while True:
        willing = [bidder for bidder, limit in limits.items() if limit >= price]
        for bidder in willing:
            session.bid(Quote(bidder, price, at=0.0))
        if len(willing) < 2:
            return
        rung += 1
        lowest = min(limits[bidder] for bidder in willing)
        above = lowest if price < lowest else float(np.nextafter(price, np.inf))
        price = session.floor + rung * step if step else above
