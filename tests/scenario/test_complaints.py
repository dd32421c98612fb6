"""What is wrong; what is allowed; what was probably meant: one test a sort of mistake, in both languages."""

from __future__ import annotations

import re
from string import Formatter

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError
from small_scenario import lines, read_small

from sfund_sim.ground.errors import RuleError, ScenarioError
from sfund_sim.scenario.complaints import complaints
from sfund_sim.scenario.layers import load_scenario
from sfund_sim.scenario.reading import parse_text, yaml_text
from sfund_sim.scenario.validation import validated
from sfund_sim.scenario.wording import WORDS

HEAD = "name: x\n"
KEYS = "name, count, size_cny, weights, shares, span, rooms, kinds, policy"


@pytest.mark.parametrize(
    ("text", "en", "zh"),
    [
        ("cuont: 5", f"2:1: cuont: unknown key 'cuont'; allowed: {KEYS}; did you mean 'count'?",
         f"cuont：未知的键“cuont”；可用：{KEYS.replace(', ', '、')}；是否想写“count”？"),
        ("rooms: {a: {notice-days: 3}}", "2:13: rooms.a.notice-days: unknown key 'notice-days'; allowed: open, "
         "notice_days, fee_rate, ledger, format; did you mean 'notice_days'?", None),
        ("rooms: {a: {format: {kind: sealed, step: 1}}}", "2:36: rooms.a.format.step: unknown key 'step'; "
         "allowed: kind, quotes", None),
        ("count: many", "2:8: count: 'many' is not a whole number; allowed: 0 to 100",
         "count：“many”不是整数；允许范围：0 至 100"),
        ("count: 2.5", "2:8: count: '2.5' is not a whole number; allowed: 0 to 100", None),
        ("count: true", "2:8: count: 'true' is not a whole number; allowed: 0 to 100", None),
        ("count: '7'", "2:8: count: '7' is not a whole number; allowed: 0 to 100; write count: 7 (without quotes)",
         "count：“7”不是整数；允许范围：0 至 100；请写作 count: 7（不加引号）"),
        ("count: ７", "2:8: count: '７' is not a whole number; allowed: 0 to 100; write count: 7", None),
        ("count: 500", "2:8: count: '500' is out of range; allowed: 0 to 100",
         "count：“500”超出范围；允许范围：0 至 100"),
        ("size_cny: 1,000万",
         "2:11: size_cny: '1,000万' is not a number; allowed: at least 0; write size_cny: 10000000",
         "size_cny：“1,000万”不是数；允许范围：不小于 0；请写作 size_cny: 10000000"),
        ("size_cny: 1_000", "2:11: size_cny: '1_000' is not a number; allowed: at least 0; write size_cny: 1000", None),
        ("size_cny: [1]", "2:11: size_cny: a list is not a number; allowed: at least 0",
         "size_cny：列表不是数；允许范围：不小于 0"),
        ("size_cny:", "2:10: size_cny: nothing (null) is not a number; allowed: at least 0", None),
        ("rooms: {a: {notice_days: 20 days}}", "2:26: rooms.a.notice_days: '20 days' is not a whole number; "
         "allowed: 0 to 365; write notice_days: 20", None),
        ("rooms: {a: {notice_days: 20个工作日}}", "2:26: rooms.a.notice_days: '20个工作日' is not a whole number; "
         "allowed: 0 to 365; write notice_days: 20", None),
        ("rooms: {a: {notice_days: 2 years}}", "2:26: rooms.a.notice_days: '2 years' is not a whole number; "
         "allowed: 0 to 365", None),
        ("rooms: {a: {fee_rate: 5%}}", "2:23: rooms.a.fee_rate: '5%' is not a number; allowed: 0 to 1; "
         "write fee_rate: 0.05", None),
        ("rooms: {a: {fee_rate: 5}}", "2:23: rooms.a.fee_rate: '5' is out of range; allowed: 0 to 1; "
         "did you mean '0.05'?", "rooms.a.fee_rate：“5”超出范围；允许范围：0 至 1；是否想写“0.05”？"),
        ("rooms: {a: {open: 是}}", "2:19: rooms.a.open: '是' is neither true nor false; write true or false; "
         "write open: true", "rooms.a.open：“是”不是真假值；请写 true 或 false；请写作 open: true"),
        ("rooms: {a: {open: no}}", "2:19: rooms.a.open: 'no' is neither true nor false; write true or false; "
         "write open: false", None),
        ("rooms: {a: {ledger: paperr}}", "2:21: rooms.a.ledger: 'paperr' is not one of the words allowed; "
         "allowed: 'distributed' or 'paper'; did you mean 'paper'?",
         "rooms.a.ledger：“paperr”不在可选项之中；可用：distributed 或 paper；是否想写“paper”？"),
        ("rooms: {a: {format: risng}}", "2:21: rooms.a.format: there is no auction format 'risng'; "
         "allowed: rising, sealed, or one of your own, whose file you name with --part; did you mean 'rising'?",
         "rooms.a.format：没有名为“risng”的竞价方式；可用：rising、sealed；自编的须用 --part 指明其文件；"
         "是否想写“rising”？"),
        ("rooms: {a: {format: {step: 1}}}", "2:21: rooms.a.format: a mapping names no auction format; "
         "write one of rising, sealed, or a mapping with 'kind'",
         "rooms.a.format：映射没有指明竞价方式；请写以下之一：rising、sealed，或写含“kind”的映射"),
        ("rooms: {a: {format: {kind: rising, step: '1'}}}", "2:42: rooms.a.format.step: '1' is not a number; "
         "allowed: 0 to 1; write step: 1 (without quotes)", None),
        ("rooms: 5", "2:8: rooms: '5' is not a mapping; write 'key: value' lines below it",
         "rooms：“5”不是映射；请在其下逐行写“键: 值”"),
        ("shares: 5", "2:9: shares: '5' is not a list; write each item after a '- '",
         "shares：“5”不是列表；每一项请另起一行并以“- ”开头"),
        ("shares: [0.5, 1，2]", "2:15: shares.1: '1，2' is not a number; allowed: 0 to 1; "
         "write half-width signs instead of '，'", None),
        ("weights: {20x: 1}", "2:11: weights.20x: as a key, '20x' is not a whole number", None),
        ("kinds: {sooe: 1}", "2:9: kinds.sooe: 'sooe' cannot be a key here; allowed: 'soe' or 'bank'; "
         "did you mean 'soe'?", None),
        ("span: {start: 2021-02-30, end: 2022-01-01}", "2:15: span.start: '2021-02-30' is not a date; write YYYY-MM-DD "
         "without quotes; 2021-02 has 28 days",
         "span.start：“2021-02-30”不是日期；请写作 YYYY-MM-DD，不加引号；2021-02 只有 28 天"),
        ("span: {start: 2021/4/20, end: 2022-01-01}", "2:15: span.start: '2021/4/20' is not a date; write YYYY-MM-DD "
         "without quotes; write start: 2021-04-20", None),
        ("span: {start: '2021年4月20日', end: 2022-01-01}", "2:15: span.start: '2021年4月20日' is not a date; write "
         "YYYY-MM-DD without quotes; write start: 2021-04-20", None),
        ("span: {start: 20210420, end: 2022-01-01}", "2:15: span.start: '20210420' is not a date; write YYYY-MM-DD "
         "without quotes; write start: 2021-04-20", None),
        ("span: {start: 0, end: 2022-01-01}",
         "2:15: span.start: '0' is not a date; write YYYY-MM-DD without quotes", None),
        ("span: {start: 2020-01-01}", "2:7: span.end: the key 'end' is missing; add it below 'span'",
         "span.end：缺少键“end”；请补在“span”之下"),
        ("span: {start: 2022-01-01, end: 2021-01-01}", "2:32: span.end: end 2021-01-01 is not after 2022-01-01",
         "span.end：结束日 2021-01-01 不晚于 2022-01-01"),
    ],
)  # fmt: skip
def test_one_mistake_is_told_once_with_its_place_and_remedy(text, en, zh):
    small, problems = read_small(HEAD + text)
    assert small is None
    assert len(problems) == 1
    assert problems[0].text().startswith(f"s.yaml:{en}")
    if zh is not None:
        assert problems[0].message_zh == zh


