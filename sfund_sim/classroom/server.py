"""The class on the network: which request asks what of the room, and what it is answered."""

from __future__ import annotations

import asyncio
import math
import secrets
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sfund_sim.classroom.addresses import likeliest_address, qr_picture
from sfund_sim.classroom.bell import Bell
from sfund_sim.classroom.dealing import Stakes
from sfund_sim.classroom.network import MOST_BODY, ask_before_ending, content_of, listening, nobody_there, settings
from sfund_sim.classroom.page_files import fixed_pages
from sfund_sim.classroom.results import bids_csv, rounds_csv, write_results
from sfund_sim.classroom.room import Refused, Room, Seat
from sfund_sim.classroom.rounds import RoundStage
from sfund_sim.classroom.views import for_phone, for_projector
from sfund_sim.classroom.words import page_words
from sfund_sim.ground.errors import Language
from sfund_sim.ground.refusals import refusal

_COOKIE = "sfund_seat"
_HALF_A_DAY = 12 * 3600
_PATIENCE = 25.0
"""Seconds that a page's question for news is kept waiting; routers forget what is silent for longer."""
_TWICE = 5.0
"""Seconds within which Ctrl-C is pressed again to end a class with people in it."""
_LOOK = 3.0
"""Seconds between two looks at the laptop's own address."""
_JOINS, _JOINS_A_SECOND = 120.0, 20.0
"""New seats at once, and in the long run: a whole class may come in together, and no more than that."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What a class is started with."""

    language: Language
    addresses: Callable[[], Sequence[str]]
    """Finds the addresses to be typed into phones, the likeliest first."""
    folder: Path
    """Where the tables are written after each round."""
    first: Mapping[str, Any]
    """The terms that the teacher's form begins with."""


