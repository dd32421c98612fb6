"""Dated changes of rules, checked one by one: does the path lead to a rule, and does the new value fit it?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from sfund_sim.ground.errors import Problem
from sfund_sim.scenario.complaints import complaints
from sfund_sim.scenario.nodes import Entry, Mapping, Node, Path, Scalar, Sequence, child, mapping_of, plain, spelled
from sfund_sim.scenario.remedies import nearest
from sfund_sim.scenario.shapes import DROPPED, MOVED, POLICY, SET, Shape
from sfund_sim.scenario.wording import did_you_mean

_FINITE = ConfigDict(allow_inf_nan=False)


class _Change(NamedTuple):
    """One path of one dated change, and the new value."""

    at: Path
    rule: str
    entry: Entry


def dated_complaints(model: type[BaseModel], root: Mapping) -> list[Problem]:
    """Complaints about the paths and values that dated changes set, all of them, wherever they stand.

    Each is held against the rules as the changes before it leave them: a part of another ``kind`` has other parameters.
    What the scenario drops is held against the rules as written, for another scenario may take it up again.
    """
    policy = child(root, POLICY)
    changes = dict(enumerate(policy.items)) if isinstance(policy, Sequence) else {}
    dropped = {number for number, change in changes.items() if _name(change) in _dropped(root)}
    happening = {number: change for number, change in changes.items() if number not in dropped}
    problems = [problem for _, problem in _replayed(model, root, happening)]
    if not dropped:
        return problems
    return problems + [problem for number, problem in _replayed(model, root, changes) if number in dropped]


def _replayed(model: type[BaseModel], root: Mapping, changes: dict[int, Node]) -> Iterator[tuple[int, Problem]]:
    """Complaints by number of the change, each change being laid over the rules before the next is looked at."""
    moved = child(root, MOVED)
    for number in sorted(changes, key=lambda number: _day(changes[number], moved)):
        for change in _settings(number, changes[number]):
            found = _rule(model, root, change)
            errors = [] if isinstance(found, Problem) else _misfits(found, change)
            problems = [found] if isinstance(found, Problem) else complaints(errors, model, root)
            yield from ((number, problem) for problem in problems)
            if not problems:
                root = _laid(root, change.rule.split("."), change.entry)


def _settings(number: int, change: Node) -> Iterator[_Change]:
    rules = child(change, SET)
    for rule, entry in rules.entries.items() if isinstance(rules, Mapping) else ():
        yield _Change((POLICY, number, SET, rule), rule, entry)


def _name(change: Node) -> str:
    name = child(change, "name")
    return name.text if isinstance(name, Scalar) else ""


def _dropped(root: Mapping) -> set[str]:
    names = child(root, DROPPED)
    items = names.items if isinstance(names, Sequence) else ()
    return {item.text for item in items if isinstance(item, Scalar) and item.text}


def _day(change: Node, moved: Node | None) -> date:
    """The day of a change; what has no date, of which others complain, comes last."""
    name = _name(change)
    on = (child(moved, name) if moved and name else None) or child(change, "on")
    return on.value if isinstance(on, Scalar) and isinstance(on.value, date) else date.max


def _laid(node: Node | None, steps: list[str], entry: Entry) -> Mapping:
    """The tree with a rule set anew; a part that is written as its kind alone becomes a mapping with that kind."""
    entries = dict(node.entries) if isinstance(node, Mapping) else {}
    if isinstance(node, Scalar) and node.value is not None:
        entries = {"kind": Entry(node.place, node)}
    step, *rest = steps
    below = _laid(entries[step].node if step in entries else None, rest, entry) if rest else entry.node
    return mapping_of(node.place if node else entry.key, {**entries, step: Entry(entry.key, below)})


def _rule(model: type[BaseModel], root: Mapping, change: _Change) -> Shape | Problem:
    """The shape of the rule that a path leads to, or the complaint that it leads nowhere."""
    shape, node = Shape(model), root
    steps = change.rule.split(".")
    current: Node | None = node
    for number, step in enumerate(steps):
        if step == "kind" and number == len(steps) - 1 and step in shape.keys(current):
            return shape  # a part may be written as its kind alone
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
    meant = did_you_mean(".".join([*steps[:number], close, *steps[number + 1 :]]) if close else None)
    return Problem(
        *change.entry.key,
        f"{spelled(change.at)}: there is no rule '{change.rule}': '{steps[number]}' is not known"
        f"{where if number else ''}; allowed: {listed}{meant.en}",
        f"{spelled(change.at)}：没有规则“{change.rule}”：{where_zh if number else ''}没有“{steps[number]}”；"
        f"可用：{listed_zh}{meant.zh}",
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