def test_a_date_or_number_where_text_is_needed_is_told_to_be_quoted():
    assert lines(read_small("name: 2020-01-01")[1]) == [
        "s.yaml:1:7: name: '2020-01-01' is not text; put it in quotes; write name: \"2020-01-01\""
    ]
    assert lines(read_small("name: 5")[1]) == ["s.yaml:1:7: name: '5' is not text; put it in quotes; write name: \"5\""]


def test_a_mapping_where_text_is_needed_is_not_told_to_be_quoted():
    assert lines(read_small("name: {kind: wide, size: 3}")[1]) == [
        "s.yaml:1:7: name: a mapping is not text; write name: wide"
    ]
    assert lines(read_small("name: [a]")[1]) == ["s.yaml:1:7: name: a list is not text"]


def test_kinds_elsewhere_are_no_hint_for_a_kind_that_is_not_wanted():
    span, rooms = "span: {start: 2020-01-01, end: 2021-01-01, kind: y}", "rooms: {a: {format: {kind: rising}}}"
    [problem] = read_small(f"name: x\n{span}\n{rooms}")[1]
    assert problem.text().startswith("s.yaml:2:44: span.kind: unknown key 'kind'; allowed: ")
    assert "did you mean" not in problem.message


def test_quoted_iso_dates_are_dates():
    small, problems = read_small("name: x\nspan: {start: '2020-01-01', end: \"2021-01-01\"}")
    assert problems == []
    assert small.span.start.isoformat() == "2020-01-01"


