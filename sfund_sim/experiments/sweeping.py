"""Run a sweep: every point of an experiment's design, as often as asked for, each replication with the same chance."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from sfund_sim.experiments.designs import Design, design_of
from sfund_sim.experiments.executor import Execute, execute, workers_for
from sfund_sim.experiments.facts import run_info
from sfund_sim.experiments.replication import Finished, Job
from sfund_sim.experiments.results import Making
from sfund_sim.experiments.running import planned
from sfund_sim.experiments.sweep_values import MarketMeasure, Measure, Points, run_at
from sfund_sim.ground.errors import Problem, ScenarioError
from sfund_sim.scenario.experiment import USUAL_OUTCOMES, GroupingName
from sfund_sim.scenario.experiment_check import experiment_complaints
from sfund_sim.scenario.experiment_points import EXPERIMENT, point_scenario
from sfund_sim.scenario.nodes import Mapping as MappingNode
from sfund_sim.scenario.nodes import Node, Place, Scalar, child, evidenced, plain
from sfund_sim.scenario.nodes import Sequence as Listed
from sfund_sim.scenario.overrides import with_override
from sfund_sim.scenario.remedies import nearest
from sfund_sim.scenario.validation import validated
from sfund_sim.scenario.wording import did_you_mean

if TYPE_CHECKING:
    from sfund_sim.outcomes.run_info import RunInfo
    from sfund_sim.scenario.experiment import Experiment
    from sfund_sim.scenario.layers import LoadedScenario
    from sfund_sim.scenario.model import Scenario

_MOST_PROBLEMS = 20


@dataclass(frozen=True)
class SweepPlan:
    """Which points are to be run, how often, and by how many workers."""

    loaded: LoadedScenario
    experiment: Experiment
    design: Design
    points: Points
    seed: int
    workers: int

    @property
    def runs(self) -> int:
        """Points times replications."""
        return self.design.size * self.points.replications

    @property
    def info(self) -> RunInfo:
        """What tables and figures say of the scenario that is varied."""
        return run_info(self.loaded.scenario, seed=self.seed, replications=self.points.replications)


def sweep_plan(
    loaded: LoadedScenario,
    *,
    replications: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    measure: Measure | None = None,
) -> SweepPlan:
    """The plan of a scenario's experiment, every point of it validated.

    ``measure`` stands in for the market. Raises ScenarioError when there is no experiment, when an outcome is unknown,
    when a number is out of range, or when a point makes no scenario.
    """
    experiment = loaded.scenario.experiment
    if experiment is None:
        message = "the scenario has no 'experiment' section; name levers or uncertainties there"
        raise ScenarioError(
            [Problem(_file(loaded), 0, 0, message, "情景中没有 experiment 部分；请在其中列出 levers 或 uncertainties")]
        )
    if measure is None:
        if problems := outcome_complaints(loaded.root):
            raise ScenarioError(problems)
        measure = MarketMeasure(tuple(experiment.outcomes), tuple(experiment.group_by))
    usual = experiment.replications or loaded.scenario.replications
    often = usual if replications is None else replications
    run = planned(loaded, replications=often, seed=seed, workers=workers)
    design = design_of(experiment, loaded.root, run.seed)
    points = Points(_scenarios(loaded, design), often, experiment.pairing, measure)
    hands = workers_for(design.size * often) if workers is None else workers
    return SweepPlan(loaded, experiment, design, points, run.seed, hands)


def run_points(plan: SweepPlan, keep: Callable[[Finished], object], executing: Execute = execute) -> Making:
    """Run every point and replication, handing each to ``keep`` as it finishes; ReplicationFailed when one raises."""
    began = time.perf_counter()
    warned: dict[int, tuple[str, ...]] = {}
    job = Job(run_at, plan.points, plan.seed)
    with closing(executing(job, range(1, plan.runs + 1), workers=plan.workers)) as stream:
        for run in stream:
            keep(run)
            warned[run.number] = run.warnings
    texts = dict.fromkeys(text for number in sorted(warned) for text in warned[number])
    return Making(plan.workers, time.perf_counter() - began, tuple(texts))


def _as_written(value: object) -> object:
    """What JSON does not know: numbers and arrays of NumPy as plain numbers and lists, anything else as its text."""
    return value.tolist() if isinstance(value, np.generic | np.ndarray) else str(value)


def with_experiment(loaded: LoadedScenario, experiment: Mapping[str, Any]) -> LoadedScenario:
    """A scenario with another experiment, as a mapping in the form of the file; ScenarioError when it is wrong."""
    from sfund_sim.scenario.model import Scenario

    entries = {key: entry for key, entry in loaded.root.entries.items() if key != EXPERIMENT}
    problems: list[Problem] = []
    text = json.dumps(experiment, default=_as_written, ensure_ascii=False)
    root = with_override(replace(loaded.root, entries=entries), f"{EXPERIMENT}={text}", problems)
    scenario, found = validated(Scenario, root)
    # All of a mapping stands at one place, so nothing is left out for what else is wrong at it.
    problems += [*found, *experiment_complaints(root, [])]
    if problems or scenario is None:
        problems += outcome_complaints(root)
        raise ScenarioError(list(dict.fromkeys(replace(problem, file=EXPERIMENT) for problem in problems)))
    return replace(loaded, scenario=scenario, root=root, resolved_tree=plain(root), evidenced_tree=evidenced(root))


def _scenarios(loaded: LoadedScenario, design: Design) -> tuple[Scenario, ...]:
    """The scenario of every point; ScenarioError with the first problems when one does not fit."""
    scenarios: list[Scenario] = []
    problems: dict[Problem, None] = {}
    for point in range(design.size):
        levels = design.levels(point)
        scenario, found = point_scenario(loaded.root, [setting for level in levels for setting in level.settings])
        names = zip(design.factors, levels, strict=True)
        where = ", ".join(f"{factor.name} = {level.value}" for factor, level in names)
        for problem in found:
            told = (
                f"{problem.message} (point {point + 1}: {where})",
                f"{problem.message_zh}（第 {point + 1} 点：{where}）",
            )
            problems.setdefault(replace(problem, message=told[0], message_zh=told[1]))
        if scenario is not None:
            scenarios.append(scenario)
        if len(problems) >= _MOST_PROBLEMS:
            break
    if problems:
        raise ScenarioError(list(problems)[:_MOST_PROBLEMS])
    return tuple(scenarios)


def outcome_complaints(root: MappingNode) -> list[Problem]:
    """Complaints about outcomes of a scenario's experiment that there are not, or that no sweep can measure."""
    from sfund_sim.outcomes.measures import MEASURES

    experiment = child(root, EXPERIMENT)
    listed = child(experiment, "outcomes") if experiment else None
    problems: list[Problem] = []
    for name, place in _named_in(listed):
        if name not in MEASURES:
            close, known = nearest(name, list(MEASURES)), sorted(MEASURES)
            hint, hint_zh = (
                did_you_mean(close) if close else (f"; allowed: {', '.join(known)}", f"；可用：{'、'.join(known)}")
            )
            message, zh = f"there is no outcome '{name}'{hint}", f"没有名为“{name}”的指标{hint_zh}"
            problems.append(Problem(*place, message, zh))
        elif MEASURES[name].pooled:
            # Where a curve does not reach one half there is no median: a mean of the others is of the quick ones.
            message = (
                f"a sweep cannot average '{name}': it is missing where things go slowly, so that the replications "
                "that have it are a selection; use restricted_mean_exit_days"
            )
            zh = (
                f"设计试验不能对“{name}”取平均：进展缓慢时没有该指标，有该指标的重复是经过筛选的；"
                "请改用 restricted_mean_exit_days"
            )
            problems.append(Problem(*place, message, zh))
    return problems + _grouping_complaints(experiment, listed) if experiment else problems


