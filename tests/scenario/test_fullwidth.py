"""Full-width punctuation: told where it breaks the structure, left alone in Chinese text, and read on behind it."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sfund_sim.scenario.fullwidth import half_width
from sfund_sim.scenario.nodes import plain
from sfund_sim.scenario.reading import parse_text


@pytest.mark.parametrize(
    ("text", "data", "where"),
    [
        ("seed： 5", {"seed": 5}, ["1:5"]),
        ("seed：5\nname：x", {"seed": 5, "name": "x"}, ["1:5", "2:5"]),
        ("a: 1\nseed：5\nb: 2", {"a": 1, "seed": 5, "b": 2}, ["2:5"]),
        ("a:\n  b：1\n  c：2\nd: 3", {"a": {"b": 1, "c": 2}, "d": 3}, ["2:4", "3:4"]),
        ("a:　5\nb: 1", {"a": 5, "b": 1}, ["1:3"]),
        ("　b: 1\n　c: 2", {"b": 1, "c": 2}, ["1:1", "2:1"]),
        ("a: “x: y”", {"a": "x: y"}, ["1:4"]),
        ("a: “x”", {"a": "x"}, ["1:4"]),
        ("“a”: 1", {"a": 1}, ["1:1"]),
        ("a: ［1，2］", {"a": [1, 2]}, ["1:4"]),
        ("a: 【x, y】", {"a": ["x", "y"]}, ["1:4"]),
        ("a: ｛b：1，c：2｝", {"a": {"b": 1, "c": 2}}, ["1:4"]),
        ("a: {b: 1，c: 2}", {"a": {"b": 1, "c": 2}}, ["1:9"]),
        ("a: {b：1, c: 2}", {"a": {"b": 1, "c": 2}}, ["1:6"]),
        ("－ on：1\n－ on：2", [{"on": 1}, {"on": 2}], ["1:1", "2:1"]),
        ("a: 5 ＃ remark", {"a": 5}, ["1:6"]),
    ],
)
def test_a_full_width_sign_is_told_and_the_rest_is_read_as_meant(text, data, where):
    parsed = parse_text(text, "s.yaml")
    assert [f"{problem.line}:{problem.column}" for problem in parsed.problems] == where
    assert all("half-width" in problem.message and "半角" in problem.message_zh for problem in parsed.problems)
    assert plain(parsed.root) == data


@pytest.mark.parametrize(
    "text",
    [
        "zh: 若无北京试点（2018–2027）：对照",
        "title: {en: x, zh: 北京，上海；“接力”基金}",
        "note: “接力”与“母基金”",
        "because: NAV：资产净值",
        "because: 【说明】自 2021 年起",
        "note: |\n  key：value\n  ［1，2］",
        "'a：b': 1",
    ],
)
def test_chinese_text_is_left_alone(text):
    assert parse_text(text, "s.yaml").problems == []


def test_the_remedy_is_the_line_as_it_should_be():
    problem = parse_text("days：  20", "s.yaml").problems[0]
    assert problem.message == "full-width punctuation '：' where YAML needs half-width signs; write: days: 20"
    assert problem.message_zh == "此处须用半角符号，却输入了全角符号 ： ；请写作：days: 20"


@pytest.mark.parametrize(
    ("text", "data", "where"),
    [
        ("a:\n\u00a0\u00a0b: 1\n\u00a0 c: 2", {"a": {"b": 1, "c": 2}}, ["2:1", "3:1"]),
        ("a:\n  b: 1\n\u00a0\u00a0c: 2", {"a": {"b": 1, "c": 2}}, ["3:1"]),
        ("a:\n\u00a0\u00a0- 1\n\u00a0\u00a0- 2", {"a": [1, 2]}, ["2:1", "3:1"]),
        ("a: 1\nseed:\u00a05", {"a": 1, "seed": 5}, ["2:6"]),
    ],
)
def test_a_space_copied_from_a_page_is_told_and_read_as_an_ordinary_one(text, data, where):
    parsed = parse_text(text, "s.yaml")
    assert [f"{problem.line}:{problem.column}" for problem in parsed.problems] == where
    assert all("U+00A0 (no-break space)" in problem.message for problem in parsed.problems)
    assert all("普通空格" in problem.message_zh for problem in parsed.problems)
    assert plain(parsed.root) == data
    assert parse_text("a: one\u00a0word", "s.yaml").problems == []


@given(line=st.text("ab: －：，［］｛｝“”　\u00a0＃#1\t'", max_size=20))
@example("＃\u3000 ")
def test_mending_a_line_twice_changes_nothing_more(line):
    once = half_width(line)
    assert half_width(half_width(once)) == half_width(once)
    assert "\n" not in once


def test_signs_alike_are_mended_in_one_reading_however_many_there_are():
    text = "".join(f"x{number}: {{a: 1，b: 2}}\n" for number in range(60))
    parsed = parse_text(text, "mine.yaml")
    assert [problem.line for problem in parsed.problems] == list(range(1, 61))
    assert parsed.root is not None


def test_where_the_readings_end_the_last_word_is_that_there_are_more_such_signs():
    text = "".join(f"x{n}:\n{' ' * (n % 30 + 1)}y: {{a: 1，b: 2}}\n" for n in range(30))
    *_, last = parse_text(text, "mine.yaml").problems
    assert last.message == "there are more such signs below"
    assert last.line == max(problem.line for problem in parse_text(text, "mine.yaml").problems)
