"""Designs: all combinations, the same futures for every policy, positions from the seed alone."""

from __future__ import annotations

import builtins
import itertools
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic_points import DAYS, PATHS, RANGE

import sfund_sim as sf
from sfund_sim.experiments.designs import design_of
from sfund_sim.experiments.sweeping import with_experiment


def designed(pilot, seed=1, **experiment):
    loaded = with_experiment(pilot, experiment)
    return design_of(loaded.scenario.experiment, loaded.root, seed)


def values(design):
    return [tuple(level.value for level in design.levels(point)) for point in range(design.size)]


@settings(max_examples=15)
@given(st.lists(st.lists(st.integers(0, 300), min_size=1, max_size=4, unique=True), min_size=1, max_size=3))
def test_a_grid_has_every_combination_once_and_begins_with_the_first_values(pilot, listed):
    names = ("days", "invited", "rule_days")
    paths = [f"venues.beijing.disclosure.{name}" for name in names[:2]] + ["venues.beijing.bidding_days"]
    design = designed(pilot, levers=dict(zip(paths, listed, strict=False)))
    assert values(design) == list(itertools.product(*listed))
    assert design.policies.tolist() == list(range(1, design.size + 1))


def test_listed_uncertainties_are_futures_that_every_policy_meets(pilot):
    design = designed(
        pilot, levers={DAYS: [5, 20]}, uncertainties={"economy.market_volatility": {"values": [0.2, 0.3]}}
    )
    assert values(design) == [(5, 0.2), (5, 0.3), (20, 0.2), (20, 0.3)]
    assert design.policies.tolist() == [1, 1, 2, 2]
    assert design.futures.tolist() == [1, 2, 1, 2]


def test_a_hypercube_has_one_point_in_every_slice_and_the_same_futures_for_every_policy(pilot):
    ranges = dict.fromkeys(PATHS, RANGE)
    design = designed(pilot, design="latin_hypercube", points=20, levers={DAYS: [5, 20]}, uncertainties=ranges)
    sample = design.positions[:20, 1:]
    assert np.sort(np.floor(sample * 20).astype(int), axis=0).tolist() == [[row] * 3 for row in range(20)]
    assert np.array_equal(sample, design.positions[20:, 1:])


@pytest.mark.parametrize("kind", ["latin_hypercube", "sobol", "morris"])
def test_a_design_depends_on_the_seed_alone(pilot, kind):
    experiment = {"design": kind, "points": 8, "trajectories": 4, "uncertainties": dict.fromkeys(PATHS, RANGE)}
    one, again, other = (designed(pilot, seed=seed, **experiment).positions for seed in (1, 1, 2))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)
    assert one.min() >= 0
    assert one.max() <= 1


def test_sobol_takes_factors_from_a_second_sample_one_by_one_and_morris_moves_one_at_a_time(pilot):
    ranges = dict.fromkeys(PATHS, RANGE)
    sobol = designed(pilot, design="sobol", points=8, uncertainties=ranges).positions.reshape(8, 5, 3)
    differs = np.abs(sobol[:, 1:4] - sobol[:, :1]) > 0
    assert np.array_equal(differs, np.broadcast_to(np.eye(3, dtype=bool), (8, 3, 3)))
    assert np.allclose(sobol[:, 4], np.stack([sobol[:, 1 + factor, factor] for factor in range(3)], axis=1))
    morris = designed(pilot, design="morris", trajectories=6, uncertainties=ranges).positions.reshape(6, 4, 3)
    assert (np.count_nonzero(np.abs(np.diff(morris, axis=1)) > 1e-9, axis=2) == 1).all()


def test_a_range_of_a_whole_number_gives_every_whole_number_and_logarithms_their_share(pilot):
    days = designed(pilot, design="latin_hypercube", points=120, uncertainties={DAYS: {"low": 5, "high": 8}})
    found = [value for (value,) in values(days)]
    assert {value: found.count(value) for value in set(found)} == {5: 30, 6: 30, 7: 30, 8: 30}
    capital = "population.buyers.market_s_fund.mean_capital_cny"
    wide = {capital: {"low": 1e6, "high": 1e10, "distribution": "loguniform"}}
    drawn = np.array(
        [value for (value,) in values(designed(pilot, design="latin_hypercube", points=40, uncertainties=wide))]
    )
    assert np.count_nonzero(drawn < 1e8) == 20


def test_packages_set_several_values_and_further_paths_follow(pilot):
    both = {"slow": {DAYS: 40, "venues.beijing.bidding_days": 5}, "as_it_is": {}}
    design = designed(pilot, packages={"pace": both})
    assert values(design) == [("slow",), ("as_it_is",)]
    assert [setting.path for setting in design.levels(0)[0].settings] == [DAYS, "venues.beijing.bidding_days"]
    also = {
        "population.buyers.insurer.signal_log_sd": {
            "low": 0.1,
            "high": 0.4,
            "also": ["population.co_partners.signal_log_sd"],
        }
    }
    level = designed(pilot, design="morris", trajectories=2, uncertainties=also).levels(0)[0]
    assert len({setting.value.value for setting in level.settings}) == 1
    assert len(level.settings) == 2


@pytest.mark.parametrize("kind", ["sobol", "morris"])
def test_without_salib_the_message_says_what_to_install(pilot, kind, monkeypatch):
    for name in [name for name in sys.modules if name.startswith("SALib")]:
        monkeypatch.delitem(sys.modules, name)
    real = builtins.__import__

    def without(name, *arguments, **more):
        if name.startswith("SALib"):
            raise ModuleNotFoundError(name)
        return real(name, *arguments, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.setattr(sys, "meta_path", [])
    with pytest.raises(sf.SfundError, match=r"pip install \"sfund-sim\[sensitivity\]\""):
        designed(pilot, design=kind, points=4, uncertainties={PATHS[0]: RANGE})