def _grouping_complaints(experiment: Node, listed: Node | None) -> list[Problem]:
    """Complaints about outcomes with none of the groupings asked for; about the groupings where none are listed."""
    from sfund_sim.outcomes.measures import MEASURES

    asked = child(experiment, "group_by")
    groupings = [name for name, _ in _named_in(asked)]
    if asked is None or not groupings or not set(groupings) <= {*get_args(GroupingName)}:
        return []
    if not (named := _named_in(listed)):
        # The usual outcomes are a choice for all groupings: each is measured where it can be.
        is_some = any(set(MEASURES[name].groupings) & set(groupings) for name in USUAL_OUTCOMES)
        message = "none of the usual outcomes has these groupings; list outcomes that have them"
        return [] if is_some else [Problem(*asked.place, message, "默认指标均无这些分组；请列出具有这些分组的指标")]
    problems = []
    for name, place in named:
        has = MEASURES[name].groupings if name in MEASURES else groupings
        if not set(has) & set(groupings):
            message = f"'{name}' has none of the groupings asked for ({', '.join(groupings)}); it has: {', '.join(has)}"
            zh = f"“{name}”没有所要求的分组（{'、'.join(groupings)}）；可用：{'、'.join(has)}"
            problems.append(Problem(*place, message, zh))
    return problems


def _named_in(node: Node | None) -> list[tuple[str, Place]]:
    """The words of a list and where they stand."""
    items = node.items if isinstance(node, Listed) else ()
    return [(one.value, one.place) for one in items if isinstance(one, Scalar) and isinstance(one.value, str)]


def _file(loaded: LoadedScenario) -> str:
    return str(loaded.files[-1])
