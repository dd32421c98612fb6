"""The class's door to the network: the port that it listens at, and what the web server is to bound."""

from __future__ import annotations

import socket

import uvicorn
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
