"""What a difference says, in words: clearly higher or lower, perhaps by chance, not to be seen, or not defined."""

from __future__ import annotations

import math
from enum import StrEnum
from typing import NamedTuple

from sfund_sim.ground.errors import Language


class Verdict(StrEnum):
    """What may be said of a difference."""

    HIGHER = "clearly_higher"
    LOWER = "clearly_lower"
    MAYBE_HIGHER = "perhaps_higher"
    MAYBE_LOWER = "perhaps_lower"
    NOT_SEEN = "not_seen"
    SAME = "same"
    NO_BASELINE = "not_in_baseline"
    NO_SCENARIO = "not_in_scenario"
    NEITHER = "in_neither"
    TOO_FEW = "too_few_pairs"
    SELECTED = "selected_pairs"
    NOTHING = "nothing_ruled_out"


class Finding(NamedTuple):
    """One difference and what is known of it; NaN where there is nothing."""

    unit: str
    level_first: float
    level_second: float
    difference: float
    low: float
    high: float
    is_beyond_chance: bool
    """Does it outlast the correction for all differences looked at, or for those named beforehand?"""
    pairs: int = 0
    """Replications in which both scenarios have the outcome."""
    replications: int = 0
    """All replications."""
    only_first: int = 0
    """Replications in which only the first scenario has it."""
    only_second: int = 0
    unreached: int = 0
    """Replications in which neither scenario reaches what the outcome asks for, though somebody wanted out."""
    most: float = math.inf
    """Largest difference that there can be."""
    is_named: bool | None = None
    """Was its outcome named beforehand? None where none was."""


def judged(finding: Finding) -> Verdict:
    """The verdict on a difference."""
    lacks = math.isnan(finding.level_first), math.isnan(finding.level_second)
    if (finding.only_first or finding.only_second or finding.unreached) and (finding.pairs or not any(lacks)):
        return Verdict.SELECTED
    if math.isnan(finding.low):
        return {(True, True): Verdict.NEITHER, (True, False): Verdict.NO_BASELINE, (False, True): Verdict.NO_SCENARIO,
                (False, False): Verdict.TOO_FEW}[lacks]  # fmt: skip
    if finding.low == finding.high == 0:
        return Verdict.SAME
    if finding.low > 0:
        return Verdict.HIGHER if finding.is_beyond_chance else Verdict.MAYBE_HIGHER
    if finding.high < 0:
        return Verdict.LOWER if finding.is_beyond_chance else Verdict.MAYBE_LOWER
    return Verdict.NOT_SEEN if max(-finding.low, finding.high) < finding.most else Verdict.NOTHING


_SENTENCES: dict[Verdict, tuple[str, str]] = {
    Verdict.HIGHER: ("clearly higher, by {between}", "明显更高，高出{between}"),
    Verdict.LOWER: ("clearly lower, by {between}", "明显更低，低{between}"),
    Verdict.MAYBE_HIGHER: ("higher, by {between}{chance}", "更高，高出{between}{chance}"),
    Verdict.MAYBE_LOWER: ("lower, by {between}{chance}", "更低，低{between}{chance}"),
    Verdict.NOT_SEEN: (
        "no difference can be seen; an effect larger than {far} is ruled out",
        "看不出差异；可以排除大于{far}的影响",
    ),
    Verdict.SAME: ("the same in every replication", "每次重复均相同"),
    Verdict.NO_BASELINE: (
        "no difference is defined: the baseline has no such outcome",
        "差异无定义：基准情景没有该指标",
    ),
    Verdict.NO_SCENARIO: (
        "no difference is defined: the scenario has no such outcome",
        "差异无定义：该情景没有该指标",
    ),
    Verdict.NEITHER: (
        "no difference is defined: neither scenario has such an outcome",
        "差异无定义：两个情景均没有该指标",
    ),
    Verdict.TOO_FEW: (
        "nothing can be said: fewer than two replications have it in both scenarios, or too few sales for an interval",
        "无法判断：两个情景中同时有该指标的重复不足两次，或成交过少，无法给出区间",
    ),
    Verdict.SELECTED: (
        "no difference is defined: of {every} replications {lacking}, and those that have it in both are a selection",
        "差异无定义：{every}次重复中，{lacking}，两者皆有的重复是经过筛选的",
    ),
    Verdict.NOTHING: (
        "no difference can be seen, and no size of it is ruled out",
        "看不出差异，也不能排除任何大小的影响",
    ),
}
_DOUBTS: dict[bool | None, tuple[str, str]] = {
    None: ("among {m} differences looked at", "共考察了{m}项差异"),
    True: ("among {m} differences named beforehand", "事先指定了{m}项差异"),
    False: ("as it was not named beforehand", "该差异未经事先指定"),
}
"""Why a difference whose interval lies apart from 0 may be one by chance, by whether it was named."""


