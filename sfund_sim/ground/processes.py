"""Work spread over processes: results as they come, and an end at once when the caller or the user wants no more."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import types
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from sfund_sim.ground.interrupts import STOPS

IN_HAND_PER_WORKER = 2
"""One running, one waiting: workers never idle, and finished results never pile up behind a slow consumer."""
_LOOK_EVERY_SECONDS = 1.0

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_processes(
    work: Callable[[Item], Result],
    items: Iterable[Item],
    *,
    workers: int,
    begin: Callable[..., object] | None = None,
    given: tuple[Any, ...] = (),
    hide_main: bool = True,
) -> Generator[Result, None, None]:
    """Yield ``work(item)`` of every item as it is done, in no particular order; what ``work`` raises is raised here.

    Each worker first calls ``begin(*given)``. Workers do not import the caller's ``__main__`` while it is hidden, so a
    plain script needs no guard. BrokenProcessPool is raised when a worker is killed. Closing the iterator, or Ctrl-C,
    kills the workers at once; they say nothing, and do not outlive this process.
    """
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(begin, given))
    waiting = iter(items)
    in_hand, done = 0, SimpleQueue[Future[Result]]()
    try:
        while True:
            with _quiet_start(hide_main=hide_main):
                for item in islice(waiting, workers * IN_HAND_PER_WORKER - in_hand):
                    pool.submit(work, item).add_done_callback(done.put)
                    in_hand += 1
            if not in_hand:
                return
            result = _next(done, pool).result()
            in_hand -= 1
            yield result
    finally:
        with _ctrl_c_waits():
            _kill(pool)
            pool.shutdown(wait=False, cancel_futures=True)


def _next(done: SimpleQueue[Future[Result]], pool: ProcessPoolExecutor) -> Future[Result]:
    """The next result; not by futures.wait, which holds locks of what is still under way when it hears Ctrl-C.

    A pool does not find out that a worker was killed in the midst of saying its result: it waits for the rest.
    """
    while True:
        try:
            return done.get(timeout=_LOOK_EVERY_SECONDS)
        except Empty:
            if any(process.exitcode is not None for process in list((pool._processes or {}).values())):
                _kill(pool)


def _begin(begin: Callable[..., object] | None, given: tuple[Any, ...]) -> None:
    """Set a worker up: the parent alone answers Ctrl-C, and no worker outlives its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        # It was started while signals waited (see _ctrl_c_waits); a broken pool ends its workers by SIGTERM.
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {*STOPS} - {signal.SIGINT})
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    if begin is not None:
        begin(*given)


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def _quiet_start(*, hide_main: bool) -> Iterator[None]:
    """Start processes that never see Ctrl-C, and that do not run the user's script again.

    A spawned process inherits the mask of blocked signals. It also imports the parent's ``__main__``, which would run a
    plain script that lacks the ``if __name__ == "__main__"`` guard once more.
    """
    with _ctrl_c_waits():
        main = sys.modules["__main__"]
        if hide_main:
            sys.modules["__main__"] = types.ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = main


@contextmanager
def _ctrl_c_waits() -> Iterator[None]:
    """Hear Ctrl-C and its like only afterwards: a lock that the pool's own thread needs might be left taken."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _kill(pool: ProcessPoolExecutor) -> None:
    """End a pool's processes without waiting for what they do (``kill_workers`` exists from Python 3.14)."""
    processes = list((pool._processes or {}).values())
    for process in processes:
        process.kill()
    for process in processes:
        process.join()
    # The pool's own thread may wait for the rest of a result; now nobody else is left who could be about to tell it.
    if pool._result_queue is not None:
        pool._result_queue._writer.close()  # type: ignore[attr-defined]
