"""What a phone and the projector are shown of a room, as plain data; secrets of others stay out until revealed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sfund_sim.classroom.reckoning import Outcome, RoundReckoning
from sfund_sim.classroom.room import Room, Seat
from sfund_sim.classroom.rounds import Round, RoundStage

View = dict[str, Any]

_AWAY = 60.0
"""Seconds without a word from a phone, after which the projector shows its seat as away."""


def for_phone(room: Room, seat: Seat | None, now: float) -> View:
    """What one phone shows: its own seat, value and bid, and what everybody may know."""
    on = room.round
    view: View = {"stage": room.stage, "seat": None, "round": None if on is None else _public(on, now)}
    if seat is None:
        return view
    view |= {"seat": seat.number, "name": seat.name, "is_in": on is not None and seat.number in on.seats}
    if on is not None:
        view["total"] = _signed(on, room.profit_of(seat.number))
        if view["is_in"]:
            view["own"] = _own(on, seat.number)
    return view


def for_projector(room: Room, now: float) -> View:
    """What the class sees on the wall."""
    on = room.round
    seats = sorted(room.seats.values(), key=lambda seat: seat.number)
    return {
        "stage": room.stage,
        "seats": [{"seat": one.number, "name": one.name, "away": now - one.seen > _AWAY} for one in seats],
        "round": None if on is None else _public(on, now),
        "last": None if on is None else _terms(on),
        "result": _result(on, room) if on is not None and on.stage is RoundStage.REVEALED else None,
        "past": [
            _past(each, each.reckoning) for each in room.rounds if each.reckoning and each.stage is RoundStage.REVEALED
        ],
        "means": _means(room),
    }


def _terms(on: Round) -> View:
    """What the teacher's form begins with after a reload: the terms of this round, as they would be typed."""
    terms, show = on.terms, on.money.show
    return {
        "format": terms.format,
        "reserve": show(terms.reserve),
        "increment": show(terms.increment),
        "seconds": f"{terms.seconds:g}",
    }


def _public(on: Round, now: float) -> View:
    """What everybody may know of a round."""
    session, show = on.session, on.money.show
    view: View = {
        "number": on.number,
        "format": on.terms.format,
        "manner": session.format.manner,
        "pricing": session.format.pricing,
        "is_common": on.lesson.information is not None,
        "bidders": len(on.seats),
        "bids": len(on.bids),
        "floor": show(session.floor),
        "decimals": on.money.decimals,
        "seconds": on.terms.seconds,
        "ends_in": on.ends_in(now) if on.stage is RoundStage.TIMED else None,
    }
    if session.format.manner == "rising":
        view |= {
            "price": show(session.standing[0].amount) if session.standing else None,
            "leaders": [quote.bidder for quote in session.standing],
            "least": show(on.least()),
            "step": show(max(float(session.format.step(session.floor)), on.money.unit)),
            "extensions": session.extensions,
        }
    if session.format.manner == "falling":
        clock = session.clock
        view |= {
            "prices": [show(price) for price in on.prices],
            "step_seconds": on.terms.seconds / len(on.prices),
            "elapsed": None if clock is None else (on.minutes(now) - clock.starts_at) * 60.0,
            "taken": show(session.standing[0].amount) if session.standing else None,
        }
    return view


def _own(on: Round, seat: int) -> View:
    """What one bidder knows besides, and what came of it once the round is revealed."""
    own: View = {
        "told": on.money.show(on.value_of(seat)),
        "bid": on.money.show(on.bids.get(seat)),
        "leads": any(quote.bidder == seat for quote in on.session.standing),
    }
    if on.stage is RoundStage.REVEALED and on.reckoning is not None:
        people, row = on.reckoning.people, on.seats.index(seat)
        has_won = people.winner == seat
        own |= {
            "won": has_won,
            "winner": people.winner,
            "price": on.money.show(people.price),
            "worth": on.money.show(float(on.dealt.worth[row])),
            "profit": _signed(on, people.profit if has_won else 0.0),
            "simulated_bid": on.money.show(float(on.reckoning.simulated_bids[row])),
        }
    return own


