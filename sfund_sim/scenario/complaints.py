"""What validation found, as complaints with a place: what is wrong; what is allowed; what was probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as AbstractMapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from pydantic import BaseModel

from sfund_sim.ground.errors import ON_THE_KEY, Problem, RuleError, RuleErrors
from sfund_sim.scenario.hints import Misfit, Written, hint_for, key_meant
from sfund_sim.scenario.lacking import MOST_MISSING, lacking
from sfund_sim.scenario.merging import EXTENDS
from sfund_sim.scenario.nodes import Mapping, Node, Path, Place, Sequence, child, spelled
from sfund_sim.scenario.shapes import shape_at
from sfund_sim.scenario.wording import FALLBACK, FAMILIES_ZH, NOTHING, WORDS, Words

_KINDS_ON_THE_KEY = ("extra_forbidden", "unknown_dict_key", "bad_dict_key")
_MOST_LISTED = 15


@dataclass(frozen=True)
class Spot:
    """The place in the files that an error is about."""

    path: Path
    """As far as the files have it."""
    node: Node
    key_place: Place
    rest: Path
    """What the files do not have: a missing key, for example."""

    @classmethod
    def of(cls, root: Node, location: Iterable[str | int]) -> Spot:
        """Follow an error's location; steps that are no keys (the members of a union) are passed over."""
        node, key_place = root, root.place
        path: list[str | int] = []
        rest: list[str | int] = []
        for step in location:
            below = child(node, step)
            if below is None or rest:
                rest.append(step)
                continue
            key_place = node.entries[str(step)].key if isinstance(node, Mapping) else below.place
            node = below
            path.append(step)
        return cls(tuple(path), node, key_place, tuple(rest))

    @property
    def key(self) -> str:
        """The last key on the way here."""
        return next((step for step in reversed(self.path) if isinstance(step, str)), "")


def complaints(errors: Iterable[AbstractMapping[str, Any]], model: type[BaseModel], root: Node) -> list[Problem]:
    """Problems from pydantic's errors about the plain data of ``root``; one for each place and sentence."""
    written = Written(root)
    told = [one for error in errors for one in _mistakes_of(error, model, written)]
    unknown = {one.spot.path for one in told if one.kind in ("extra_forbidden", "unknown_dict_key")}
    misspelt = {(*one.spot.path[:-1], one.meant) for one in told if one.kind == "extra_forbidden"}
    bare = [str(one.spot.rest[0]) for one in told if one.kind == "missing" and not one.spot.path]
    has_no_base = (EXTENDS,) in misspelt or len(bare) > MOST_MISSING
    found: dict[tuple[Place, Path], list[Words]] = {}
    lacks: dict[Path, list[str]] = {}
    for one in told:
        path = (*one.spot.path, *one.spot.rest[:1]) if one.kind == "missing" else one.spot.path
        deepest = len(path) - one.is_on_the_key
        below_unknown = any(path[:length] in unknown for length in range(1, deepest + 1))
        if below_unknown or (one.kind == "missing" and (has_no_base or path in misspelt)):
            continue
        if one.kind == "missing":
            lacks.setdefault(one.spot.path, []).append(str(one.spot.rest[0]))
            continue
        place = one.spot.key_place if one.is_on_the_key else one.spot.node.place
        sentences = found.setdefault((place, path), [])
        if one.words not in sentences:
            sentences.append(one.words)
    for path, words, is_name in lacking(root, lacks):
        spot = Spot.of(root, path)
        found[spot.key_place if is_name else spot.node.place, path] = [words]
    problems = [_problem(place, path, sentences) for (place, path), sentences in found.items()]
    return [_baseless(root, bare), *problems] if has_no_base and (EXTENDS,) not in misspelt else problems


class _Told(NamedTuple):
    """One error in words."""

    spot: Spot
    kind: str
    words: Words
    meant: str = ""
    """For an unknown key: the key that is most like it."""

    @property
    def is_on_the_key(self) -> bool:
        """Is the key wrong, rather than what stands under it?"""
        return self.kind in _KINDS_ON_THE_KEY or self.spot.rest == (ON_THE_KEY,)


def _baseless(root: Node, bare: list[str]) -> Problem:
    """One complaint instead of one a key, where a file lies over nothing."""
    shown = bare[:3]
    return Problem(
        *root.place,
        f"{len(bare)} keys are missing ({', '.join(shown)}, ...); lay the file over a scenario that has them, "
        f"for example {EXTENDS}: beijing_pilot",
        f"缺少 {len(bare)} 个键（{'、'.join(shown)} 等）；请叠加在含有它们的情景上，例如 {EXTENDS}: beijing_pilot",
    )


def _problem(place: Place, path: Path, sentences: list[Words]) -> Problem:
    """One problem for one place; the members of a union each give a sentence."""
    where = f"{spelled(path)}: " if path else ""
    en = "; or ".join(words.en for words in sentences)
    zh = "；或：".join(words.zh for words in sentences)
    return Problem(*place, where + en, where.replace(": ", "：") + zh)


