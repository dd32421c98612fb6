"""Compare scenarios: replications paired by common random numbers, differences with intervals and verdicts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sfund_sim.experiments.cells import Cell, named_cells
from sfund_sim.experiments.comparable import comparable_scenarios
from sfund_sim.experiments.executor import Execute, execute, workers_for
from sfund_sim.experiments.expecting import unlike_expectations
from sfund_sim.experiments.facts import run_info
from sfund_sim.experiments.failures import missing_note
from sfund_sim.experiments.lineup import LineUp, observe_at
from sfund_sim.experiments.observing import Observations, Observed
from sfund_sim.experiments.precision import Batches, Look, Reached
from sfund_sim.experiments.replication import Failure, Job, ReplicationFailed
from sfund_sim.experiments.results import Making
from sfund_sim.experiments.running import Plan, planned
from sfund_sim.outcomes.comparison import lacking
from sfund_sim.outcomes.contrasts import contrasts
from sfund_sim.outcomes.intervals import Floats, agree, mean_over_replications
from sfund_sim.outcomes.measures import MEASURES
from sfund_sim.scenario.cut_short import among

if TYPE_CHECKING:
    from sfund_sim.experiments.decomposing import Decomposition
    from sfund_sim.experiments.precision_goals import Goal
    from sfund_sim.experiments.replication import Finished, Simulate
    from sfund_sim.experiments.results_folder import Reporter
    from sfund_sim.ground.errors import Language
    from sfund_sim.outcomes.run_info import RunInfo
    from sfund_sim.scenario.layers import LoadedScenario
    from sfund_sim.scenario.model import Scenario

_VALUES = ["scenario_id", "rep", "outcome", "group_by", "group", "value", "n"]
_AT_ONCE = 20
"""Replications whose values are put into a table at a time."""
_LEVELS = ["scenario_id", "outcome", "group_by", "group", "estimate", "low", "high", "n", "replications", "unit"]


@dataclass(frozen=True, slots=True)
class ComparisonPlan:
    """Scenarios to compare, the baseline first, and how: seed, replications and workers are those of ``run``."""

    scenarios: tuple[LoadedScenario, ...]
    run: Plan
    """How the baseline is run; the others are run the same."""
    named: tuple[Cell, ...] = ()
    """Outcomes named beforehand, whose differences alone are tests; without any all are."""

    @property
    def runs(self) -> int | None:
        """Number of runs in all; None where a precision decides."""
        return None if self.run.goal else self.run.replications * len(self.scenarios)

    def lineup(self) -> LineUp:
        """The scenarios as one job."""
        return LineUp(tuple(loaded.scenario for loaded in self.scenarios), self.run.simulate)


def planned_comparison(
    scenarios: Sequence[LoadedScenario],
    *,
    replications: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    simulate: Simulate | None = None,
    until: str = "",
    outcomes: str | Iterable[str] | None = None,
) -> ComparisonPlan:
    """A plan with the baseline's own numbers where none is given; ScenarioError when scenarios cannot be told apart."""
    scenarios = comparable_scenarios(scenarios)
    run = planned(scenarios[0], replications=replications, seed=seed, workers=workers, simulate=simulate, until=until)
    if workers is None:
        run = replace(run, workers=workers_for(run.replications * len(scenarios)))
    infos = [run_info(one.scenario, seed=run.seed, replications=run.replications) for one in scenarios]
    return ComparisonPlan(scenarios, run, named_cells(outcomes, infos))


