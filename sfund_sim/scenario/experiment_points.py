"""The points of an experiment as scenarios: values laid upon the file's own tree, each still knowing its line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from pydantic import ValidationError

from sfund_sim.ground.errors import Problem
from sfund_sim.scenario.nodes import Mapping, Node, Scalar, at, child, plain
from sfund_sim.scenario.nodes import Sequence as Listed
from sfund_sim.scenario.overrides import with_value
from sfund_sim.scenario.remedies import nearest
from sfund_sim.scenario.shapes import shape_at
from sfund_sim.scenario.validation import validated
from sfund_sim.scenario.wording import did_you_mean

if TYPE_CHECKING:
    from sfund_sim.scenario.experiment import Experiment
    from sfund_sim.scenario.model import Scenario

EXPERIMENT = "experiment"


class Setting(NamedTuple):
    """One value for one path."""

    path: str
    value: Node


def point_scenario(root: Mapping, settings: Sequence[Setting]) -> tuple[Scenario | None, list[Problem]]:
    """The same as ``scenario_at`` for values that have passed alone, so that only their combination is in question.

    The full check, which finds words and places for every mistake, is ten times slower and follows only upon a failure.
    """
    from sfund_sim.scenario.model import Scenario

    tree = _bare(root)
    for path, value in settings:
        tree = with_value(tree, path, value, [])
    try:
        return Scenario.model_validate(plain(tree)), []
    except ValidationError:
        return scenario_at(root, settings)


def scenario_at(root: Mapping, settings: Sequence[Setting]) -> tuple[Scenario | None, list[Problem]]:
    """The scenario with these values, without its experiment; None with the problems when they do not fit."""
    from sfund_sim.scenario.model import Scenario

    problems: list[Problem] = []
    tree = _bare(root)
    for path, value in settings:
        lost = _lost(tree, path, value)
        problems += lost
        tree = tree if lost else with_value(tree, path, value, problems)
    if problems:
        return None, problems
    return validated(Scenario, tree)


def lever_settings(root: Mapping, path: str) -> list[list[Setting]]:
    """For each value of a lever, what it sets."""
    listed = at(root, (EXPERIMENT, "levers", path))
    return [[Setting(path, value)] for value in listed.items] if isinstance(listed, Listed) else []


def package_settings(root: Mapping, name: str) -> dict[str, list[Setting]]:
    """For each level of a package by name, what it sets."""
    levels = at(root, (EXPERIMENT, "packages", name))
    return (
        {level: _settings(entry.node) for level, entry in levels.entries.items()} if isinstance(levels, Mapping) else {}
    )


def listed_settings(root: Mapping, path: str, experiment: Experiment) -> list[list[Setting]]:
    """For each listed value of an uncertainty, what it sets."""
    listed = at(root, (EXPERIMENT, "uncertainties", path, "values"))
    paths = (path, *experiment.uncertainties[path].also)
    return [[Setting(one, value) for one in paths] for value in listed.items] if isinstance(listed, Listed) else []


def ranged_settings(root: Mapping, path: str, experiment: Experiment, value: float) -> list[Setting]:
    """What a value within the range of an uncertainty sets."""
    place = (at(root, (EXPERIMENT, "uncertainties", path, "low")) or root).place
    return [Setting(one, Scalar(place, value, f"{value:.12g}")) for one in (path, *experiment.uncertainties[path].also)]


def is_whole(root: Mapping, path: str) -> bool:
    """Does the path lead to a whole number?"""
    from sfund_sim.scenario.model import Scenario

    steps = tuple(int(step) if step.isdigit() else step for step in path.split("."))
    shape = shape_at(Scenario, root, steps)
    return shape is not None and shape.annotation is int


def level_text(value: object) -> str:
    """A level as tables and figures show it."""
    if isinstance(value, dict) and "kind" in value:
        rest = ", ".join(f"{name} {level_text(one)}" for name, one in value.items() if name != "kind")
        return f"{value['kind']} ({rest})" if rest else str(value["kind"])
    if isinstance(value, bool | dict | list) or value is None:
        return json.dumps(value, default=str, ensure_ascii=False)
    return f"{value:.9g}" if isinstance(value, float) else str(value)


def levels_of(root: Mapping, experiment: Experiment) -> Iterator[list[Setting]]:
    """What each value of each lever, package and uncertainty sets alone; of a range its two ends."""
    for path in experiment.levers:
        yield from lever_settings(root, path)
    for name in experiment.packages:
        yield from package_settings(root, name).values()
    for path, one in experiment.uncertainties.items():
        yield from listed_settings(root, path, experiment)
        if one.low is not None and one.high is not None:
            ends = (int(end) if is_whole(root, path) else end for end in (one.low, one.high))
            yield from (ranged_settings(root, path, experiment, end) for end in ends)


def _bare(root: Mapping) -> Mapping:
    return replace(root, entries={key: entry for key, entry in root.entries.items() if key != EXPERIMENT})


def _settings(level: Node) -> list[Setting]:
    entries = level.entries.items() if isinstance(level, Mapping) else ()
    return [Setting(path, entry.node) for path, entry in entries]


def _lost(root: Mapping, path: str, value: Node) -> list[Problem]:
    """The complaint that a path goes through an entry that a table with free keys (the venues) does not have."""
    from sfund_sim.scenario.model import Scenario

    node: Node | None = root
    steps = path.split(".")
    for number, step in enumerate(steps[:-1]):
        shape = shape_at(Scenario, root, tuple(steps[:number]))
        below = child(node, step) if isinstance(node, Mapping) else None
        if isinstance(node, Mapping) and below is None and shape is not None and not shape.keys(node):
            known = list(node.entries)
            close = nearest(step, known)
            meant = did_you_mean(".".join([*steps[:number], close, *steps[number + 1 :]]) if close else None)
            return [Problem(
                *value.place,
                f"there is no parameter '{path}': '{step}' is not known; "
                f"allowed: {', '.join(known) or 'none'}{meant.en}",
                f"没有参数“{path}”：“{step}”未知；可用：{'、'.join(known) or '无'}{meant.zh}",
            )]  # fmt: skip
        if below is None:
            return []
        node = below
    return []
