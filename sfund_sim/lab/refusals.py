"""What the lab refuses, told in one line of plain words, in English and in Chinese."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from sfund_sim.ground.errors import RuleError, SfundError
from sfund_sim.scenario.complaints import limits_in_words
from sfund_sim.scenario.wording import FALLBACK, FAMILIES_ZH, WORDS, Words


def told(error: Exception) -> Words:
    """What is wrong: the first problem alone, where an input has several."""
    if isinstance(error, ValidationError):
        return _first(error)
    if isinstance(error, RuleError):
        return _in_one_line(error.message, error.message_zh)
    if isinstance(error, SfundError):
        return _in_one_line(error.text(), error.text("zh"))
    return _in_one_line(str(error), str(error))


def _first(error: ValidationError) -> Words:
    problem = error.errors()[0]
    where = ".".join(str(step) for step in problem["loc"])
    context: dict[str, Any] = dict(problem.get("ctx") or {})
    broken = context.get("error")
    if isinstance(broken, Exception):
        words = told(broken)
    else:
        words = Words(problem["msg"], _in_chinese(problem["type"], problem["msg"], problem["input"], where, context))
    return Words(f"{where}: ", f"{where}：").plus(words) if where else words


def _in_chinese(kind: str, message: str, given: Any, where: str, context: dict[str, Any]) -> str:
    """The words of scenario files for the same mistake; a name that is missing or unknown is told without a file."""
    if kind in ("missing", "extra_forbidden"):
        return "缺少此项" if kind == "missing" else "没有此项"
    family = str(context.get("family", ""))
    more = {"given": f"“{given}”", "given_kind": given, "key": where, "msg": message}
    limits = limits_in_words({name: context[name] for name in ("ge", "gt", "le", "lt") if name in context})
    filling = {**context, **more, "limits": limits.zh, "family": FAMILIES_ZH.get(family, family)}
    return WORDS.get(kind, FALLBACK).filled(filling, filling).zh


def _in_one_line(en: str, zh: str) -> Words:
    return Words(" ".join(en.split()), " ".join(zh.split()))