class Comparison:
    """What scenarios came to side by side; the first one is the baseline of all differences."""

    failures: tuple[Failure, ...] = ()
    """Runs that raised; their replications are missing in all scenarios."""

    def __init__(self, plan: ComparisonPlan, observations: Sequence[Observations], making: Making) -> None:
        self.plan = plan
        self.loaded = plan.scenarios
        """The scenarios as they were given, each with the evidence for its numbers: what ``sf.compare`` takes again."""
        self.seed = plan.run.seed
        self.observations = tuple(observations)
        """Outcomes of each scenario."""
        self.making = making
        self.decomposition: Decomposition | None = None
        """What each friction adds to the baseline's discount, if that was asked for."""
        self.reporter: Reporter | None = None
        """What makes figures and page on saving."""

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """What was compared, the baseline first: ``scenarios[0].horizon.start`` and every other value."""
        return tuple(one.scenario for one in self.loaded)

    @property
    def replications(self) -> int:
        """Number of replications of each scenario."""
        return len(self.observations[0])

    @property
    def wanted(self) -> int:
        """Number of replications of each scenario, those too that failed in one of them."""
        reached = self.making.reached
        return reached.replications if reached else self.plan.run.replications

    @property
    def warnings(self) -> tuple[str, ...]:
        """How many runs are missing, if any, and what the others warned of, each text once."""
        missing = missing_note(self.failures, len(self.scenarios) * self.wanted)
        return (*self.cautions, *missing, *self.making.warnings)

    @property
    def cautions(self) -> tuple[str, ...]:
        """What the reader of any number here must know first: other horizons, expectations that were found otherwise,
        values that do not hold to the end."""
        horizons = [one.horizon for one in self.scenarios]
        unlike = (*unlike_expectations(self.loaded), *among(self.loaded))
        if len({(one.start, one.end) for one in horizons}) == 1:
            return unlike
        times = "; ".join(f"{name} {one.start} to {one.end}" for name, one in zip(self.names, horizons, strict=True))
        return (f"horizons differ ({times}): counts, sums and shares by the end are not comparable", *unlike)

    @property
    def infos(self) -> list[RunInfo]:
        """What tables and figures say of each scenario."""
        return [run_info(one, seed=self.seed, replications=self.replications) for one in self.scenarios]

    @property
    def names(self) -> list[str]:
        """Names of the scenarios, the baseline first."""
        return [one.name for one in self.scenarios]

    @cached_property
    def values(self) -> pd.DataFrame:
        """One row a scenario, replication, outcome and group: the value, and the number of rows behind it."""
        return pd.concat(self.values_in_parts(), ignore_index=True)

    def values_in_parts(self) -> Iterator[pd.DataFrame]:
        """The rows of ``values`` in their order, those of some replications at a time."""
        for name, one in zip(self.names, self.observations, strict=True):
            for begin in range(0, len(one), _AT_ONCE):
                yield one.values_of(one.numbers[begin : begin + _AT_ONCE]).assign(scenario_id=name)[_VALUES]

    @cached_property
    def levels(self) -> pd.DataFrame:
        """One row a scenario, outcome and group: estimate, 95 % interval over replications, rows behind it."""
        return self._stacked([one.levels() for one in self.observations])[_LEVELS]

    @cached_property
    def differences(self) -> pd.DataFrame:
        """One row a scenario (but the baseline), outcome and group: paired difference, interval, verdict in words."""
        grids = {name: one.grid() for name, one in zip(self.names, self.observations, strict=True)}
        return contrasts(self.levels, grids, self.names, self.plan.named)

    def save(self, folder: str | Path, *, report: bool = True, language: Language = "en", tables: str = "csv") -> Path:
        """Write the comparison's folder, whole or not at all; OutputError when something stands there already.

        ``tables`` is the form of the values of all replications, ``csv`` or ``parquet``.
        """
        from sfund_sim.experiments.archive import staged
        from sfund_sim.experiments.comparison_folder import write_comparison
        from sfund_sim.experiments.keeping import keeping
        from sfund_sim.experiments.results_folder import Wishes

        with staged(Path(folder)) as staging:
            reporter = self.reporter if report else None
            write_comparison(staging, self, Wishes(reporter, language, keeping=keeping(tables)))
        return staging.final

    def _stacked(self, tables: list[pd.DataFrame]) -> pd.DataFrame:
        named = [table.assign(scenario_id=name) for name, table in zip(self.names, tables, strict=True)]
        return pd.concat(named, ignore_index=True)


