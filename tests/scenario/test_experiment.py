"""The experiment of a scenario: what it may say, and every mistake at its own line."""

from __future__ import annotations

import pytest

import sfund_sim as sf
from sfund_sim.scenario.json_schema import scenario_schema
from sfund_sim.scenario.model import Scenario
from sfund_sim.scenario.sources import parameters

HEAD = "extends: beijing_pilot\nschema_version: 1\nname: mine\nexperiment:\n"


@pytest.fixture
def problems(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def load(body):
        (tmp_path / "mine.yaml").write_text(HEAD + body, "utf-8")
        with pytest.raises(sf.ScenarioError) as told:
            sf.load_scenario("mine.yaml")
        return told.value.problems

    return load


def test_an_experiment_is_read_with_its_defaults(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(HEAD + "  levers:\n    venues.beijing.disclosure.days: [5, 20]\n", "utf-8")
    experiment = sf.load_scenario(path).scenario.experiment
    assert experiment.levers == {"venues.beijing.disclosure.days": [5, 20]}
    assert (experiment.design, experiment.pairing, experiment.replications) == ("grid", True, None)
    assert {"share_sold", "median_price_to_nav"} <= set(experiment.outcomes)


@pytest.mark.parametrize(
    ("body", "line", "column", "words"),
    [
        ("  levers:\n    venues.beijing.disclosure.days: [5, 4000]\n", 6, 41, "'4000' is out of range; allowed: 0"),
        ("  levers:\n    venues.beijing.disclosure.dayz: [5]\n", 6, 38, "unknown key 'dayz'"),
        ("  levers:\n    venues.bejing.open: [true]\n", 6, 26, "did you mean 'venues.beijing.open'?"),
        ("  levers: {population.wish_scale: []}\n", 5, 35, "a lever needs at least one value"),
        ("  levers: {seed: [1, 2]}\n", 5, 18, "seed says how a scenario is run or called"),
        ("  levers: {title.en: [A, B], replications: [1, 2]}\n", 5, 44, "replications says how a scenario is run"),
        ("  packages: {p: {a: {' experiment[points]': 8}}}\n", 5, 45, "experiment[points] says how a scenario is run"),
        ("  uncertainties: {name: {values: [a, b]}}\n", 5, 25, "name says how a scenario is run"),
        ("  uncertainties: {economy.market_volatility: {values: [0.2, 0.3], also: [schema_version]}}\n", 5, 74,
         "schema_version says how a scenario is run"),
        ("  levers: {venues.beijing.disclosure.days: [10, 20, 10]}\n", 5, 53, "the lever has this value already"),
        ("  levers: {population.wish_scale: [10, 20, 10.0]}\n", 5, 44, "the lever has this value already"),
        ("  levers: {venues.beijing.auction: [ascending, {kind: ascending}]}\n", 5, 48, "has this value already"),
        ("  levers: {venues.beijing.auction: [second_price, {kind: second_price}]}\n", 5, 51, "has this value already"),
        ("  levers: {population.wish_scale: [1, 1.00000000001]}\n", 5, 39, "the lever has this value already"),
        ("  design: grid\n", 5, 3, "the experiment varies nothing"),
        ("  lever: {population.wish_scale: [1]}\n", 5, 3, "did you mean 'levers'?"),
        ("  design: sobool\n  levers: {population.wish_scale: [1]}\n", 5, 11, "did you mean 'sobol'?"),
        ("  points: 12\n  design: sobol\n  levers: {population.wish_scale: [1, 2]}\n", 5, 11, "power of two, not 12"),
        ("  design: latin_hypercube\n  levers: {population.wish_scale: [1, 2]}\n", 5, 11, "a Latin hypercube"),
        ("  uncertainties: {economy.market_volatility: {low: 0.1, high: 0.3}}\n", 5, 46, "a grid takes lists"),
        ("  uncertainties: {economy.market_volatility: {low: 0.3, high: 0.1}}\n", 5, 46, "is not below high 0.1"),
        ("  uncertainties: {economy.market_volatility: {low: 0.3}}\n", 5, 46, "give either low and high, or values"),
        ("  uncertainties: {agreement.lone_buyer_irr: {low: 0, high: 1, distribution: loguniform}}\n", 5, 45, "above"),
        ("  levers: {population.wish_scale: [1]}\n  packages: {p: {a: {population.wish_scale: 2}}}\n", 6, 17,
         "population.wish_scale is varied twice"),
        ("  levers: {population.funds.count: [1, 2]}\n  packages: {p: {a: {population.funds: {count: 3}}}}\n", 6, 17,
         "'population.funds' and 'population.funds.count' set the same value"),
        ("  packages: {p: {a: {population.funds: {count: 3}, population.funds.count: 2}}}\n", 5, 52,
         "'population.funds.count' and 'population.funds' set the same value"),
        ("  packages: {p: {a: {venues.beijing.disclosure.days: many}}}\n", 5, 54, "'many' is not a whole number"),
        ("  levers: {policy_moved.csrc: [2020-01-01]}\n", 5, 32, "there is no policy change named 'csrc'"),
        ("  levers: {population.wish_scale: [1]}\n  group_by: [lp_kinds]\n", 6, 14, "did you mean 'lp_kind'?"),
    ],
)  # fmt: skip
def test_a_mistake_in_an_experiment_is_told_at_its_place(problems, body, line, column, words):
    found = problems(body)
    assert any(words in problem.message for problem in found), [problem.text() for problem in found]
    told = next(problem for problem in found if words in problem.message)
    assert told.message_zh != told.message
    if "varies nothing" not in words:
        assert (told.file, told.line, told.column) == ("mine.yaml", line, column)


def test_an_experiment_is_no_parameter_of_the_market_and_stands_in_the_schema(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(HEAD + "  levers: {population.wish_scale: [1, 2]}\n", "utf-8")
    assert not [one.path for one in parameters(sf.load_scenario(path)) if one.path.startswith("experiment")]
    schema = scenario_schema(Scenario)
    assert "experiment" in schema["properties"]
    assert "levers" in schema["$defs"]["Experiment"]["properties"]
