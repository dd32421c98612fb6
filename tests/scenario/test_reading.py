"""YAML as nodes: the core types, the bounds, and every break of grammar told with its place and a remedy."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stopwatch import seconds

from sfund_sim.scenario.composing import DEEPEST, LONGEST_SCALAR
from sfund_sim.scenario.nodes import plain
from sfund_sim.scenario.reading import MOST_BYTES, _parsed, parse_file, parse_text, yaml_text


def data_of(text):
    parsed = parse_text(text, "s.yaml")
    assert parsed.problems == []
    return plain(parsed.root)


def problems_of(text):
    return [problem.text() for problem in parse_text(text, "s.yaml").problems]


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("null", None), ("~", None), ("", None), ("true", True), ("False", False), ("no", "no"), ("on", "on"),
        ("12", 12), ("-7", -7), ("0o17", 15), ("0x1F", 31), ("010", 10), ("1_000", "1_000"), ("12:30", "12:30"),
        ("1.5", 1.5), (".5", 0.5), ("2e7", 2e7), ("2.0e+7", 2e7), ("-1.", -1.0), ("1e", "1e"),
        ("2020-12-10", date(2020, 12, 10)), ("2021-02-30", "2021-02-30"), ("2021-4-20", "2021-4-20"),
        ("'12'", "12"), ('"true"', "true"), ("中国", "中国"), ("５", "５"),
    ],
)  # fmt: skip
def test_words_have_the_core_types_of_yaml_1_2_and_iso_dates(word, value):
    read = data_of(f"a: {word}")["a"]
    assert read == value
    assert type(read) is type(value)


def test_keys_are_text_whatever_they_look_like():
    assert data_of("2020: 1\ntrue: 2\non: 3") == {"2020": 1, "true": 2, "on": 3}


def test_byte_order_mark_and_windows_line_ends_are_read(tmp_path):
    file = tmp_path / "s.yaml"
    file.write_bytes(b"\xef\xbb\xbfa: 1\r\nb:\r\n  - 2\r\n")
    assert plain(parse_file(file, "s.yaml").root) == {"a": 1, "b": [2]}


def test_aliases_stand_for_what_was_anchored():
    assert data_of("a: &x {b: 1}\nc: [*x, *x]") == {"a": {"b": 1}, "c": [{"b": 1}, {"b": 1}]}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\na: 2", "s.yaml:2:1: the key 'a' is here twice (first in line 1)"),
        ("a: !!python/object/apply:os.system [ls]", "s.yaml:1:4: tags are not allowed"),
        ("a: !secret x", "s.yaml:1:4: tags are not allowed"),
        ("a:\n\tb: 1", "s.yaml:2:1: a tab stands where YAML takes only spaces"),
        ("a: *b", "s.yaml:1:4: the alias '*b' stands for something not defined above"),
        ("a: &b [*b]", "s.yaml:1:8: the alias '*b' stands for something inside itself"),
        ("a: b: c", "s.yaml:1:5: a second ': ' on one line"),
        ("a: 1\nb\nc: 2", "s.yaml:3:1: this line has no ': ' after its key"),
        ("a: 1\n  b: 2", "s.yaml:2:4: a second ': ' on one line, or wrong indentation"),
        ("- 1\nb: 2", "s.yaml:2:1: the indentation fits no level above"),
        ("a: [1, 2", "s.yaml:1:9: a bracket is not closed"),
        ("a: 'x", "s.yaml:1:4: a quotation mark is not closed"),
        ('a: "\\q"', "s.yaml:1:6: '\\' has a special meaning in double quotes"),
        ("a: @x", "s.yaml:1:4: a value cannot begin with @"),
        ("a: 1\n---\nb: 2", "s.yaml:2:1: a second document begins here"),
        ("? [a, b]\n: 1", "s.yaml:1:3: a key must be one word"),
        ("a: .inf", "s.yaml:1:4: '.inf' is not a finite number"),
        ("a: 1e999", "s.yaml:1:4: '1e999' is not a finite number"),
        ("a: " + "9" * 5000, "s.yaml:1:4: '9999"),
        ("a: x\x00", "s.yaml:1:5: holds a control character (U+0000)"),
        ("   \n\n", "s.yaml: is empty"),
        ('a: "\\UFFFFFFFF"', "s.yaml:1:5: '\\UFFFFFFFF' names no character"),
        ('a: "\\ud800"', "s.yaml:1:4: an escape in the text makes a control character (U+D800)"),
        ('"\\0": 1', "s.yaml:1:1: an escape in the text makes a control character (U+0000)"),
    ],
)
def test_a_mistake_of_grammar_is_told_with_its_place(text, said):
    told = problems_of(text)
    assert len(told) == 1
    assert told[0].startswith(said)


def test_a_mistake_of_grammar_is_told_in_chinese():
    problem = parse_text("a:\n\tb: 1", "s.yaml").problems[0]
    assert problem.text("zh") == "s.yaml:2:1: 此处不能使用制表符（Tab）；请改用空格"


def test_duplicate_keys_are_all_told_before_a_break_of_grammar():
    assert [line.split(":")[1] for line in problems_of("a: 1\na: 2\nb: 1\nb: 2\nc: [")] == ["2", "4", "5"]


def test_every_line_indented_by_a_tab_is_told():
    assert [line[:10] for line in problems_of("a:\n\tb: 1\n \tc: 2\n")] == ["s.yaml:2:1", "s.yaml:3:2"]


def doubling_bomb(levels):
    rows = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, levels)]
    return "\n".join(rows)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (doubling_bomb(9), "too many values"),
        ("a: &a [1]\nb:\n" + "- [*a, *a]\n" * 39_000, "too many values"),
        ("a: [" + "*a, " * 400_000 + "]", "longer than 20,000 characters"),
        ("a: " + "x" * 1_900_000, "longer than 20,000 characters"),
        ("a: |\n" + (" " + "x" * 1000 + "\n") * 1_900, f"longer than {LONGEST_SCALAR:,} characters"),
        ("[" * 15_000, f"more than {DEEPEST} levels"),
        ("\n".join("[" * 100 for _ in range(1_000)), f"more than {DEEPEST} levels"),
        ("- " * 9_000 + "1", f"more than {DEEPEST} levels"),
        ("a0: &a0 [1]\n" + "\n".join(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 60)), f"more than {DEEPEST} levels"),
        ("# remark\n" * 200_000, "more than 100,000 lines"),
    ],
)
def test_bombs_are_refused_quickly(text, said):
    assert said in problems_of(text)[-1]
    assert seconds(lambda: (_parsed.cache_clear(), problems_of(text))) < 1.5


def test_a_hundred_megabytes_are_refused_without_being_read(tmp_path):
    file = tmp_path / "huge.yaml"
    with file.open("wb") as huge:
        huge.truncate(100_000_000)
    told = parse_file(file, "huge.yaml").problems
    assert [problem.text() for problem in told] == [
        f"huge.yaml: is larger than {MOST_BYTES:,} bytes; a scenario is a small text"
    ]
    assert seconds(lambda: parse_file(file, "huge.yaml")) < 0.5


def test_missing_folders_and_other_encodings_are_told_with_a_remedy(tmp_path):
    (tmp_path / "gbk.yaml").write_bytes("a: 1\n标题: 北京".encode("gbk"))
    (tmp_path / "wide.yaml").write_bytes("a: 1".encode("utf-16"))

    def told(name):
        return [problem.text() for problem in parse_file(tmp_path / name, name).problems]

    assert told("none.yaml")[0].startswith("none.yaml: there is no such file")
    assert told("")[0].endswith("is a folder; give a scenario file (.yaml)")
    assert told("gbk.yaml")[0].startswith("gbk.yaml:2:1: is not UTF-8 text; save the file with the encoding UTF-8")
    assert "is not UTF-8 text" in told("wide.yaml")[0]
    assert "cannot be read: its name is too long" in told("n" * 5000)[0]
    assert "cannot be read" in told("a\0b")[0]


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no such device on this system")
def test_a_special_file_is_not_waited_for():
    told = parse_file(Path("/dev/zero"), "zero").problems
    assert told[0].text() == "zero: is not a regular file; give a scenario file (.yaml)"


TEXTS = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Cn"), exclude_characters="\ufeff"),
    max_size=20,
)
PLAIN_DATA = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.dates()
    | TEXTS,
    lambda below: (
        st.lists(below, max_size=4) | st.dictionaries(st.text("abc_中", min_size=1, max_size=5), below, max_size=4)
    ),
    max_leaves=12,
)


@given(data=st.dictionaries(st.text("abcxyz_", min_size=1), PLAIN_DATA, min_size=1, max_size=4))
def test_what_is_written_is_read_back_the_same(data):
    assert data_of(yaml_text(data)) == data