def compare(plan: ComparisonPlan, told: Callable[[], None] = lambda: None, executing: Execute = execute) -> Comparison:
    """Run all scenarios with the same chance; ReplicationFailed when a replication raises.

    ``told`` is called after each run. What comes out depends neither on the number of workers nor on what executes
    the runs; a replication that it leaves out in one scenario is left out in all.
    """
    began = time.perf_counter()
    lineup, run = plan.lineup(), plan.run
    infos = [run_info(scenario, seed=run.seed, replications=1) for scenario in lineup.scenarios]
    observations = [Observations(info) for info in infos]
    warned: dict[int, tuple[str, ...]] = {}
    job = Job(observe_at, lineup, run.seed)
    batches = Batches(run.replications)
    batch = batches.next() if run.goal else range(1, run.replications + 1)
    while batch:
        with closing(executing(job, lineup.numbers(batch), workers=run.workers)) as stream:
            for done in _named_failures(stream, lineup):
                place, replication = lineup.place(done.number)
                observations[place].add(replication, Observed.of(done.opened().tables))
                warned[done.number] = done.warnings
                told()
        _keep_common(observations)
        batch = _next(batches, run.goal, observations) if run.goal else range(0)
    texts = dict.fromkeys(text for number in sorted(warned) for text in warned[number])
    reached = Reached.by(run.goal, batches, of_difference=True) if run.goal else None
    return Comparison(plan, observations, Making(run.workers, time.perf_counter() - began, tuple(texts), reached))


def _keep_common(observations: Sequence[Observations]) -> None:
    """Forget replications that are missing in one of the scenarios: there is nothing to pair them with."""
    common = frozenset.intersection(*(frozenset(one.numbers) for one in observations))
    for one in observations:
        one.keep(common)


def decomposed(
    comparison: Comparison,
    plan: ComparisonPlan,
    told: Callable[[], None] = lambda: None,
    executing: Execute = execute,
) -> Comparison:
    """The comparison, with its baseline's discount taken apart by further runs of as many replications."""
    from sfund_sim.experiments.decomposing import decompose

    often = comparison.replications if plan.run.goal else plan.run.replications
    run = replace(plan.run, replications=often, goal=None)
    comparison.decomposition = decompose(replace(plan, run=run), told, executing)
    return comparison


def _named_failures(stream: Iterator[Finished], lineup: LineUp) -> Iterator[Finished]:
    """The stream; a failure is told with the scenario and the replication that its run's number stands for."""
    try:
        yield from stream
    except ReplicationFailed as failed:
        failure = failed.failure
        place, replication = lineup.place(failure.number)
        name = lineup.scenarios[place].name
        reason, reason_zh = f"scenario {name}: {failure.reason}", f"情景 {name}：{failure.why('zh')}"
        told = replace(failure, number=replication, reason=reason, reason_zh=reason_zh)
        raise ReplicationFailed(told) from None


def _next(batches: Batches, goal: Goal, observations: Sequence[Observations]) -> range:
    """The next batch, after a look at the widest of the differences' intervals."""
    baseline, *others = (one.cell(goal.cell) for one in observations)
    wanted = goal.wanted(float(mean_over_replications(baseline[:, None]).value[0]))
    first, *grids = (one.grid() for one in observations)
    least = [first.least_reach(grid, goal.cell) for grid in grids]
    is_median = MEASURES[goal.cell[0]].rows is not None
    half_widths = np.maximum([_half_width(other - baseline, skewed=not is_median) for other in others], least)
    missing = [lacking(first, other).get(goal.cell) for other in grids]
    is_choice = any(one is not None and one.is_choice for one in missing)
    batches.look(Look(np.nan if is_choice else float(np.max(half_widths)), wanted))
    return batches.next()


def _half_width(differences: Floats, *, skewed: bool) -> float:
    found = mean_over_replications(differences[:, None], skewed=skewed)
    reach = float(max(found.high[0] - found.value[0], found.value[0] - found.low[0]))
    return 0.0 if agree(found)[0] else reach
