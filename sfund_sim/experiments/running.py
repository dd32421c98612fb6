"""Run a scenario: as many replications as asked for, in memory for Python, into a folder for the command line."""

from __future__ import annotations

import reprlib
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from numbers import Integral
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sfund_sim.experiments.executor import Execute, execute, workers_for
from sfund_sim.experiments.facts import run_info, scenario_hash
from sfund_sim.experiments.keeping import FUND_QUARTERS, Keeping
from sfund_sim.experiments.own_parts import entries, hashes
from sfund_sim.experiments.replication import Failure, Finished, Job, Replication, Simulate
from sfund_sim.experiments.results import Making, Results
from sfund_sim.ground.errors import Problem, ScenarioError

MOST_REPLICATIONS = 1000
"""Replications at which a wish for precision is given up, unless another number is given."""

if TYPE_CHECKING:
    import pandas as pd

    from sfund_sim.experiments.identity import Identity
    from sfund_sim.experiments.precision import Reached
    from sfund_sim.experiments.precision_goals import Goal
    from sfund_sim.experiments.results_folder import Wishes
    from sfund_sim.experiments.watching import Watch
    from sfund_sim.experiments.work_folder import Means, WorkFolder
    from sfund_sim.outcomes.run_info import RunInfo
    from sfund_sim.scenario.layers import LoadedScenario


@dataclass(frozen=True, slots=True)
class Plan:
    """How a scenario is to be run."""

    loaded: LoadedScenario
    replications: int
    seed: int
    workers: int
    simulate: Simulate
    goal: Goal | None = None
    """Precision at which to stop; ``replications`` are then the most that are run."""

    @property
    def info(self) -> RunInfo:
        """What tables and figures say of the run."""
        return run_info(self.loaded.scenario, seed=self.seed, replications=self.replications)


def planned(
    loaded: LoadedScenario,
    *,
    replications: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    simulate: Simulate | None = None,
    until: str = "",
) -> Plan:
    """A plan with the scenario's own numbers where none is given, and a worker a processor.

    ``until`` is a precision such as ``median_exit_days +-5``: replications are run until it is reached, at most
    ``replications`` or 1,000. ``simulate`` stands in for the market. Raises ScenarioError with the numbers that are out
    of range.
    """
    check_loaded(loaded)
    usual = MOST_REPLICATIONS if until else loaded.scenario.replications
    replications = usual if replications is None else replications
    seed = loaded.scenario.seed if seed is None else seed
    check_whole(
        ("replications", replications, 1, 1_000_000),
        ("seed", seed, 0, 2**63 - 1),
        ("workers", 1 if workers is None else workers, 1, 1024),
    )
    workers = workers_for(replications) if workers is None else workers
    plan = Plan(loaded, replications, seed, workers, simulate or _market())
    if not until:
        return plan
    from sfund_sim.experiments.precision_goals import goal_of

    return replace(plan, goal=goal_of(until, plan.info))


def check_loaded(given: object) -> None:
    """TypeError for what is no scenario as ``load_scenario`` returns it."""
    from sfund_sim.scenario.layers import LoadedScenario
    from sfund_sim.scenario.model import Scenario

    if not isinstance(given, LoadedScenario):
        hint = "; results have it as .loaded" if isinstance(given, Scenario) else ""
        raise TypeError(f"give a scenario as load_scenario returns it, not {reprlib.repr(given)}{hint}")


def check_whole(*numbers: tuple[str, Any, int, int]) -> None:
    """ScenarioError with those numbers, each with its name, that are no whole ones from a least to a most."""
    problems = [
        Problem(name, 0, 0, f"{given} is not allowed; give a whole number from {least} to {most}",
                f"{given} 不在允许范围内；请给出 {least} 至 {most} 之间的整数")
        for name, given, least, most in numbers
        if isinstance(given, bool) or not (isinstance(given, Integral) and least <= int(given) <= most)
    ]  # fmt: skip
    if problems:
        raise ScenarioError(problems)


def run_in_memory(plan: Plan, keeping: Keeping | None = None) -> Results:
    """Run a scenario and keep everything in memory; ReplicationFailed when a replication raises.

    ``keeping`` says whether tables are wanted that only some runs have.
    """
    kept: dict[int, Replication] = {}
    made = replicated(plan, lambda each: kept.setdefault(each.number, each.opened()), keeping=keeping)
    return Results(plan.loaded, kept, plan.seed, made)


