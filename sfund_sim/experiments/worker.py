"""Inside a worker process: take the job once, replicate on request, leave when the parent is gone."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
import traceback

from sfund_sim.experiments.replication import Failure, Finished, Job, replicate

_taken: list[Job | str] = []
"""This worker's job, or why it could not be taken; filled once by ``take_job`` and never in the parent process."""


def take_job(pickled: bytes) -> None:
    """Set this worker up: the parent alone answers Ctrl-C, and no worker outlives its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    try:
        _taken.append(pickle.loads(pickled))
    except Exception:
        _taken.append(traceback.format_exc())


def replicate_taken(number: int) -> Finished | Failure:
    """Run one replication of the job taken."""
    job = _taken[0]
    if isinstance(job, str):
        return Failure(number, 0, "the worker process cannot read the scenario: " + job.splitlines()[-1], job)
    return replicate(job, number)


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