def sentence(finding: Finding, looked_at: int, language: Language) -> str:
    """The verdict in words with its numbers; intervals at 95 %. ``looked_at``: tests that are corrected for."""
    sizes = sorted((abs(finding.low), abs(finding.high)))
    near, far = (size_text(size, finding.unit, language) for size in sizes)
    words = ("约{}", "{}至{}") if language == "zh" else ("about {}", "{} to {}")
    between = words[0].format(near) if near == far else words[1].format(near, far)
    english, chinese = _SENTENCES[judged(finding)]
    pairs, every = f"{finding.pairs:,}", f"{finding.replications:,}"
    text = (chinese if language == "zh" else english).format(
        between=between,
        far=far,
        chance=chance_remark(looked_at, language, is_named=finding.is_named),
        every=every,
        lacking=_lacking(finding, language),
    )
    if judged(finding) is Verdict.SELECTED or not 1 < finding.pairs < finding.replications:
        return text
    return (
        f"{text}（仅就{every}次重复中有该指标的{pairs}次而言）"
        if language == "zh"
        else f"{text} (said of the {pairs} of {every} replications that have it)"
    )


def chance_remark(looked_at: int, language: Language, *, is_named: bool | None = None) -> str:
    """What ``sentence`` adds to a difference that does not outlast the correction; ``is_named`` as in ``Finding``."""
    doubt = chance_doubt(looked_at, language, is_named=is_named)
    return f"；但{doubt}" if language == "zh" else f"; but {doubt}"


def chance_doubt(looked_at: int, language: Language, *, is_named: bool | None = None) -> str:
    """Why such a difference may be one by chance."""
    english, chinese = _DOUBTS[is_named]
    number = f"{looked_at:,}"
    if language == "zh":
        return f"{chinese.format(m=number)}，仅凭偶然也可能出现"
    return f"{english.format(m=number)}, chance alone may show as much"


def _lacking(finding: Finding, language: Language) -> str:
    """How many replications have an outcome in one scenario only or in none; what is true of none is not said."""
    neither = finding.replications - finding.pairs - finding.only_first - finding.only_second
    counted = [
        (finding.only_first, "in the baseline only", "仅基准情景有该指标的{}次"),
        (finding.only_second, "in the scenario only", "仅该情景有该指标的{}次"),
        (neither, "in neither", "两者皆无该指标的{}次"),
    ]
    some = [(n, en, zh) for n, en, zh in counted if n]
    if language == "zh":
        return "，".join(zh.format(f"{n:,}") for n, _, zh in some)
    told = [f"{n:,} {'has' if n == 1 else 'have'} it {en}" for n, en, _ in some[:1]]
    return ", ".join(told + [f"{n:,} {en}" for n, en, _ in some[1:]])


