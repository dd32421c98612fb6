"""Which quantity of a family a case means: the one of the same words, or the only one of which qualifiers are missing.

Spelling, order (but around "minus", "<" and the like) and synonyms make no difference; a word that the quantity has
not is never passed over, nor is one missing that says what is measured. Where two quantities are left, none is taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

PARTICLES = frozenset({"a", "an", "at", "by", "for", "gives", "in", "is", "of", "on", "that", "the", "to", "t"})
DROPPED = PARTICLES | {"auction", "average", "e", "expected", "mean"}
"""Words that tell no quantity of a family from another: all are expectations unless they say otherwise."""
SAME = {
    "bidders": ("bidder",),
    "chance": ("probability",),
    "cov": ("covariance",),
    "cum": ("cumulative",),
    "difference": ("minus",),
    "dutch": ("descending",),
    "english": ("ascending",),
    "fail": ("unsold",),
    "fails": ("unsold",),
    "fpa": ("first-price",),
    "p": ("probability",),
    "payoff": ("profit",),
    "prob": ("probability",),
    "se": ("standard", "error"),
    "sold": ("sale",),
    "spa": ("second-price",),
    "takes": ("exercises",),
    "var": ("variance",),
    "vickrey": ("second-price",),
    "winners": ("winner",),
}
"""Words for which the field has another."""
ALIKE = {"price": "revenue"}
"""Words that are the same in most families, and so only where no quantity has the very words."""
NEVER_MISSING = frozenset({"minus", "/", "first-price", "less", "naive", "no", "not", "without"})
"""Words that turn a quantity into another wherever they stand."""
ORDERED = frozenset({"minus", "/", "<", ">", "less", "over"})
"""Words that stand between two things, of which another comes out the other way round."""
_PHRASES = (
    ("s.e.", "se"),
    ("'s", ""),
    ("’s", ""),
    ("cumulative incidence", "cif"),
    ("kaplan-meier", "km"),
    ("kaplan-schoar", "ks"),
    ("no sale", "unsold"),
    ("reservation price", "reservation"),
    ("reserve price", "reserve"),
    ("seller revenue", "revenue"),
    ("price to nav", "price / nav"),
    ("paid-in to committed", "paid-in / committed"),
    ("[t]", " duration"),
    ("var t", "var duration"),
    ("first price", "first-price"),
    ("second price", "second-price"),
)
_REMARK = re.compile(r"\s\([^()]*\)")
"""In parentheses after a space; what follows a word at once, as in P(sold), belongs to it."""
_QUALIFIER = re.compile(r",\s.*|\s(?:at|by|from|in|over|under|with|WITH|WITHOUT)\s.*|\sE\[.*")
"""The rest of a name from its first comma, preposition or formula on: it says when, where or of whom."""
_MINUS = r"-(?!(?<=[a-z]{2}-)[a-z]{2}|(?<=\d-)\d)"
"""A line that joins neither two words, as in KS-PME, nor two numbers."""
_WORD = re.compile(rf"first-price|second-price|[a-z]+|\d+(?:[./]\d+)?|[<>=+*]|(?<=\s)/(?=\s)|{_MINUS}")
Asked = TypeVar("Asked")


def words(quantity: str) -> tuple[str, ...]:
    """What a quantity's words come to, in their order: a difference is not the same the other way round."""
    plain = quantity.lower()
    for phrase, other in _PHRASES:
        plain = plain.replace(phrase, other)
    said = (SAME.get(word, ("minus",) if word == "-" else (word,)) for word in _WORD.findall(plain))
    return tuple(word for same in said for word in same if word not in DROPPED)


def without_remarks(quantity: str) -> str:
    """A name without what stands in parentheses of its own."""
    return _REMARK.sub("", quantity)


def meant(
    family: Mapping[str, Asked],
    quantity: str,
    accepts: Callable[[Asked], bool] = lambda one: True,
    plain: Callable[[Asked, str], str] = lambda one, text: text,
) -> dict[str, Asked]:
    """Quantities that may be meant, by name: none, the one that is, or several of which the case does not tell one.

    Those of the same words, their own remarks in parentheses left out or not; else of words that are alike; else those
    to which only words of their qualifier are missing and which ``accepts`` says the case's parameters fit. ``plain``
    takes parameters out of the words: what is asked, and the quantity's own name, for the question that reads them
    there.
    """
    if quantity in family:
        return {quantity: family[quantity]}
    if not words(quantity):
        return {}
    both = {name: (plain(one, name), words(plain(one, quantity))) for name, one in family.items()}
    same = [name for name, (own, asked) in both.items() if asked in (words(own), words(without_remarks(own)))]
    same = same or [name for name, (own, asked) in both.items() if _alike(asked) == _alike(words(own))]
    if same:
        return _distinct(family, same)
    near = _distinct(family, [name for name, (own, asked) in both.items() if _is_left_of(own, asked)])
    if len(near) > 1:
        near = {name: one for name, one in near.items() if accepts(one)} or near
    one_turned = len(near) == 1 and NEVER_MISSING & set(words(next(iter(near)))) - set(words(quantity))
    return {} if one_turned else near


def _is_left_of(name: str, asked: tuple[str, ...]) -> bool:
    """Are the asked words those of the name but for some of its qualifier?"""
    full, said = _alike(words(name)), _alike(asked)
    measure = _alike(words(_QUALIFIER.sub("", without_remarks(name))))
    in_order = said == tuple(word for word in full if word in said) or not ORDERED & set(said)
    return set(measure) <= set(said) <= set(full) and in_order


def _alike(some: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(ALIKE.get(word, word) for word in some)


def _distinct(family: Mapping[str, Asked], names: Iterable[str]) -> dict[str, Asked]:
    """One name for each question: some have several."""
    distinct: dict[str, Asked] = {}
    for name in names:
        if family[name] not in distinct.values():
            distinct[name] = family[name]
    return distinct


def nearest(family: Mapping[str, Asked], quantity: str) -> list[str]:
    """The quantities by how many words they share with those asked, most first, each with one of its names."""
    asked = set(_alike(words(quantity)))

    def share(name: str) -> float:
        own = set(_alike(words(name)))
        return len(asked & own) / max(len(asked | own), 1)

    return list(_distinct(family, sorted(family, key=share, reverse=True)))


def is_near(name: str, quantity: str) -> bool:
    """Does a name share half of the words asked, so that it may have been meant?"""
    asked, own = (set(_alike(words(text))) for text in (quantity, name))
    return 2 * len(asked & own) >= max(len(asked | own), 1)
