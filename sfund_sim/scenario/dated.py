"""Dated changes of rules, checked one by one: does the path lead to a rule, and does the new value fit it?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from sfund_sim.ground.errors import Problem
from sfund_sim.scenario.complaints import complaints
from sfund_sim.scenario.nodes import Entry, Mapping, Node, Path, Sequence, child, plain, spelled
from sfund_sim.scenario.remedies import nearest
from sfund_sim.scenario.shapes import POLICY, SET, Shape

_FINITE = ConfigDict(allow_inf_nan=False)


class _Change(NamedTuple):
    """One path of one dated change, and the new value."""

    at: Path
    rule: str
    entry: Entry


def dated_complaints(model: type[BaseModel], root: Mapping) -> list[Problem]:
    """Complaints about the paths and values that dated changes set, all of them, wherever they stand."""
    problems: list[Problem] = []
    errors: list[dict[str, Any]] = []
    for change in _changes(root):
        found = _rule(model, root, change)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            errors += _misfits(found, change)
    return problems + complaints(errors, model, root)


def _changes(root: Mapping) -> Iterator[_Change]:
    policy = child(root, POLICY)
    for number, item in enumerate(policy.items if isinstance(policy, Sequence) else ()):
        rules = child(item, SET)
        if isinstance(rules, Mapping):
            for rule, entry in rules.entries.items():
                yield _Change((POLICY, number, SET, rule), rule, entry)


def _rule(model: type[BaseModel], root: Mapping, change: _Change) -> Shape | Problem:
    """The shape of the rule that a path leads to, or the complaint that it leads nowhere."""
    shape, node = Shape(model), root
    steps = change.rule.split(".")
    current: Node | None = node
    for number, step in enumerate(steps):
        below = shape.below(step, current)
        known = list(current.entries) if isinstance(current, Mapping) else []
        allowed = list(dict.fromkeys([*shape.keys(current), *known]))
        below_node = child(current, step) if current is not None else None
        if below is None or (below_node is None and step not in shape.keys(current)):
            return _nowhere(change, steps, number, allowed)
        shape, current = below, below_node
    return shape


def _nowhere(change: _Change, steps: list[str], number: int, allowed: list[str]) -> Problem:
    where, where_zh = (f" below '{spelled(tuple(steps[:number]))}'", f"“{spelled(tuple(steps[:number]))}”之下")
    listed = ", ".join(allowed[:15]) or "nothing: it is a single value"
    listed_zh = "、".join(allowed[:15]) or "无（它是单个值）"
    close = nearest(steps[number], allowed)
    path = ".".join([*steps[:number], close, *steps[number + 1 :]]) if close else ""
    return Problem(
        *change.entry.key,
        f"{spelled(change.at)}: there is no rule '{change.rule}': '{steps[number]}' is not known"
        f"{where if number else ''}; allowed: {listed}" + (f"; did you mean '{path}'?" if path else ""),
        f"{spelled(change.at)}：没有规则“{change.rule}”：{where_zh if number else ''}没有“{steps[number]}”；"
        f"可用：{listed_zh}" + (f"；是否想写“{path}”？" if path else ""),
    )


def _misfits(shape: Shape, change: _Change) -> list[dict[str, Any]]:
    """pydantic's errors about the new value, with their place in the scenario."""
    metadata = shape.field.metadata if shape.field else []
    kind: Any = shape.annotation
    for item in metadata:
        kind = Annotated[kind, item]
    owned = isinstance(kind, type) and issubclass(kind, BaseModel)
    adapter: TypeAdapter[Any] = TypeAdapter(kind, config=None if owned else _FINITE)
    try:
        adapter.validate_json(json.dumps(plain(change.entry.node), default=str), strict=True)
    except ValidationError as error:
        return [{**one, "loc": (*change.at, *one["loc"])} for one in error.errors(include_url=False)]
    return []
