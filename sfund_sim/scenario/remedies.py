"""What a writer probably meant: numbers with units, dates in other spellings, yes and no, words nearly right."""

from __future__ import annotations

import calendar
import difflib
import math
import re
from datetime import date

from sfund_sim.scenario.fullwidth import narrowed

_FACTORS = {
    "": 1.0, "%": 0.01, "percent": 0.01, "‰": 0.001, "bp": 0.0001, "bps": 0.0001,
    "千": 1e3, "thousand": 1e3, "k": 1e3, "万": 1e4, "百万": 1e6, "million": 1e6, "m": 1e6,
    "千万": 1e7, "亿": 1e8, "billion": 1e9, "bn": 1e9, "十亿": 1e9,
}  # fmt: skip
_MEASURES = {
    "days": ("days", "day", "d", "天", "日", "工作日", "个工作日", "working days", "working day", "wd"),
    "years": ("years", "year", "yr", "y", "年"),
    "cny": ("cny", "rmb", "yuan", "元", "人民币", "人民币元"),
    "": ("", "个", "家", "次", "只", "人"),
}
_NUMBER = re.compile(
    r"([-+]?)[¥￥]?\s*((?:(?:\d{1,3}(?:[,_ ]\d{3})+|\d+)(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)(?![\d,])\s*(.*)"
)
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_TRUTHS = {
    "yes": "true", "y": "true", "on": "true", "1": "true", "是": "true", "真": "true", "true": "true",
    "no": "false", "n": "false", "off": "false", "0": "false", "否": "false", "假": "false", "false": "false",
}  # fmt: skip


def number_meant(text: str, key: str) -> str | None:
    """The number that a text such as '20 days', '5%' or '1,000万' means under a key; None when that is not clear."""
    found = _NUMBER.fullmatch(narrowed(text))
    if not found:
        return None
    sign, digits, unit = found.groups()
    factor = _factor(unit.strip().lower(), key.rpartition(".")[2])
    if factor is None:
        return None
    value = float(f"{sign}{re.sub('[,_ ]', '', digits)}") * factor
    if not math.isfinite(value):
        return None
    value = float(f"{value:.12g}")
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def _factor(unit: str, key: str) -> float | None:
    """What one unit is in the key's own measure; None when it is another measure."""
    if unit in _FACTORS:
        return _FACTORS[unit]
    for measure, words in _MEASURES.items():
        for word in sorted(words, key=len, reverse=True):
            if word and unit.endswith(word) and unit.removesuffix(word).strip() in _FACTORS:
                fits = not measure or key.endswith(f"_{measure}") or key == measure
                return _FACTORS[unit.removesuffix(word).strip()] if fits else None
    return None


def date_meant(text: str) -> str | None:
    """The ISO date that a text such as '2021/4/20' or '2021年4月20日' means; None when it is no date."""
    found = _DATE.fullmatch(narrowed(text)) or _COMPACT_DATE.fullmatch(narrowed(text))
    if not found:
        return None
    try:
        return date(*(int(piece) for piece in found.groups())).isoformat()
    except ValueError:
        return None


def last_day_of_month(text: str) -> tuple[str, int] | None:
    """For a date whose day its month does not have (2021-02-30): the month and its last day."""
    found = _DATE.fullmatch(narrowed(text))
    if not found:
        return None
    year, month, day = (int(piece) for piece in found.groups())
    if not (1 <= month <= 12 and year >= 1):
        return None
    last = calendar.monthrange(year, month)[1]
    return (f"{year:04}-{month:02}", last) if not 1 <= day <= last else None


def truth_meant(text: str) -> str | None:
    """``true`` or ``false`` for a text such as 'yes' or '否'; None when it is neither."""
    return _TRUTHS.get(narrowed(text).lower())


def nearest(word: str, allowed: list[str]) -> str | None:
    """The allowed word that is most like the one given; None when none is."""
    close = difflib.get_close_matches(narrowed(word).lower().replace("-", "_").replace(" ", "_"), allowed, 1, 0.6)
    return close[0] if close else None
