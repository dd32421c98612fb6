"""Clocks of holdings: thresholds that a fund's hazard passes, stops, and holdings that are cut off."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import cycle

import numpy as np
import pytest

from sfund_sim.investors.triggers import SellView
from sfund_sim.investors.triggers.after_age import AfterAge
from sfund_sim.investors.triggers.constant import ConstantHazard
from sfund_sim.market.kind_clocks import KindClocks
from sfund_sim.market.world import Holdings

VIEW = SellView(np.zeros(2), np.zeros(2), np.ones(2), 0.0)
LIVING = np.ones(2)


STEADY = ConstantHazard
CHANGING = partial(AfterAge, after_years=0)
"""The same hazard, but who asks cannot know that it never changes."""
Clocks = Callable[[list[list[float | None]]], KindClocks]


@pytest.fixture(params=[[STEADY], [CHANGING], [STEADY, CHANGING], [CHANGING, STEADY]])
def clocks_of(request: pytest.FixtureRequest) -> Clocks:
    """Clocks of two funds with two holdings each; hazards by kind and trigger."""
    made = cycle(request.param)

    def clocks(hazards: list[list[float | None]]) -> KindClocks:
        fund = np.array([0, 0, 1, 1])
        holdings = Holdings(np.arange(4, dtype=np.uint64), fund, np.arange(4), np.full(4, 1000), np.full(4, True))
        rules = [[None if each is None else next(made)(annual_hazard=each) for each in kind] for kind in hazards]
        return KindClocks(rules, holdings, 2)

    return clocks


def start(clocks: KindClocks, rows: list[int], kinds: list[int], thresholds: list[list[float]]) -> None:
    clocks.start(np.array(rows), np.array(kinds), np.array(thresholds))


def test_a_clock_fires_when_the_hazard_since_its_start_passes_its_threshold(clocks_of):
    clocks = clocks_of([[0.5]])
    start(clocks, [0, 2], [0, 0], [[0.6, 2.0]])
    assert clocks.run(VIEW, LIVING, 1.0) == {}
    start(clocks, [3], [0], [[0.45]])
    fired = clocks.run(VIEW, LIVING, 1.0)
    assert {row: trigger for row, (_, trigger) in fired.items()} == {0: 0, 3: 0}
    assert [fired[0][0], fired[3][0]] == pytest.approx([0.2, 0.9])
    assert clocks.run(VIEW, LIVING, 1.0) == {}
    assert clocks.run(VIEW, LIVING, 1.5)[2][0] == pytest.approx(1.0)


def test_of_two_triggers_the_sooner_one_counts_and_both_stop(clocks_of):
    clocks = clocks_of([[None, 1.0, 2.0]])
    start(clocks, [1], [0], [[0.5], [0.6]])
    wait, trigger = clocks.run(VIEW, LIVING, 1.0)[1]
    assert (trigger, wait) == (2, pytest.approx(0.3))
    assert clocks.run(VIEW, LIVING, 9.0) == {}


def test_kinds_have_their_own_triggers(clocks_of):
    clocks = clocks_of([[0.1], [None, 1.0, 3.0]])
    start(clocks, [0, 1], [0, 1], [[0.5, 0.5], [0.1, 9.0]])
    assert list(clocks.run(VIEW, LIVING, 1.0)) == [1]
    assert list(clocks.run(VIEW, LIVING, 5.0)) == [0]


def test_hazards_rest_where_nothing_can_be_sold_and_stopped_clocks_for_good(clocks_of):
    clocks = clocks_of([[1.0]])
    start(clocks, [0, 1, 2], [0, 0, 0], [[0.5, 0.7, 0.5]])
    assert clocks.run(VIEW, np.array([0.0, 1.0]), 1.0).keys() == {2}
    clocks.stop(np.array([0]))
    assert clocks.run(VIEW, LIVING, 1.0).keys() == {1}


def test_a_holding_cut_off_gets_a_clock_when_it_is_started(clocks_of):
    clocks = clocks_of([[1.0]])
    start(clocks, [0], [0], [[5.0]])
    new = clocks.holdings.split(2, 400)
    assert clocks.run(VIEW, LIVING, 1.0) == {}
    start(clocks, [new], [0], [[0.25]])
    assert clocks.run(VIEW, LIVING, 1.0) == {new: (pytest.approx(0.25), 0)}


def test_a_hazard_of_nothing_never_fires(clocks_of):
    clocks = clocks_of([[0.0, 1.0]])
    start(clocks, [0, 1], [0, 0], [[0.0, 0.0], [0.5, 1e9]])
    assert clocks.run(VIEW, LIVING, 1.0) == {0: (pytest.approx(0.5), 1)}
    assert clocks.run(VIEW, LIVING, 1e6) == {}


@pytest.mark.parametrize("hazards", [[2.0, 1.0], [1.0, 2.0]])
def test_the_sooner_trigger_counts_in_whichever_place(clocks_of, hazards):
    clocks = clocks_of([hazards])
    start(clocks, [0], [0], [[0.5], [0.5]])
    assert clocks.run(VIEW, LIVING, 1.0) == {0: (pytest.approx(0.25), hazards.index(2.0))}
