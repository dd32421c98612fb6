"""Two workers against one: throughput of replications that go to disk, in the same process, minute and machine.

Measured from the first replication that is on disk to the last one, so that the start of processes (about a second
each, once a run, however long it is) is left out; sealing, sending, fsync and everything else that the parent does for
each replication is in. One and two workers take turns, and each counts by its best turn: other people's programs can
only slow a turn down. On a busy machine the ratio says little, so run this alone: pytest -m benchmark -n 0.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

import sfund_sim as sf
from sfund_sim.experiments.executor import execute
from sfund_sim.experiments.replication import Job
from sfund_sim.experiments.work_folder import Means, WorkFolder
from sfund_sim.ground.columns import MISSING
from sfund_sim.market.journal import HoldingRow, Journal

pytestmark = [
    pytest.mark.benchmark,
    pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="needs two processors"),
]

LEAST = 1.85
TURNS = 3
ROUNDS = 900_000
"""Steps of pure Python that keep one processor busy for some 60 ms."""


def busy(scenario: object, replication: int, seed: int) -> Journal:
    """Work of a fixed size, then a journal."""
    state = seed + replication
    for _ in range(ROUNDS):
        state = (state * 1103515245 + 12345) % 2147483648
    journal = Journal(replication)
    journal.holdings.extend(HoldingRow(row, 0, MISSING, state % 100, state, 0) for row in range(200))
    return journal


def throughput(job: Job, count: int, workers: int, place: Path) -> float:
    """Replications a second, from the first on disk to the last."""
    place.mkdir()
    stream = WorkFolder(place, Means()).execute(job, range(1, count + 1), workers=workers)
    moments = [time.perf_counter() for _ in stream]
    return (count - 1) / (moments[-1] - moments[0])


def ratio(job: Job, count: int, place: Path) -> float:
    best = {1: 0.0, 2: 0.0}
    for turn in range(TURNS):
        for workers in best:
            best[workers] = max(best[workers], throughput(job, count, workers, place / f"{workers}_{turn}"))
    print(f"{1000 / best[1]:.0f} ms a replication; {best[1]:.2f} and {best[2]:.2f} a second: {best[2] / best[1]:.2f}")
    return best[2] / best[1]


def test_two_workers_do_nearly_twice_as_much_of_a_synthetic_market(tmp_path):
    job = Job(busy, None, 1)
    began = time.perf_counter()
    list(execute(job, [1]))
    assert time.perf_counter() - began > 0.05
    assert ratio(job, 60, tmp_path) >= LEAST


def test_two_workers_do_nearly_twice_as_much_of_a_small_real_market(tmp_path):
    from functools import partial

    from sfund_sim.experiments.rendering import render
    from sfund_sim.experiments.running import planned

    plan = planned(sf.load_scenario("beijing_pilot", ["population.funds.count=20"]), replications=40)
    job = Job(plan.simulate, plan.loaded.scenario, plan.seed, partial(render, plan.info))
    assert ratio(job, 40, tmp_path) >= LEAST
