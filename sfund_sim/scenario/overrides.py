"""Values set from the command line: ``--set path=value`` upon what the files say."""

from __future__ import annotations

import re
from dataclasses import replace

from sfund_sim.ground.errors import Problem
from sfund_sim.scenario.base import steps_of
from sfund_sim.scenario.evidence import unwrapped
from sfund_sim.scenario.merging import EXTENDS, SET_ASIDE, written_out
from sfund_sim.scenario.nodes import Entry, Evidence, Mapping, Node, Place, Scalar, Sequence, Status, mapping_of, merged
from sfund_sim.scenario.reading import parse_text

SOURCE = "--set"
"""What a value rests on that was set from the command line, unless it says otherwise."""
_POSITION = re.compile("0|[1-9][0-9]*")
_EVIDENCE = Evidence(SOURCE, Status.ASSUMPTION)


class Misplaced(Exception):
    """A path that leads nowhere: through a single value, or past the end of a list."""

    def __init__(self, message: str, message_zh: str) -> None:
        self.messages = (message, message_zh)
        super().__init__(message)


def with_override(root: Mapping, given: str, problems: list[Problem]) -> Mapping:
    """The tree with one ``path=value`` laid over it; what is wrong with it goes to ``problems``.

    A path that no rule knows is set all the same: validation complains of it with the keys allowed there.
    """
    place = Place(f"--set {given}", 0, 0)
    path, equals, text = given.partition("=")
    if not equals:
        return _refused(root, place, problems)
    parsed = parse_text(text if text.strip() else "null", place.file)
    problems += [replace(problem, line=0, column=0) for problem in parsed.problems]
    if parsed.root is None:
        return root
    return with_value(root, path, _placed(unwrapped(parsed.root, problems, _EVIDENCE), place), problems)


def with_value(root: Mapping, path: str, value: Node, problems: list[Problem]) -> Mapping:
    """The tree with a value laid over it at a path as users write it; complaints name the value's place."""
    place = value.place
    steps = list(steps_of(path))
    if not all(steps):
        return _refused(root, place, problems)
    if steps[0] in (EXTENDS, *SET_ASIDE):
        message = f"'{steps[0]}' can only be written in a file"
        problems.append(Problem(*place, message, f"{steps[0]} 只能写在文件中"))
        return root
    try:
        changed = _with(root, steps, value, place)
    except Misplaced as fault:
        problems.append(Problem(*place, *fault.messages))
        return root
    return written_out(changed, root, problems) if isinstance(changed, Mapping) else root


def _refused(root: Mapping, place: Place, problems: list[Problem]) -> Mapping:
    message = "write path=value, for example --set population.funds.count=100"
    problems.append(Problem(*place, message, "请写作 路径=值，例如 --set population.funds.count=100"))
    return root


def _placed(node: Node, place: Place) -> Node:
    """The same values, said to stand in the option."""
    if isinstance(node, Mapping):
        entries = {key: Entry(place, _placed(entry.node, place)) for key, entry in node.entries.items()}
        return replace(node, place=place, entries=entries)
    if isinstance(node, Sequence):
        return replace(node, place=place, items=tuple(_placed(item, place) for item in node.items))
    return replace(node, place=place)


def _with(node: Node | None, steps: list[str], value: Node, place: Place) -> Node:
    """The tree below ``node`` with a value at the end of the steps."""
    if not steps:
        return merged(node, value) if node else value
    if node is None or (isinstance(node, Scalar) and node.value is None):
        return mapping_of(place, {steps[0]: Entry(place, _with(None, steps[1:], value, place))})
    if isinstance(node, Sequence):
        return _with_item(node, steps, value, place)
    if isinstance(node, Scalar):
        raise Misplaced(
            f"there is nothing below '{node.text[:40]}': it is a single value, not a mapping",
            f"“{node.text[:40]}”是单个值，其下没有“{steps[0]}”",
        )
    key, rest = _key_in(node, steps)
    entry = node.entries.get(key)
    new = _with(entry.node if entry else None, rest, value, place)
    top = mapping_of(place, {key: Entry(entry.key if entry and rest else place, new)})
    return (
        merged(node, replace(top, evidence=node.evidence)) if key == "kind" else _replaced(node, key, top.entries[key])
    )


def _replaced(node: Mapping, key: str, entry: Entry) -> Mapping:
    return replace(node, entries={**node.entries, key: entry})


def _with_item(node: Sequence, steps: list[str], value: Node, place: Place) -> Node:
    if not (_POSITION.fullmatch(steps[0]) and int(steps[0][:9]) < len(node.items)):
        last = len(node.items) - 1
        raise Misplaced(
            f"there is no item '{steps[0]}' in this list; its items are numbered 0 to {last}" if node.items
            else "this list is empty; set the whole list instead",
            f"该列表没有第“{steps[0]}”项；编号为 0 至 {last}" if node.items else "该列表为空；请设置整个列表",
        )  # fmt: skip
    number = int(steps[0])
    item = _with(node.items[number], steps[1:], value, place)
    return replace(node, items=(*node.items[:number], item, *node.items[number + 1 :]))


def _key_in(node: Mapping, steps: list[str]) -> tuple[str, list[str]]:
    """The key that the first steps spell, and the steps left; in a policy's ``set`` the keys themselves hold dots."""
    for length in range(len(steps), 1, -1):
        key = ".".join(steps[:length])
        if key in node.entries:
            return key, steps[length:]
    if any("." in key for key in node.entries):
        return ".".join(steps), []
    return steps[0], steps[1:]
