"""What YAML's grammar complains of, in the words of someone who has to mend the file."""

from __future__ import annotations

import re

from sfund_sim.scenario.wording import Words

_REMEDIES: list[tuple[str, Words]] = [
    (
        r"found character '\\t'",
        Words(
            "a tab stands where YAML takes only spaces; use spaces",
            "此处不能使用制表符（Tab）；请改用空格",
        ),
    ),
    (
        r"found character '(.+)' that cannot start",
        Words(
            'a value cannot begin with {0}; put the value in quotes: "{0}..."',
            '值不能以 {0} 开头；请给该值加引号："{0}..."',
        ),
    ),
    (
        r"mapping values are not allowed",
        Words(
            "a second ': ' on one line, or wrong indentation; put text that contains ': ' in quotes, "
            "and align keys of one level",
            "同一行出现第二个“: ”，或缩进有误；含有“: ”的文字请加引号，同级的键须对齐",
        ),
    ),
    (
        r"could not find expected ':'",
        Words(
            "this line has no ': ' after its key; write 'key: value' (with a space after the colon)",
            "这一行的键后面缺少“: ”；请写作“key: value”（冒号后须有空格）",
        ),
    ),
    (
        r"expected <block end>",
        Words(
            "the indentation fits no level above; align the keys (or the '-') of one level",
            "缩进与上面各级都不一致；同级的键（或“-”）须对齐",
        ),
    ),
    (
        r"expected ',' or '([\]}])'",
        Words(
            "a bracket is not closed or a comma is missing; '{0}' or ',' is expected here",
            "括号未闭合或缺少逗号；此处应为“{0}”或“,”",
        ),
    ),
    (
        r"expected (the )?node content",
        Words(
            "a value is missing here, or a bracket is not closed; write the value, or close the bracket",
            "此处缺少值，或括号未闭合；请写出该值，或补上括号",
        ),
    ),
    (
        r"while scanning a quoted scalar|unexpected end of stream|unexpected document separator",
        Words("a quotation mark is not closed; close it, or remove it", "引号未闭合；请补上或删去引号"),
    ),
    (
        r"unknown escape character|expected escape sequence",
        Words(
            "'\\' has a special meaning in double quotes; use single quotes, or write '\\\\'",
            "双引号内的“\\”有特殊含义；请改用单引号，或写作“\\\\”",
        ),
    ),
    (
        r"expected '<document start>'",
        Words(
            "the text goes on after the end of the data; is a key or a bracket out of place?",
            "数据结束之后还有多余文字；是否有键或括号放错了位置？",
        ),
    ),
    (
        r"while scanning an? (anchor|alias)",
        Words(
            "'&' and '*' mark shared pieces in YAML; put text that begins with them in quotes",
            "“&”和“*”在 YAML 中表示引用；以它们开头的文字请加引号",
        ),
    ),
    (
        r"while scanning a block scalar",
        Words(
            "'|' and '>' begin a text of several lines; put text that begins with them in quotes",
            "“|”和“>”表示多行文字；以它们开头的文字请加引号",
        ),
    ),
    (
        r"(parsing|scanning) a (tag|directive)|found undefined tag|undefined tag handle",
        Words(
            "'!' and '%' have a special meaning in YAML; put text that begins with them in quotes",
            "“!”和“%”在 YAML 中有特殊含义；以它们开头的文字请加引号",
        ),
    ),
]


def remedy_for(complaint: str) -> Words:
    """The remedy for a complaint of the YAML parser (context and problem in one text)."""
    for pattern, remedy in _REMEDIES:
        if match := re.search(pattern, complaint):
            return Words(*(text.format(*match.groups()) if match.groups() else text for text in remedy))
    return Words(f"not valid YAML ({complaint})", "不是有效的 YAML；请检查此处的缩进、括号与引号")
