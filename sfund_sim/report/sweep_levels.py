"""Levels of what a sweep varies, as people read them: numbers by size, money in large units, rules in their words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sfund_sim.ground.errors import Language
from sfund_sim.outcomes.verdicts import yuan_text
from sfund_sim.report.words import families, phrase, word
from sfund_sim.scenario.sources import parameters

if TYPE_CHECKING:
    from sfund_sim.experiments.sweep_results import SweepResults

_SAID = ("days", "years", "quarters", "minutes", "fen", "1/year")
"""Units that a reader must be told; shares and numbers of something speak for themselves, money carries its own."""
_PLAIN = {"null": "none", "true": "yes", "false": "no"}
"""Phrases of values that files write in their own way."""


class Levels(NamedTuple):
    """How the levels of a sweep's factors are written in one language."""

    units: Mapping[str, str]
    """Unit of each parameter by path."""
    language: Language

    def named(self, factor: str) -> str:
        """A factor, with the unit that its numbers are in where they do not carry it."""
        unit = self.units.get(factor, "")
        if unit not in _SAID:
            return factor
        told = word("unit", unit, self.language)
        return f"{factor}（{told}）" if self.language == "zh" else f"{factor} ({told})"

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
    return Levels({one.path: one.unit for one in parameters(results.plan.loaded)}, language)


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
