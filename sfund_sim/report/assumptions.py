"""The assumptions that results lean on, as pages list them: of one scenario, or of several without repetition."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sfund_sim.report.parameter_words import meaning_zh
from sfund_sim.scenario.nodes import Status
from sfund_sim.scenario.sources import Parameter, parameters, written

if TYPE_CHECKING:
    from sfund_sim.scenario.layers import LoadedScenario


@dataclass(frozen=True)
class AssumptionRow:
    """One parameter that the results lean on, as shown."""

    path: str
    value: str
    unit: str
    source: str
    status: str
    """A word of the family ``status``."""
    scenarios: tuple[str, ...] = ()
    """Where scenarios differ in the parameter: those that have it so. Empty where it is the same in all."""
    is_varied: bool = False
    """Does a sweep vary it? Then the value is that of the scenario file."""
    meaning_zh: str = ""
    """What it means; English readers have the path, which is English."""


def assumption_rows(scenarios: Sequence[LoadedScenario], varied: Collection[str] = ()) -> list[AssumptionRow]:
    """The parameters that are assumptions in one of the scenarios at least, in the order of the model.

    A parameter that is the same in all takes one row. One in which scenarios differ, in its value or in what it rests
    on, takes a row for each form that it has, a sourced one too; these come first. What stands at or below a path of
    ``varied`` is marked.
    """
    listed = [(one.scenario.name, _rows(one, varied)) for one in scenarios]
    differing: list[AssumptionRow] = []
    common: list[AssumptionRow] = []
    for path in dict.fromkeys(path for _, rows in listed for path in rows):
        names: dict[AssumptionRow, list[str]] = {}
        for name, rows in listed:
            if path in rows:
                names.setdefault(rows[path], []).append(name)
        if any(row.status == Status.ASSUMPTION for row in names):
            are_same = [*names.values()] == [[name for name, _ in listed]]
            if are_same:
                common += names
            else:
                differing += [replace(row, scenarios=tuple(those)) for row, those in names.items()]
    return differing + common


def _rows(loaded: LoadedScenario, varied: Collection[str]) -> dict[str, AssumptionRow]:
    return {one.path: _row(one, varied) for one in parameters(loaded)}


def _row(one: Parameter, varied: Collection[str]) -> AssumptionRow:
    is_varied = any(f"{one.path}.".startswith(f"{path}.") for path in varied)
    told = one.path, written(one.value), one.unit, one.basis, str(one.status)
    return AssumptionRow(*told, is_varied=is_varied, meaning_zh=meaning_zh(one))
