"""As much of HTTP/1.1 as a class needs: small requests, whole answers, connections that stay. Trusts nothing it reads.

The standard library's own server gives each connection a thread; here a hundred phones that wait are a hundred
suspended coroutines, and the room needs no locks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qsl, urlsplit

MOST_HEAD, MOST_BODY = 8192, 2048
"""Bytes of a request's lines, and of what it carries."""
_IDLE, _SLOW = 75.0, 10.0
"""Seconds that a connection may rest between requests, and that a request or an answer may take."""
MOST_CONNECTIONS, MOST_FROM_ONE = 1024, 256
"""At the same time; all phones behind one router may share an address."""
_GUARDS = (
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    (
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
)


class BadRequest(Exception):
    """What came is no request that is served; the connection ends after the answer."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True, slots=True)
class Request:
    """One request; header names in small letters."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes = b""

    def cookie(self, name: str) -> str:
        """The value of a cookie, or nothing."""
        pairs = (part.strip().partition("=") for part in self.headers.get("cookie", "").split(";"))
        return next((value for key, _, value in pairs if key == name), "")


@dataclass(frozen=True, slots=True)
class Response:
    """One answer."""

    status: int = 200
    body: bytes = b""
    kind: str = "application/json; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()

    def encoded(self, keep: bool) -> bytes:
        """The bytes to send."""
        own = (("Content-Type", self.kind), ("Content-Length", str(len(self.body))))
        lines = (*own, ("Connection", "keep-alive" if keep else "close"), *_GUARDS, *self.headers)
        head = "".join(f"{name}: {value}\r\n" for name, value in lines)
        return f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}\r\n{head}\r\n".encode("latin-1") + self.body


Answer = Callable[[Request], Awaitable[Response]]


def parsed_head(head: bytes) -> Request:
    """The request of these lines, without what it carries. BadRequest if they are none."""
    first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or words[2] not in ("HTTP/1.1", "HTTP/1.0") or not words[1].startswith("/"):
        raise BadRequest(400)
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip() or name.lower() in headers:
            raise BadRequest(400)
        headers[name.lower()] = value.strip()
    if words[2] == "HTTP/1.0":
        headers["connection"] = "close"
    try:
        target = urlsplit(words[1])
        query = dict(parse_qsl(target.query, max_num_fields=8))
    except ValueError:
        raise BadRequest(400) from None
    return Request(words[0], target.path, query, headers)


async def _read(reader: asyncio.StreamReader) -> Request | None:
    """The next request, or None when the other side is done."""
    try:
        async with asyncio.timeout(_IDLE):
            first = await reader.read(1)
        if not first:
            return None
        async with asyncio.timeout(_SLOW):
            request = parsed_head(first + await reader.readuntil(b"\r\n\r\n"))
            length = request.headers.get("content-length", "0")
            if "transfer-encoding" in request.headers or not (length.isascii() and length.isdigit()):
                raise BadRequest(400)
            if len(length) > 9 or int(length) > MOST_BODY:
                raise BadRequest(413)
            body = await reader.readexactly(int(length))
    except asyncio.LimitOverrunError:
        raise BadRequest(431) from None
    except (TimeoutError, asyncio.IncompleteReadError):
        return None
    return Request(request.method, request.path, request.query, request.headers, body)


class Wire:
    """Serves connections, each of them request by request."""

    def __init__(self, answer: Answer, report: Callable[[str], None]) -> None:
        self._answer = answer
        self._report = report
        """Is told of a bug of ours, in one line."""
        self._open: dict[str, int] = {}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until either side ends it."""
        peer = str((writer.get_extra_info("peername") or ("",))[0])
        self._open[peer] = self._open.get(peer, 0) + 1
        try:
            if self._open[peer] <= MOST_FROM_ONE and sum(self._open.values()) <= MOST_CONNECTIONS:
                await self._converse(reader, writer)
        except (ConnectionError, TimeoutError, asyncio.CancelledError):
            pass
        finally:
            self._open[peer] -= 1
            if not self._open[peer]:
                del self._open[peer]
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        keep = True
        while keep:
            try:
                request = await _read(reader)
                if request is None:
                    return
                keep = request.headers.get("connection", "").lower() != "close"
                response = await self._guarded(request)
            except BadRequest as error:
                keep, response = False, Response(error.status)
            writer.write(response.encoded(keep))
            async with asyncio.timeout(_SLOW):
                await writer.drain()

    async def _guarded(self, request: Request) -> Response:
        try:
            return await self._answer(request)
        except BadRequest:
            raise
        except Exception as error:
            self._report(f"{request.method} {request.path[:60]}: {type(error).__name__}: {error}")
            return Response(500)
