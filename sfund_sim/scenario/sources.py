"""The parameters of a loaded scenario, one by one: value, unit, and what the value rests on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from inspect import get_annotations
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sfund_sim.ground.parts import Part
from sfund_sim.scenario.base import NOT_THE_MARKET
from sfund_sim.scenario.evidence import UNSTATED, Origin, Provenance
from sfund_sim.scenario.nodes import Evidence, Leaf, Path, Status, spelled
from sfund_sim.scenario.shapes import POLICY, SET, Shape

if TYPE_CHECKING:
    from sfund_sim.scenario.layers import LoadedScenario

DEFAULT = "default of the model"
_UNITS = {
    "days": "days", "years": "years", "quarters": "quarters", "minutes": "minutes", "cny": "CNY", "fen": "fen",
    "share": "fraction", "rate": "fraction", "probability": "fraction", "count": "count", "hazard": "1/year",
    "per_year": "1/year", "irr": "1/year", "log_sd": "log", "multiple": "multiple",
}  # fmt: skip
"""Units by the end of a name; a field may say another (``json_schema_extra={"unit": ...}``)."""
_SET_RULE = re.compile(rf"{POLICY}\.\d+\.{SET}\.(.+)")


class Parameter(NamedTuple):
    """One value of a scenario that a reader may want to question."""

    path: str
    value: Leaf
    unit: str
    source: str
    status: Status
    note: str
    file: str
    """Where it is written; empty for a default of the model."""
    line: int
    meaning: str
    """The field's own description; of a part's kind, that of the field which holds the part."""
    field: str
    """The field, by the class that declares it: ``BuyerMix.required_irr``; empty where there is none."""

    @property
    def basis(self) -> str:
        """What the value rests on: its source, and the note when there is one."""
        return f"{self.source} ({self.note})" if self.note else self.source


def parameters(loaded: LoadedScenario) -> list[Parameter]:
    """All parameters of a scenario in the order of the model: numbers, dates, switches and kinds of rules.

    Names and other free texts are none, unless their author says what they rest on.
    """
    listed = list(_parameters(loaded.scenario, _At((), UNSTATED._replace(source=DEFAULT)), loaded.provenance))
    known = {one.path: one for one in listed}
    return [one._replace(unit=rule.unit, meaning=rule.meaning, field=rule.field)
            if (rule := known.get(_rule_of(one.path))) else one for one in listed]  # fmt: skip


def _rule_of(path: str) -> str:
    """The rule that a value of a dated change sets; none for any other value."""
    found = _SET_RULE.fullmatch(path)
    return found[1] if found else ""


def written(value: object) -> str:
    """A value as a scenario file writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.10g}"
    return "null" if value is None else str(value)


def unit_of(name: str, field: FieldInfo | None) -> str:
    """Unit of a number: as its field says, or by the end of its name; a fraction when it lies from 0 to 1."""
    extra = field.json_schema_extra if field else None
    if isinstance(extra, dict) and "unit" in extra:
        return str(extra["unit"])
    word = name.rpartition(".")[2]
    ends = [unit for end, unit in _UNITS.items() if word == end or word.endswith(f"_{end}")]
    if ends or field is None:
        return ends[0] if ends else ""
    limits = Shape(field.annotation, field).limits()
    return "fraction" if (limits.get("ge"), limits.get("le"), field.annotation) == (0, 1, float) else ""


class _At(NamedTuple):
    """Where the walk through the scenario is."""

    path: Path
    inherited: Evidence
    """What a value that no file states rests on."""
    field: FieldInfo | None = None
    key: str = ""
    """The field's name behind that of its class."""

    def below(self, step: str | int) -> _At:
        """One step further, in the same field."""
        return self._replace(path=(*self.path, step))


def _parameters(value: Any, at: _At, provenance: Provenance) -> Iterator[Parameter]:
    if isinstance(value, BaseModel):
        yield from _of_model(value, at, provenance)
    elif isinstance(value, dict):
        for key, below in value.items():
            yield from _parameters(below, at.below(str(key)), provenance)
    elif isinstance(value, list | tuple):
        for number, below in enumerate(value):
            yield from _parameters(below, at.below(number), provenance)
    else:
        yield from _of_leaf(value, at, provenance.get(at.path))


def _of_model(model: BaseModel, at: _At, provenance: Provenance) -> Iterator[Parameter]:
    inherited = at.inherited
    if isinstance(model, Part):
        yield from _of_leaf(model.kind, at.below("kind"), _kind_origin(at.path, provenance))
    if at.path[:1] == (POLICY,):
        inherited = inherited._replace(source=str(getattr(model, "source", inherited.source)))
    for name, field in type(model).model_fields.items():
        key = f"{_declarer(type(model), name).__name__}.{name}"
        below = _At((*at.path, name), _stated(field, inherited), field, key)
        yield from _parameters(getattr(model, name), below, provenance)


def _declarer(model: type[BaseModel], name: str) -> type:
    """The class that declares a field of a model: itself, or one that it inherits from."""
    return next(one for one in model.__mro__ if name in get_annotations(one))


def _kind_origin(path: Path, provenance: Provenance) -> Origin | None:
    """A part may be written as a mapping with ``kind`` or as its kind alone."""
    return provenance.get((*path, "kind")) or provenance.get(path)


def _stated(field: FieldInfo, inherited: Evidence) -> Evidence:
    """What a default rests on, when the model says so."""
    extra = field.json_schema_extra
    if not isinstance(extra, dict) or "source" not in extra:
        return inherited
    return Evidence(str(extra["source"]), Status(str(extra.get("status", Status.ASSUMPTION))))


def _of_leaf(value: Any, at: _At, origin: Origin | None) -> Iterator[Parameter]:
    if not _is_parameter(value, at, origin):
        return
    name = next(step for step in reversed(at.path) if isinstance(step, str))
    yield Parameter(
        spelled(at.path),
        value,
        unit_of(name, at.field) if isinstance(value, int | float) and not isinstance(value, bool) else "",
        *_evidence(at, origin),
        file=origin.place.file if origin else "",
        line=origin.place.line if origin else 0,
        meaning=(at.field.description or "") if at.field else "",
        field=at.key,
    )


def _evidence(at: _At, origin: Origin | None) -> Evidence:
    if origin is None:
        return at.inherited
    if at.path[:1] == (POLICY,) and not origin.evidence.source:
        return origin.evidence._replace(source=at.inherited.source)
    return origin.evidence


def _is_parameter(value: Any, at: _At, origin: Origin | None) -> bool:
    if not isinstance(value, str | int | float | bool | date | None) or at.path[0] in NOT_THE_MARKET:
        return False
    if origin is None:
        return value is not None and at.path[0] != POLICY
    is_free_text = at.field is not None and at.field.annotation in (str, str | None)
    return not is_free_text or origin.evidence != UNSTATED
