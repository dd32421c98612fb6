"""Indices of sensitivity against functions whose indices are known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from synthetic_points import GROWTH, PATHS, RANGE, RATE, RETURN, ishigami, linear, product

import sfund_sim as sf
from sfund_sim.experiments.sensitivity import morris_measures, rank_coefficients
from sfund_sim.experiments.sweep_results import sweep_in_memory
from sfund_sim.experiments.sweeping import sweep_plan, with_experiment

RANGES = dict.fromkeys(PATHS, RANGE)


@pytest.fixture(scope="module")
def plain():
    """A scenario without dated changes, whose points are made fastest."""
    return sf.load_scenario("base_china", ["seed=7"])


def indices(plain, measure, **experiment):
    loaded = with_experiment(plain, {"replications": 1, "uncertainties": RANGES, **experiment})
    table = sweep_in_memory(sweep_plan(loaded, workers=1, measure=measure)).sensitivity
    return table.set_index(["index", "factor"])


def test_sobol_indices_of_the_ishigami_function_are_the_known_ones(plain):
    found = indices(plain, ishigami, design="sobol", points=512)
    fourth, eighth = math.pi**4 / 5, math.pi**8
    variance = 7.0**2 / 8 + 0.1 * fourth + 0.01 * eighth / 18 + 0.5
    alone = {RATE: 0.5 * (1 + 0.1 * fourth) ** 2, RETURN: 7.0**2 / 8, GROWTH: 0.0}
    jointly = 0.01 * eighth * (1 / 18 - 1 / 50)
    for factor, share in alone.items():
        total = share + (jointly if factor != RETURN else 0.0)
        assert found.loc[("S1", factor), "estimate"] == pytest.approx(share / variance, abs=0.04)
        assert found.loc[("ST", factor), "estimate"] == pytest.approx(total / variance, abs=0.04)
    assert (found["low"] <= found["estimate"]).all()
    assert (found["estimate"] <= found["high"]).all()
    assert set(found["n"]) == {512 * 5}


def test_a_pure_interaction_has_total_indices_and_no_first_order_ones(plain):
    found = indices(plain, product, design="sobol", points=256)
    assert found.loc[("S1", RATE), "estimate"] == pytest.approx(0.0, abs=0.15)
    assert found.loc[("ST", RATE), "estimate"] == pytest.approx(1.0, abs=0.1)
    assert found.loc[("ST", GROWTH), "estimate"] == 0.0


def test_morris_measures_a_linear_function_without_error(plain):
    found = indices(plain, linear, design="morris", trajectories=6)
    stars = [found.loc[("mu_star", path), "estimate"] for path in PATHS]
    assert stars == pytest.approx([3.0, 2.0, 0.0], abs=1e-9)
    assert found.loc["sigma", "estimate"].max() < 1e-9


def test_morris_ranks_the_ishigami_factors_and_sees_that_none_is_linear(plain):
    found = indices(plain, ishigami, design="morris", trajectories=60)
    star = found.loc["mu_star", "estimate"]
    assert star[GROWTH] > 0
    assert star[RATE] > star[GROWTH]
    assert (found.loc["sigma", "estimate"][[RATE, RETURN]] > 1).all()


def test_morris_takes_effects_per_whole_range_whatever_the_step():
    positions = np.array([[[0.0, 0.0], [2 / 3, 0.0], [2 / 3, 2 / 3]], [[1.0, 1.0], [1.0, 1 / 3], [1 / 3, 1 / 3]]])
    values = 6.0 * positions[..., 0] + positions[..., 1]
    star, sigma = morris_measures(positions, values, np.array([[0, 1], [1, 1]]))
    assert star.value == pytest.approx([6.0, 1.0])
    assert sigma.value == pytest.approx([0.0, 0.0], abs=1e-9)


def test_rank_coefficients_of_a_linear_function_are_those_of_its_ranks():
    generator = np.random.Generator(np.random.SFC64(3))
    inputs = generator.random((4000, 3))
    found = rank_coefficients(inputs, 3.0 * inputs[:, 0] - 2.0 * inputs[:, 1], generator.integers(0, 4000, (40, 4000)))
    # Correlation of each input with the distribution function of 3 x1 - 2 x2, by integration on a fine grid.
    middles = (np.arange(600) + 0.5) / 600
    ranks = np.argsort(np.argsort((3.0 * middles[:, None] - 2.0 * middles[None, :]).ravel())).reshape(600, 600) / 600**2
    known = [12 * np.mean((middles - 0.5) * ranks.mean(axis=axis)) for axis in (1, 0)]
    assert found.value == pytest.approx([*known, 0.0], abs=0.02)
    assert (found.low <= found.value).all()
    assert (found.value <= found.high).all()


def test_a_hypercube_ranks_levers_and_uncertainties_by_their_signed_strength(plain):
    ranges = {RETURN: RANGE, GROWTH: RANGE}
    levers = {RATE: [0.1, 0.5, 0.9]}
    found = indices(plain, linear, design="latin_hypercube", points=60, levers=levers, uncertainties=ranges).loc["srrc"]
    assert found.loc[RATE, "low"] > 0.6
    assert found.loc[RETURN, "high"] < -0.3
    assert abs(found.loc[GROWTH, "estimate"]) < 0.1
    assert set(found["n"]) == {180}


def test_rank_coefficients_do_not_change_when_the_outcome_is_stretched():
    generator = np.random.Generator(np.random.SFC64(5))
    inputs = generator.random((50, 2))
    outcome = inputs[:, 0] + 0.3 * inputs[:, 1]
    rows = generator.integers(0, 50, (100, 50))
    usual, stretched = (rank_coefficients(inputs, one, rows) for one in (outcome, np.exp(5 * outcome)))
    assert np.allclose(usual.value, stretched.value)
    assert np.allclose(usual.low, stretched.low)


def test_an_outcome_that_never_moves_has_no_indices(plain):
    still = [value._replace(value=1.0) for value in linear(plain.scenario, 1, 1)]
    for design in ("sobol", "morris", "latin_hypercube"):
        found = indices(plain, lambda *_: still, design=design, points=8, trajectories=3)
        assert found["estimate"].fillna(0.0).eq(0.0).all()
