"""Tell waiting pages that something has changed, soon but not too often."""

from __future__ import annotations

import asyncio

_GAP = 0.1
"""Seconds between two rings: a hundred phones that bid at once are told ten times a second, not a hundred times."""


class Bell:
    """A numbered bell; who knows its last number waits for the next ring."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._number = 0
        self._rung = asyncio.Event()
        self._next: asyncio.TimerHandle | None = None
        self._last = 0.0

    @property
    def stamp(self) -> str:
        """What names the last ring; of another server's life it never is the same."""
        return f"{self._name}.{self._number}"

    def press(self) -> None:
        """Something has changed: ring, as soon as the last ring is long enough ago."""
        if self._next is None:
            loop = asyncio.get_running_loop()
            self._next = loop.call_at(max(self._last + _GAP, loop.time()), self._ring)

    async def wait(self, since: str, seconds: float) -> None:
        """Return when the bell has rung after the ring named ``since``, or when so many seconds have passed."""
        if since != self.stamp:
            return
        try:
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        except TimeoutError:
            return

    def _ring(self) -> None:
        self._number += 1
        self._next = None
        self._last = asyncio.get_running_loop().time()
        self._rung.set()
        self._rung = asyncio.Event()
