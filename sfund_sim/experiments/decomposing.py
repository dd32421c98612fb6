"""What makes the discount: one friction of the market turned off at a time, with the chance of the baseline.

Each bar is what the mean discount to NAV of sales loses when that friction alone is off; all together are off in one
more scenario, and what the single effects do not add up to is shown as the remainder. The order of frictions does
not matter, for none is built upon another. Frictions are data: ``frictions.csv``.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from sfund_sim.experiments.comparing import compare
from sfund_sim.experiments.executor import Execute, execute
from sfund_sim.ground.errors import ScenarioError
from sfund_sim.outcomes.intervals import Floats, mean_over_replications
from sfund_sim.scenario.layers import load_scenario

if TYPE_CHECKING:
    from sfund_sim.experiments.comparing import ComparisonPlan
    from sfund_sim.experiments.observing import Observations
    from sfund_sim.scenario.layers import LoadedScenario

CELL = ("mean_discount", "all", "all")
BASELINE, REMAINDER, ALL_OFF = "baseline", "remainder", "all_off"
"""Steps of the waterfall that are no friction: where it begins, what is left to explain, where it ends."""


class Friction(NamedTuple):
    """One friction, and the changes by path that turn it off, ``; `` between them; ``*`` stands for every key there."""

    friction: str
    changes: str
    label_en: str
    label_zh: str
    definition: str


@dataclass(frozen=True)
class Decomposition:
    """The steps of the waterfall."""

    table: pd.DataFrame
    """step, label_en, label_zh, estimate, low, high, replications: the baseline's discount, then what each friction
    adds to it, the remainder, and the discount with all of them off."""
    left_out: tuple[str, ...]
    """Frictions that the baseline does not know."""


@cache
def frictions() -> tuple[Friction, ...]:
    """All frictions in the order of the figure."""
    text = resources.files("sfund_sim.experiments").joinpath("frictions.csv").read_text("utf-8")
    return tuple(Friction(**row) for row in csv.DictReader(text.splitlines()))


def changes_off(friction: Friction, loaded: LoadedScenario) -> list[str]:
    """``path=value`` for each path of the scenario that the friction has, in its dated changes too; empty for none."""
    tree, found = loaded.resolved_tree, []
    for change in friction.changes.split("; "):
        path, _, value = change.partition("=")
        for concrete in _paths(tree, path.split("."), ()):
            found.append(f"{concrete}={value}")
            for number, dated in enumerate(tree.get("policy") or ()):
                if any(f"{concrete}.".startswith(f"{key}.") for key in dated["set"]):
                    found.append(f"policy.{number}.set.{concrete}={value}")
    return found


def decompose(
    plan: ComparisonPlan, told: Callable[[], None] = lambda: None, executing: Execute = execute
) -> Decomposition:
    """Take the baseline's mean discount to NAV apart, with the plan's seed and number of replications."""
    load = partial(_with_changes, plan.scenarios[0])
    off: dict[Friction, LoadedScenario] = {}
    every: list[str] = []
    for one in frictions():
        changes = changes_off(one, plan.scenarios[0])
        if changes and (scenario := _loaded(load, changes)):
            off[one] = scenario
            every += changes
    lineup = {BASELINE: plan.scenarios[0], **{one.friction: scenario for one, scenario in off.items()}}
    lineup[ALL_OFF] = load(every)
    scenarios = tuple(_renamed(loaded, name) for name, loaded in lineup.items())
    compared = compare(replace(plan, scenarios=scenarios), told, executing)
    discounts = [_discounts(one) for one in compared.observations]
    left_out = tuple(one.friction for one in frictions() if one not in off)
    return Decomposition(_steps(list(off), discounts), left_out)


def _with_changes(loaded: LoadedScenario, changes: list[str]) -> LoadedScenario:
    """The same scenario read again with further changes."""
    return load_scenario(loaded.files[-1], [*loaded.overrides, *changes], variant=loaded.variant)


def _loaded(load: Callable[[list[str]], LoadedScenario], changes: list[str]) -> LoadedScenario | None:
    """The scenario without a friction; None when its model does not know it."""
    try:
        return load(changes)
    except ScenarioError:
        return None


def _paths(tree: Any, steps: list[str], before: tuple[str, ...]) -> Iterator[str]:
    """The paths of the tree that a pattern means; the last step may be a parameter left at its default."""
    if not steps:
        yield ".".join(before)
    elif isinstance(tree, dict):
        names = list(tree) if steps[0] == "*" else [steps[0]] if steps[0] in tree or len(steps) == 1 else []
        for name in names:
            yield from _paths(tree.get(name), steps[1:], (*before, str(name)))


def _renamed(loaded: LoadedScenario, name: str) -> LoadedScenario:
    return replace(loaded, scenario=loaded.scenario.model_copy(update={"name": name}))


def _discounts(observations: Observations) -> Floats:
    return observations.cell(CELL)


_WORDS = {
    BASELINE: ("mean discount of the baseline", "基准情景的平均折价"),
    REMAINDER: ("acting together", "相互作用（余项）"),
    ALL_OFF: ("discount without them", "消除后的剩余折价"),
}


def _steps(known: list[Friction], discounts: list[Floats]) -> pd.DataFrame:
    """The waterfall: baseline, what each friction adds, what their acting together adds, and the rest."""
    baseline, *single, every = discounts
    effects = [baseline - off for off in single]
    remainder = baseline - every - np.sum([np.zeros_like(baseline), *effects], axis=0)
    columns = np.column_stack([baseline, *effects, remainder, every])
    words = _WORDS | {one.friction: (one.label_en, one.label_zh) for one in known}
    names = [BASELINE, *(one.friction for one in known), REMAINDER, ALL_OFF]
    found = mean_over_replications(columns)
    return pd.DataFrame({
        "step": names, "label_en": [words[name][0] for name in names], "label_zh": [words[name][1] for name in names],
        "estimate": found.value, "low": found.low, "high": found.high,
        "replications": np.sum(~np.isnan(columns), axis=0),
    })  # fmt: skip
