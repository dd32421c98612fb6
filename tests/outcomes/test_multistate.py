"""Aalen-Johansen against the hand-worked example of R's survival package, Kaplan-Meier and closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sfund_sim.outcomes.intervals import log_log_interval
from sfund_sim.outcomes.multistate import Spells, cumulative_incidence, incidence_steps, occupancy
from sfund_sim.outcomes.survival import kaplan_meier

STATES = ("entry", "a", "b", "c")
# tests/mstate.R of R survival; validation family D08
HAND_WORKED = Spells([1, 1, 1, 2, 3, 4, 4, 4, 5, 5], [0, 4, 9, 0, 2, 0, 2, 8, 1, 3], [4, 9, 10, 5, 9, 2, 8, 9, 3, 11],
               [1, 2, 1, 2, 3, 1, 3, 0, 2, 0])  # fmt: skip
EXITS = st.lists(st.tuples(st.integers(1, 30), st.integers(0, 3)), min_size=1, max_size=50)


@pytest.mark.parametrize(
    ("day", "expected"),
    [(2, (0.75, 0.25, 0, 0)), (4, (0.375, 0.4375, 0.1875, 0)), (8, (0.1875, 0.21875, 0.375, 0.21875)),
     (10, (0, 0.296875, 0.296875, 0.40625))],
)  # fmt: skip
def test_occupancy_is_the_hand_worked_one(day: int, expected: tuple[float, ...]) -> None:
    np.testing.assert_allclose(occupancy(HAND_WORKED, STATES).at(day), expected, atol=1e-8)
    assert occupancy(HAND_WORKED, STATES).at(0).tolist() == [1, 0, 0, 0]


@settings(max_examples=40)
@given(EXITS)
def test_incidence_of_all_causes_and_waiting_add_to_one(exits: list[tuple[int, int]]) -> None:
    days, cause = np.array(exits).T
    curve = cumulative_incidence(days, cause, ("x", "y", "z"))
    np.testing.assert_allclose(curve.probability.sum(axis=1) + curve.waiting, 1, atol=1e-12)
    np.testing.assert_allclose(curve.waiting, kaplan_meier(days, cause > 0).survival, atol=1e-12)
    assert np.all(np.diff(curve.probability, axis=0) >= -1e-15)


@settings(max_examples=40)
@given(st.lists(EXITS, min_size=1, max_size=4))
def test_the_steps_of_many_groups_are_the_incidences_of_each(groups: list[list[tuple[int, int]]]) -> None:
    """Together and one by one, whatever the order of rows; a last group has no exits."""
    days, cause = np.array([exit for exits in groups for exit in exits]).T
    group = np.repeat(np.arange(len(groups)), [len(exits) for exits in groups])
    mixed = np.random.default_rng(1).permutation(days.size)
    steps = incidence_steps(group[mixed], len(groups) + 1, days[mixed].astype(float), cause[mixed] > 0)
    size = np.empty(days.size)
    size[mixed] = steps.size
    for number in range(len(groups)):
        mine = group == number
        curve = cumulative_incidence(days[mine], cause[mine], ("x", "y", "z"))
        for place, time in enumerate(curve.times):
            by_then = [size[mine & (days <= time) & (cause == way)].sum() for way in (1, 2, 3)]
            np.testing.assert_allclose(by_then, curve.probability[place], atol=1e-12)
        is_over = curve.waiting[-1] < 1e-12
        assert steps.known_until[number] == (np.inf if is_over else days[mine].max())
    assert steps.known_until[-1] == -1


@settings(max_examples=30)
@given(EXITS)
def test_one_cause_has_greenwoods_error_and_occupancy_agrees(exits: list[tuple[int, int]]) -> None:
    days, cause = np.array(exits).T
    merged = np.minimum(cause, 1)
    curve, survival = cumulative_incidence(days, merged, ("out",)), kaplan_meier(days, merged)
    inside = survival.survival > 0
    np.testing.assert_allclose(curve.standard_error[inside, 0], survival.standard_error[inside], atol=1e-9)
    path = occupancy(Spells(np.arange(days.size), np.zeros(days.size), days, cause), ("in", "x", "y", "z"))
    full = cumulative_incidence(days, cause, ("x", "y", "z"))
    assert np.isin(path.times, full.times).all()
    np.testing.assert_allclose(path.probability[:, 1:], full.probability[np.isin(full.times, path.times)], atol=1e-12)
    np.testing.assert_allclose(
        path.standard_error[:, 1:], full.standard_error[np.isin(full.times, path.times)], atol=1e-9
    )


def test_incidence_of_two_exponential_causes_is_the_closed_form() -> None:
    # validation family D06-001: h1/(h1+h2) (1 - exp(-(h1+h2) t))
    generator = np.random.default_rng(3)
    first, second = generator.exponential(1 / 0.08, 100_000), generator.exponential(1 / 0.12, 100_000)
    days = np.minimum(np.minimum(first, second), 5.0)
    cause = np.where(days >= 5.0, 0, np.where(first < second, 1, 2))
    step = np.ceil(days * 100) / 100
    curve = cumulative_incidence(step, cause, ("one", "two"))
    assert curve.probability[-1, 0] == pytest.approx(0.2528482235, abs=0.00549)
    assert curve.standard_error[-1, 0] == pytest.approx(0.00137, rel=0.05)


def test_clusters_widen_the_error_of_copied_exits() -> None:
    days, cause = np.tile([10, 20, 30, 40], 25), np.tile([1, 2, 1, 0], 25)
    copies = np.tile(np.arange(4), 25)
    plain = cumulative_incidence(days, cause, ("x", "y"))
    clustered = cumulative_incidence(days, cause, ("x", "y"), clusters=copies)
    np.testing.assert_allclose(plain.probability, clustered.probability)
    assert np.all(clustered.standard_error[0] >= 4 * plain.standard_error[0])


def test_an_interval_without_length_is_refused() -> None:
    with pytest.raises(ValueError, match="end after"):
        occupancy(Spells([1], [3], [3], [1]), STATES)


def test_who_was_lost_from_sight_comes_back_in_the_state_that_it_had_reached() -> None:
    """The second spell ends in censoring; the third leads on from state 1, not from the start."""
    one = Spells([1, 1, 1], [0, 1, 2], [1, 2, 3], [1, 0, 2])
    assert occupancy(one, STATES).at(1).tolist() == [0, 1, 0, 0]
    assert occupancy(one, STATES).at(3).tolist() == [0, 0, 1, 0]


def test_intervals_of_three_replications_have_two_degrees_of_freedom() -> None:
    curve = cumulative_incidence([1, 2, 3, 4, 5, 6], [1, 2, 1, 0, 1, 2], ("x", "y"), clusters=[1, 1, 2, 2, 3, 3])
    low, high = log_log_interval(curve.probability, curve.standard_error, stats.t.ppf(0.975, 2))
    np.testing.assert_allclose(curve.low, low)
    np.testing.assert_allclose(curve.high, high)
    assert np.isfinite(high).any()
