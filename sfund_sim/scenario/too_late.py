"""Dated changes that a file puts after the last day: nothing comes of them, which is mostly a slip in the year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from sfund_sim.scenario.cut_short import ON_TOP, dotted, meet, shown_change
from sfund_sim.scenario.experiment_points import levels_of
from sfund_sim.scenario.nodes import Path, at, spelled
from sfund_sim.scenario.shapes import MOVED, POLICY

if TYPE_CHECKING:
    from sfund_sim.scenario.layers import LoadedScenario

_END = ("horizon", "end")


def too_late(loaded: LoadedScenario) -> tuple[str, ...]:
    """Warnings of changes after the last day, where a file or an option has put them there.

    Not of those of a base upon which a shorter horizon was laid, nor of those that an option or a variant has moved: so
    one says that they shall not happen. A run's folder holds all layers in one, so its manifest and pages cannot tell.
    """
    return _warnings(loaded, ())


def too_late_for_sweep(loaded: LoadedScenario) -> tuple[str, ...]:
    """The same without what the scenario's experiment varies, which may well happen at some of its points."""
    experiment = loaded.scenario.experiment
    levels = levels_of(loaded.root, experiment) if experiment is not None else ()
    return _warnings(loaded, {dotted(setting.path) for level in levels for setting in level})


def _warnings(loaded: LoadedScenario, varied: Iterable[str]) -> tuple[str, ...]:
    """The words, which ``report/warning_words.py`` says in Chinese."""
    last = f"the last day of the simulated time is {loaded.scenario.horizon.end}"
    remedy = "correct the day, or horizon.end"
    return tuple(f"{change}: without effect, for {last}; {remedy}" for change in _late(loaded, [*varied]))


def _late(loaded: LoadedScenario, varied: list[str]) -> Iterator[str]:
    """The changes concerned, each by its place, name and day."""
    scenario, top = loaded.scenario, len(loaded.shown)
    end = _layer(loaded, _END)
    for number, change in scenario.happening().items():
        is_moved = change.name in scenario.policy_moved
        path: Path = (MOVED, change.name) if is_moved else (POLICY, number, "on")
        layer = _layer(loaded, path)
        if change.on <= scenario.horizon.end or layer < end or (is_moved and layer == top):
            continue
        on_what_it_depends = (f"{POLICY}.{number}", f"{MOVED}.{change.name}", spelled(_END))
        if not any(meet(one, another) for one in varied for another in on_what_it_depends):
            yield shown_change(number, change.name, change.on)


def _layer(loaded: LoadedScenario, path: Path) -> int:
    """In which file a value stands, from the base upwards; above all files what an option or a variant has laid on."""
    node = at(loaded.root, path)
    if node is None or node.place.file not in loaded.shown:
        return len(loaded.shown)
    is_on_top = node.evidence is not None and ON_TOP.fullmatch(node.evidence.source)
    return len(loaded.shown) if is_on_top else loaded.shown.index(node.place.file)
