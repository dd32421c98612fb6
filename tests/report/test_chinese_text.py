"""Chinese that users read is set like Chinese: signs of full width, even spaces, the glossary's words."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from importlib import resources

import pytest

FILES = (
    ("sfund_sim.outcomes", "dictionary.csv", "definition", "definition_zh"),
    ("sfund_sim.outcomes", "dictionary.csv", "label_en", "label_zh"),
    ("sfund_sim.report", "words.csv", "en", "zh"),
    ("sfund_sim.report", "lab_words.csv", "en", "zh"),
    ("sfund_sim.report", "remarks.csv", "en", "zh"),
    ("sfund_sim.report", "parameter_words.csv", "field", "zh"),
    ("sfund_sim.classroom", "words.csv", "en", "zh"),
    ("sfund_sim.cli", "help_zh.csv", "en", "zh"),
)
"""Tables of texts, and the columns of the English (or of what is told) and of the Chinese."""
HAN = "[\u4e00-\u9fff]"
TERMS = r"S基金|J曲线|tcp://主机:端口|形状,尺度;形状,尺度| --set 路径=取值 | 利润 \*\* RISK"
"""Terms of the field that are written in one, and what stands as it is to be typed."""
OTHER_WORDS = {
    "交易场所": "平台", "场内": "平台", "贴现": "折现", "扫描": "设计试验",
    "（升价）": "（增价）", "升价竞价": "增价竞价", "降价竞价": "减价竞价",
    "流拍": "流标",
    "封印": "封存值", "封签": "封存值", "目录": "文件夹", "案例": "算例", "披露净值": "公布的净值",
    "国资管理人": "国资普通合伙人", "民营管理人": "民营普通合伙人",
}  # fmt: skip
"""What had two names, and the one that is kept."""


def texts() -> Iterator[tuple[str, str, str]]:
    """Table, English or key, and Chinese of every line."""
    for package, name, english, chinese in FILES:
        table = resources.files(package).joinpath(name).read_text("utf-8")
        for row in csv.DictReader(table.splitlines()):
            yield name, row[english], row[chinese]


def told(pattern: str) -> list[tuple[str, str]]:
    """Where a pattern is found."""
    return [(name, chinese) for name, _, chinese in texts() if re.search(pattern, re.sub(TERMS, "", chinese))]


def test_every_line_has_both_languages() -> None:
    assert [line for line in texts() if not (line[1].strip() and line[2].strip())] == []


def test_no_sign_of_half_width_stands_between_chinese_letters() -> None:
    assert told(f"{HAN}[,;:!?()]|[,;:!?()]{HAN}") == []


def test_no_space_stands_beside_a_sign_of_full_width() -> None:
    assert told("[，。；：（）、“”] | [，。；：（）、“”]") == []


def test_no_space_stands_between_two_chinese_letters() -> None:
    assert told(f"{HAN} +{HAN}") == []


def test_a_space_stands_between_chinese_and_latin_letters() -> None:
    assert told(f"{HAN}[A-Za-z]|[A-Za-z]{HAN}") == []


def test_a_per_cent_sign_stands_at_its_number() -> None:
    assert told(r"\d %") == []


@pytest.mark.parametrize("other", OTHER_WORDS)
def test_one_thing_has_one_name(other: str) -> None:
    assert told(other) == [], f"the word is {OTHER_WORDS[other]}"
