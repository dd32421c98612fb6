"""The words of complaints: one table from the validator's error types to English and Chinese.

Placeholders: ``given`` what stands in the file, ``key`` its key, ``limits`` the numbers allowed; the others are the
validator's own context (``expected``, ``min_length``, ``pattern``, ...).
"""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    """One sentence in English and Chinese."""

    en: str
    zh: str

    def filled(self, values: dict[str, object], values_zh: dict[str, object]) -> Words:
        """The sentence with its placeholders filled in."""
        return Words(self.en.format_map(_Blank(values)), self.zh.format_map(_Blank(values_zh)))

    def plus(self, more: Words) -> Words:
        """The sentence with another joined to it."""
        return Words(self.en + more.en, self.zh + more.zh)


class _Blank(dict[str, object]):
    """A table in which what is not there is a dash."""

    def __missing__(self, key: str) -> str:
        return "-"


NOTHING = Words("", "")


def did_you_mean(word: str | None) -> Words:
    """The end of a complaint: what was probably meant; nothing when that is not known."""
    return Words(f"; did you mean '{word}'?", f"；是否想写“{word}”？") if word else NOTHING


_WHOLE = Words("{given} is not a whole number{limits}", "{given}不是整数{limits}")
_NUMBER = Words("{given} is not a number{limits}", "{given}不是数{limits}")
_TRUTH = Words("{given} is neither true nor false; write true or false", "{given}不是真假值；请写 true 或 false")
_DATE = Words("{given} is not a date; write YYYY-MM-DD without quotes", "{given}不是日期；请写作 YYYY-MM-DD，不加引号")
_TEXT = Words("{given} is not text", "{given}不是文字")
_LIST = Words("{given} is not a list; write each item after a '- '", "{given}不是列表；每一项请另起一行并以“- ”开头")
_MAPPING = Words(
    "{given} is not a mapping; write 'key: value' lines below it", "{given}不是映射；请在其下逐行写“键: 值”"
)
_RANGE = Words("{given} is out of range{limits}", "{given}超出范围{limits}")
_CHOICE = Words(
    "{given} is not one of the words allowed; allowed: {expected}", "{given}不在可选项之中；可用：{expected}"
)
_FINITE = Words("{given} is not a finite number", "{given}不是有限的数")

WORDS: dict[str, Words] = {
    "missing": Words("the key '{keys}' is missing; add it below {parent}", "缺少键“{keys}”；请补在{parent}之下"),
    "missing_keys": Words(
        "these keys are missing: {keys}; add them below {parent}", "缺少以下键：{keys}；请补在{parent}之下"
    ),
    "unknown_venue": Words(
        "there is no venue '{name}' (known: {known}); a new venue also needs the keys {keys}, or 'like' and the "
        "name of one that has them",
        "没有名为“{name}”的平台（已有：{known}）；新增平台还须写明以下键：{keys}，或用 like 指明一个已有平台",
    ),
    "extra_forbidden": Words("unknown key '{key}'; allowed: {allowed}", "未知的键“{key}”；可用：{allowed}"),
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing_size": Words("{given} is too long for a number{limits}", "{given}位数过多{limits}"),
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "decimal_type": _NUMBER,
    "finite_number": _FINITE,
    "bool_type": _TRUTH,
    "bool_parsing": _TRUTH,
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
    "string_type": _TEXT,
    "string_too_short": Words(
        "the text is too short; at least {min_length} characters", "文字过短；至少 {min_length} 个字符"
    ),
    "string_too_long": Words(
        "the text is too long; at most {max_length} characters", "文字过长；至多 {max_length} 个字符"
    ),
    "string_pattern_mismatch": Words(
        "{given} cannot be a name here; write lower-case letters, digits and underscores, a letter first, 60 at most",
        "{given}不能作为此处的名称；请用小写字母、数字与下划线，以字母开头，至多 60 个字符",
    ),
    "literal_error": _CHOICE,
    "enum": _CHOICE,
    "greater_than": _RANGE,
    "greater_than_equal": _RANGE,
    "less_than": _RANGE,
    "less_than_equal": _RANGE,
    "multiple_of": Words("{given} is not a multiple of {multiple_of}", "{given}不是 {multiple_of} 的倍数"),
    "list_type": _LIST,
    "tuple_type": _LIST,
    "dict_type": _MAPPING,
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
    "too_short": Words(
        "too few items ({actual_length}); at least {min_length}", "项数过少（{actual_length}）；至少 {min_length} 项"
    ),
    "too_long": Words(
        "too many items ({actual_length}); at most {max_length}", "项数过多（{actual_length}）；至多 {max_length} 项"
    ),
    "part_kind_unknown": Words(
        "there is no {family} '{given_kind}'; allowed: {allowed}, or one of your own, whose file you name with --part",
        "没有名为“{given_kind}”的{family}；可用：{allowed}；自编的须用 --part 指明其文件",
    ),
    "part_kind_missing": Words(
        "{given} names no {family}; write one of {allowed}, or a mapping with 'kind'",
        "{given}没有指明{family}；请写以下之一：{allowed}，或写含“kind”的映射",
    ),
    "unknown_dict_key": Words(
        "'{key}' cannot be a key here; allowed: {expected}", "“{key}”不能作为此处的键；可用：{expected}"
    ),
}
FAMILIES_ZH = {
    "auction format": "竞价方式",
    "bidding strategy": "报价策略",
    "cash-flow model": "现金流模型",
    "disclosure rule": "披露规则",
    "extension rule": "延期规则",
    "floor rule": "底价规则",
    "information model": "信息模型",
    "mark model": "估值模型",
    "sell trigger": "转让动因形式",
    "value law": "估值分布",
}
"""Families of parts by their English name."""
FALLBACK = Words("{given} does not fit: {msg}", "{given}不合要求：{msg}")

RENAMED = {
    "<<": "extends",
    "reps": "replications",
    "random_seed": "seed",
    "policies": "policy",
    "start_date": "horizon.start",
    "end_date": "horizon.end",
    "funds": "population.funds",
    "lps": "population.lps",
    "buyers": "population.buyers",
}
"""Keys that readers of other tools and of earlier drafts try, with the key to write instead."""
OTHER_KINDS = {"sealed": "first_price"}
"""Kinds by the names that the lab or the field has for them, with the kind to write instead."""