def test_a_misspelt_key_is_not_complained_of_as_missing_too():
    _, problems = read_small("nmae: x")
    assert [problem.message.split(";")[0] for problem in problems] == ["nmae: unknown key 'nmae'"]


def test_keys_that_one_mapping_lacks_are_told_together():
    _, problems = read_small("name: x\npolicy: [{on: 2020-01-01, because: b}, {source: s}]")
    assert lines(problems) == [
        "s.yaml:2:10: policy.0.set: the key 'set' is missing; add it below 'policy.0'",
        "s.yaml:2:40: policy.1: these keys are missing: on, because, set; add them below 'policy.1'",
    ]
    assert problems[1].message_zh == "policy.1：缺少以下键：on、because、set；请补在“policy.1”之下"


@pytest.mark.parametrize(
    ("venues", "told", "told_zh"),
    [
        ("beijin: {disclosure: {days: 5}}", r"did you mean 'beijing'\? there is no venue 'beijin' \(known: beijing\); "
         r"a new venue also needs the keys open, funds_share, .*, suitability, or 'like' .*",
         r"是否想写“beijing”？没有名为“beijin”的平台（已有：beijing）；新增平台还须写明以下键：open、.*、"
         r"suitability，或用 like 指明.*"),
        ("shanghai: {open: true}", r"there is no venue 'shanghai' \(known: beijing\); a new venue also needs the keys "
         r"funds_share, .*", r"没有名为“shanghai”的平台（已有：beijing）；.*"),
    ],
)  # fmt: skip
def test_a_venue_nearly_right_is_one_complaint_with_the_name_meant(venues, told, told_zh, tmp_path, monkeypatch):
    """Each key that it lacks was a line of its own, and none of them the mistake."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").write_text(f"extends: beijing_pilot\nname: mine\nvenues: {{{venues}}}")
    with pytest.raises(ScenarioError) as caught:
        load_scenario("mine.yaml")
    (problem,) = caught.value.problems
    name = venues.partition(":")[0]
    assert (problem.file, problem.line, problem.column) == ("mine.yaml", 3, 10)
    assert re.fullmatch(f"venues.{name}: {told}", problem.message)
    assert re.fullmatch(f"venues.{name}：{told_zh}", problem.message_zh)


def test_a_new_venue_that_lacks_little_is_no_name_nearly_right(tmp_path):
    pilot = load_scenario("beijing_pilot").resolved_tree["venues"]["beijing"]
    del pilot["open"], pilot["disclosure"]["rule"], pilot["disclosure"]["invited"]
    file = tmp_path / "mine.yaml"
    file.write_text("extends: beijing_pilot\nname: mine\n" + yaml_text({"venues": {"beijing_2": pilot}}))
    with pytest.raises(ScenarioError) as caught:
        load_scenario(file)
    assert sorted(problem.message.partition(":")[0] for problem in caught.value.problems) == [
        "venues.beijing_2.disclosure",
        "venues.beijing_2.open",
    ]


def test_nothing_is_said_about_what_lies_below_an_unknown_key():
    _, problems = read_small("name: x\nkinds: {soo: x}\nrooms: {a: {b: {c: 1}}}")
    assert [problem.message.split(":")[0] for problem in problems] == ["kinds.soo", "rooms.a.b"]


def test_all_mistakes_are_told_in_one_go_in_order_of_place():
    text = (
        "name： x\ncount: 500\ncount: 3\nspan: {start: 2021-02-30, end: x}\nshares:\n  - 2\n  - y\n"
        "rooms:\n  a: {opn: true, ledger: {value: ppaer, sauce: z, source: s}}\n"
        "policy: [{on: 2020-01-01, because: b, set: {roms.a: 1}}]\n"
    )
    _, problems = read_small(text)
    assert [(problem.line, problem.column) for problem in problems] == [
        (1, 5), (2, 8), (3, 1), (4, 15), (4, 32), (6, 5), (7, 5), (9, 7), (9, 34), (9, 41), (10, 45),
    ]  # fmt: skip


def test_several_broken_rules_of_one_piece_are_told_each_at_its_place():
    _, problems = read_small("name: x\nshares: [0.666, 0.1, 0.666]")
    assert [(problem.column, problem.message) for problem in problems] == [
        (10, "shares.0: share 0.666 is the devil's"),
        (22, "shares.2: share 0.666 is the devil's"),
    ]


@pytest.mark.parametrize(
    ("set_to", "column", "said"),
    [
        ("rooms.b.open: true", 7, "there is no rule 'rooms.b.open': 'b' is not known below 'rooms'; allowed: a"),
        ("rooms.a.opn: true", 7, "there is no rule 'rooms.a.opn': 'opn' is not known below 'rooms.a'; allowed: open, "
         "notice_days, fee_rate, ledger, format; did you mean 'rooms.a.open'?"),
        ("rooms.a.open: 7", 21, "'7' is neither true nor false; write true or false"),
        ("rooms.a.notice_days: 20 days", 28,
         "'20 days' is not a whole number; allowed: 0 to 365; write rooms.a.notice_days: 20"),
        ("rooms.a.format: {kind: risin}", 23, "there is no auction format 'risin'; allowed: rising, sealed, "
         "or one of your own, whose file you name with --part; did you mean 'rising'?"),
        ("rooms.a.format.step: 3", 28, "'3' is out of range; allowed: 0 to 1; did you mean '0.03'?"),
        ("rooms.a.open.x: 3", 7, "there is no rule 'rooms.a.open.x': 'x' is not known below 'rooms.a.open'; "
         "allowed: nothing: it is a single value"),
        ("count.value: 1", 7, "there is no rule 'count.value': 'value' is not known below 'count'; "
         "allowed: nothing: it is a single value"),
    ],
)  # fmt: skip
def test_dated_changes_are_checked_path_by_path(set_to, column, said):
    head = "name: x\nrooms: {a: {format: rising}}\npolicy: [{on: 2020-01-01, because: b, set:\n"
    _, problems = read_small(f"{head}     {{{set_to}}}}}]")
    path = set_to.split(": ")[0]
    assert lines(problems) == [f"s.yaml:4:{column}: policy.0.set.{path}: {said}"]
    assert problems[0].message_zh.startswith(f"policy.0.set.{path}：")


def test_the_replay_of_the_timeline_does_not_repeat_what_is_told_change_by_change(tmp_path):
    path = tmp_path / "s.yaml"
    path.write_text(
        "extends: beijing_pilot\npolicy:\n"
        "  - {on: 2020-01-01, because: b, set: {venues.bejing.open: true}}\n"
        "  - {on: 2021-01-01, because: b, set: {venues.beijing.open: 7}}\n"
    )
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    assert [(problem.line, problem.column) for problem in caught.value.problems] == [(3, 40), (4, 61)]


def load_problems(tmp_path, text, *overrides):
    path = tmp_path / "s.yaml"
    path.write_text(f"extends: beijing_pilot\nschema_version: 1\nname: s\n{text}\n", "utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path, list(overrides))
    return caught.value.problems


@pytest.mark.parametrize("key", ["policy", "policy_added"])
def test_a_dated_change_of_what_is_no_rule_is_told_at_its_own_line(tmp_path, key):
    text = f"{key}:\n  - {{on: 2022-03-01, because: b, set: {{seed: 3}}}}"
    [problem] = load_problems(tmp_path, text)
    assert (problem.file, problem.line) == (str(tmp_path / "s.yaml"), 5)
    assert "there is no rule 'seed'" in problem.message


@pytest.mark.parametrize(("text", "overrides"), [("horizon: {end: .inf}", []), ("", ["horizon.end=.inf"])])
def test_a_number_that_is_not_finite_is_told_once(tmp_path, text, overrides):
    [problem] = load_problems(tmp_path, text, *overrides)
    assert "'.inf' is not a finite number" in problem.message


def test_a_disclosure_rule_nearly_right_is_guessed(tmp_path):
    [problem] = load_problems(tmp_path, "", "venues.beijing.disclosure.rule=by_fits")
    assert problem.message.endswith("; did you mean 'by_fit'?")
    assert problem.message_zh.endswith("；是否想写“by_fit”？")
    [problem] = load_problems(tmp_path, "", "venues.beijing.disclosure.rule={kind: by_fit, invited: 9}")
    assert problem.message.endswith(": a mapping is not text; write rule: by_fit")


def test_a_broken_rule_without_chinese_is_told_in_english():
    assert RuleError("only so").message_zh == "only so"


def test_an_error_type_that_is_not_in_the_table_falls_back_to_the_validator_s_own_words():

    class Link(BaseModel):
        at: complex

    with pytest.raises(ValidationError) as caught:
        TypeAdapter(Link).validate_python({"at": "x"})
    told = complaints(caught.value.errors(), Link, parse_text("at: x", "s.yaml").root)
    assert told[0].text().startswith("s.yaml:1:5: at: 'x' does not fit: Input should be a valid")
    assert told[0].message_zh.startswith("at：“x”不合要求：Input should be")


def test_every_sentence_has_the_same_placeholders_in_both_languages():
    for kind, words in WORDS.items():
        names = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in words]
        assert names[0] == names[1], kind


def test_members_of_a_union_give_one_complaint():
    class Either(BaseModel):
        size: int | bool

    _, problems = validated(Either, parse_text("size: big", "s.yaml").root)
    assert lines(problems) == [
        "s.yaml:1:7: size: 'big' is not a whole number; or 'big' is neither true nor false; write true or false"
    ]
