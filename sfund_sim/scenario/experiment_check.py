"""All that is wrong with the experiment of a scenario at once, whatever else of it or of the scenario is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from sfund_sim.ground.errors import Problem, RuleErrors
from sfund_sim.scenario.base import is_of_the_market
from sfund_sim.scenario.complaints import complaints
from sfund_sim.scenario.experiment_points import (
    EXPERIMENT,
    level_text,
    levels_of,
    lever_settings,
    point_scenario,
    scenario_at,
)
from sfund_sim.scenario.nodes import Entry, Mapping, Node, Scalar, child, plain

if TYPE_CHECKING:
    from sfund_sim.scenario.experiment import Experiment, Uncertainty


def experiment_complaints(root: Mapping, known: list[Problem]) -> list[Problem]:
    """What is wrong with a scenario's experiment as a whole and with its paths and values, each value tried alone.

    Left out is what stands at places of which something is ``known`` to be wrong. What is wrong with a path is the same
    for all its values and told once, at the first of them.
    """
    from sfund_sim.scenario.model import Scenario

    experiment = _made_out(child(root, EXPERIMENT))
    if experiment is None:
        return []
    faults = RuleErrors([fault for fault in experiment.faults() if fault.path])
    error = {"type": "value_error", "loc": (EXPERIMENT,), "msg": "", "ctx": {"error": faults}}
    found = {problem.message: problem for problem in complaints([error], Scenario, root)}
    for settings in levels_of(root, experiment):
        problems = scenario_at(root, settings)[1] if all(is_of_the_market(one.path) for one in settings) else ()
        for problem in problems:
            found.setdefault(problem.message, problem)
    places = {(problem.file, problem.line, problem.column) for problem in known}
    everything = [*found.values(), *_repeats(root, experiment)]
    return [problem for problem in everything if (problem.file, problem.line, problem.column) not in places]


def _made_out(node: Node | None) -> Experiment | None:
    """The experiment as far as it can be made out, each piece by itself; validation tells what is wrong within one."""
    from sfund_sim.scenario.experiment import Experiment

    if not isinstance(node, Mapping):
        return None
    design, points = child(node, "design"), child(node, "points")
    scalars: dict[str, Any] = {"design": design.text if isinstance(design, Scalar) else ""} if design else {}
    if isinstance(points, Scalar) and isinstance(points.value, int):
        scalars["points"] = points.value
    packages = child(node, "packages") or node
    return Experiment.model_construct(
        levers={path: [] for path in _entries(node, "levers")},
        packages={
            name: {level: dict.fromkeys(_entries(entry.node, level)) for level in _entries(packages, name)}
            for name, entry in _entries(node, "packages").items()
        },
        uncertainties={path: _uncertainty(entry.node) for path, entry in _entries(node, "uncertainties").items()},
        **scalars,
    )


def _entries(node: Node, key: str) -> dict[str, Entry]:
    """What stands below a key, if that is a mapping."""
    below = child(node, key)
    return dict(below.entries) if isinstance(below, Mapping) else {}


def _uncertainty(node: Node) -> Uncertainty:
    """The uncertainty; one without values or a range where they are wrong."""
    from sfund_sim.scenario.experiment import Uncertainty

    try:
        return Uncertainty.model_validate(plain(node))
    except ValidationError:
        return Uncertainty.model_construct()


def _repeats(root: Mapping, experiment: Experiment) -> Iterator[Problem]:
    """Values of levers that set what an earlier one of the same lever sets, or that tables could not tell from it."""
    for path in experiment.levers:
        known: set[str] = set()
        for (setting,) in lever_settings(root, path):
            scenario = point_scenario(root, [setting])[0]
            looks = {level_text(plain(setting.value)), scenario.model_dump_json() if scenario else ""} - {""}
            if looks & known:
                yield Problem(
                    *setting.value.place,
                    f"{path}: the lever has this value already; keep one of them",
                    f"{path}：该杠杆已有此取值；请只保留一个",
                )
            known |= looks