_OF_UNIT: dict[str, tuple[float, str, str]] = {
    "share": (100.0, "{} percentage points", "{}个百分点"),
    "ratio": (100.0, "{} percentage points", "{}个百分点"),
    "share/year": (100.0, "{} percentage points a year", "{}个百分点/年"),
    "days": (1.0, "{} days", "{}天"),
    "years": (1.0, "{} years", "{}年"),
    "multiple": (1.0, "{} times", "{}倍"),
    "1/year": (1.0, "{} a year", "{}次/年"),
    "count": (1.0, "{}", "{}"),
    "": (1.0, "{}", "{}"),
}
"""What one is multiplied with and how it is told; the last line is for outcomes that no dictionary knows."""
_YUAN: dict[Language, tuple[tuple[float, str], ...]] = {
    "en": ((1e9, "{} bn yuan"), (1e6, "{} m yuan")),
    "zh": ((1e8, "{}亿元"), (1e4, "{}万元")),
}


def scale(size: float, unit: str, language: Language) -> float:
    """What one of the unit is in which ``size_text`` tells a size: 0.01 of a share, a million or a billion yuan."""
    if unit == "CNY":
        return _yuan(size, language)[0]
    return 1.0 / _OF_UNIT[unit][0]


def size_text(size: float, unit: str, language: Language) -> str:
    """The size of a difference with its unit: shares in percentage points, money in large units."""
    if math.isnan(size):
        return "–"
    number = _short(size / scale(size, unit, language))
    if unit == "CNY":
        return _yuan(size, language)[1].format(number)
    _, english, chinese = _OF_UNIT[unit]
    return (chinese if language == "zh" else english).format(number)


def size_name(unit: str, language: Language, size: float = math.nan) -> str:
    """The unit in which ``size_text`` tells a size, for a heading; none for numbers and for money of no known size."""
    if unit == "CNY":
        return "" if math.isnan(size) else _yuan(size, language)[1].replace("{}", "").strip()
    _, english, chinese = _OF_UNIT[unit]
    return (chinese if language == "zh" else english).replace("{}", "").strip()


def yuan_text(yuan: float, language: Language) -> str:
    """An amount that somebody has set, in large units and with all its digits: 450 m yuan, 4.5亿元."""
    one, named = _yuan(yuan, language)
    return named.format(f"{yuan / one:,.9g}") if yuan else "0"


def _yuan(size: float, language: Language) -> tuple[float, str]:
    """What an amount is counted in, in yuan, and how it is told."""
    large, small = _YUAN[language]
    return large if abs(size) >= large[0] else small


def signed_text(size: float, unit: str, language: Language) -> str:
    """The same with its sign; 0, and what is written as 0, has none."""
    text = size_text(abs(size), unit, language)
    is_nought = not any(digit in text for digit in "123456789")
    return text if is_nought else f"{'-' if size < 0 else '+'}{text}"


def difference_parts(difference: tuple[float, float, float], unit: str, language: Language) -> tuple[str, str]:
    """A difference with its sign and unit, and its interval in the same unit (empty when there is none)."""
    size, *ends = difference
    return signed_text(size, unit, language), _interval(ends, scale(size, unit, language))


def bare_text(estimate: tuple[float, float, float], one: float) -> str:
    """A number with its interval, written as sizes are, without the unit, which is ``one`` and stands elsewhere."""
    size, *ends = estimate
    return "–" if math.isnan(size) else f"{_short(size / one)} {_interval(ends, one)}".strip()


def _interval(ends: list[float], one: float) -> str:
    if any(map(math.isnan, ends)):
        return ""
    low, high = (f"{end:,.0f}" if abs(end) >= 100 else f"{end:.3g}" for end in (end / one for end in ends))
    return f"[{low}, {high}]"


def _short(number: float) -> str:
    """Two significant digits at least, no more decimals than they need, thousands apart; a trace of nothing is 0."""
    number = round(number, 6) + 0.0
    if number == 0 or abs(number) >= 100:
        return f"{number:,.0f}"
    decimals = max(0, 1 - math.floor(math.log10(abs(number))))
    return f"{number:,.{min(decimals, 6)}f}"
