"""What may stand at a place of a scenario: the model's fields, followed along a path."""

from __future__ import annotations

from collections.abc import Mapping as AbstractMapping
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sfund_sim.ground.parts import Part
from sfund_sim.scenario.nodes import Mapping, Node, Path, Scalar, child

POLICY, SET = "policy", "set"
"""Where dated changes stand: below ``policy.N.set`` the keys are themselves paths."""
DROPPED, MOVED = "policy_dropped", "policy_moved"
"""Where a scenario says which of them do not happen, or on another day."""


class Shape:
    """A type annotation of the model, with the limits that its field sets."""

    def __init__(self, annotation: Any, field: FieldInfo | None = None) -> None:
        self.annotation = annotation
        self.field = field

    def keys(self, node: Node | None) -> list[str]:
        """Keys that a mapping may have here; empty when any key goes, or none."""
        keys: list[str] = []
        for option in _options(self.annotation):
            if model := _model(option, node):
                keys += [*(["kind"] if issubclass(model, Part) else []), *model.model_fields]
            elif _is_dict(option) and get_origin(get_args(option)[0]) is Literal:
                keys += [str(word) for word in get_args(get_args(option)[0])]
        return keys

    def below(self, step: str | int, node: Node | None) -> Shape | None:
        """The shape under a key or at a position of ``node``; None when the model knows none."""
        for option in _options(self.annotation):
            model = _model(option, node)
            if model and step in model.model_fields:
                field = model.model_fields[str(step)]
                return Shape(field.annotation, field)
            if _is_dict(option):
                return Shape(get_args(option)[1])
            if not model and isinstance(step, int) and get_args(option):
                return Shape(get_args(option)[0])
        return None

    def limits(self) -> dict[str, float]:
        """Numeric limits by name: ge, gt, le, lt."""
        metadata = list(self.field.metadata) if self.field else []
        if get_origin(self.annotation) is Annotated:
            metadata += get_args(self.annotation)[1:]
        parts = [part for item in metadata for part in (item.metadata if isinstance(item, FieldInfo) else [item])]
        return {name: getattr(part, name) for part in parts for name in ("ge", "gt", "le", "lt") if hasattr(part, name)}


def shape_at(model: type[BaseModel], root: Node, path: Path) -> Shape | None:
    """The shape at a path of a tree, or of the rule that a dated change sets there; None when the model knows none."""
    if len(path) > 3 and path[0] == POLICY and path[2] == SET:
        path = (*str(path[3]).split("."), *path[4:])
    shape: Shape | None = Shape(model)
    node: Node | None = root
    for step in path:
        if shape is None:
            return None
        shape = shape.below(step, node)
        node = child(node, step) if node else None
    return shape


def _options(annotation: Any) -> list[Any]:
    """The types of a union, without wrappers."""
    if get_origin(annotation) is Annotated:
        return _options(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return [option for member in get_args(annotation) for option in _options(member)]
    return [annotation]


def _is_dict(option: Any) -> bool:
    origin = get_origin(option)
    return isinstance(origin, type) and issubclass(origin, AbstractMapping)


def _model(option: Any, node: Node | None) -> type[BaseModel] | None:
    """The model that stands here; of a family of parts, the member that the node's ``kind`` names."""
    if not (isinstance(option, type) and issubclass(option, BaseModel)):
        return None
    if not issubclass(option, Part) or option.kind:
        return option
    kind = child(node, "kind") if isinstance(node, Mapping) else node
    return option.members.get(str(kind.value)) if isinstance(kind, Scalar) else None
