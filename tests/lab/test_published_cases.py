"""All families of the published set, quickly; the full check is ``sfund lab check``."""

import json
import multiprocessing
import os
import signal
import time
from importlib.resources import files

import pytest

from sfund_sim.ground.errors import SfundError
from sfund_sim.lab.cases import OWN, PUBLISHED, shipped
from sfund_sim.lab.check import check
from sfund_sim.lab.families import FAMILIES

ALL = [*shipped(PUBLISHED).cases, *shipped(OWN).cases]


@pytest.fixture(scope="module")
def verdicts():
    return check(ALL, replications=10_000, seed=1)


def test_the_shipped_set_has_its_452_points_in_31_families_and_ours_is_apart():
    published = json.loads(files("sfund_sim.lab").joinpath(PUBLISHED).read_text("utf-8"))
    assert len(published["cases"]) == published["meta"]["count"] == 452
    assert len({case["family"] for case in published["cases"]}) == 31
    assert {case.family for case in shipped(OWN).cases} == {"S01", "S02", "S03", "S04", "S05", "S06", "S07"}
    assert set(FAMILIES) == {case.family for case in ALL}


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_every_case_of_a_family_passes(verdicts, family):
    own = [verdict for verdict in verdicts if verdict.case.family == family]
    assert own
    assert [verdict.case.id for verdict in own if not verdict.passed] == []


def test_verdicts_come_in_the_order_of_the_cases_with_z_only_for_what_was_simulated(verdicts):
    assert [verdict.case for verdict in verdicts] == ALL
    published = json.loads(files("sfund_sim.lab").joinpath(PUBLISHED).read_text("utf-8"))["cases"]
    simulated = {case["id"] for case in published if case["kind"] == "monte-carlo"}
    simulated |= {case.id for case in shipped(OWN).cases if case.sd_per_replication is not None}
    assert {verdict.case.id for verdict in verdicts if verdict.z is not None} == simulated


def test_the_errors_are_those_of_the_published_set():
    """Our replications are the set's: no trick makes them less (or more) noisy than an independent draw."""
    noisy_or_by_delta_method = {"A20", "C04", "D05", "F01"}
    stated = [case for case in ALL if case.sd_per_replication and case.family not in noisy_or_by_delta_method]
    silent = [
        case.model_copy(update={"sd_per_replication": None, "se_at_100k": None, "tolerance": None}) for case in stated
    ]
    compared = 0
    for case, verdict in zip(stated, check(silent, replications=10_000, seed=1), strict=True):
        if verdict.se:
            compared += 1
            assert 0.8 < verdict.se * 100 / case.sd_per_replication < 1.25, case.id
    assert compared > 200


def test_the_number_of_workers_does_not_change_a_digit():
    few = [case for case in ALL if case.id in ("A01-001", "A03-001", "C04-021", "E04-001")]
    alone = check(few, replications=3_000, seed=7)
    together = check(few, replications=3_000, seed=7, workers=2)
    assert [verdict.found for verdict in alone] == [verdict.found for verdict in together]


def test_every_case_is_told_as_it_is_answered():
    told = []
    check(ALL[:40], replications=100, seed=1, workers=2, answered=told.append)
    assert sum(told) == 40


def test_ctrl_c_ends_the_workers_at_once():
    workers, began = [], time.monotonic()

    def press(_):
        workers.extend(child.pid for child in multiprocessing.active_children())
        signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        check(ALL, replications=20_000, seed=1, workers=2, answered=press)
    assert time.monotonic() - began < 20
    assert len(workers) == 2
    for worker in workers:
        with pytest.raises(ProcessLookupError):
            os.kill(worker, 0)


def test_a_worker_that_is_killed_is_told_in_words():
    def kill(_):
        for child in multiprocessing.active_children():
            child.kill()

    with pytest.raises(SfundError, match="try fewer workers"):
        check(ALL, replications=20_000, seed=1, workers=2, answered=kill)
