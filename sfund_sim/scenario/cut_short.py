"""Values set upon a scenario that a later dated change sets again: they hold until then, and readers are told."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from sfund_sim.scenario.experiment_points import Setting, levels_of, point_scenario
from sfund_sim.scenario.nodes import Leaf, leaves, spelled
from sfund_sim.scenario.overrides import SOURCE as OPTION
from sfund_sim.scenario.shapes import POLICY, SET
from sfund_sim.scenario.variants import NAME
from sfund_sim.scenario.variants import SOURCE as VARIANT

if TYPE_CHECKING:
    from datetime import date

    from sfund_sim.scenario.layers import LoadedScenario
    from sfund_sim.scenario.model import Scenario

ON_TOP = re.compile(f"{OPTION}|{VARIANT} {NAME.pattern}")
"""What a value rests on that an option or a variant has laid upon the file. The scenario in a run's folder has no other
trace of it, and a run of that scenario must warn of the same."""
_KIND, _OTHER = ".kind", object()


class _Value(NamedTuple):
    """One value that was set."""

    shown: str
    """The path as the user wrote it."""
    path: str
    value: Leaf


class _Again(NamedTuple):
    """A dated change that sets a rule again."""

    on: date
    number: int
    """Where it stands in ``policy``."""
    name: str
    rule: str

    @property
    def place(self) -> str:
        """Where it stands in the scenario."""
        return f"{POLICY}.{self.number}.{SET}.{self.rule}"

    def __str__(self) -> str:
        return shown_change(self.number, self.name, self.on)


def shown_change(number: int, name: str, on: date) -> str:
    """A dated change as warnings name it: its place in ``policy``, its name if it has one, its day."""
    return f"{POLICY}.{number} ({', '.join(part for part in (name, on.isoformat()) if part)})"


def cut_short(loaded: LoadedScenario) -> tuple[str, ...]:
    """Warnings: values that ``--set`` or a variant has set and that a later dated change sets again.

    A value that a change has too, and a change in which the same option or variant sets that rule, cut nothing short.
    """
    on_top = [
        (spelled(path), leaf.value)
        for path, leaf in leaves(loaded.root)
        if leaf.evidence is not None and ON_TOP.fullmatch(leaf.evidence.source)
    ]
    values = [_Value(path, path, value) for path, value in on_top]
    found = _cuts(loaded.scenario, values, [path for path, _ in on_top])
    return _warnings(loaded.scenario, found)


def among(
    scenarios: Sequence[LoadedScenario], warnings_of: Callable[[LoadedScenario], Iterable[str]] = cut_short
) -> tuple[str, ...]:
    """The same of several scenarios; what is not so in all of them names those in which it is."""
    names: dict[str, list[str]] = {}
    for loaded in scenarios:
        for warning in warnings_of(loaded):
            names.setdefault(warning, []).append(loaded.scenario.name)
    return tuple(warning if len(those) == len(scenarios) else f"in {', '.join(those)}: {warning}"
                 for warning, those in names.items())  # fmt: skip


def files_cut_short(loaded: LoadedScenario) -> tuple[str, ...]:
    """The same of what a file sets and a dated change of the file that it extends sets again.

    For those who write the file: a run's folder holds all layers in one, so its manifest and pages cannot tell.
    """
    layers = {file: number for number, file in enumerate(loaded.shown)}
    written = [(layers.get(leaf.place.file, len(layers)), spelled(path), leaf.value)
               for path, leaf in leaves(loaded.root)]  # fmt: skip
    found: set[tuple[str, _Again]] = set()
    for layer in range(1, len(layers)):
        values = [_Value(path, path, value) for at, path, value in written if at == layer]
        found |= _cuts(loaded.scenario, values, [path for at, path, _ in written if at >= layer])
    return _warnings(loaded.scenario, found)


def levers_cut_short(loaded: LoadedScenario) -> tuple[str, ...]:
    """The same of what the scenario's experiment varies: levers, packages and uncertainties."""
    experiment = loaded.scenario.experiment
    if experiment is None:
        return ()
    levels = list(levels_of(loaded.root, experiment))
    edited = [dotted(setting.path) for level in levels for setting in level]
    found: set[tuple[str, _Again]] = set()
    for level in levels:
        is_dated = any(setting.path.startswith((POLICY, "horizon")) for setting in level)
        scenario = (point_scenario(loaded.root, level)[0] if is_dated else None) or loaded.scenario
        found |= _cuts(scenario, _values(level), edited)
    return _warnings(loaded.scenario, found)


def _values(level: Iterable[Setting]) -> Iterator[_Value]:
    for setting in level:
        for below, leaf in leaves(setting.value):
            yield _Value(setting.path, spelled((dotted(setting.path), *below)), leaf.value)


def dotted(path: str) -> str:
    """A path without the brackets in which users may write numbers."""
    return path.replace("[", ".").replace("]", "")


def _cuts(scenario: Scenario, values: Iterable[_Value], on_top: Iterable[str]) -> set[tuple[str, _Again]]:
    """Paths of values, each with a change that sets it otherwise; none whose rule in that change is on top too."""
    edited = [path for path in on_top if _is_within(path, POLICY)]
    again = [
        _Again(change.on, number, change.name, rule)
        for number, change in scenario.happening().items()
        for rule in change.set
        if change.on <= scenario.horizon.end
    ]
    left = [one for one in again if not any(meet(one.place, path) for path in edited)]
    return {
        (value.shown, one)
        for value in values
        for one in left
        if _sets_otherwise(scenario.policy[one.number].set[one.rule], one.rule, value)
    }


def meet(path: str, other: str) -> bool:
    """Is one of two paths the other or within it?"""
    return _is_within(path, other) or _is_within(other, path)


def _is_within(path: str, other: str) -> bool:
    return f"{path}.".startswith(f"{other}.")


def _sets_otherwise(new: Any, rule: str, one: _Value) -> bool:
    """Does the new value of a rule stand at or above a value that was set, and say otherwise there?"""
    if rule.removesuffix(_KIND) == one.path.removesuffix(_KIND):  # a part may be written as its kind alone
        return bool((new.get("kind") if isinstance(new, dict) else new) != one.value)
    if not _is_within(one.path, rule):
        return False
    for step in one.path.removeprefix(f"{rule}.").split("."):
        new = new.get(step, _OTHER) if isinstance(new, dict) else _OTHER
    return bool(new != one.value)


def _warnings(scenario: Scenario, found: set[tuple[str, _Again]]) -> tuple[str, ...]:
    changes: dict[str, list[_Again]] = {}
    for path, one in sorted(found):
        changes.setdefault(path, []).append(one)
    return tuple(_warning(path, those, scenario.horizon.start) for path, those in changes.items())


def _warning(path: str, changes: list[_Again], start: date) -> str:
    """The words, which ``report/warning_words.py`` says in Chinese."""
    first = changes[0].on
    holds = f"the value set holds only until {first}" if first > start else "the value set is without effect"
    rules = ", ".join(one.place for one in changes)
    return (
        f"{path}: {holds}, for it is set anew by {', '.join(dict.fromkeys(map(str, changes)))}; to change it "
        f"throughout, set {rules} too, or drop what sets it anew (policy_dropped)"
    )
