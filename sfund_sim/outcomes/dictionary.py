"""The one dictionary of every column and every outcome: unit, definition, and a label in English and Chinese."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources
from typing import NamedTuple


class Entry(NamedTuple):
    """One column of the tables, or one outcome measured from them; ``dictionary.csv`` holds them all."""

    kind: str
    """``column`` or ``outcome``."""
    tables: str
    """Tables that have the column, or from which the outcome is measured, separated by blanks.

    A table of a run has its file's name; one of a comparison's or a sweep's folder is ``compare/levels``, which is
    ``levels.csv`` there; of figures ``figures/`` names the theme.
    """
    name: str
    unit: str
    definition: str
    """In English; ``definition_zh`` is the same in Chinese."""
    definition_zh: str
    label_en: str
    label_zh: str

    def label(self, language: str = "en") -> str:
        """What people read in tables and figures."""
        return self.label_zh if language == "zh" else self.label_en

    def meaning(self, language: str = "en") -> str:
        """What exactly is counted or measured."""
        return self.definition_zh if language == "zh" else self.definition


@cache
def entries() -> tuple[Entry, ...]:
    """All entries in the order of the file."""
    text = resources.files("sfund_sim.outcomes").joinpath("dictionary.csv").read_text("utf-8")
    return tuple(Entry(**row) for row in csv.DictReader(text.splitlines()))


@cache
def _by_name() -> dict[str, Entry]:
    return {one.name: one for one in entries()}


def entry(name: str) -> Entry:
    """The entry of a column or an outcome; KeyError when there is none."""
    return _by_name()[name]


def is_known(name: str) -> bool:
    """Is there an entry of that name?"""
    return name in _by_name()


def columns_of(table: str) -> list[str]:
    """Names of the columns that the dictionary gives a table, in its own order."""
    return [one.name for one in entries() if one.kind == "column" and table in one.tables.split()]


def outcomes() -> list[Entry]:
    """Entries of the outcomes, in the order in which reports show them."""
    return [one for one in entries() if one.kind == "outcome"]
