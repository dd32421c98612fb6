"""The class's door to the network: its port, what the web server is to bound, what requests carry."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

import uvicorn
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

MOST_BODY = 2048
"""Bytes that a request may carry."""
_MOST_HEAD = 8192
"""Bytes of a request's lines."""
_MOST_CONNECTIONS, _BACKLOG = 1024, 256
"""At the same time, and of those that wait to be taken."""
_IDLE = 75
"""Seconds that a connection may rest between requests."""
_GUARDS = [
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    (
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
]
"""What every answer tells the browser: keep nothing, load nothing from elsewhere."""


def ask_before_ending(may_end: Callable[[], bool]) -> None:
    """Let Ctrl-C end the server that runs only where ``may_end`` agrees: many press it to copy an address."""
    end = signal.getsignal(signal.SIGINT)
    if not callable(end) or threading.current_thread() is not threading.main_thread():
        return

    def ask(number: int, frame: FrameType | None) -> None:
        if may_end():
            end(number, frame)

    signal.signal(signal.SIGINT, ask)


def listening(port: int) -> socket.socket:
    """A socket that takes connections at that port, 0 being any. OSError when it cannot be had."""
    made = socket.create_server(("0.0.0.0", port), backlog=_BACKLOG)
    # asyncio sends small answers at once only on sockets that say TCP by name; without it each waits some 40 ms.
    return socket.socket(made.family, made.type, socket.IPPROTO_TCP, fileno=made.detach())


def settings(app: ASGIApp) -> uvicorn.Config:
    """How the application is served: HTTP/1.1 in one process, within the bounds above, with no line of its own."""
    return uvicorn.Config(
        app,
        loop="asyncio",
        http="h11",
        ws="none",
        lifespan="on",
        workers=1,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        headers=_GUARDS,
        access_log=False,
        log_config=None,
        log_level="critical",  # What phones send wrong is nothing to a teacher, and bugs are told by the application.
        h11_max_incomplete_event_size=_MOST_HEAD,
        limit_concurrency=_MOST_CONNECTIONS,
        backlog=_BACKLOG,
        timeout_keep_alive=_IDLE,
        timeout_graceful_shutdown=0,  # Or Ctrl-C would wait for all phones that wait for news.
    )


async def nobody_there(request: Request, error: Exception) -> Response:
    """A phone that hung up before it had said all."""
    return Response(status_code=400)


async def content_of(request: Request) -> dict[str, Any]:
    """What a request carries; refused unless it is a JSON object and says so, as no foreign form can."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise HTTPException(415)
    try:
        given = await request.json()
    except (ValueError, RecursionError):
        raise HTTPException(400) from None
    if not isinstance(given, dict):
        raise HTTPException(400)
    return given
