"""What a value rests on: unwraps ``{value, source, status, note}`` and ``_source``, and hands it down to the values."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from sfund_sim.ground.errors import Problem
from sfund_sim.scenario.nodes import Entry, Evidence, Mapping, Node, Path, Place, Scalar, Sequence, Status, leaves
from sfund_sim.scenario.remedies import nearest
from sfund_sim.scenario.wording import did_you_mean

_WORDS = ("source", "status", "note")
_FOUNDED = [status.value for status in Status if status is not Status.ASSUMPTION]
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
    """The tree with plain values, each with what it rests on; what is wrong with the wrapping goes to ``problems``.

    ``inherited`` is what the values rest on that say nothing of it.
    """
    return _unwrapped(node, problems, inherited, has_source=False)


def _unwrapped(node: Node, problems: list[Problem], inherited: Evidence | None, *, has_source: bool) -> Node:
    """``has_source``: does something above name the source of what stands here, as a dated change does?"""
    if isinstance(node, Mapping):
        if _is_wrapping(node):
            evidence = _evidence(node, problems, inherited)
            _check_keys(node, problems)
            _check_source(node, problems, has_source=has_source)
            return _unwrapped(node.entries["value"].node, problems, evidence, has_source=has_source)
        return _unwrapped_mapping(node, problems, inherited, has_source=has_source)
    if isinstance(node, Sequence):
        items = tuple(_unwrapped(item, problems, inherited, has_source=has_source) for item in node.items)
        return replace(node, items=items, evidence=inherited)
    return replace(node, evidence=inherited)


def _unwrapped_mapping(node: Mapping, problems: list[Problem], inherited: Evidence | None, *, has_source: bool) -> Node:
    has_source = has_source or _names_source(node)
    stated = node.entries.get(FOR_ALL_BELOW)
    if stated is not None:
        if isinstance(stated.node, Mapping):
            inherited = _evidence(stated.node, problems, inherited)
            _check_keys(stated.node, problems)
            _check_source(stated.node, problems, has_source=has_source)
            has_source = has_source or _names_source(stated.node)
        else:
            _complain(
                problems,
                stated.node,
                "'_source' must be a mapping: _source: {source: ..., status: assumption}",
                "“_source”须为映射：_source: {source: ..., status: assumption}",
            )
    entries = {
        key: Entry(entry.key, _unwrapped(entry.node, problems, inherited, has_source=has_source))
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


def _names_source(node: Mapping) -> bool:
    entry = node.entries.get("source")
    return entry is not None and isinstance(entry.node, Scalar) and bool(entry.node.text.strip())


def _check_source(node: Mapping, problems: list[Problem], *, has_source: bool) -> None:
    """Whoever calls a value sourced must say by what: else it would be no assumption, and nobody could look it up."""
    entry = node.entries.get("status")
    given = entry.node.text if entry and isinstance(entry.node, Scalar) else ""
    if entry and given in _FOUNDED and not (has_source or _names_source(node)):
        _complain(
            problems,
            entry.node,
            f"the status '{given}' needs a source beside it: source: ...; a value without one is an assumption",
            f"状态“{given}”须同时注明来源：source: ...；没有来源的值属于假设（assumption）",
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
