"""Fixtures for all tests: a made-up market of six replications."""

from __future__ import annotations

import io
import signal
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from made_up_market import made_up_info, made_up_record
from matplotlib.figure import Figure

from sfund_sim.outcomes.run_info import ReplicationRecord, RunInfo
from sfund_sim.outcomes.tables import Tables, joined, replication_tables
from sfund_sim.scenario import reading

# How fast examples are drawn says how busy the machine is, nothing about the property.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

# What a shell starts in the background ignores Ctrl-C, and so would all that the tests start: some press it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def info() -> RunInfo:
    return made_up_info()


@pytest.fixture(scope="session")
def records() -> list[ReplicationRecord]:
    return [made_up_record(replication, exits=150) for replication in range(6)]


@pytest.fixture(scope="session")
def tables(info: RunInfo, records: list[ReplicationRecord]) -> Tables:
    return joined(replication_tables(info, record) for record in records)


@pytest.fixture(scope="session", autouse=True)
def _the_same_is_written_out_once() -> Iterator[None]:
    """A resolved scenario as YAML takes longer than a small run of it, and hundreds of tests run the same one."""
    written: dict[str, str] = {}
    write = reading.yaml_text

    def remembered(data: dict[str, Any]) -> str:
        same = repr(data)
        if same not in written:
            written[same] = write(data)
        return written[same]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "yaml_text", remembered)
        yield


_savefig = Figure.savefig


@cache
def _painted(kind: str) -> Any:
    paper = io.StringIO() if kind == "svg" else io.BytesIO()
    _savefig(Figure(figsize=(1, 1)), paper, format=kind)
    return paper.getvalue()


@pytest.fixture(scope="module")
def unpainted() -> Iterator[None]:
    """Figures are made as ever but saved as an empty one, which takes half of a report's time.

    For tests of what stands beside the figures; not where two of them are to be the same or are looked at.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Figure, "savefig", lambda figure, paper, *, format, **rest: paper.write(_painted(format)))
        yield