def _mistakes_of(error: AbstractMapping[str, Any], model: type[BaseModel], written: Written) -> list[_Told]:
    root, location, kind = written.root, tuple(error["loc"]), str(error["type"])
    context: dict[str, Any] = dict(error.get("ctx") or {})
    if kind in ("value_error", "assertion_error"):
        return [
            _Told(Spot.of(root, (*location, *broken.path)), kind, Words(broken.message, broken.message_zh))
            for broken in _broken_rules(context.get("error"), str(error["msg"]))
        ]
    fault = NOTHING
    if location and location[-1] == ON_THE_KEY:
        given = str(error["input"])[:60]
        both = {**context, "msg": str(error["msg"])}
        fault = WORDS.get(kind, FALLBACK).filled(
            {**both, "given": f"'{given}'", "limits": ""}, {**both, "given": f"“{given}”", "limits": ""}
        )
        location, kind = location[:-1], "unknown_dict_key" if kind == "literal_error" else "bad_dict_key"
    spot = Spot.of(root, location)
    key = str(spot.rest[0]) if kind == "missing" and spot.rest else spot.key
    context["msg"] = str(error["msg"])
    allowed = _allowed_keys(model, root, spot.path) if kind == "extra_forbidden" else _allowed_words(context)
    finding = Misfit(kind, context, spot.path, key, spot.node, allowed, shape_at(model, root, spot.path), written)
    words = _words(finding) if kind != "bad_dict_key" else Words("as a key, ", "作为键，").plus(fault)
    return [_Told(spot, kind, words, key_meant(finding) or "")]


def _allowed_keys(model: type[BaseModel], root: Node, path: Path) -> list[str]:
    """The keys that may stand beside the last one of a path."""
    above = shape_at(model, root, path[:-1])
    return above.keys(Spot.of(root, path[:-1]).node) if above else []


def _allowed_words(context: dict[str, Any]) -> list[str]:
    return [word for word in str(context.get("allowed", "")).split(", ") if word]


def _broken_rules(error: object, message: str) -> list[RuleError]:
    if isinstance(error, RuleErrors):
        return list(error.errors)
    if isinstance(error, RuleError):
        return [error]
    return [RuleError(str(error) if error else message)]


def _words(finding: Misfit) -> Words:
    limits = limits_in_words(finding.shape.limits()) if finding.shape else NOTHING
    given = _given(finding.node)
    values = {
        **finding.context,
        "key": finding.key,
        "given_kind": finding.context.get("given", ""),
    }
    expected = str(finding.context.get("expected", ""))
    words = WORDS.get(finding.kind, FALLBACK).filled(
        {
            **values,
            "allowed": _first_few(finding.allowed, "({} more)"),
            "given": given.en,
            "limits": limits.en,
        },
        {
            **values,
            "allowed": _first_few(finding.allowed, "（另有 {} 个）").replace(", ", "、").replace("、... ", " 等"),
            "expected": expected.replace(", ", "、").replace(" or ", " 或 ").replace("'", ""),
            "family": _family_zh(finding),
            "given": given.zh,
            "limits": limits.zh,
        },
    )
    return words.plus(hint_for(finding))


def _family_zh(finding: Misfit) -> str:
    family = str(finding.context.get("family", ""))
    return FAMILIES_ZH.get(family, family)


def _given(node: Node) -> Words:
    """What stands in the file, to be quoted."""
    if isinstance(node, Mapping):
        return Words("a mapping", "映射")
    if isinstance(node, Sequence):
        return Words("a list", "列表")
    if node.value is None:
        return Words("nothing (null)", "空值（null）")
    text = node.text if len(node.text) <= 60 else node.text[:57] + "..."
    return Words(f"'{text}'", f"“{text}”")


def limits_in_words(limits: dict[str, float]) -> Words:
    """What numbers are allowed; ``limits`` are by the validator's names: ge, gt, le, lt."""
    if not limits:
        return Words("", "")
    low, high = limits.get("ge", limits.get("gt")), limits.get("le", limits.get("lt"))
    open_low, open_high = "gt" in limits, "lt" in limits
    if low is not None and high is not None and not (open_low or open_high):
        return Words(f"; allowed: {_figure(low)} to {_figure(high)}", f"；允许范围：{_figure(low)} 至 {_figure(high)}")
    en, zh = [], []
    if low is not None:
        en.append(f"{'above' if open_low else 'at least'} {_figure(low)}")
        zh.append(f"{'大于' if open_low else '不小于'} {_figure(low)}")
    if high is not None:
        en.append(f"{'below' if open_high else 'at most'} {_figure(high)}")
        zh.append(f"{'小于' if open_high else '不大于'} {_figure(high)}")
    return Words(f"; allowed: {' and '.join(en)}", f"；允许范围：{' 且'.join(zh)}")


def _figure(number: float) -> str:
    return f"{number:g}" if isinstance(number, float) or number > 10**15 else str(number)


def _first_few(words: list[str], more: str) -> str:
    if not words:
        return "-"
    rest = f", ... {more.format(len(words) - _MOST_LISTED)}" if len(words) > _MOST_LISTED else ""
    return ", ".join(words[:_MOST_LISTED]) + rest
