from __future__ import annotations

import pytest

import sfund_sim as sf


@pytest.fixture(scope="session")
def pilot():
    """The shipped pilot scenario; the tests here let a fake market stand in for its own."""
    return sf.load_scenario("beijing_pilot", ["seed=7", "replications=3"])