class ClassServer:
    """Answers for one room. The room is touched by one thread only, between two awaits: each act is whole."""

    def __init__(self, room: Room, setup: Setup, token: str, report: Callable[[str], None]) -> None:
        self.room = room
        self._setup = setup
        self._token = token
        self._report = report
        """Tells the terminal a line: a bug of ours, or a question."""
        self._bell = Bell(secrets.token_hex(4))
        self._names: dict[int, str] = {}
        """Nicknames of all who ever had a seat."""
        self._trouble = ""
        """Why the tables could not be written, if so."""
        self._joins, self._joined_at = _JOINS, 0.0
        self._asked_to_end = -math.inf
        self.addresses = setup.addresses()
        """As found last."""

    def serving(self) -> uvicorn.Server:
        """The server of this class; it runs on a socket that listens, until it is interrupted or ``should_exit``."""
        pages = fixed_pages(self.room.stakes, self._setup.language)
        routes = [
            Route("/state", self._phone_state),
            Route("/join", self._join, methods=["POST"]),
            Route("/bid", self._bid, methods=["POST"]),
            Route("/teach/state", self._teacher_state),
            Route("/teach/act", self._act, methods=["POST"]),
            Route("/qr.svg", self._qr_picture),
            Route("/teach/rounds.csv", self._table),
            Route("/teach/bids.csv", self._table),
            *(Route(path, page, methods=["GET"]) for path, page in pages.items()),
        ]
        app = Starlette(
            routes=routes,
            exception_handlers={ClientDisconnect: nobody_there, Exception: self._bug},
            lifespan=self._with_a_clock,
            max_body_size=MOST_BODY,
        )
        app.router.redirect_slashes = False
        return uvicorn.Server(settings(app))

    def _may_end(self) -> bool:
        """With nobody in the room at once; else when asked twice, for a class cannot be taken up again."""
        asked, self._asked_to_end = self._asked_to_end, time.monotonic()
        if not self.room.seats or self._asked_to_end - asked < _TWICE:
            return True
        words = page_words(self._setup.language)["end_again"]
        self._report(words.format(n=len(self.room.seats), seconds=f"{_TWICE:g}"))
        return False

    @asynccontextmanager
    async def _with_a_clock(self, _: Starlette) -> AsyncIterator[None]:
        ask_before_ending(self._may_end)  # Here, for the server has set its own answer to Ctrl-C by now.
        watching = [asyncio.create_task(self._watch_the_time()), asyncio.create_task(self._watch_the_network())]
        yield
        for each in watching:
            each.cancel()

    async def _watch_the_time(self) -> None:
        """Close what is over; a tenth of a second is as exact as a countdown of seconds needs."""
        while True:
            try:
                if self.room.tick(self._now()):
                    self._keep()
                    self._bell.press()
            except Exception as error:  # The round is closed all the same, and the class goes on.
                self._report(f"{type(error).__name__}: {error}")
                self._bell.press()
            await asyncio.sleep(0.05 if self.room.stage is RoundStage.TIMED else 0.25)

    async def _watch_the_network(self) -> None:
        """Show the laptop's new address where it has moved to another Wi-Fi, or been given another one by the old."""
        known = likeliest_address()
        while True:
            await asyncio.sleep(_LOOK)
            if (now := likeliest_address()) is not None and now != known:
                known = now
                self.addresses = await asyncio.to_thread(self._setup.addresses)
                self._bell.press()

    async def _qr_picture(self, request: Request) -> Response:
        return Response(qr_picture(self.addresses[0]), media_type="image/svg+xml")

    async def _bug(self, request: Request, error: Exception) -> Response:
        self._report(f"{request.method} {request.url.path[:60]}: {type(error).__name__}: {error}")
        return Response(status_code=500)

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()

    async def _phone_state(self, request: Request) -> Response:
        seat = self._seat(request)
        await self._news(request)
        return JSONResponse(self._phone_view(seat))

    async def _teacher_state(self, request: Request) -> Response:
        self._check_teacher(request)
        await self._news(request)
        return JSONResponse(self._teacher_view())

    async def _news(self, request: Request) -> None:
        await self._bell.wait(request.query_params.get("since", ""), _PATIENCE)

    async def _join(self, request: Request) -> Response:
        given = await content_of(request)
        if (seat := self._seat(request)) is not None:
            return JSONResponse({"word": "", "state": self._phone_view(seat)})
        token = secrets.token_urlsafe(18)
        try:
            self._admit()
            seat = self.room.join(given.get("name"), token, self._now())
        except Refused as refused:
            return self._refusal(refused, self._phone_view(None))
        self._names[seat.number] = seat.name
        self._bell.press()
        joined = JSONResponse({"word": "", "state": self._phone_view(seat)})
        joined.set_cookie(_COOKIE, token, max_age=_HALF_A_DAY, httponly=True, samesite="strict")
        return joined

    def _admit(self) -> None:
        """Refused when more want in at once than a class has phones."""
        now = self._now()
        self._joins = min(self._joins + (now - self._joined_at) * _JOINS_A_SECOND, _JOINS)
        self._joined_at = now
        if self._joins < 1.0:
            raise Refused("too_fast")
        self._joins -= 1.0

    async def _bid(self, request: Request) -> Response:
        given, seat = await content_of(request), self._seat(request)
        if seat is None:
            return self._refusal(Refused("dismissed"), self._phone_view(None))
        try:
            reply = self.room.bid(seat, given.get("round"), given.get("amount"), self._now())
        except Refused as refused:
            return self._refusal(refused, self._phone_view(seat))
        self._bell.press()
        return JSONResponse({"word": f"reply_{reply.name.lower()}", "state": self._phone_view(seat)})

    async def _act(self, request: Request) -> Response:
        self._check_teacher(request)
        given, room, now = await content_of(request), self.room, self._now()
        acts: dict[object, Callable[[], object]] = {
            "open": partial(room.open, given.get("terms"), now),
            "start": partial(room.start, now),
            "close": room.close,
            "reveal": room.reveal,
            "call_off": room.call_off,
            "dismiss": partial(room.dismiss, given.get("seats")),
        }
        act = given.get("act")
        if not isinstance(act, str) or act not in acts:
            raise HTTPException(400)
        was_kept = room.stage is RoundStage.CLOSED
        try:
            acts[act]()
        except Refused as refused:
            return self._refusal(refused, self._teacher_view())
        finally:
            self._bell.press()
        if act == "close" or (act == "call_off" and was_kept):
            self._keep()
        return JSONResponse({"word": "", "state": self._teacher_view()})

    async def _table(self, request: Request) -> Response:
        self._check_teacher(request)
        rounds = self.room.rounds
        text = rounds_csv(rounds) if request.url.path.endswith("rounds.csv") else bids_csv(rounds, self._names)
        return Response(text.encode("utf-8-sig"), media_type="text/csv")

    def _keep(self) -> None:
        """Write the tables; where that fails the class goes on, and the wall says so."""
        try:
            write_results(self._setup.folder, self.room.rounds, self._names)
            self._trouble = ""
        except OSError as error:
            self._trouble = refusal(error, self._setup.language)
            self._report(f"{self._setup.folder}: {self._trouble}")

    def _seat(self, request: Request) -> Seat | None:
        seat = self.room.seat_of(request.cookies.get(_COOKIE, ""))
        if seat is not None:
            seat.seen = self._now()
        return seat

    def _check_teacher(self, request: Request) -> None:
        given = request.headers.get("x-teacher", "")
        if not secrets.compare_digest(given.encode(), self._token.encode()):
            raise HTTPException(403)

    def _phone_view(self, seat: Seat | None) -> dict[str, Any]:
        current = None if seat is None else self.room.seats.get(seat.number)
        return {"stamp": self._bell.stamp, **for_phone(self.room, current, self._now())}

    def _teacher_view(self) -> dict[str, Any]:
        told = {"trouble": self._trouble, "folder": str(self._setup.folder), "first": dict(self._setup.first)}
        found = {"stamp": self._bell.stamp, "addresses": list(self.addresses)}
        return {**found, **told, **for_projector(self.room, self._now())}

    def _refusal(self, refused: Refused, state: dict[str, Any]) -> Response:
        told = None if refused.told is None else refused.told[self._setup.language]
        return JSONResponse({"word": refused.word, "told": told, "state": state})


def serve_class(
    room: Room, setup: Setup, port: int, report: Callable[[str], None], ready: Callable[[str, Sequence[str]], None]
) -> None:
    """Serve a class until it is interrupted. OSError: the port cannot be had.

    ``ready`` is told the teacher's token and the addresses that phones type.
    """
    token = secrets.token_urlsafe(12)
    with listening(port) as at:
        _rehearse(room.stakes)
        served = ClassServer(room, setup, token, report)
        server = served.serving()
        ready(token, served.addresses)
        server.run([at])


def _rehearse(stakes: Stakes) -> None:
    """Hold a round that nobody sees: what is imported and tabulated at first use shall keep no phone waiting."""
    empty = Room(stakes)
    empty.join("nobody", "nobody", 0.0)
    empty.open({"format": "second_price"}, 0.0)
    empty.close()
