"""The class on the network: which request asks what of the room, and what it is answered."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any

from sfund_sim.classroom.addresses import qr_picture
from sfund_sim.classroom.bell import Bell
from sfund_sim.classroom.dealing import Stakes
from sfund_sim.classroom.results import bids_csv, rounds_csv, write_results
from sfund_sim.classroom.room import Refused, Room, Seat
from sfund_sim.classroom.rounds import Stage
from sfund_sim.classroom.views import for_phone, for_projector
from sfund_sim.classroom.wire import MOST_HEAD, BadRequest, Request, Response, Wire
from sfund_sim.classroom.words import stakes_in_words, words_script
from sfund_sim.ground.errors import Language
from sfund_sim.ground.refusals import refusal

_COOKIE = "sfund_seat"
_HALF_A_DAY = 12 * 3600
_PATIENCE = 25.0
"""Seconds that a page's question for news is kept waiting; routers forget what is silent for longer."""
_BACKLOG = 256
_JOINS, _JOINS_A_SECOND = 120.0, 20.0
"""New seats at once, and in the long run: a whole class may come in together, and no more than that."""

Route = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Setup:
    """What a class is started with."""

    language: Language
    addresses: tuple[str, ...]
    """Addresses to be typed into phones, the likeliest first."""
    folder: Path
    """Where the tables are written after each round."""
    first: Mapping[str, Any]
    """The terms that the teacher's form begins with."""


class ClassServer:
    """Serves one room. The room is touched by one thread only, between two awaits: each act is whole."""

    def __init__(self, room: Room, setup: Setup, token: str, report: Callable[[str], None]) -> None:
        self.room = room
        self._setup = setup
        self._token = token
        self._report = report
        self._bell = Bell(secrets.token_hex(4))
        self._names: dict[int, str] = {}
        """Nicknames of all who ever had a seat."""
        self._trouble = ""
        """Why the tables could not be written, if so."""
        self._joins, self._joined_at = _JOINS, 0.0
        self._pages = _pages(setup, room)
        self._routes: dict[tuple[str, str], Route] = {
            ("GET", "/state"): self._phone_state,
            ("POST", "/join"): self._join,
            ("POST", "/bid"): self._bid,
            ("GET", "/teach/state"): self._teacher_state,
            ("POST", "/teach/act"): self._act,
            ("GET", "/teach/rounds.csv"): self._table,
            ("GET", "/teach/bids.csv"): self._table,
        }

    async def run(self, port: int, ready: Callable[[int], None] = lambda port: None) -> None:
        """Serve until cancelled; ``ready`` is told the port, 0 being any. OSError when the port cannot be had."""
        wire = Wire(self.answer, self._report)
        server = await asyncio.start_server(wire.serve, "0.0.0.0", port, limit=MOST_HEAD, backlog=_BACKLOG)
        try:
            ready(server.sockets[0].getsockname()[1])
            while True:
                await self._watch_the_time()
        finally:
            server.close()  # Without waiting for phones to hang up: from Python 3.12 on a server would.

    async def answer(self, request: Request) -> Response:
        """Answer one request."""
        if request.method == "GET" and request.path in self._pages:
            kind, body = self._pages[request.path]
            return Response(body=body, kind=kind)
        route = self._routes.get((request.method, request.path))
        if route is not None:
            return await route(request)
        others = {path for _, path in self._routes} | self._pages.keys()
        raise BadRequest(405 if request.path in others else 404)

    async def _watch_the_time(self) -> None:
        """Close what is over; a tenth of a second is as exact as a countdown of seconds needs."""
        try:
            if self.room.tick(self._now()):
                self._keep()
                self._bell.press()
        except Exception as error:  # The round is closed all the same, and the class goes on.
            self._report(f"{type(error).__name__}: {error}")
            self._bell.press()
        await asyncio.sleep(0.05 if self.room.stage is Stage.TIMED else 0.25)

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()

    async def _phone_state(self, request: Request) -> Response:
        seat = self._seat(request)
        await self._news(request)
        return _json(self._phone_view(seat))

    async def _teacher_state(self, request: Request) -> Response:
        self._check_teacher(request)
        await self._news(request)
        return _json(self._teacher_view())

    async def _news(self, request: Request) -> None:
        await self._bell.wait(request.query.get("since", ""), _PATIENCE)

    async def _join(self, request: Request) -> Response:
        given = _object(request)
        if (seat := self._seat(request)) is not None:
            return _json({"word": "", "state": self._phone_view(seat)})
        token = secrets.token_urlsafe(18)
        try:
            self._admit()
            seat = self.room.join(given.get("name"), token, self._now())
        except Refused as refused:
            return self._refusal(refused, self._phone_view(None))
        self._names[seat.number] = seat.name
        self._bell.press()
        cookie = f"{_COOKIE}={token}; Path=/; Max-Age={_HALF_A_DAY}; HttpOnly; SameSite=Strict"
        return _json({"word": "", "state": self._phone_view(seat)}, ("Set-Cookie", cookie))

    def _admit(self) -> None:
        """Refused when more want in at once than a class has phones."""
        now = self._now()
        self._joins = min(self._joins + (now - self._joined_at) * _JOINS_A_SECOND, _JOINS)
        self._joined_at = now
        if self._joins < 1.0:
            raise Refused("too_fast")
        self._joins -= 1.0

    async def _bid(self, request: Request) -> Response:
        given, seat = _object(request), self._seat(request)
        if seat is None:
            return self._refusal(Refused("dismissed"), self._phone_view(None))
        try:
            reply = self.room.bid(seat, given.get("round"), given.get("amount"), self._now())
        except Refused as refused:
            return self._refusal(refused, self._phone_view(seat))
        self._bell.press()
        return _json({"word": f"reply_{reply.name.lower()}", "state": self._phone_view(seat)})

    async def _act(self, request: Request) -> Response:
        self._check_teacher(request)
        given, room, now = _object(request), self.room, self._now()
        acts: dict[object, Callable[[], object]] = {
            "open": partial(room.open, given.get("terms"), now),
            "start": partial(room.start, now),
            "close": room.close,
            "reveal": room.reveal,
            "dismiss": partial(room.dismiss, given.get("seat")),
        }
        act = given.get("act")
        if not isinstance(act, str) or act not in acts:
            raise BadRequest(400)
        try:
            acts[act]()
        except Refused as refused:
            return self._refusal(refused, self._teacher_view())
        finally:
            self._bell.press()
        if act == "close":
            self._keep()
        return _json({"word": "", "state": self._teacher_view()})

    async def _table(self, request: Request) -> Response:
        self._check_teacher(request)
        rounds = self.room.rounds
        text = rounds_csv(rounds) if request.path.endswith("rounds.csv") else bids_csv(rounds, self._names)
        return Response(body=text.encode("utf-8-sig"), kind="text/csv; charset=utf-8")

    def _keep(self) -> None:
        """Write the tables; where that fails the class goes on, and the wall says so."""
        try:
            write_results(self._setup.folder, self.room.rounds, self._names)
            self._trouble = ""
        except OSError as error:
            self._trouble = refusal(error, self._setup.language)
            self._report(f"{self._setup.folder}: {self._trouble}")

    def _seat(self, request: Request) -> Seat | None:
        seat = self.room.seat_of(request.cookie(_COOKIE))
        if seat is not None:
            seat.seen = self._now()
        return seat

    def _check_teacher(self, request: Request) -> None:
        given = request.headers.get("x-teacher", "")
        if not secrets.compare_digest(given.encode(), self._token.encode()):
            raise BadRequest(403)

    def _phone_view(self, seat: Seat | None) -> dict[str, Any]:
        current = None if seat is None else self.room.seats.get(seat.number)
        return {"stamp": self._bell.stamp, **for_phone(self.room, current, self._now())}

    def _teacher_view(self) -> dict[str, Any]:
        told = {"trouble": self._trouble, "folder": str(self._setup.folder), "first": dict(self._setup.first)}
        return {"stamp": self._bell.stamp, **told, **for_projector(self.room, self._now())}

    def _refusal(self, refused: Refused, state: dict[str, Any]) -> Response:
        told = None if refused.told is None else refused.told[self._setup.language]
        return _json({"word": refused.word, "told": told, "state": state})


