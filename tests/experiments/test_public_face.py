from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import sfund_sim as sf

SMALL = ["population.funds.count=12"]


@pytest.fixture(scope="module")
def results():
    return sf.run(sf.load_scenario("beijing_pilot", SMALL), replications=2, seed=5, workers=1)


def test_the_face_is_small_and_says_what_it_has():
    assert set(sf.__all__) <= set(dir(sf))
    assert all(getattr(sf, name) is not None for name in sf.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = sf.nonsense


def test_a_star_brings_every_type_that_functions_take_and_give():
    space: dict[str, object] = {}
    exec("from sfund_sim import *", space)
    hints = " ".join(str(getattr(sf, name).__annotations__) for name in ("run", "compare", "sweep"))
    hints += str(sf.settle_expectations.__annotations__)
    for name in ("LoadedScenario", "Results", "Comparison", "SweepResults", "Settled"):
        assert name in hints
        assert space[name] is getattr(sf, name)
    assert all(space[name].__doc__ for name in sf.__all__ if name != "__version__")


def test_results_have_the_scenario_under_one_name_and_what_runs_again_under_another(results):
    loaded = sf.load_scenario("beijing_pilot", SMALL)
    other = sf.load_scenario("before_pilot", SMALL)
    compared = sf.compare([loaded, other], replications=1, workers=1)
    swept = sf.sweep(loaded, {"levers": {"venues.beijing.disclosure.days": [5, 10]}}, replications=1, workers=1)
    for scenario in (results.scenario, *compared.scenarios, swept.scenario):
        assert isinstance(scenario, sf.Scenario)
    assert compared.loaded == (loaded, other)
    for again in (results.loaded, *compared.loaded, swept.loaded):
        assert isinstance(again, sf.LoadedScenario)
    with pytest.raises(TypeError, match=r"results have it as \.loaded"):
        sf.run(results.scenario)


def test_importing_it_imports_nothing_heavy():
    heavy = ("numpy", "pandas", "scipy", "matplotlib", "pydantic", "simpy", "ruamel")
    code = f"import sys, sfund_sim; print([name for name in {heavy} if name in sys.modules])"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert ended.stdout == "[]\n"


def test_the_version_is_the_one_of_the_package():
    package = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))
    assert package["project"]["version"] == sf.__version__


def test_every_table_is_a_property_and_has_its_keys(results):
    for name in ("exits", "listings", "bids", "stages", "votes", "funds", "holdings", "recycling", "runs"):
        table = getattr(results, name)
        assert list(table.columns[:2]) == ["scenario_id", "rep"]
        assert set(table["rep"]) <= {1, 2}
    assert list(results.runs["rep"]) == [1, 2]
    assert {"outcome", "estimate", "low", "high", "n"} <= set(results.summary.columns)
    assert results.exits is results.exits
    assert (results.seed, results.replications, results.scenario.name) == (5, 2, "beijing_pilot")


def test_workers_do_not_matter(results):
    again = sf.run(sf.load_scenario("beijing_pilot", SMALL), replications=2, seed=5, workers=2)
    assert again.exits.equals(results.exits)
    assert again.summary.equals(results.summary)


def test_saving_twice_gives_the_same_hash_and_never_overwrites(results, tmp_path):
    import json

    folders = [results.save(tmp_path / name, report=name == "one") for name in ("one", "two")]
    hashes = [json.loads((folder / "manifest.json").read_text())["outputs"] for folder in folders]
    assert {name: hashes[0][name] for name in hashes[1]} == hashes[1]
    assert {"report.html", "figures/time_to_exit.svg"} <= set(hashes[0])
    with pytest.raises(sf.OutputError, match="never overwritten"):
        results.save(tmp_path / "one")


def test_a_run_takes_the_scenarios_own_numbers_unless_told_otherwise():
    loaded = sf.load_scenario("beijing_pilot", [*SMALL, "replications=1", "seed=3"])
    results = sf.run(loaded)
    assert (results.seed, results.replications) == (3, 1)


def test_a_scenario_that_was_not_read_and_a_number_that_is_none_are_told_in_plain_words():
    with pytest.raises(TypeError, match="give a scenario as load_scenario returns it, not 'beijing_pilot'"):
        sf.run("beijing_pilot")
    with pytest.raises(sf.ScenarioError, match="3 is not allowed; give a whole number"):
        sf.run(sf.load_scenario("beijing_pilot", SMALL), replications="3")


@pytest.mark.parametrize("numbers", [{"replications": True}, {"seed": True}, {"workers": True}])
def test_true_is_no_number(numbers):
    with pytest.raises(sf.ScenarioError, match="True is not allowed; give a whole number"):
        sf.run(sf.load_scenario("beijing_pilot", SMALL), **numbers)


@pytest.mark.parametrize("overrides", [[("a", 1)], {1: 2}, {"population.funds.count": 3}, [b"seed=1"], [None]])
def test_overrides_that_are_no_texts_are_told_with_an_example(overrides):
    with pytest.raises(sf.ScenarioError, match="overrides: write texts, for example"):
        sf.load_scenario("beijing_pilot", overrides)


def test_overrides_may_come_one_by_one():
    assert sf.load_scenario("beijing_pilot", (f"seed={number}" for number in (1, 2))).scenario.seed == 2


@pytest.mark.parametrize("given", [{"a": 1}, "ab", None, ["beijing_pilot", "case_central_soe"], [1, 2]])
def test_what_is_no_list_of_scenarios_is_told_in_plain_words(given):
    with pytest.raises(TypeError, match=r"give a .* as load_scenario returns (them|it), not "):
        sf.compare(given)


def test_scenarios_may_come_one_by_one_and_one_alone_is_not_enough():
    base, other = (sf.load_scenario(name, SMALL) for name in ("beijing_pilot", "before_pilot"))
    assert len(sf.compare(iter([base, other]), replications=2, workers=1).scenarios) == 2
    with pytest.raises(sf.ScenarioError, match="there is only one scenario"):
        sf.compare(base)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (lambda: sf.load_scenario("beijing_pilot", variant=5), "no such variant"),
        (lambda: sf.load_scenario("beijing_pilot", None), "write texts, for example"),
        (lambda: sf.load_scenario("a" * 5000), "cannot be read"),
        (lambda: sf.run(sf.load_scenario("beijing_pilot"), until=5), "write OUTCOME"),
    ],
)
def test_what_is_no_text_or_no_name_is_told_as_a_mistake_of_the_user(wrong, told):
    with pytest.raises(sf.ScenarioError, match=told):
        wrong()


def test_a_sweep_takes_numbers_of_numpy():
    import numpy as np

    levers = {"venues.beijing.disclosure.days": np.array([5, 10])}
    swept = sf.sweep(sf.load_scenario("beijing_pilot", SMALL), {"levers": levers}, replications=1, workers=1)
    assert swept.plan.design.size == 2
