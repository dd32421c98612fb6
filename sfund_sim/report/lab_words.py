"""The words of the lab's tables and pictures in Chinese; in English they stand where they are used."""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib import resources

from sfund_sim.ground.errors import Language

_NUMBER = re.compile(r"(?<=way )\d+")


@cache
def _chinese() -> dict[str, str]:
    text = resources.files("sfund_sim.report").joinpath("lab_words.csv").read_text("utf-8")
    return {row["en"]: row["zh"] for row in csv.DictReader(text.splitlines())}


def lab_words(english: str, language: Language, **values: object) -> str:
    """English words, or the Chinese for them, with values put in; KeyError for words that have no Chinese."""
    words = english if language == "en" else _chinese()[english]
    return words.format(**values) if values else words


def lab_name(english: str, language: Language) -> str:
    """The name of a measure or a curve, which may count ways out."""
    number = _NUMBER.search(english)
    return lab_words(_NUMBER.sub("{n}", english), language, **({"n": number[0]} if number else {}))
