"""Replications that failed while the rest went on: a table of them, and the whole story of each."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from typing import NamedTuple

from sfund_sim.experiments.replication import Failure

FILE = "failures.csv"
_SHOWN = 8


class Place(NamedTuple):
    """What a run's number stands for."""

    replication: int
    where: str = ""
    """Scenario of a comparison, or point of a sweep."""


def failure_files(failures: Sequence[Failure], place: Callable[[int], Place] = Place) -> dict[str, bytes]:
    """Contents of ``failures.csv`` and of a file with the traceback for each, by name; nothing when none failed."""
    if not failures:
        return {}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["run", "where", "replication", "seed", "reason", "traceback_file"])
    files: dict[str, bytes] = {}
    for failure in failures:
        story = f"failures/run_{failure.number:04d}.txt"
        replication, where = place(failure.number)
        writer.writerow([failure.number, where, replication, failure.seed, failure.reason, story])
        files[story] = failure.traceback.encode()
    return {FILE: text.getvalue().encode(), **files}


def missing_note(failures: Sequence[Failure], wanted: int) -> tuple[str, ...]:
    """The warning that goes into manifest and report; nothing when none failed."""
    if not failures:
        return ()
    numbers = ", ".join(str(failure.number) for failure in failures[:_SHOWN])
    more = f" and {len(failures) - _SHOWN} more" if len(failures) > _SHOWN else ""
    return (f"{len(failures)} of {wanted} runs failed and are missing from all results ({FILE}): {numbers}{more}",)
