"""What the lab refuses, told in one line of plain words, in English and in Chinese."""

from __future__ import annotations

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from sfund_sim.ground.errors import RuleError, SfundError
from sfund_sim.scenario.plain_words import words_of
from sfund_sim.scenario.wording import Words


def reason(error: Exception) -> Words:
    """What is wrong: one problem alone, where an input has several."""
    if isinstance(error, ValidationError):
        return _first(error)
    if isinstance(error, RuleError):
        return _in_one_line(error.message, error.message_zh)
    if isinstance(error, SfundError):
        return _in_one_line(error.text(), error.text("zh"))
    return _in_one_line(str(error), str(error))


def first_problem(error: ValidationError) -> ErrorDetails:
    """What is told of an input: an item that is not known before all else, for it may be what is missing elsewhere."""
    problems = error.errors()
    return next((one for one in problems if one["type"] == "extra_forbidden"), problems[0])


def _first(error: ValidationError) -> Words:
    problem = first_problem(error)
    broken = (problem.get("ctx") or {}).get("error")
    if isinstance(broken, ValidationError):
        return reason(broken)
    words = words_of(problem)
    return _in_one_line(words.en, words.zh)


def _in_one_line(en: str, zh: str) -> Words:
    return Words(" ".join(en.split()), " ".join(zh.split()))
