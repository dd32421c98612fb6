"""The scenarios of a comparison, as users give them: two or more, each with a name of its own."""

from __future__ import annotations

import reprlib
from collections.abc import Iterable, Mapping

from sfund_sim.experiments.running import check_loaded
from sfund_sim.ground.errors import Problem, ScenarioError
from sfund_sim.scenario.layers import LoadedScenario


def comparable_scenarios(given: object) -> tuple[LoadedScenario, ...]:
    """The scenarios to compare; ScenarioError when there are not two, or two have one name."""
    scenarios = _scenarios_of(given)
    names = [loaded.scenario.name for loaded in scenarios]
    twice = next((name for name in names if names.count(name) > 1), None)
    if len(names) < 2 or twice is not None:
        raise ScenarioError([_too_few() if twice is None else _twice(twice)])
    return scenarios


def _scenarios_of(given: object) -> tuple[LoadedScenario, ...]:
    """The scenarios, one alone as a list of one; TypeError for what holds none, or holds them by name."""
    if isinstance(given, LoadedScenario):
        return (given,)
    if isinstance(given, str | Mapping) or not isinstance(given, Iterable):
        raise TypeError(f"give a list of scenarios as load_scenario returns them, not {reprlib.repr(given)}")
    scenarios = tuple(given)
    for one in scenarios:
        check_loaded(one)
    return scenarios


def _too_few() -> Problem:
    return Problem(
        "compare", 0, 0,
        "there is only one scenario; give two or more files, or one file with 'variants:' (see docs/experiments.md)",
        "只有一个情景；请给出两个以上的文件，或一个含有 variants 的文件（见 docs/experiments.md）",
    )  # fmt: skip


def _twice(name: str) -> Problem:
    return Problem(
        "compare", 0, 0,
        f"two scenarios are named '{name}', so their results could not be told apart; change 'name' in one of them",
        f"有两个情景同名“{name}”，结果无法区分；请修改其中一个文件的 name",
    )  # fmt: skip
