"""sfund_sim: when do investors leave private funds before the end, and at what price?

import sfund_sim as sf

scenario = sf.load_scenario("scenarios/beijing_pilot.yaml")
results = sf.run(scenario, replications=30, seed=1, workers=2)
results.exits      # one row a decision to sell, as a pandas DataFrame
results.summary    # every outcome by group, with its interval
results.save("results/my_run")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sfund_sim.experiments.comparing import Comparison
    from sfund_sim.experiments.expecting import Settled
    from sfund_sim.experiments.results import Results
    from sfund_sim.experiments.sweep_results import SweepResults
    from sfund_sim.ground.errors import OutputError, ScenarioError, SfundError
    from sfund_sim.scenario.layers import LoadedScenario, load_scenario
    from sfund_sim.scenario.model import Scenario

__version__ = "0.3.0"

__all__ = ["Comparison", "LoadedScenario", "OutputError", "Results", "Scenario", "ScenarioError", "Settled",
           "SfundError", "SweepResults", "__version__", "compare", "load_scenario", "run", "settle_expectations",
           "sweep"]  # fmt: skip

_HOMES = {
    "Comparison": "sfund_sim.experiments.comparing",
    "LoadedScenario": "sfund_sim.scenario.layers",
    "Results": "sfund_sim.experiments.results",
    "Scenario": "sfund_sim.scenario.model",
    "Settled": "sfund_sim.experiments.expecting",
    "SweepResults": "sfund_sim.experiments.sweep_results",
    "load_scenario": "sfund_sim.scenario.layers",
    "OutputError": "sfund_sim.ground.errors",
    "ScenarioError": "sfund_sim.ground.errors",
    "SfundError": "sfund_sim.ground.errors",
}


def run(
    scenario: LoadedScenario,
    *,
    replications: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    until: str = "",
    fund_quarters: bool = False,
) -> Results:
    """Run a scenario and return its results.

    ``replications`` and ``seed`` default to the scenario's own, ``workers`` (processes) to one a processor. Results
    depend on scenario, seed and replications only, never on ``workers``. With ``until``, for example
    ``"median_exit_days +-5"``, replications are added until that precision, at most ``replications`` (default 1,000);
    ``results.making.reached`` says what came of it. ``fund_quarters`` has funds noted quarter by quarter, as
    ``results.fund_quarters``; all else is the same. Raises ScenarioError when a number is out of range, SfundError when
    a replication fails.
    """
    from sfund_sim.experiments.keeping import FUND_QUARTERS, USUAL, keeping
    from sfund_sim.experiments.running import planned, run_in_memory
    from sfund_sim.report.run_files import report_files

    plan = planned(scenario, replications=replications, seed=seed, workers=workers, until=until)
    results = run_in_memory(plan, keeping(kept=[USUAL, FUND_QUARTERS] if fund_quarters else []))
    results.reporter = report_files
    return results


def compare(
    scenarios: Sequence[LoadedScenario],
    *,
    replications: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    until: str = "",
    outcomes: str | Sequence[str] | None = None,
    decompose: bool = False,
) -> Comparison:
    """Run scenarios with the same chance, the first being the baseline, and return their paired comparison.

    ``sf.compare([one, two], replications=100).differences`` has a row an outcome and group, with interval and verdict.
    ``until`` is the precision wanted of a difference. ``outcomes`` names those that the study is about, for example
    ``["share_sold", "median_price_to_nav[state]"]``: Holm's correction is then for these alone, and no other difference
    is called clear. ``decompose`` takes the baseline's discount apart.

    Raises ScenarioError when scenarios cannot be told apart, a number is out of range or an outcome is not known,
    SfundError when a replication fails.
    """
    from sfund_sim.experiments.comparing import compare as compared
    from sfund_sim.experiments.comparing import decomposed, planned_comparison
    from sfund_sim.report.comparison_page import comparison_files

    plan = planned_comparison(scenarios, replications=replications, seed=seed, workers=workers, until=until,
                              outcomes=outcomes)  # fmt: skip
    comparison = compared(plan)
    comparison.reporter = comparison_files
    return decomposed(comparison, plan) if decompose else comparison


def sweep(
    scenario: LoadedScenario,
    experiment: Mapping[str, Any] | None = None,
    *,
    replications: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
) -> SweepResults:
    """Run the experiment of a scenario, or another one given as a mapping in the form of the file's ``experiment:``.

    For example ``sf.sweep(scenario, {"levers": {"venues.beijing.disclosure.days": [10, 20, 40]}}, replications=30)``.
    Raises ScenarioError when a path, a value or a point of the design is wrong, before anything runs.
    """
    from sfund_sim.experiments.sweep_results import sweep_in_memory
    from sfund_sim.experiments.sweeping import sweep_plan, with_experiment
    from sfund_sim.report.sweep_page import sweep_files

    loaded = scenario if experiment is None else with_experiment(scenario, experiment)
    results = sweep_in_memory(sweep_plan(loaded, replications=replications, seed=seed, workers=workers))
    results.reporter = sweep_files
    return results


def settle_expectations(
    scenario: LoadedScenario,
    *,
    replications: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    rounds: int | None = None,
) -> Settled:
    """Set sellers' expectations to what the scenario's own market makes of them, until both agree.

    Agents do not learn while a market lives; this asks what they would believe if they knew it. For example
    ``sf.load_scenario("my.yaml", sf.settle_expectations(sf.load_scenario("my.yaml")).overrides)`` is the scenario with
    expectations settled. ``rounds`` is how often they are set anew at most (default 8; 0 only looks), ``.table`` has
    every number that was believed and found. Raises ScenarioError when a number is out of range, SfundError when a
    replication fails.
    """
    from sfund_sim.experiments.expecting import settle

    return settle(scenario, replications=replications, seed=seed, workers=workers, rounds=rounds)


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for (PEP 562), so that ``import sfund_sim`` costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'sfund_sim' has no attribute '{name}'")
    from importlib import import_module

    found = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return found


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
