"""Ctrl-C, and what a scheduler or a closed terminal sends in its place, never lost and all answered alike."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

STOPS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
"""Signals that ask a program to stop: Ctrl-C, a scheduler or a shutdown, a terminal that goes."""
_came: list[int] = []
"""Those that came, in their order."""


def _stop(number: int, frame: FrameType | None) -> None:
    _came.append(number)
    raise KeyboardInterrupt


@contextmanager
def stopping_alike() -> Iterator[None]:
    """Within, every signal of ``STOPS`` raises KeyboardInterrupt, unless somebody else handles or ignores it."""
    _came.clear()
    is_main = threading.current_thread() is threading.main_thread()
    ours = [number for number in STOPS if is_main and signal.getsignal(number) is signal.SIG_DFL]
    for number in ours:
        signal.signal(number, _stop)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


def exit_code() -> int:
    """How shells tell that a signal ended a program: 130 for Ctrl-C, 143 for SIGTERM, 129 for SIGHUP."""
    return 128 + (_came[0] if _came else signal.SIGINT)


@contextmanager
def heeded() -> Iterator[Callable[[], None]]:
    """Yield a check that raises KeyboardInterrupt when an earlier signal to stop went unheard.

    An exception raised while Python finalises an object is dropped with a remark on the error stream (see
    ``sys.unraisablehook``), and a market leaves thousands of unfinished stories behind. Where somebody else handles
    such a signal, or outside the main thread, nothing is changed.
    """
    standard = {number: signal.getsignal(number) for number in STOPS}
    ours = {number: how for number, how in standard.items() if how in (signal.default_int_handler, _stop)}
    if not ours or threading.current_thread() is not threading.main_thread():
        yield lambda: None
        return
    pressed: list[int] = []

    def press(number: int, frame: FrameType | None) -> None:
        pressed.append(number)
        _stop(number, frame)

    def check() -> None:
        if pressed:
            raise KeyboardInterrupt

    hook = sys.unraisablehook
    for number in ours:
        signal.signal(number, press)
    sys.unraisablehook = lambda dropped: _pass_on(dropped, hook)
    try:
        yield check
    finally:
        sys.unraisablehook = hook
        for number, how in ours.items():
            signal.signal(number, how)


def _pass_on(dropped: Any, hook: Callable[[Any], object]) -> None:
    """Remark on what was dropped, unless it is the signal that ``check`` remembers."""
    if not isinstance(dropped.exc_value, KeyboardInterrupt):
        hook(dropped)
