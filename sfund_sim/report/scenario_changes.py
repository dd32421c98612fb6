"""In which parameters two scenarios differ: every value that is set differently, each dated change in one line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sfund_sim.report.words import NO_VALUE
from sfund_sim.scenario.base import is_of_the_market
from sfund_sim.scenario.model import Scenario
from sfund_sim.scenario.sources import written
from sfund_sim.scenario.timeline import PolicyChange

if TYPE_CHECKING:
    from sfund_sim.scenario.layers import LoadedScenario

_POLICY = "policy"
_AS_USUAL = PolicyChange.model_fields["applies_to"].default


def changes_between(baseline: LoadedScenario, other: LoadedScenario) -> Iterator[str]:
    """``path: before → after`` for every parameter in which two scenarios differ; dated changes come first.

    Of a dated change that only one has, the values that it sets; of one that both have, what differs in it. Why it
    came and where that is written changes nothing in the market.
    """
    before, after = baseline.scenario, other.scenario
    yield from _lines(_dated(before), _dated(after))
    yield from _lines(*(dict(_leaves(_undated(one), ())) for one in (before, after)))


def _lines(before: dict[str, str], after: dict[str, str]) -> Iterator[str]:
    for path in dict.fromkeys([*before, *after]):
        if is_of_the_market(path) and before.get(path) != after.get(path):
            yield f"{path}: {before.get(path, NO_VALUE)} → {after.get(path, NO_VALUE)}"


def _undated(scenario: Scenario) -> dict[str, Any]:
    return {name: value for name, value in scenario.canonical().items() if name != _POLICY}


def _dated(scenario: Scenario) -> dict[str, str]:
    """What each dated change sets, by its day and name."""
    found: dict[str, str] = {}
    for change in sorted(scenario.policy, key=lambda change: change.on):
        sets = ", ".join(f"{path}: {value}" for path, value in _leaves(change.set, ()))
        whom = "" if change.applies_to == _AS_USUAL else f" ({change.applies_to})"
        called = " ".join(filter(None, (_POLICY, change.on.isoformat(), change.name)))
        found[called] = f"{found[called]}, {sets}{whom}" if called in found else f"{sets}{whom}"
    return found


def _leaves(tree: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if not isinstance(tree, dict | list):
        yield ".".join(path), written(tree)
        return
    for key, below in tree.items() if isinstance(tree, dict) else enumerate(tree):
        yield from _leaves(below, (*path, str(key)))
