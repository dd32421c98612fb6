"""An error of validation in plain words of both languages, where no file is at hand: dated changes, the lab."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sfund_sim.ground.errors import RuleError, RuleErrors
from sfund_sim.scenario.complaints import limits_in_words
from sfund_sim.scenario.wording import FALLBACK, FAMILIES_ZH, WORDS, Words

_MAPPING = Words("this is not a mapping of names to values", "此处应为名称与值的对应")
_NAMED = {
    "missing": Words("this is missing", "缺少此项"),
    "extra_forbidden": Words("there is no such item", "没有此项"),
    "dict_type": _MAPPING,
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
}
"""What is told otherwise than in a file of YAML."""


def words_of(error: Mapping[str, Any]) -> Words:
    """What is wrong, with the path to it in front; ``error`` as pydantic lists it."""
    context: dict[str, Any] = dict(error.get("ctx") or {})
    location = tuple(error["loc"])
    broken = context.get("error")
    if isinstance(broken, RuleErrors):
        broken = broken.errors[0]
    if isinstance(broken, RuleError):
        words, location = Words(broken.message, broken.message_zh), (*location, *broken.path)
    elif isinstance(broken, Exception):
        words = Words(str(broken), str(broken))
    else:
        words = _by_type(error, context)
    where = ".".join(str(step) for step in location if step != "[key]")
    return Words(f"{where}: ", f"{where}：").plus(words) if where else words


def _by_type(error: Mapping[str, Any], context: dict[str, Any]) -> Words:
    kind, given = str(error["type"]), error["input"]
    if kind in _NAMED:
        return _NAMED[kind]
    limits = limits_in_words({name: context[name] for name in ("ge", "gt", "le", "lt") if name in context})
    family = str(context.get("family", ""))
    key = str(error["loc"][-1]) if error["loc"] else ""
    both = {**context, "given_kind": context.get("given", given), "key": key, "msg": error["msg"]}
    shown = str(given) if len(str(given)) <= 60 else f"{str(given)[:57]}..."
    return WORDS.get(kind, FALLBACK).filled(
        {**both, "given": f"'{shown}'", "limits": limits.en},
        {**both, "given": f"“{shown}”", "limits": limits.zh, "family": FAMILIES_ZH.get(family, family)},
    )
