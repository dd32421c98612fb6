"""Run replications in one or more processes; what they return does not depend on how many, nor on their order."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
import types
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from queue import SimpleQueue
from typing import Protocol

from sfund_sim.experiments import worker
from sfund_sim.experiments.interrupts import heeded
from sfund_sim.experiments.replication import Failure, Finished, Job, ReplicationFailed, replicate
from sfund_sim.ground.errors import SfundError

POOLS_AT_MOST = 4
"""A pool breaks when one of its workers is killed; the replications it had in hand go to a new pool, so often."""

IN_HAND_PER_WORKER = 2
"""One running, one waiting: workers never idle, and finished results never pile up behind a slow consumer."""


class WorkersLost(SfundError):
    """Worker processes were killed from outside again and again (often for want of memory)."""


def workers_for(replications: int) -> int:
    """Return the default number of workers: a processor each, but no more than there are replications."""
    return max(1, min(os.cpu_count() or 1, replications))


class Execute(Protocol):
    """``execute``, or whatever stands in for it: a cluster, or runs that are partly done already."""

    def __call__(self, job: Job, numbers: Sequence[int], *, workers: int = 1) -> Generator[Finished, None, None]: ...  # noqa: D102


def execute(
    job: Job, numbers: Sequence[int], *, workers: int = 1, failed: Callable[[Failure], object] | None = None
) -> Generator[Finished, None, None]:
    """Yield each replication as it finishes, in no particular order when ``workers`` exceeds 1.

    A replication that raises is handed to ``failed`` and the rest goes on; without it, ReplicationFailed is raised at
    once. Raises WorkersLost when workers keep being killed. Closing the iterator, or Ctrl-C, kills the workers at once.
    """
    with heeded() as check:
        stream = (
            _in_this_process(job, numbers) if workers == 1 or len(numbers) == 1 else _in_pools(job, numbers, workers)
        )
        with closing(stream):
            for outcome in stream:
                check()
                if not isinstance(outcome, Failure):
                    yield outcome
                elif failed is None:
                    raise ReplicationFailed(outcome)
                else:
                    failed(outcome)
                check()


def _in_this_process(job: Job, numbers: Sequence[int]) -> Generator[Finished | Failure, None, None]:
    for number in numbers:
        yield replicate(job, number)


def _in_pools(job: Job, numbers: Sequence[int], workers: int) -> Generator[Finished | Failure, None, None]:
    """One pool after another, until nothing is left or too many pools have broken."""
    pickled = pickle.dumps(job, protocol=pickle.HIGHEST_PROTOCOL)
    left = list(numbers)
    for _ in range(POOLS_AT_MOST):
        yield from _until_broken(pickled, left, min(workers, len(left)))
        if not left:
            return
    raise WorkersLost(
        f"worker processes were killed {POOLS_AT_MOST} times, perhaps for want of memory; replications not finished: "
        f"{_listed(left)}. Try fewer workers (--workers)."
    )


def _until_broken(pickled: bytes, left: list[int], workers: int) -> Iterator[Finished | Failure]:
    """Work through ``left``, taking out what is finished, until nothing is left or a worker is killed."""
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=worker.take_job, initargs=(pickled,))
    waiting = iter(list(left))
    in_hand, done = 0, SimpleQueue[Future[Finished | Failure]]()
    try:
        while True:
            with _quiet_start(hide_main=b"__main__" not in pickled):
                while in_hand < workers * IN_HAND_PER_WORKER and (number := next(waiting, None)) is not None:
                    pool.submit(worker.replicate_taken, number).add_done_callback(done.put)
                    in_hand += 1
            if not in_hand:
                return
            # Not futures.wait, which holds locks of what is still under way when it hears Ctrl-C.
            finished = done.get().result()
            in_hand -= 1
            left.remove(finished.number)
            yield finished
    except BrokenProcessPool:
        return
    finally:
        _kill(pool)


@contextmanager
def _quiet_start(*, hide_main: bool) -> Iterator[None]:
    """Start processes that never see Ctrl-C, and that do not run the user's script again.

    A spawned process inherits the mask of blocked signals. It also imports the parent's ``__main__``, which would run a
    plain script that lacks the ``if __name__ == "__main__"`` guard once more; only a job that mentions ``__main__``
    needs that import.
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
    """Hear Ctrl-C only afterwards: in the midst of it, a lock that the pool's own thread needs might be left taken."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _kill(pool: ProcessPoolExecutor) -> None:
    """End a pool's processes without waiting for what they do (``kill_workers`` exists from Python 3.14)."""
    with _ctrl_c_waits():
        processes = list((pool._processes or {}).values())
        pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.kill()
        for process in processes:
            process.join()


def _listed(numbers: Sequence[int], at_most: int = 8) -> str:
    shown = ", ".join(str(number) for number in numbers[:at_most])
    return shown if len(numbers) <= at_most else f"{shown} and {len(numbers) - at_most} more"
