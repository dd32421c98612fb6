"""Parameters in the reader's language: what they mean in Chinese, and their units and statuses as words."""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib import resources

from sfund_sim.ground.errors import Language
from sfund_sim.report.words import families, word
from sfund_sim.scenario.nodes import Status
from sfund_sim.scenario.sources import DEFAULT, Parameter
from sfund_sim.scenario.variants import NAME, SOURCE

_KINDS_BELOW = {
    "lps": "lp_kind",
    "buyers": "buyer_kind",
    "strategies": "strategy",
    "model": "strategy",
    "triggers": "trigger",
}
"""Below which step of a path the next one is a kind of what, as a family of words."""
_YEAR_DIGITS = 4
_OWN_WORDS = re.compile(rf"({DEFAULT})(?= \(|$)|{SOURCE} ({NAME.pattern})(?= \(|$)")
"""What a value rests on in the program's own words, at most with a note behind; all others are the author's."""


@cache
def _meanings() -> dict[str, str]:
    text = resources.files("sfund_sim.report").joinpath("parameter_words.csv").read_text("utf-8")
    return {row["field"]: row["zh"] for row in csv.DictReader(text.splitlines())}


def fields_with_words() -> set[str]:
    """All fields that have a Chinese meaning, as ``Parameter.field`` names them."""
    return set(_meanings())


def meaning_zh(one: Parameter) -> str:
    """What a parameter means, and whose it is: 中央企业·临近到期：其后产生意愿的年发生率."""
    meaning = _meanings().get(one.field, "")
    steps = one.path.split(".")
    owners = [_owner(family, steps[number + 1]) for number, step in enumerate(steps[:-1])
              if (family := _KINDS_BELOW.get(step))]  # fmt: skip
    year = f"（{steps[-1]}年）" if steps[-1].isdigit() and len(steps[-1]) == _YEAR_DIGITS else ""
    owner = "·".join(filter(None, owners))
    return f"{owner}：{meaning}{year}" if owner and meaning else f"{meaning}{year}"


def unit_word(unit: str, language: Language) -> str:
    """The unit of a parameter, a column or an outcome: in English as scenarios and the dictionary name it."""
    return word("unit", unit, "zh") if unit and language == "zh" else unit


def status_word(status: Status, language: Language) -> str:
    """What a value rests on: in English as files write it."""
    return word("status", status.value, "zh") if language == "zh" else status.value


def basis_word(basis: str, language: Language) -> str:
    """What a value rests on: as its author wrote it, or that it is the model's own or a variant's."""
    found = _OWN_WORDS.match(basis) if language == "zh" else None
    if found is None:
        return basis
    return ("模型默认值" if found[1] else f"变体 {found[2]}") + basis[found.end() :]


def _owner(family: str, label: str) -> str:
    """The kind of a step; nothing for one that is no kind, such as the smoothing of marks below ``model``."""
    return word(family, label, "zh") if label in families().get(family, ()) else ""
