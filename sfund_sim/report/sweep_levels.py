"""Levels of what a sweep varies, as people read them: numbers by size, money in large units, rules in their words."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sfund_sim.ground.errors import Language
from sfund_sim.outcomes.verdicts import yuan_text
from sfund_sim.report.parameter_words import meaning_zh
from sfund_sim.report.words import families, phrase, word
from sfund_sim.scenario.sources import parameters

if TYPE_CHECKING:
    from sfund_sim.experiments.sweep_results import SweepResults

_SAID = ("days", "years", "quarters", "minutes", "fen", "1/year")
"""Units that a reader must be told; shares and numbers of something speak for themselves, money carries its own."""
_IMPLIED = {"days": "天日", "years": "年", "quarters": "季", "1/year": "年"}
"""Characters of a Chinese name that say the unit already: 工作日数, 年龄, 年发生率."""
_PLAIN = {"null": "none", "true": "yes", "false": "no"}
"""Phrases of values that files write in their own way."""
_REMARK = re.compile("（[^（）]*）$")
"""What stands in brackets behind a meaning, for which an axis has no room."""


class Levels(NamedTuple):
    """How the levels of a sweep's factors are written in one language."""

    units: Mapping[str, str]
    """Unit of each parameter by path."""
    language: Language
    meanings: Mapping[str, str] = {}
    """What each parameter means by path, in Chinese; English readers have the path, which is English."""

    def named(self, factor: str) -> str:
        """A factor, with the unit that its numbers are in where neither they nor its name carry it."""
        name = self.name(factor)
        unit = self.units.get(factor, "")
        if unit not in _SAID or set(name) & set(_IMPLIED.get(unit, "")):
            return name
        told = word("unit", unit, self.language)
        return f"{name}（{told}）" if self.language == "zh" else f"{name} ({told})"

    def name(self, factor: str) -> str:
        """A factor as axes call it: its path, in Chinese what it means."""
        return _REMARK.sub("", self.meanings.get(factor, factor))

    def text(self, factor: str, label: str) -> str:
        """A level, from its label in the tables: "450 m yuan", "first price", "none"."""
        number = _number(label)
        if number is not None:
            return yuan_text(number, self.language) if self.units.get(factor) == "CNY" else f"{number:,.9g}"
        if label in _PLAIN:
            return phrase(_PLAIN[label], self.language)
        kind, bracket, rest = label.partition(" (")
        return self._chosen(factor, kind) + bracket + rest

    def _chosen(self, factor: str, kind: str) -> str:
        """The word of a rule's kind; a name that has none as it is, but for the underscores of a code."""
        steps = factor.removesuffix(".kind").replace("_", ".").split(".")
        if (choice := f"{steps[-1]}.{kind}") in families()["choice"]:
            return word("choice", choice, self.language)
        return kind.replace("_", " ")


def levels_of(results: SweepResults, language: Language) -> Levels:
    """How the levels of a sweep are written."""
    listed = parameters(results.plan.loaded)
    meanings = {one.path: meaning_zh(one) for one in listed if language == "zh"}
    # A part may be varied as a whole: what its kind means is what it means.
    meanings |= {path.removesuffix(".kind"): meaning for path, meaning in meanings.items()}
    return Levels({one.path: one.unit for one in listed}, language, meanings)


def endings(factors: Sequence[str]) -> dict[str, str]:
    """Of each factor the last two steps of its path, or as many more as tell it from the others."""
    steps = {factor: factor.split(".") for factor in factors}
    return {factor: _ending(own, [each for each in steps.values() if each != own]) for factor, own in steps.items()}


def _ending(own: list[str], others: list[list[str]]) -> str:
    few = next((few for few in range(2, len(own)) if all(each[-few:] != own[-few:] for each in others)), len(own))
    return ".".join(own[-few:])


def in_order(labels: Iterable[str]) -> list[str]:
    """Each level once: numbers by size, then what is no number as the experiment lists it."""
    known = list(dict.fromkeys(labels))
    return sorted(known, key=lambda label: math.inf if (number := _number(label)) is None else number)


def as_numbers(labels: list[str]) -> np.ndarray[Any, Any] | None:
    """The levels as numbers, if all are."""
    numbers = [_number(label) for label in labels]
    return None if None in numbers else np.array(numbers, np.float64)


def _number(label: str) -> float | None:
    try:
        number = float(label)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
