"""What values rest on: wrapped values, `_source`, and what is handed down from one to the other."""

from __future__ import annotations

import pytest
from small_scenario import lines, read_small

from sfund_sim.scenario.evidence import origins, unwrapped
from sfund_sim.scenario.nodes import Status, evidenced, plain
from sfund_sim.scenario.reading import parse_text, yaml_text


def read(text):
    problems = []
    root = unwrapped(parse_text(text, "s.yaml").root, problems)
    return root, origins(root), [problem.text() for problem in problems]


def test_a_wrapped_value_is_the_value_and_keeps_its_evidence_and_place():
    root, provenance, problems = read('a: 1\nb: {value: 2, source: "law [L1]", status: sourced, note: n}')
    assert (plain(root), problems) == ({"a": 1, "b": 2}, [])
    assert provenance[("b",)].evidence == ("law [L1]", Status.SOURCED, "n")
    assert provenance[("b",)].place == ("s.yaml", 2, 12)
    assert provenance[("a",)].evidence == ("", Status.ASSUMPTION, "")


def test_a_whole_list_or_mapping_may_be_wrapped():
    root, provenance, _ = read("a: {value: [1, {b: 2}], status: derived, source: s}")
    assert plain(root) == {"a": [1, {"b": 2}]}
    assert {origin.evidence.status for origin in provenance.values()} == {Status.DERIVED}


def test_source_for_all_below_yields_to_a_value_s_own():
    root, provenance, _ = read(
        "a:\n  _source: {source: s, status: mirror}\n  b: 1\n  c: {value: 2, status: recalled}\nd: 3"
    )
    assert plain(root) == {"a": {"b": 1, "c": 2}, "d": 3}
    assert provenance[("a", "b")].evidence == ("s", Status.MIRROR, "")
    assert provenance[("a", "c")].evidence == ("s", Status.RECALLED, "")
    assert provenance[("d",)].evidence.source == ""


@pytest.mark.parametrize("text", ["a: {value: 1}", "a: {kind: fixed, value: 1, source: x}", "a: {value: 1, step: 2}"])
def test_other_mappings_with_a_value_are_left_as_they_are(text):
    root, _, problems = read(text)
    assert problems == []
    assert plain(root) == plain(parse_text(text, "s.yaml").root)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "a: {value: 1, sorce: x}",
            "s.yaml:1:15: unknown key 'sorce' beside a value; allowed: source, status, note",
        ),
        ("a: {value: 1, status: asumption}", "s.yaml:1:23: there is no status 'asumption'; allowed: sourced, mirror,"),
        ("a: {value: 1, source: [x]}", "s.yaml:1:23: 'source' must be text"),
        ("_source: x\na: 1", "s.yaml:1:10: '_source' must be a mapping"),
        ("_source: {statsu: sourced}\na: 1", "s.yaml:1:11: unknown key 'statsu' beside a value"),
    ],
)
def test_mistakes_in_the_wrapping_are_told(text, said):
    problems = read(text)[2]
    assert len(problems) == 1
    assert problems[0].startswith(said)


def test_a_bare_value_mapping_is_told_how_to_state_its_evidence():
    _, problems = read_small("name: x\ncount: {value: 3}")
    assert lines(problems) == [
        "s.yaml:2:8: count: a mapping is not a whole number; allowed: 0 to 100; "
        "a value with what it rests on is {value: ..., source: ..., status: ...}"
    ]


def test_a_tree_written_with_its_evidence_is_read_back_the_same():
    root, provenance, _ = read(
        "a: {_source: {source: s}, b: 1, c: [2, 3]}\nd: {value: x, status: sourced, source: t}\ne: 1"
    )
    problems = []

    again = unwrapped(parse_text(yaml_text(evidenced(root)), "s.yaml").root, problems)
    assert plain(again) == plain(root)
    assert [o.evidence for o in origins(again).values()] == [o.evidence for o in provenance.values()]


@pytest.mark.parametrize("status", ["sourced", "mirror", "derived", "recalled"])
def test_a_status_that_needs_a_source_is_not_given_without_one(status):
    """Such a value was no assumption, and nobody could look up what it rests on."""
    *_, problems = read(f"a: 1\nb: {{value: 2, status: {status}}}\nc:\n  _source: {{status: {status}}}\n  d: 3")
    told = f"the status '{status}' needs a source beside it: source: ...; a value without one is an assumption"
    assert problems == [f"s.yaml:2:23: {told}", f"s.yaml:4:21: {told}"]


def test_a_source_above_is_one_for_all_below_a_dated_change_s_too():
    *_, problems = read(
        "a:\n  _source: {source: law}\n  b: {value: 1, status: sourced}\n"
        "policy:\n- source: law\n  set: {c: {value: 2, status: mirror}}\n"
        "d: {value: 3, status: assumption}"
    )
    assert problems == []


def test_a_blank_source_is_none():
    *_, problems = read('b: {value: 2, status: sourced, source: " "}')
    assert len(problems) == 1
