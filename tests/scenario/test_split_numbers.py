"""Numbers that a comma has ended between brackets: one complaint each, with the number as it is to be written."""

from __future__ import annotations

import pytest
from stopwatch import seconds

from sfund_sim.scenario.nodes import plain
from sfund_sim.scenario.reading import _parsed, parse_text


def test_a_comma_that_ends_a_number_between_brackets_is_seen_for_what_it_is():
    text = "name: x\nrooms: {a: {open: true, notice_days: 1,000, fee_rate: 0.1}}"
    assert [problem.text() for problem in parse_text(text, "s.yaml").problems] == [
        "s.yaml:2:38: '1,000' is no number here: a comma ends a value between brackets; write notice_days: 1000"
    ]


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("1,000,000", "1000000"), ("-2,500", "-2500"), ("1,000.5", "1000.5"), ("1,000万", "10000000"),
        ("12,345万元", "123450000"), ("¥3,000", "3000"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("flow", ["{{fee_cny: {}}}", "{{value: 1, fee_cny: {}, value2: 2}}"])
def test_however_long_the_number_and_whatever_its_unit_it_is_one_complaint(given, meant, flow):
    [problem] = parse_text(f"a: {flow.format(given)}\n", "a.yaml").problems
    assert problem.message.startswith(f"'{given}' is no number here: a comma ends a value")
    assert problem.message.endswith(f"; write fee_cny: {meant}")
    assert problem.message_zh.endswith(f"括号内的逗号会结束一个值；请写作 fee_cny: {meant}")


def test_in_a_list_what_can_only_be_one_number_is_taken_for_one():
    parsed = parse_text("a: [1,000, 2,500万, 3,4, 1,200, 5,000,250]\n", "a.yaml")
    assert plain(parsed.root) == {"a": [1000, 25000000, 3, 4, 1, 200, 5000250]}
    assert [(problem.column, problem.message.rpartition(" ")[2]) for problem in parsed.problems] == [
        (5, "1000"), (12, "25000000"), (32, "5000250")
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["a: {b: 1, 000: 2}", "a: {b: 1,000: 2}", "a: [1,20,300]", "a: [x1,000]", "a: ['1',000]", "a: 1,000"]
)
def test_other_values_between_brackets_stay_apart(text):
    assert not any("comma" in problem.message for problem in parse_text(text + "\n", "a.yaml").problems)


def test_a_long_row_of_figures_is_read_as_quickly_as_any_other():
    row = ",".join(["000"] * 4_900)
    text = "\n".join(f"a{number}: [1,{row}]" for number in range(5))
    assert seconds(lambda: (_parsed.cache_clear(), parse_text(text, "a.yaml"))) < 5
