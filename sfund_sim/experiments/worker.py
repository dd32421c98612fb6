"""Inside a worker process: take the job once, replicate on request."""

from __future__ import annotations

import pickle
import traceback
from collections.abc import Sequence

from sfund_sim.experiments.own_parts import OwnPart, bring
from sfund_sim.experiments.replication import Failure, Finished, Job, replicate

_taken: list[Job | str] = []
"""This worker's job, or why it could not be taken; filled once by ``take_job`` and never in the parent process."""


def take_job(pickled: bytes, parts: Sequence[OwnPart] = ()) -> None:
    """Read the job that all replications of this worker share, once the study's own parts that it names are there."""
    try:
        bring(parts)
        _taken.append(pickle.loads(pickled))
    except Exception:
        _taken.append(traceback.format_exc())


def replicate_taken(number: int) -> Finished | Failure:
    """Run one replication of the job taken."""
    job = _taken[0]
    if isinstance(job, str):
        last = job.splitlines()[-1]
        words = f"the worker process cannot read the scenario: {last}", f"工作进程无法读取情景：{last}"
        return Failure(number, 0, words[0], job, words[1])
    return replicate(job, number)
