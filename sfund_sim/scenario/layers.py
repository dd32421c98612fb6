"""A scenario from a file: read, laid over what it extends, set from the command line, validated, with its evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sfund_sim.ground.errors import Problem, ScenarioError
from sfund_sim.scenario.evidence import Provenance, origins
from sfund_sim.scenario.experiment_check import experiment_complaints
from sfund_sim.scenario.merging import Layers, read_layers
from sfund_sim.scenario.nodes import Mapping, evidenced, plain
from sfund_sim.scenario.overrides import with_override
from sfund_sim.scenario.validation import validated
from sfund_sim.scenario.variants import Variants, unknown_variant, variants_of, with_variant

if TYPE_CHECKING:
    from sfund_sim.scenario.model import Scenario

Check = Callable[[Mapping], Sequence[Problem]]
"""What is wrong with a merged tree."""


@dataclass(frozen=True)
class LoadedScenario:
    """A scenario as ``load_scenario`` reads it, and where every value of it comes from: what is run and compared."""

    scenario: Scenario
    """The values themselves, checked and frozen: ``scenario.horizon.start``."""
    provenance: Provenance
    files: tuple[Path, ...]
    """The files read, from the base to the file asked for."""
    overrides: tuple[str, ...]
    """What was set from the command line, as given."""
    resolved_tree: dict[str, Any]
    """All files and overrides in one, as plain data without ``extends``: read again, it gives the same scenario."""
    evidenced_tree: dict[str, Any]
    """The same, with each value that says what it rests on as ``{value, source, status, note}``."""
    root: Mapping
    """The same as nodes, each with its place: what a sweep's points are laid upon."""
    variant: str = ""
    """The variant of the file that this is; empty for the file as it stands."""
    variants: tuple[str, ...] = ()
    """Names of the file's variants."""
    lost_changes: tuple[str, ...] = ()
    """Dated changes of the bases that the file's own ``policy`` leaves out, by name."""
    shown: tuple[str, ...] = ()
    """Names of ``files`` as the places of values give them."""


def load_scenario(
    path: str | Path, overrides: Sequence[str] = (), *, variant: str = "", further: Check | None = None
) -> LoadedScenario:
    """Read a scenario file (or a shipped scenario by name) with ``path=value`` overrides, upon a variant if named.

    For example ``load_scenario("beijing_pilot", ["population.funds.count=100"])``. Nothing is fetched from a network.
    ``further`` finds mistakes of which only its caller knows, told with the others.

    Raises ScenarioError with every mistake found, in the order of files, lines and columns.
    """
    from sfund_sim.scenario.model import Scenario

    overrides = _texts([overrides] if isinstance(overrides, str) else overrides)
    layers = read_layers(path)
    variants = variants_of(layers)
    root = _overridden(layers, overrides, _varied(layers, variants, variant))
    if root is None:
        raise ScenarioError(_in_order(layers))
    scenario, problems = validated(Scenario, root, is_whole=layers.is_whole)
    layers.problems += _elsewhere(problems, layers.problems)
    if layers.is_whole:
        layers.problems += [*experiment_complaints(root, layers.problems), *(further(root) if further else ())]
    if not layers.problems and not variant:
        _check(variants, layers)
    if layers.problems or scenario is None:
        raise ScenarioError(_in_order(layers))
    files, trees = tuple(reversed(layers.files)), (plain(root), evidenced(root))
    return LoadedScenario(
        scenario, origins(root), files, tuple(overrides), *trees, root, variant, tuple(variants),
        tuple(layers.lost_changes), tuple(reversed(layers.shown)),
    )  # fmt: skip


def _texts(overrides: Sequence[str]) -> list[str]:
    """The overrides as a list; ScenarioError when somebody has given pairs or a mapping."""
    given: list[object] = list(overrides) if isinstance(overrides, Iterable) else [overrides]
    texts = [each for each in given if isinstance(each, str)]
    if isinstance(overrides, dict) or texts != given:
        raise ScenarioError([Problem("overrides", 0, 0, "write texts, for example ['population.funds.count=100']",
                                     "请写文本列表，例如 ['population.funds.count=100']")])  # fmt: skip
    return texts


def _varied(layers: Layers, variants: Variants, variant: str) -> Mapping | None:
    if layers.root is None or not variant:
        return layers.root
    if not isinstance(variant, str) or variant not in variants:
        layers.problems.append(unknown_variant(variant, variants))
        return layers.root
    return with_variant(layers.root, variant, variants[variant], layers.problems)


def _check(variants: Variants, layers: Layers) -> None:
    """Complain of variants that no scenario would come of, though none is asked for."""
    from sfund_sim.scenario.model import Scenario

    for name in variants:
        root = _varied(layers, variants, name)
        if root is not None:
            layers.problems += validated(Scenario, root)[1]


def _overridden(layers: Layers, overrides: Sequence[str], root: Mapping | None) -> Mapping | None:
    for given in overrides:
        if root is not None:
            root = with_override(root, given, layers.problems)
    return root


def _elsewhere(problems: list[Problem], known: list[Problem]) -> list[Problem]:
    """The problems at places of which nothing is known to be wrong yet: what cannot be read fits nowhere either."""
    places = {(problem.file, problem.line, problem.column) for problem in known}
    return [problem for problem in problems if (problem.file, problem.line, problem.column) not in places]


def _in_order(layers: Layers) -> list[Problem]:
    """Each problem once: the file asked for first, then its bases, then the options; each by line and column."""
    rank = {file: number for number, file in enumerate(layers.shown)}
    unique = dict.fromkeys(layers.problems)
    return sorted(unique, key=lambda problem: (rank.get(problem.file, len(rank)), problem.line, problem.column))