def _result(on: Round, room: Room) -> View | None:
    reckoning = on.reckoning
    if reckoning is None:
        return None
    rows = sorted(range(len(on.seats)), key=lambda row: -on.dealt.signals[row])
    show = on.money.show
    return {
        "people": _outcome(on, reckoning.people),
        "name": room.seats[reckoning.people.winner].name if reckoning.people.winner in room.seats else "",
        "simulated": _outcome(on, reckoning.simulated),
        "expected": _expected(on, reckoning),
        "value": show(float(on.dealt.worth[0])) if on.lesson.information is not None else None,
        "above": _above(on, reckoning),
        "rows": [
            {
                "seat": on.seats[row],
                "told": show(float(on.dealt.signals[row])),
                "bid": show(on.bids.get(on.seats[row])),
                "simulated": show(float(reckoning.simulated_bids[row])),
            }
            for row in rows
        ],
    }


def _above(on: Round, reckoning: RoundReckoning) -> View:
    """How many bids were made, and how many of them are higher than theirs: what dots of a crowd do not show."""
    bids = np.array([on.bids.get(seat, np.nan) for seat in on.seats])
    simulated = np.array([on.money.round(float(bid)) for bid in reckoning.simulated_bids])
    return {
        "bids": len(on.bids),
        "value": int((bids > on.dealt.signals).sum()),
        "simulated": int((bids > simulated).sum()),
    }


def _outcome(on: Round, outcome: Outcome) -> View:
    return {
        "winner": outcome.winner,
        "price": on.money.show(outcome.price),
        "profit": _signed(on, outcome.profit),
        "surplus": on.money.show(outcome.worth),
        "efficient": outcome.efficient,
    }


def _expected(on: Round, reckoning: RoundReckoning) -> View:
    """Means of the same auction: of theory, or of many simulated ones where it is silent."""
    share = "{:.0%}".format
    shown: dict[str, Callable[[float], str | None]] = {
        "revenue": on.money.show,
        "profit": lambda number: _signed(on, number),
        "surplus": on.money.show,
        "efficient": share,
        "sold": share,
    }
    told: View = {}
    for name, words in shown.items():
        number, is_theory = reckoning.expected(name)
        told[name] = {"number": words(number) if number == number else None, "is_theory": is_theory}
    return told


def _past(each: Round, reckoning: RoundReckoning) -> View:
    told = _expected(each, reckoning)
    return {
        "number": each.number,
        "format": each.terms.format,
        "bidders": len(each.seats),
        "floor": each.money.show(each.session.floor),
        "people": _outcome(each, reckoning.people),
        "simulated": _outcome(each, reckoning.simulated),
        "above": _above(each, reckoning),
        "worth": each.money.show(float(each.dealt.worth[0])) if each.lesson.information is not None else None,
        "expected": told["revenue"],
        "expected_profit": told["profit"],
    }


def _means(room: Room) -> View | None:
    """Means over rounds: the class, simulated bidders who were dealt the same, and what was to be expected."""
    done = [(each, each.reckoning) for each in room.rounds if each.reckoning and each.stage is RoundStage.REVEALED]
    if not done:
        return None
    on = done[-1][0]
    efficient = [reckoning.people.efficient for _, reckoning in done if reckoning.people.efficient is not None]

    def mean(of: Callable[[RoundReckoning], float]) -> float:
        return sum(of(reckoning) for _, reckoning in done) / len(done)

    return {
        "rounds": len(done),
        "people": on.money.show(mean(lambda each: each.people.revenue)),
        "simulated": on.money.show(mean(lambda each: each.simulated.revenue)),
        "expected": on.money.show(mean(lambda each: each.expected("revenue")[0])),
        "profit": _signed(on, mean(lambda each: each.people.profit)),
        "simulated_profit": _signed(on, mean(lambda each: each.simulated.profit)),
        "expected_profit": _signed(on, mean(lambda each: each.expected("profit")[0])),
        "efficient": f"{sum(efficient) / len(efficient):.0%}" if efficient else None,
    }


def _signed(on: Round, amount: float) -> str:
    """A gain with its sign; a loss with a proper minus."""
    text = on.money.show(abs(amount)) or ""
    if not float(text or 0):
        return text
    return f"+{text}" if amount > 0 else f"−{text}"
