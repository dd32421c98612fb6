"""Ctrl-C that is never lost, even when it comes at a moment at which Python drops exceptions."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


@contextmanager
def heeded() -> Iterator[Callable[[], None]]:
    """Yield a check that raises KeyboardInterrupt when an earlier Ctrl-C went unheard.

    An exception raised while Python finalises an object is dropped with a remark on the error stream (see
    ``sys.unraisablehook``), and a market leaves thousands of unfinished stories behind. Where somebody else handles
    Ctrl-C, or outside the main thread, nothing is changed.
    """
    standard = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if not standard or threading.current_thread() is not threading.main_thread():
        yield lambda: None
        return
    pressed: list[int] = []

    def press(number: int, frame: FrameType | None) -> None:
        pressed.append(number)
        raise KeyboardInterrupt

    def check() -> None:
        if pressed:
            raise KeyboardInterrupt

    hook = sys.unraisablehook
    signal.signal(signal.SIGINT, press)
    sys.unraisablehook = lambda dropped: _pass_on(dropped, hook)
    try:
        yield check
    finally:
        sys.unraisablehook = hook
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _pass_on(dropped: Any, hook: Callable[[Any], object]) -> None:
    """Remark on what was dropped, unless it is the Ctrl-C that ``check`` remembers."""
    if not isinstance(dropped.exc_value, KeyboardInterrupt):
        hook(dropped)
