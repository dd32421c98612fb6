"""Run replications in one or more processes; what they return does not depend on how many, nor on their order."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, suppress
from typing import Protocol

from sfund_sim.experiments import worker
from sfund_sim.experiments.own_parts import OwnPart, check_importable, own_parts
from sfund_sim.experiments.replication import Failure, Finished, Job, ReplicationFailed, replicate
from sfund_sim.ground.errors import SfundError
from sfund_sim.ground.interrupts import heeded
from sfund_sim.ground.processes import in_processes

POOLS_AT_MOST = 4
"""A pool breaks when one of its workers is killed; the replications it had in hand go to a new pool, so often."""


_SHOWN = 8


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
    is_alone = workers == 1 or len(numbers) == 1
    parts = own_parts(job.scenario)
    with heeded() as check:
        stream = _in_this_process(job, numbers) if is_alone else _in_pools(job, parts, numbers, workers)
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


def _in_pools(
    job: Job, parts: list[OwnPart], numbers: Sequence[int], workers: int
) -> Generator[Finished | Failure, None, None]:
    """One pool after another, until nothing is left or too many pools have broken."""
    check_importable(parts)
    pickled = pickle.dumps(job, protocol=pickle.HIGHEST_PROTOCOL)
    left = list(numbers)
    for _ in range(POOLS_AT_MOST):
        yield from _until_broken((pickled, parts), left, min(workers, len(left)))
        if not left:
            return
    raise WorkersLost(
        f"worker processes were killed {POOLS_AT_MOST} times, perhaps for want of memory; replications not finished: "
        f"{_numbers_text(left)}. Try fewer workers (--workers)."
    )


def _until_broken(given: tuple[bytes, list[OwnPart]], left: list[int], workers: int) -> Iterator[Finished | Failure]:
    """Work through ``left``, taking out what is finished, until nothing is left or a worker is killed.

    Only a job that mentions ``__main__`` needs the workers to import the user's script.
    """
    stream = in_processes(
        worker.replicate_taken,
        list(left),
        workers=workers,
        begin=worker.take_job,
        given=given,
        hide_main=b"__main__" not in given[0],
    )
    with closing(stream), suppress(BrokenProcessPool):
        for finished in stream:
            left.remove(finished.number)
            yield finished


def _numbers_text(numbers: Sequence[int]) -> str:
    shown = ", ".join(map(str, numbers[:_SHOWN]))
    return shown if len(numbers) <= _SHOWN else f"{shown} and {len(numbers) - _SHOWN} more"