def serve_class(
    room: Room, setup: Setup, port: int, report: Callable[[str], None], ready: Callable[[str], None]
) -> None:
    """Serve a class until it is interrupted; ``ready`` is told the teacher's token. OSError: the port cannot be had."""
    token = secrets.token_urlsafe(12)
    _rehearse(room.stakes)
    asyncio.run(ClassServer(room, setup, token, report).run(port, lambda _: ready(token)))


def _rehearse(stakes: Stakes) -> None:
    """Hold a round that nobody sees: what is imported and tabulated at first use shall keep no phone waiting."""
    empty = Room(stakes)
    empty.join("nobody", "nobody", 0.0)
    empty.open({"format": "second_price"}, 0.0)
    empty.close()


def _json(content: Mapping[str, Any], *headers: tuple[str, str]) -> Response:
    body = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    return Response(body=body, headers=headers)


def _object(request: Request) -> dict[str, Any]:
    """What a request carries; BadRequest unless it is a JSON object and says so, as no foreign form can."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise BadRequest(415)
    try:
        given = json.loads(request.body)
    except (ValueError, RecursionError):
        raise BadRequest(400) from None
    if not isinstance(given, dict):
        raise BadRequest(400)
    return given


def _pages(setup: Setup, room: Room) -> dict[str, tuple[str, bytes]]:
    """All that is served besides the state, from memory: no request's path ever meets the disk."""
    folder = resources.files("sfund_sim.classroom").joinpath("pages")
    read = {name: folder.joinpath(name).read_text("utf-8") for name in _FILES}
    lang = "zh-CN" if setup.language == "zh" else "en"
    html, script, style = (f"text/{kind}; charset=utf-8" for kind in ("html", "javascript", "css"))
    picture = qr_picture(setup.addresses[0])
    more = {
        "stakes": stakes_in_words(room.stakes, setup.language),
        "addresses": "\n".join(setup.addresses),
        "picture": "/qr.svg" if picture else "",
    }
    texts = {
        "/": (html, read["phone.html"].replace("LANG", lang)),
        "/teach": (html, read["projector.html"].replace("LANG", lang)),
        "/common.js": (script, read["common.js"]),
        "/phone.js": (script, read["phone.js"]),
        "/projector.js": (script, read["projector.js"]),
        "/chart.js": (script, read["chart.js"]),
        "/style.css": (style, read["style.css"]),
        "/words.js": (script, words_script(setup.language, **more)),
        "/favicon.ico": ("image/x-icon", ""),
        **({"/qr.svg": ("image/svg+xml", picture)} if picture else {}),
    }
    return {path: (kind, text.encode()) for path, (kind, text) in texts.items()}


_FILES = ("phone.html", "projector.html", "common.js", "phone.js", "projector.js", "chart.js", "style.css")
