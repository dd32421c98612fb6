"""One round of a class: an auction session, the people admitted to it, and the stages a teacher leads it through."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from sfund_sim.classroom.dealing import Dealt, RoundTerms, Stakes
from sfund_sim.classroom.money import RoundMoney
from sfund_sim.classroom.reckoning import RoundReckoning, reckoned
from sfund_sim.ground.errors import RuleError
from sfund_sim.lab.lesson import Lesson
from sfund_sim.venue.auctions.session import AuctionSession, Clock, Quote, Reply, Result

_FINE, _COARSE = 50, 10
"""A falling clock's step is a fiftieth of the spread of values, and at most a tenth where time is short."""
_SHORTEST_STEP = 0.5
"""Seconds: longer than a message takes over a bad connection."""


class RoundStage(StrEnum):
    """Where a class is."""

    LOBBY = "lobby"
    """No round yet."""
    OPEN = "open"
    """Values are dealt; rising and sealed bids are taken, without a time limit."""
    TIMED = "timed"
    CLOSED = "closed"
    REVEALED = "revealed"
    CALLED_OFF = "called_off"
    """Ended without a result; counts for nothing."""

    @property
    def is_between(self) -> bool:
        """No round is on: the next one may be opened."""
        return self in (RoundStage.LOBBY, RoundStage.REVEALED, RoundStage.CALLED_OFF)


@dataclass
class Round:
    """A round; times are the server's seconds, on any clock that never goes back."""

    number: int
    terms: RoundTerms
    seats: tuple[int, ...]
    """Seats admitted, in rising order: the rows of all arrays."""
    dealt: Dealt
    lesson: Lesson
    money: RoundMoney
    opened: float
    session: AuctionSession
    prices: tuple[float, ...]
    """What a falling clock shows, one after the other."""
    stage: RoundStage = RoundStage.OPEN
    bids: dict[int, float] = field(default_factory=dict)
    """Last accepted bid of each seat that made one."""
    result: Result | None = None
    reckoning: RoundReckoning | None = None
    """What came of it and what theory says; once closed, but shown to nobody before it is revealed."""

    @classmethod
    def begun(cls, number: int, terms: RoundTerms, seats: tuple[int, ...], stakes: Stakes, now: float) -> Round:
        """Deal values to these seats and take bids. ValueError where the terms do not fit the stakes."""
        money = stakes.money(len(seats))
        reserve, increment = money.round(terms.reserve), money.round(terms.increment)
        if max(reserve, increment) > money.most:
            raise RuleError("reserve and least raise are beyond all values", "转让底价或最小加价幅度超出所有可能的价值")
        terms = terms.model_copy(update={"reserve": reserve, "increment": increment})
        lesson, dealt = stakes.lesson(terms, len(seats)), stakes.deal(number, seats)
        rule = lesson.auction().format
        if "window_minutes" in type(rule).model_fields:
            rule = rule.model_copy(update={"window_minutes": terms.seconds / 60.0})
        ties = dict(zip(seats, dealt.ties.tolist(), strict=True))
        session = AuctionSession(rule, reserve, ties)
        top = money.round(max(stakes.top(len(seats)), reserve))
        prices = _clock_prices(top, reserve, stakes.spread(), terms.seconds, money) if rule.manner == "falling" else ()
        return cls(number, terms, seats, dealt, lesson, money, now, session, prices)

    def minutes(self, now: float) -> float:
        """The time on the session's clock."""
        return (now - self.opened) / 60.0

    def start(self, now: float) -> None:
        """Start the timed period, or the falling clock."""
        at = self.minutes(now)
        if self.session.format.manner == "falling":
            step_minutes = self.terms.seconds / 60.0 / len(self.prices)
            self.session.start_clock(Clock(self.prices, step_minutes, at))
        else:
            self.session.start_timed_period(at, self.terms.seconds / 60.0)
        self.stage = RoundStage.TIMED

    def bid(self, seat: int, amount: float, now: float) -> Reply:
        """Pass a bid on to the session."""
        reply = self.session.bid(Quote(seat, amount, self.minutes(now)))
        if reply is Reply.ACCEPTED:
            self.bids[seat] = amount
        return reply

    def stop_clock(self, seat: int, now: float) -> Reply:
        """Pass a stop of the falling clock on to the session."""
        reply = self.session.stop_clock(seat, self.minutes(now))
        if reply is Reply.ACCEPTED:
            self.bids[seat] = self.session.standing[-1].amount
        return reply

    def ends_in(self, now: float) -> float | None:
        """Seconds until the auction closes by itself; None when it does not."""
        closes_at = self.session.closes_at
        return max((closes_at - self.minutes(now)) * 60.0, 0.0) if closes_at < float("inf") else None

    def close(self) -> None:
        """End the bidding, and reckon what came of it."""
        self.result, self.stage = self.session.close(), RoundStage.CLOSED
        self.reckoning = reckoned(self.lesson, self.seats, self.dealt, self.result, self.number)

    def call_off(self) -> None:
        """End the round as if it had not been held; its number is spent, for its values have been seen."""
        self.session.call_off()
        self.bids.clear()
        self.result = self.reckoning = None
        self.stage = RoundStage.CALLED_OFF

    def value_of(self, seat: int) -> float:
        """What that seat is told: its value or signal."""
        return float(self.dealt.signals[self.seats.index(seat)])

    def least(self) -> float:
        """The lowest bid that would be taken now, in whole units of money."""
        least = self.session.least()
        shown = self.money.round(least)
        is_met = any(shown <= quote.amount for quote in self.session.standing)
        return self.money.round(shown + self.money.unit) if is_met or shown < least * (1 - 1e-9) else shown


def _clock_prices(top: float, floor: float, spread: float, seconds: float, money: RoundMoney) -> tuple[float, ...]:
    fall = top - floor
    least = math.ceil(fall * _COARSE / spread - 1e-9)
    if least > (most := int(seconds / _SHORTEST_STEP)):
        needed = math.ceil(least * _SHORTEST_STEP)
        raise RuleError(
            f"a clock that falls from {money.show(top)} to {money.show(floor)} needs at least {needed} seconds",
            f"从 {money.show(top)} 降到 {money.show(floor)} 的减价时钟至少需要 {needed} 秒",
        )
    fine, units = math.ceil(fall * _FINE / spread - 1e-9), round(fall / money.unit)
    steps = max(min(fine, units, most), 1)
    return tuple(money.round(float(price)) for price in np.linspace(top, floor, steps + 1))
