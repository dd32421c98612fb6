"""What people read: the words of labels, kinds, endings and stages, and numbers, in English and Chinese."""

from __future__ import annotations

import csv
import math
import string
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from sfund_sim.ground.errors import Language, SfundError
from sfund_sim.outcomes.dictionary import entry
from sfund_sim.outcomes.verdicts import difference_parts

LANGUAGES: tuple[Language, ...] = ("en", "zh")
NO_VALUE = "–"


@cache
def _words() -> dict[tuple[str, str], dict[Language, str]]:
    text = resources.files("sfund_sim.report").joinpath("words.csv").read_text("utf-8")
    words: dict[tuple[str, str], dict[Language, str]] = {
        (row["family"], row["label"]): {"en": row["en"], "zh": row["zh"]} for row in csv.DictReader(text.splitlines())
    }
    of_lps, of_buyers = ([each for each in words.items() if each[0][0] == kind] for kind in ("lp_kind", "buyer_kind"))
    owners = {("owner_kind", label): told for (_, label), told in of_lps}
    for (_, label), told in of_buyers:
        owners["owner_kind", f"buyer_{label}"] = {"en": f"buyer: {told['en']}", "zh": f"受让方：{told['zh']}"}
    return words | owners


def word(family: str, label: str, language: Language) -> str:
    """The word of a family's label, for example ("lp_kind", "central_soe"); SfundError when there is none."""
    told = _words().get((family, label))
    if told is None:
        raise SfundError(
            f"report/words.csv has no line '{family},{label}'; write one, in English and Chinese",
            f"report/words.csv 中没有“{family},{label}”一行；请补上，含英文与中文",
        )
    return told[language]


def phrase(label: str, language: Language, **values: object) -> str:
    """A sentence or heading of the report, with its values put in."""
    return filled(word("text", label, language), values)


class _Counted(string.Formatter):
    """``{n:exit|exits}`` is the number with the word that goes with it: 1 exit, 2 exits."""

    def format_field(self, value: Any, format_spec: str) -> str:
        one, bar, many = format_spec.partition("|")
        if not bar:
            return str(super().format_field(value, format_spec))
        number = str(value).rpartition("\N{NO-BREAK SPACE}")[2]  # of "n = 1" the number
        return f"{value} {one if number == '1' else many}"


def filled(template: str, values: Mapping[str, object]) -> str:
    """A template with its values put in; ``{n:exit|exits}`` adds the word that goes with the number."""
    return _Counted().vformat(template, (), values)


@cache
def families() -> dict[str, list[str]]:
    """Labels of every family that has words, in the order of the file: terms by code, periods by time."""
    found: dict[str, list[str]] = {}
    for family, label in _words():
        found.setdefault(family, []).append(label)
    return found


def group_word(grouping: str, group: str, language: Language) -> str:
    """Name of a group of a grouping, for example ("is_state_period", "state, since_opening")."""
    if grouping == "is_state_period":
        sector, _, period = group.partition(", ")
        comma = "，" if language == "zh" else ", "
        return word("group", sector, language) + comma + word("period", period, language)
    if grouping in ("home_venue_id", "venue_id"):  # the scenario's own names
        return group
    return word("group" if grouping in ("all", "is_state") else grouping, group, language)


def comma(language: Language) -> str:
    """What stands between the items of a list."""
    return "、" if language == "zh" else ", "


def number_text(value: float, unit: str, language: Language) -> str:
    """A number as people write it: shares and ratios in per cent, money in large units, days whole."""
    return estimate_parts((value, math.nan, math.nan), unit, language)[0]


def estimate_text(estimate: tuple[float, float, float], unit: str, language: Language) -> str:
    """A number with its interval in brackets, when there is one."""
    middle, interval = estimate_parts(estimate, unit, language)
    return f"{middle} {interval}" if interval else middle


def difference_text(difference: tuple[float, float, float], unit: str, language: Language) -> str:
    """A difference with its sign and unit, shares in percentage points, and its interval in brackets."""
    return " ".join(part for part in difference_parts(difference, unit, language) if part)


def estimate_parts(estimate: tuple[float, float, float], unit: str, language: Language) -> tuple[str, str]:
    """A number and its interval in brackets (empty when there is none), both to the same decimals and in one scale.

    A number that is written as 0 has no sign; an end of an interval keeps its own, which says on which side of 0 it is.
    """
    value, low, high = estimate
    if math.isnan(value):
        return NO_VALUE, ""
    divisor, pattern, frame = _scale(estimate, unit, language)
    ends = [NO_VALUE if math.isnan(one) else pattern.format(one / divisor) for one in (low, high)]
    middle = pattern.replace("{:", "{:z").format(value / divisor)
    interval = "" if math.isnan(low) and math.isnan(high) else f"[{ends[0]}, {ends[1]}]"
    return (phrase(frame, language, n=middle) if frame else middle), interval


_LARGE_YUAN: dict[Language, float] = {"en": 1e9, "zh": 1e8}
_SMALL_YUAN: dict[Language, float] = {"en": 1e6, "zh": 1e4}


def _scale(estimate: tuple[float, float, float], unit: str, language: Language) -> tuple[float, str, str]:
    """Divisor, format, and the phrase with the unit: billions or millions in English, 亿 or 万 in Chinese."""
    value = estimate[0]
    if unit in ("share", "ratio", "share/year"):
        return 0.01, "{:.1f}%", ""
    if unit == "multiple":
        return 1.0, "{:.2f}", "times"
    if unit == "CNY":
        large = abs(value) >= _LARGE_YUAN[language]
        return (
            (_LARGE_YUAN[language], "{:,.2f}", "large_yuan")
            if large
            else (_SMALL_YUAN[language], "{:,.1f}", "small_yuan")
        )
    is_whole = all(math.isnan(one) or one == round(one) for one in estimate)
    if unit == "days" or abs(value) >= 100 or is_whole:
        return 1.0, "{:,.0f}", ""
    return 1.0, "{:.1f}" if abs(value) >= 10 else "{:.2f}", ""


def money_text(yuan: float, language: Language) -> str:
    """An amount of money."""
    return number_text(yuan, "CNY", language)


def outcome_heading(outcome: str, language: Language) -> str:
    """Label of an outcome, with its unit where the numbers do not carry it."""
    one = entry(outcome)
    if one.unit not in ("days", "years"):
        return one.label(language)
    unit = word("unit", one.unit, language)
    return f"{one.label_zh}（{unit}）" if language == "zh" else f"{one.label_en} ({unit})"
