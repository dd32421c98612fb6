"""A scenario from a file: read, laid over what it extends, set from the command line, validated, with its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sfund_sim.ground.errors import Problem, ScenarioError
from sfund_sim.scenario.merging import Layers, read_layers
from sfund_sim.scenario.nodes import Mapping, evidenced, plain
from sfund_sim.scenario.overrides import with_override
from sfund_sim.scenario.provenance import Provenance
from sfund_sim.scenario.validation import validated

if TYPE_CHECKING:
    from sfund_sim.scenario.model import Scenario


@dataclass(frozen=True)
class LoadedScenario:
    """A scenario, and where every value of it comes from."""

    scenario: Scenario
    provenance: Provenance
    files: tuple[Path, ...]
    """The files read, from the base to the file asked for."""
    overrides: tuple[str, ...]
    """What was set from the command line, as given."""
    resolved_tree: dict[str, Any]
    """All files and overrides in one, as plain data without ``extends``: read again, it gives the same scenario."""
    evidenced_tree: dict[str, Any]
    """The same, with each value that says what it rests on as ``{value, source, status, note}``."""


def load_scenario(path: str | Path, overrides: Sequence[str] = ()) -> LoadedScenario:
    """Read a scenario file (or a shipped scenario by name) with ``path=value`` overrides.

    For example ``load_scenario("beijing_pilot", ["population.funds.count=100"])``. Nothing is fetched from a network.

    Raises ScenarioError with every mistake found, in the order of files, lines and columns.
    """
    from sfund_sim.scenario.model import Scenario

    layers = read_layers(path)
    root = _overridden(layers, overrides)
    if root is None:
        raise ScenarioError(_in_order(layers))
    scenario, problems = validated(Scenario, root, is_whole=layers.is_whole)
    layers.problems += problems
    if layers.problems or scenario is None:
        raise ScenarioError(_in_order(layers))
    files = tuple(reversed(layers.files))
    return LoadedScenario(scenario, Provenance.of(root), files, tuple(overrides), plain(root), evidenced(root))


def _overridden(layers: Layers, overrides: Sequence[str]) -> Mapping | None:
    root = layers.root
    for given in overrides:
        if root is not None:
            root = with_override(root, given, layers.problems)
    return root


def _in_order(layers: Layers) -> list[Problem]:
    """Each problem once: the file asked for first, then its bases, then the options; each by line and column."""
    rank = {file: number for number, file in enumerate(layers.shown)}
    unique = dict.fromkeys(layers.problems)
    return sorted(unique, key=lambda problem: (rank.get(problem.file, len(rank)), problem.line, problem.column))
