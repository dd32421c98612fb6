"""Which quantity of a family a case names: other spellings and synonyms of the same words name the same."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

PARTICLES = frozenset({"a", "an", "at", "by", "for", "in", "is", "of", "on", "that", "the", "to", "t"})
DROPPED = PARTICLES | {"auction", "average", "e", "expected", "mean"}
"""Words that tell no quantity of a family from another: all are expectations unless they say otherwise."""
SAME = {
    "bidders": ("bidder",),
    "chance": ("probability",),
    "cov": ("covariance",),
    "dutch": ("descending",),
    "english": ("ascending",),
    "fpa": ("first", "price"),
    "p": ("probability",),
    "payoff": ("profit",),
    "prob": ("probability",),
    "se": ("standard", "error"),
    "spa": ("second", "price"),
    "var": ("variance",),
    "winners": ("winner",),
}
"""Words for which the field has another."""
_REMARK = re.compile(r"\s\([^()]*\)")
"""In parentheses after a space; what follows a word at once, as in P(sold), belongs to it."""
_WORD = re.compile(r"[a-z]+|\d+(?:\.\d+)?|[<>=+*]")
Asked = TypeVar("Asked")


def words(quantity: str) -> tuple[str, ...]:
    """What a quantity's words come to, in their order: a difference is not the same the other way round."""
    plain = quantity.lower().replace("s.e.", "se").replace("'s", "").replace("’s", "")
    said = (SAME.get(word, (word,)) for word in _WORD.findall(plain))
    return tuple(word for same in said for word in same if word not in DROPPED)


def named(family: Mapping[str, Asked], quantity: str) -> Asked | None:
    """The question of that name, or of the same words, with or without its remarks; None if there is none."""
    if quantity in family:
        return family[quantity]
    asked = words(quantity)
    fits = (question for name, question in family.items() if asked in (words(name), words(_REMARK.sub("", name))))
    return next(fits, None) if asked else None
