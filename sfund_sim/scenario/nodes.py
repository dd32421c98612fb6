"""A scenario file as a tree of nodes: what stands where, and on what evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

Leaf = str | int | float | bool | date | None
Path = tuple[str | int, ...]


class Status(StrEnum):
    """How well a number is founded (domain.md's status codes)."""

    SOURCED = "sourced"
    MIRROR = "mirror"
    DERIVED = "derived"
    RECALLED = "recalled"
    ASSUMPTION = "assumption"


class Place(NamedTuple):
    """Where something stands: 1-based line and column; line 0 for a command-line option."""

    file: str
    line: int
    column: int


class Evidence(NamedTuple):
    """What a value rests on, as its author says."""

    source: str
    status: Status
    note: str = ""


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value."""

    place: Place
    value: Leaf
    text: str
    """As written, without quotes."""
    plain: bool = True
    """Was it written without quotes?"""
    evidence: Evidence | None = None
    size: int = 1
    height: int = 1


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    place: Place
    items: tuple[Node, ...]
    evidence: Evidence | None = None
    size: int = 1
    """Nodes in it, aliases written out."""
    height: int = 1
    """Levels of nesting, itself included."""


class Entry(NamedTuple):
    """A key of a mapping and what stands under it."""

    key: Place
    node: Node


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys with values, in the order written."""

    place: Place
    entries: dict[str, Entry] = field(default_factory=dict)
    evidence: Evidence | None = None
    size: int = 1
    height: int = 1


Node = Scalar | Sequence | Mapping


def sequence_of(place: Place, items: list[Node]) -> Sequence:
    """A list with its size and height counted."""
    size = 1 + sum(item.size for item in items)
    return Sequence(place, tuple(items), size=size, height=1 + max((item.height for item in items), default=0))


def mapping_of(place: Place, entries: dict[str, Entry]) -> Mapping:
    """A mapping with its size and height counted."""
    size = 1 + sum(entry.node.size for entry in entries.values())
    height = 1 + max((entry.node.height for entry in entries.values()), default=0)
    return Mapping(place, entries, size=size, height=height)


def plain(node: Node) -> Any:
    """The tree as plain Python data: dicts, lists and leaves."""
    if isinstance(node, Mapping):
        return {key: plain(entry.node) for key, entry in node.entries.items()}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return node.value


def evidenced(node: Node) -> Any:
    """The tree as plain data in which each value says what it rests on, as files write it."""
    if isinstance(node, Mapping):
        return {key: evidenced(entry.node) for key, entry in node.entries.items()}
    if isinstance(node, Sequence):
        return [evidenced(item) for item in node.items]
    if node.evidence is None:
        return node.value
    source, status, note = node.evidence
    stated = {"value": node.value, "source": source, "status": status.value, "note": note}
    return {key: value for key, value in stated.items() if value != "" or key == "value"}


def child(node: Node, step: str | int) -> Node | None:
    """What stands under a key or at a position; None when nothing does."""
    if isinstance(node, Mapping):
        entry = node.entries.get(str(step))
        return entry.node if entry else None
    if isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
        return node.items[step]
    return None


def at(root: Node, path: Iterable[str | int]) -> Node | None:
    """What stands at the end of a path; None when nothing does."""
    node: Node | None = root
    for step in path:
        node = child(node, step) if node is not None else None
    return node


def merged(base: Node, top: Node) -> Node:
    """``top`` laid over ``base``: mappings key by key, everything else replaced.

    A mapping with another ``kind`` is another part: it replaces the one below, whose parameters do not fit it.
    """
    if not (isinstance(base, Mapping) and isinstance(top, Mapping)) or _is_other_part(base, top):
        return top
    entries = dict(base.entries)
    for key, entry in top.entries.items():
        below = entries.get(key)
        entries[key] = Entry(entry.key, merged(below.node, entry.node)) if below else entry
    return replace(top, entries=entries)


def _is_other_part(base: Mapping, top: Mapping) -> bool:
    kinds = [mapping.entries["kind"].node for mapping in (base, top) if "kind" in mapping.entries]
    values = [kind.value for kind in kinds if isinstance(kind, Scalar)]
    return len(values) == 2 and values[0] != values[1]


def leaves(node: Node, path: Path = ()) -> Iterator[tuple[Path, Scalar]]:
    """Every value with its path, in the order written; what a list or mapping rests on, its values rest on."""
    if isinstance(node, Scalar):
        yield path, node
    elif isinstance(node, Sequence):
        for number, item in enumerate(node.items):
            yield from leaves(item, (*path, number))
    else:
        for key, entry in node.entries.items():
            yield from leaves(entry.node, (*path, key))


def spelled(path: Path) -> str:
    """A path as users write it: ``population.lps.0.kind``."""
    return ".".join(str(step) for step in path)
