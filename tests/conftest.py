"""Fixtures for all tests: a made-up market of six replications."""

from __future__ import annotations

import signal

import pytest
from hypothesis import HealthCheck, settings
from made_up_market import made_up_info, made_up_record

from sfund_sim.outcomes.run_info import ReplicationRecord, RunInfo
from sfund_sim.outcomes.tables import Tables, joined, replication_tables

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
