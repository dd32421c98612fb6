"""The class: who sits in it, the round that is on, and what people and the teacher may do. Told the time, never asking.

Every act either changes the room or raises ``Refused`` with words for the one who asked; it is never half done.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from sfund_sim.classroom.dealing import RoundTerms, Stakes
from sfund_sim.classroom.rounds import Round, RoundStage
from sfund_sim.ground.errors import Language, RuleError
from sfund_sim.venue.auctions.session import Reply

LONGEST_NAME = 16
"""Characters of a nickname."""
MOST_SEATS = 250
_BURST, _PER_SECOND = 8.0, 4.0
"""Bids that a seat may send at once, and in the long run each second; more are refused unread."""
_BARRED = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Me", "Mn")
"""Unicode's categories of signs that no nickname needs and that could upset a page or hide in it."""


class Refused(Exception):
    """An act that cannot be done; ``word`` names the reason in ``words.csv``, unless ``told`` has it in words."""

    def __init__(self, word: str, told: Mapping[Language, str] | None = None) -> None:
        super().__init__(word)
        self.word, self.told = word, told


@dataclass
class Seat:
    """One phone's place in the class."""

    number: int
    name: str
    token: str
    seen: float
    """When the phone last asked for anything, server's seconds."""
    credit: float = _BURST
    credited: float = 0.0

    def spend(self, now: float) -> None:
        """Take one from what the seat may send. Refused when there is none left."""
        self.credit = min(self.credit + (now - self.credited) * _PER_SECOND, _BURST)
        self.credited = now
        if self.credit < 1.0:
            raise Refused("too_fast")
        self.credit -= 1.0


@dataclass
class Room:
    """All that a class is."""

    stakes: Stakes
    seats: dict[int, Seat] = field(default_factory=dict)
    """By number, which is never given twice."""
    rounds: list[Round] = field(default_factory=list)
    _tokens: dict[str, int] = field(default_factory=dict)
    _numbers: int = 0

    @property
    def stage(self) -> RoundStage:
        """Where the class is."""
        return self.rounds[-1].stage if self.rounds else RoundStage.LOBBY

    @property
    def round(self) -> Round | None:
        """The round that is on, or was last."""
        return self.rounds[-1] if self.rounds else None

    def seat_of(self, token: str) -> Seat | None:
        """Whose token it is."""
        return self.seats.get(self._tokens.get(token, 0))

    def join(self, name: object, token: str, now: float) -> Seat:
        """Give somebody a seat; it takes part from the next round on."""
        if len(self.seats) >= MOST_SEATS or self._numbers >= 4 * MOST_SEATS:
            raise Refused("full")
        cleaned = clean_name(name)
        self._numbers += 1
        seat = Seat(self._numbers, cleaned, token, now, credited=now)
        self.seats[seat.number] = seat
        self._tokens[token] = seat.number
        return seat

    def bid(self, seat: Seat, round: object, amount: object, now: float) -> Reply:
        """A bid, as it was typed, in the round that its page showed; what the venue says to it."""
        seat.spend(now)
        on = self._bidding(seat)
        if round != on.number:
            raise Refused("not_now")
        if on.session.format.manner == "falling":
            return on.stop_clock(seat.number, now)
        read = on.money.read(amount)
        if read is None:
            raise Refused("no_amount")
        return on.bid(seat.number, read, now)

    def open(self, given: object, now: float) -> Round:
        """Open a round for all who have a seat, on the terms that the teacher has set."""
        if not self.stage.is_between:
            raise Refused("round_is_on")
        if not self.seats:
            raise Refused("nobody")
        try:
            terms = RoundTerms.model_validate(given)
            new = Round.begun(len(self.rounds) + 1, terms, tuple(sorted(self.seats)), self.stakes, now)
        except ValidationError as error:
            raise _refused(error) from None
        except RuleError as error:
            raise Refused("wrong_terms", {"en": error.message, "zh": error.message_zh}) from None
        self.rounds.append(new)
        return new

    def start(self, now: float) -> None:
        """Start the timed period or the clock of the round."""
        self._at(RoundStage.OPEN).start(now)

    def close(self) -> None:
        """End the bidding of the round, by the teacher's word."""
        self._at(RoundStage.OPEN, RoundStage.TIMED).close()

    def reveal(self) -> Round:
        """Let everybody see what came of the round."""
        on = self._at(RoundStage.CLOSED)
        on.stage = RoundStage.REVEALED
        return on

    def call_off(self) -> None:
        """Call off the round that is on, opened by mistake or on wrong terms, for as long as it is not revealed."""
        self._at(RoundStage.OPEN, RoundStage.TIMED, RoundStage.CLOSED).call_off()

    def dismiss(self, numbers: object) -> None:
        """Take seats away, between rounds only: a bid binds."""
        if not self.stage.is_between:
            raise Refused("round_is_on")
        if not isinstance(numbers, list) or not all(type(one) is int and one in self.seats for one in numbers):
            raise Refused("no_seat")
        for number in set(numbers):
            del self.seats[number]

    def tick(self, now: float) -> bool:
        """Close the round whose time is over; True if it was."""
        on = self.round
        if on is None or on.stage is not RoundStage.TIMED or on.minutes(now) <= on.session.closes_at:
            return False
        on.close()
        return True

    def profit_of(self, number: int) -> float:
        """What a seat has gained in all rounds that are revealed."""
        shown = (past.reckoning for past in self.rounds if past.stage is RoundStage.REVEALED)
        outcomes = [reckoning.people for reckoning in shown if reckoning is not None]
        return sum(outcome.profit for outcome in outcomes if outcome.winner == number)

    def _at(self, *stages: RoundStage) -> Round:
        on = self.round
        if on is None or on.stage not in stages:
            raise Refused("not_now")
        return on

    def _bidding(self, seat: Seat) -> Round:
        on = self._at(RoundStage.OPEN, RoundStage.TIMED)
        if seat.number not in on.seats:
            raise Refused("next_round")
        return on


def clean_name(given: object) -> str:
    """A nickname without signs that nobody sees, its spaces made single. Refused if nothing or too much is left."""
    if not isinstance(given, str) or len(given) > 4 * LONGEST_NAME:
        raise Refused("no_name")
    kept = "".join(sign for sign in unicodedata.normalize("NFKC", given) if unicodedata.category(sign) not in _BARRED)
    name = " ".join(kept.split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Refused("no_name")
    return name


def _refused(error: ValidationError) -> Refused:
    """The first of a form's mistakes, in words."""
    first: Any = error.errors()[0]
    own = first.get("ctx", {}).get("error")
    if isinstance(own, RuleError):
        return Refused("wrong_terms", {"en": own.message, "zh": own.message_zh})
    place = ".".join(str(step) for step in first["loc"] if isinstance(step, str))[:40]
    return Refused(f"wrong_{place}" if place in ("reserve", "increment", "seconds") else "wrong_terms")
