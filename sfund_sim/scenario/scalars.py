"""Words of a file as values: the core types of YAML 1.2 and the ISO date, nothing else.

Source: YAML 1.2.2 (2021), section 10.3.2, table of core tag resolution; a date is ``YYYY-MM-DD`` (ISO 8601).
"""

from __future__ import annotations

import re
from datetime import date

from sfund_sim.scenario.nodes import Leaf
from sfund_sim.scenario.wording import Words

_WORDS: dict[str, Leaf] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_INTEGER = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_LONGEST_NUMBER = 40


class UnusableNumberError(ValueError):
    """The text is a number that no scenario can use: infinite, not a number, beyond a double, or too long."""

    def __init__(self, what: Words) -> None:
        super().__init__(what.en)
        self.what = what


_NOT_A_FINITE = Words("not a finite number", "不是有限的数")
_TOO_LONG = Words(f"a number of more than {_LONGEST_NUMBER} digits", f"是超过 {_LONGEST_NUMBER} 位的数")


def value_of(text: str) -> Leaf:
    """The value of an unquoted word; UnusableNumberError for a number that no scenario can use.

    A text that only looks like a date (2021-02-30) stays text, so that the complaint can say what is wrong with it.
    """
    if text in _WORDS:
        return _WORDS[text]
    if not text[0].isascii() or text[0].isalpha():
        return text
    if _DATE.fullmatch(text):
        return _date_or_text(text)
    if _NOT_FINITE.fullmatch(text):
        raise UnusableNumberError(_NOT_A_FINITE)
    return _number_or_text(text)


def _date_or_text(text: str) -> Leaf:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


def _number_or_text(text: str) -> Leaf:
    for pattern, base in ((_INTEGER, 10), (_OCTAL, 8), (_HEXADECIMAL, 16)):
        if pattern.fullmatch(text):
            if len(text) > _LONGEST_NUMBER:
                raise UnusableNumberError(_TOO_LONG)
            return int(text, base)
    if not _FLOAT.fullmatch(text):
        return text
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise UnusableNumberError(_NOT_A_FINITE)
    return number
