"""What a value rests on: unwraps ``{value, source, status, note}`` and ``_source``, and hands it down to the values."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from sfund_sim.ground.errors import Problem
from sfund_sim.scenario.nodes import Entry, Evidence, Mapping, Node, Path, Place, Scalar, Sequence, Status, leaves
from sfund_sim.scenario.remedies import nearest
from sfund_sim.scenario.wording import did_you_mean

_WORDS = ("source", "status", "note")
FOR_ALL_BELOW = "_source"
UNSTATED = Evidence("", Status.ASSUMPTION)
"""Of a value whose author says nothing."""


class Origin(NamedTuple):
    """Where a value stands and what it rests on."""

    place: Place
    evidence: Evidence
    text: str
    """As written."""


Provenance = dict[Path, Origin]
"""Origins by path, for example ``("economy", "market_volatility")``; a default of the model has none."""


def origins(root: Node) -> Provenance:
    """The origins of all values of a merged tree."""
    return {path: Origin(leaf.place, leaf.evidence or UNSTATED, leaf.text) for path, leaf in leaves(root)}


def unwrapped(node: Node, problems: list[Problem], inherited: Evidence | None = None) -> Node:
    """The tree with plain values, each with what it rests on; what is wrong with the wrapping goes to ``problems``."""
    if isinstance(node, Mapping):
        if _is_wrapping(node):
            evidence = _evidence(node, problems, inherited)
            _check_keys(node, problems)
            return unwrapped(node.entries["value"].node, problems, evidence)
        return _unwrapped_mapping(node, problems, inherited)
    if isinstance(node, Sequence):
        items = tuple(unwrapped(item, problems, inherited) for item in node.items)
        return replace(node, items=items, evidence=inherited)
    return replace(node, evidence=inherited)


def _unwrapped_mapping(node: Mapping, problems: list[Problem], inherited: Evidence | None) -> Node:
    stated = node.entries.get(FOR_ALL_BELOW)
    if stated is not None:
        if isinstance(stated.node, Mapping):
            inherited = _evidence(stated.node, problems, inherited)
            _check_keys(stated.node, problems)
        else:
            _complain(
                problems,
                stated.node,
                "'_source' must be a mapping: _source: {source: ..., status: assumption}",
                "“_source”须为映射：_source: {source: ..., status: assumption}",
            )
    entries = {
        key: Entry(entry.key, unwrapped(entry.node, problems, inherited))
        for key, entry in node.entries.items()
        if key != FOR_ALL_BELOW
    }
    return replace(node, entries=entries, evidence=inherited)


def _is_wrapping(node: Mapping) -> bool:
    """Is it a value with its evidence, if perhaps with a misspelt key?"""
    others = node.entries.keys() - {"value"}
    if "value" not in node.entries or not others:
        return False
    return all(key in _WORDS or nearest(key, list(_WORDS)) for key in others)


def _check_keys(node: Mapping, problems: list[Problem]) -> None:
    for key, entry in node.entries.items():
        if key not in ("value", *_WORDS):
            hint, hint_zh = did_you_mean(nearest(key, list(_WORDS)))
            problems.append(
                Problem(
                    *entry.key,
                    f"unknown key '{key}' beside a value; allowed: source, status, note{hint}",
                    f"值的旁边有未知键“{key}”；可用：source、status、note{hint_zh}",
                )
            )


def _evidence(node: Mapping, problems: list[Problem], inherited: Evidence | None) -> Evidence:
    base = inherited or UNSTATED
    source = _text(node, "source", problems)
    note = _text(node, "note", problems)
    return Evidence(
        base.source if source is None else source,
        _status(node, problems) or base.status,
        base.note if note is None else note,
    )


def _text(node: Mapping, key: str, problems: list[Problem]) -> str | None:
    entry = node.entries.get(key)
    if entry is None:
        return None
    if isinstance(entry.node, Scalar) and isinstance(entry.node.value, str):
        return entry.node.value
    if isinstance(entry.node, Scalar) and entry.node.value is not None:
        return entry.node.text
    _complain(problems, entry.node, f"'{key}' must be text", f"“{key}”须为文字")
    return None


def _status(node: Mapping, problems: list[Problem]) -> Status | None:
    entry = node.entries.get("status")
    if entry is None:
        return None
    given = entry.node.text if isinstance(entry.node, Scalar) else "..."
    allowed = [status.value for status in Status]
    if given in allowed:
        return Status(given)
    hint, hint_zh = did_you_mean(nearest(given, allowed))
    _complain(
        problems,
        entry.node,
        f"there is no status '{given}'; allowed: {', '.join(allowed)}{hint}",
        f"没有状态“{given}”；可用：{'、'.join(allowed)}{hint_zh}",
    )
    return None


def _complain(problems: list[Problem], node: Node, message: str, message_zh: str) -> None:
    problems.append(Problem(*node.place, message, message_zh))
