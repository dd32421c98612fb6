"""The last part of a complaint: what the writer probably meant, and how to write it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sfund_sim.scenario.fullwidth import is_wide
from sfund_sim.scenario.merging import LAYER_KEYS
from sfund_sim.scenario.nodes import Mapping, Node, Path, Scalar, Sequence, spelled
from sfund_sim.scenario.remedies import date_meant, last_day_of_month, nearest, number_meant, truth_meant
from sfund_sim.scenario.shapes import Shape
from sfund_sim.scenario.wording import NOTHING, OTHER_KINDS, RENAMED, Words, did_you_mean

_WORD_KINDS = ("literal_error", "enum", "part_kind_unknown", "unknown_dict_key")


class Written:
    """The files as one tree, and where in it a key stands: a file may have thousands of unknown ones."""

    def __init__(self, root: Node) -> None:
        self.root = root

    @cached_property
    def by_key(self) -> dict[str, list[Path]]:
        """Paths of more than one step by their last key, and by their last two joined by an underscore."""
        found: dict[str, list[Path]] = {}
        for path in _paths(self.root):
            if len(path) > 1:
                for name in (str(path[-1]), f"{path[-2]}_{path[-1]}"):
                    found.setdefault(name, []).append(path)
        return found


@dataclass(frozen=True)
class Misfit:
    """One error of validation, with what the files and the model have at its place."""

    kind: str
    """pydantic's error type."""
    context: dict[str, Any]
    path: Path
    key: str
    node: Node
    allowed: list[str]
    """Keys or kinds that may stand here."""
    shape: Shape | None
    written: Written


def hint_for(finding: Misfit) -> Words:
    """What was probably meant, as the end of a sentence; nothing when that is not clear."""
    kind, node = finding.kind, finding.node
    if kind == "extra_forbidden":
        return _for_key(finding)
    if kind in _WORD_KINDS:
        return _for_word(finding)
    if isinstance(node, Mapping) and node.entries.keys() & {"value", "source", "status", "note"}:
        return Words(
            "; a value with what it rests on is {value: ..., source: ..., status: ...}",
            "；带依据的值须写作 {value: ..., source: ..., status: ...}",
        )
    if kind == "string_type" and isinstance(node, Mapping):
        given = node.entries.get("kind")
        return _write(finding.key, given.node.text, "") if given and isinstance(given.node, Scalar) else NOTHING
    if not isinstance(node, Scalar) or node.value is None:
        return NOTHING
    return _for_scalar(kind, finding.key, node, finding.shape)


def key_meant(finding: Misfit) -> str | None:
    """The key that is most like an unknown one; None when none is."""
    return nearest(finding.key, _keys(finding))


def _keys(finding: Misfit) -> list[str]:
    """Keys that may stand here in a file, whose first level has some that the scenario itself has not."""
    return [*finding.allowed, *(LAYER_KEYS if len(finding.path) == 1 else ())]


def _for_key(finding: Misfit) -> Words:
    key = finding.key
    if close := key_meant(finding):
        return did_you_mean(close)
    if key in RENAMED and RENAMED[key].split(".")[0] in _keys(finding):
        return did_you_mean(RENAMED[key])
    if key == "kind":  # Any part has one: where the others stand is no help.
        return NOTHING
    same = finding.written.by_key.get(key, [])
    elsewhere = next((path for path in same if path[: len(finding.path)] != finding.path), None)
    return did_you_mean(spelled(elsewhere)) if elsewhere else NOTHING


def _for_word(finding: Misfit) -> Words:
    kind, context, node = finding.kind, finding.context, finding.node
    if kind == "part_kind_unknown":
        given, listed = str(context["given"]), finding.allowed
        if OTHER_KINDS.get(given) in listed:
            return did_you_mean(OTHER_KINDS[given])
    else:
        text = node.text if isinstance(node, Scalar) else ""
        given, listed = finding.key if kind == "unknown_dict_key" else text, _quoted(str(context["expected"]))
    return did_you_mean(nearest(given, listed))


def _for_scalar(kind: str, key: str, node: Scalar, shape: Shape | None) -> Words:
    if kind.startswith(("int_", "float_")):
        meant = number_meant(node.text, key)
        whole = not kind.startswith("int_") or (meant or "").lstrip("-").isdigit()
        return _write(key, meant, node.text) if meant and whole and _fits(meant, shape) else _in_figures(node)
    if kind.startswith("date_"):
        return _for_date(key, node)
    if kind.startswith("bool_"):
        meant = truth_meant(node.text)
        return _write(key, meant, node.text) if meant else NOTHING
    if kind == "string_type":
        return Words("; put it in quotes", "；请加引号").plus(_write(key, f'"{node.text}"', node.text))
    if kind in ("less_than_equal", "less_than") and shape is not None:
        return _for_percentage(node, shape)
    return _in_figures(node) if kind.endswith("_type") else NOTHING


def _fits(meant: str, shape: Shape | None) -> bool:
    """May the number meant stand here? To advise one that is out of range would only bring the next complaint."""
    limits, number = (shape.limits() if shape else {}), float(meant)
    low, high = limits.get("ge", limits.get("gt", number)), limits.get("le", limits.get("lt", number))
    return low <= number <= high


def _for_date(key: str, node: Scalar) -> Words:
    if meant := date_meant(node.text):
        return _write(key, meant, node.text)
    if month := last_day_of_month(node.text):
        return Words(f"; {month[0]} has {month[1]} days", f"；{month[0]} 只有 {month[1]} 天")
    return NOTHING


def _for_percentage(node: Scalar, shape: Shape) -> Words:
    limits = shape.limits()
    if limits.get("le", limits.get("lt")) == 1 and isinstance(node.value, int | float) and 1 < node.value <= 100:
        return did_you_mean(f"{node.value / 100:g}")
    return NOTHING


def _in_figures(node: Scalar) -> Words:
    """For text that only a full-width sign keeps from being what is needed."""
    wide = [sign for sign in node.text if is_wide(sign)]
    if not wide:
        return NOTHING
    return Words(f"; write half-width signs instead of '{wide[0]}'", f"；请改用半角符号，勿用“{wide[0]}”")


def _write(key: str, meant: str, given: str) -> Words:
    if not key or len(meant) > 200:
        return NOTHING
    quotes = Words(" (without quotes)", "（不加引号）") if meant == given else NOTHING
    return Words(f"; write {key}: {meant}", f"；请写作 {key}: {meant}").plus(quotes)


def _quoted(expected: str) -> list[str]:
    """The words that pydantic lists as 'a', 'b' or 'c'."""
    return [word.strip("'") for part in expected.split(", ") for word in part.split(" or ")]


def _paths(node: Node, path: Path = ()) -> Iterator[Path]:
    if isinstance(node, Mapping):
        for key, entry in node.entries.items():
            yield (*path, key)
            yield from _paths(entry.node, (*path, key))
    elif isinstance(node, Sequence):
        for number, item in enumerate(node.items):
            yield from _paths(item, (*path, number))