class SavedRun(NamedTuple):
    """A run and its folder; the journals are in the folder and no longer in memory."""

    folder: Path
    manifest: dict[str, Any]
    summary: pd.DataFrame
    reached: Reached | None = None
    """What became of a wish for precision; None when there was none."""
    failures: tuple[Failure, ...] = ()
    """Replications that raised and are missing."""


def run_into(
    plan: Plan,
    final: Path,
    wishes: Wishes,
    *,
    means: Means | None = None,
    or_numbered: bool = False,
    told: Callable[[], None] = lambda: None,
) -> SavedRun:
    """Run a scenario into a folder, see ``made_into``; ``told`` is called after each replication.

    Finished replications wait on disk, so memory does not grow with their number.
    """
    from sfund_sim.experiments.results_folder import made_into
    from sfund_sim.experiments.run_folder import write_run
    from sfund_sim.outcomes import measures  # noqa: F401 - a new outcome's mistake is told before the work, not after

    def make(work: WorkFolder) -> Results:
        made = replicated(plan, lambda each: told(), work.execute, wishes.keeping)
        return Results(plan.loaded, work.parts, plan.seed, made, work.some_are_finished())

    saved = made_into(final, identity(plan, wishes.keeping), wishes, make=make, write=write_run,
                      story=partial(_story, plan), means=means, or_numbered=or_numbered)  # fmt: skip
    results = saved.results
    return SavedRun(saved.folder, saved.manifest, results.summary, results.making.reached, results.failures)


def identity(plan: Plan, keeping: Keeping | None = None) -> Identity:
    """By what finished replications of this run are known."""
    from sfund_sim.experiments.identity import Identity

    own = hashes(entries(plan.loaded.scenario))
    return Identity("run", plan.info.scenario_hash, plan.seed, plan.replications, keeping or Keeping(), own)


def default_folder(loaded: LoadedScenario) -> Path:
    """``results/<scenario>/<UTC time>-<first 8 letters of the scenario's hash>``."""
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    return Path("results") / loaded.scenario.name / f"{moment}-{scenario_hash(loaded.scenario)[:8]}"


def replicated(
    plan: Plan,
    keep: Callable[[Finished], object],
    executing: Execute | None = None,
    keeping: Keeping | None = None,
) -> Making:
    """Run all replications, handing each to ``keep`` as it finishes; return how it went.

    ``executing`` runs them, and has the files that are kept made by the workers; without it they come home as arrays.
    """
    from sfund_sim.experiments.rendering import render

    began = time.perf_counter()
    warned: dict[int, tuple[str, ...]] = {}
    files = partial(render, plan.info, keeping=keeping, spends=True) if executing else None
    job = Job(_simulate(plan, keeping), plan.loaded.scenario, plan.seed, files)
    watch = _watch(plan)
    batch = watch.next() if watch else range(1, plan.replications + 1)
    while batch:
        with closing((executing or execute)(job, batch, workers=plan.workers)) as stream:
            for replication in stream:
                keep(replication)
                warned[replication.number] = replication.warnings
                if watch:
                    watch.see(replication.opened())
        batch = watch.next() if watch else range(0)
    texts = dict.fromkeys(text for number in sorted(warned) for text in warned[number])
    reached = watch.reached() if watch else None
    return Making(plan.workers, time.perf_counter() - began, tuple(texts), reached)


def _watch(plan: Plan) -> Watch | None:
    if plan.goal is None:
        return None
    from sfund_sim.experiments.watching import Watch

    return Watch(plan.goal, plan.info, plan.replications)


def _story(plan: Plan, failure: Failure) -> list[str]:
    """All that is needed to see the failure again."""
    from sfund_sim.experiments.manifest import present

    scenario = plan.loaded.scenario
    return [
        f"scenario {scenario.name}, sha256 {scenario_hash(scenario)}",
        f"files: {', '.join(map(str, plan.loaded.files))}",
        f"set from the command line: {', '.join(plan.loaded.overrides) or 'nothing'}",
        f"installed: {present()}",
        f"again, in Python: simulate(sf.load_scenario(...).scenario, {failure.number}, {failure.seed})",
    ]


def _simulate(plan: Plan, keeping: Keeping | None) -> Simulate:
    """What stands in a plan; a market is told to note its funds' quarters where these are to be kept."""
    from sfund_sim.market.simulate import tabulate, tabulate_with_quarters

    is_asked = keeping is not None and keeping.keeps(FUND_QUARTERS)
    return tabulate_with_quarters if is_asked and plan.simulate is tabulate else plan.simulate


def _market() -> Simulate:
    from sfund_sim.market.simulate import tabulate

    return tabulate
