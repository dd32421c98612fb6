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
    from sfund_sim.experiments.results import Results
    from sfund_sim.ground.errors import OutputError, ScenarioError, SfundError
    from sfund_sim.scenario.layers import LoadedScenario, load_scenario

__version__ = "0.1.0"

__all__ = ["OutputError", "Results", "ScenarioError", "SfundError", "__version__", "load_scenario", "run"]

_HOMES = {
    "Results": "sfund_sim.experiments.results",
    "load_scenario": "sfund_sim.scenario.layers",
    "OutputError": "sfund_sim.ground.errors",
    "ScenarioError": "sfund_sim.ground.errors",
    "SfundError": "sfund_sim.ground.errors",
}


def run(
    scenario: LoadedScenario, *, replications: int | None = None, seed: int | None = None, workers: int | None = None
) -> Results:
    """Run a scenario and return its results.

    ``replications`` and ``seed`` default to the scenario's own, ``workers`` (processes) to one a processor. Results
    depend on scenario, seed and replications only, never on ``workers``. Raises ScenarioError when a number is out of
    range, SfundError when a replication fails.
    """
    from sfund_sim.experiments.running import planned, run_in_memory
    from sfund_sim.report.run_files import report_files

    results = run_in_memory(planned(scenario, replications=replications, seed=seed, workers=workers))
    results.reporter = report_files
    return results


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for (PEP 562), so that ``import sfund_sim`` costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'sfund_sim' has no attribute '{name}'")
    from importlib import import_module

    found = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return found


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
