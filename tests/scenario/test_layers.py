"""Layers: files upon files, options upon both, and everything that can be wrong with them."""

from __future__ import annotations

import pytest
from small_scenario import Rising, Sealed, lines, read_small, read_small_file

from sfund_sim.ground.errors import ScenarioError
from sfund_sim.scenario.layers import load_scenario
from sfund_sim.scenario.merging import LONGEST_CHAIN, read_layers
from sfund_sim.scenario.nodes import plain
from sfund_sim.scenario.reading import yaml_text
from sfund_sim.scenario.shipped import shipped_names, shipped_path


@pytest.fixture
def write(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def write_file(name, text):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write_file


def test_mappings_are_merged_key_by_key_and_lists_replaced(write):
    write("base.yaml", "name: base\ncount: 3\nshares: [0.1, 0.2]\nrooms: {a: {fee_rate: 0.1, open: false}}")
    text = "extends: base.yaml\nname: top\nshares: [0.3]\nrooms: {a: {open: true}}"
    small, problems = read_small_file(write("top.yaml", text))
    assert problems == []
    assert (small.name, small.count, small.shares) == ("top", 3, [0.3])
    assert (small.rooms["a"].fee_rate, small.rooms["a"].open) == (0.1, True)


CHANGE = "- {on: 2020-01-01, because: %s, set: {rooms.a.open: %s}}\n"


def test_added_changes_join_those_of_the_bases_from_files_and_options(write):
    write("base.yaml", "name: base\nrooms: {a: {fee_rate: 0.1}}\npolicy:\n" + CHANGE % ("first", "true"))
    write("middle.yaml", "extends: base.yaml\npolicy_added:\n" + CHANGE % ("second", "false"))
    top = write("top.yaml", "extends: middle.yaml\npolicy_added:\n" + CHANGE % ("third", "true"))
    small, problems = read_small_file(top)
    assert problems == []
    assert [change.because for change in small.policy] == ["first", "second", "third"]
    assert read_layers(top).lost_changes == []
    option = "policy_added=[{on: 2021-01-01, because: fourth, set: {rooms.a.open: true}}]"
    small, problems = read_small("name: x\nrooms: {a: {fee_rate: 0.1}}", option, option)
    assert problems == []
    assert [change.because for change in small.policy] == ["fourth", "fourth"]


def test_a_mistake_in_an_added_change_is_told_at_its_line(write):
    write("base.yaml", "name: base\nrooms: {a: {fee_rate: 0.1}}\npolicy:\n" + CHANGE % ("first", "true"))
    _, problems = read_small_file(write("top.yaml", "extends: base.yaml\npolicy_added:\n" + CHANGE % ("second", "5")))
    assert [(problem.file, problem.line, problem.column) for problem in problems] == [("top.yaml", 3, 57)]
    _, problems = read_small_file(write("top.yaml", "extends: base.yaml\npolicy_added: 3"))
    assert lines(problems) == ["top.yaml:2:15: 'policy_added' is a list of dated changes; write each after a '- '"]


def test_changes_that_a_list_of_policy_leaves_out_are_known(write):
    write("base.yaml", "name: base\npolicy:\n" + CHANGE % ("first", "true"))
    top = write("top.yaml", "extends: base.yaml\npolicy:\n- {on: 2021-01-01, because: other, set: {}}")
    assert read_layers(top).lost_changes == ["2020-01-01"]


def test_an_explicit_null_replaces_what_the_base_says(write):
    write("base.yaml", "name: base\nspan: {start: 2020-01-01, end: 2021-01-01}")
    small, problems = read_small_file(write("top.yaml", "extends: base.yaml\nspan: null"))
    assert problems == []
    assert small.span is None


def test_another_kind_of_part_replaces_the_parameters_of_the_one_below(write):
    rising = "{format: {kind: rising, step: 0.5}}"
    write("base.yaml", f"name: base\nrooms: {{a: {rising}, b: {rising}}}")
    text = "extends: base.yaml\nrooms: {a: {format: {kind: sealed, quotes: 2}}, b: {format: {kind: rising}}}"
    small, problems = read_small_file(write("top.yaml", text))
    assert problems == []
    assert small.rooms["a"].format == Sealed(quotes=2)
    assert small.rooms["b"].format == Rising(step=0.5)


def test_a_base_is_found_beside_the_file_that_names_it(write):
    write("deep/base.yaml", "name: deep")
    write("deep/middle.yaml", "extends: base.yaml\ncount: 5")
    small, problems = read_small_file(write("top.yaml", "extends: deep/middle.yaml"))
    assert problems == []
    assert (small.name, small.count) == ("deep", 5)


def complaints_of(path):
    try:
        load_scenario(path)
    except ScenarioError as error:
        return lines(error.problems)
    return []


def test_a_bare_name_that_a_changed_copy_has_too_is_refused_with_both_spellings(write):
    """Whoever changes a copy and runs it by its bare name would be shown the results of the shipped scenario."""
    text = shipped_path("beijing_pilot").read_text("utf-8")
    top = write("top.yaml", "extends: beijing_pilot\nname: top")
    write("beijing_pilot.yaml", text)
    assert complaints_of("beijing_pilot") == complaints_of(top) == []
    write("beijing_pilot.yaml", text + "replications: 7\n")
    both = "write ./beijing_pilot.yaml for the file or shipped:beijing_pilot for the shipped one"
    assert [line.partition(": ")[0] for line in complaints_of("beijing_pilot")] == ["beijing_pilot"]
    assert [line.partition(": ")[0] for line in complaints_of(top)] == ["top.yaml:1:10"]
    assert all(line.endswith(both) for line in [*complaints_of("beijing_pilot"), *complaints_of(top)])
    shipped, mine = load_scenario("shipped:beijing_pilot"), load_scenario("./beijing_pilot.yaml")
    assert (shipped.scenario.replications, mine.scenario.replications) == (30, 7)
    for spelling in ("shipped:beijing_pilot", "./beijing_pilot.yaml"):
        write("top.yaml", f"extends: {spelling}\nname: top")
        assert load_scenario(top).scenario.replications == load_scenario(spelling).scenario.replications


def test_a_file_may_extend_the_shipped_scenario_of_its_own_name(write):
    assert complaints_of(write("beijing_pilot.yaml", "extends: beijing_pilot\nseed: 5")) == []


def test_a_mistake_is_told_in_the_file_it_stands_in(write):
    write("base.yaml", "name: base\n\ncount: -5")
    _, problems = read_small_file(write("top.yaml", "extends: base.yaml\nsize_cny: x"))
    assert sorted(lines(problems)) == [
        "base.yaml:3:8: count: '-5' is out of range; allowed: 0 to 100",
        "top.yaml:2:11: size_cny: 'x' is not a number; allowed: at least 0",
    ]


def test_a_circle_is_told_where_it_closes(write):
    write("a.yaml", "extends: b.yaml\nname: a")
    write("b.yaml", "count: 1\nextends: c.yaml")
    path = write("c.yaml", "extends: ./a.yaml")
    assert lines(read_layers(path).problems) == [
        "b.yaml:2:10: 'extends' goes round in a circle (c.yaml -> a.yaml -> b.yaml -> c.yaml); "
        "a base must not extend what extends it"
    ]


def test_a_file_that_extends_itself_is_a_circle(write):
    problems = read_layers(write("a.yaml", "extends: a.yaml")).problems
    assert lines(problems)[0].startswith("a.yaml:1:10: 'extends' goes round in a circle")
    assert "循环引用" in problems[0].message_zh


def test_too_long_a_chain_is_refused(write):
    for number in range(LONGEST_CHAIN + 1):
        write(f"s{number}.yaml", f"extends: s{number + 1}.yaml")
    write(f"s{LONGEST_CHAIN + 1}.yaml", "name: last")
    problems = read_layers(write("top.yaml", "extends: s0.yaml")).problems
    assert f"more than {LONGEST_CHAIN} files" in lines(problems)[0]


@pytest.mark.parametrize(
    ("extends", "said"),
    [
        ("nowhere.yaml", "there is no file 'nowhere.yaml' beside this one and no shipped scenario of that name"),
        ("https://example.org/base.yaml", "nothing is fetched from the network"),
        ("[a.yaml, b.yaml]", "'extends' takes one file"),
        ("5", "'extends' takes one file"),
        ("base_chna", "did you mean 'base_china'?"),
    ],
)
def test_a_base_that_cannot_be_had_is_told_with_what_is_known_without_it(write, extends, said):
    _, problems = read_small_file(write("top.yaml", f"extends: {extends}\ncount: many"))
    told = lines(problems)
    assert said in told[0]
    assert told[1:] == ["top.yaml:2:8: count: 'many' is not a whole number; allowed: 0 to 100"]


def test_a_base_with_broken_grammar_hides_no_mistake_of_the_file_itself(write):
    write("base.yaml", "name: [x")
    _, problems = read_small_file(write("top.yaml", "extends: base.yaml\ncuont: 1"))
    assert [line.split(":")[0] for line in lines(problems)] == ["base.yaml", "top.yaml"]


@pytest.mark.parametrize("text", ["- a\n- b", "just text", "5"])
def test_a_file_must_be_a_mapping(write, text):
    assert "a scenario file is a mapping" in lines(read_layers(write("a.yaml", text)).problems)[-1]


KEYS = "name, count, size_cny, weights, shares, span, rooms, kinds, policy"


@pytest.mark.parametrize(
    ("overrides", "told"),
    [
        (["count=7"], []),
        (["rooms.a.fee_rate=0.5", "rooms.a.format.kind=sealed", "rooms.a.format.quotes=3"], []),
        (["rooms={b: {open: false}}"], []),
        (["policy.0.set.rooms.a.open=false", "policy[0].on=2021-01-01"], []),
        (["span={start: 2020-01-01, end: 2021-01-01}"], []),
        (["count"], ["--set count: write path=value, for example --set population.funds.count=100"]),
        (["=5"], ["--set =5: write path=value, for example --set population.funds.count=100"]),
        (["cuont=5"], [f"--set cuont=5: cuont: unknown key 'cuont'; allowed: {KEYS}; did you mean 'count'?"]),
        (["fee_rate=0.1"], [f"--set fee_rate=0.1: fee_rate: unknown key 'fee_rate'; allowed: {KEYS}; "
                            "did you mean 'rooms.a.fee_rate'?"]),
        (["count=20 days"], ["--set count=20 days: count: '20 days' is not a whole number; allowed: 0 to 100"]),
        (["count.x=1"], ["--set count.x=1: there is nothing below '3': it is a single value, not a mapping"]),
        (["policy.3.on=2020-01-01"], ["--set policy.3.on=2020-01-01: there is no item '3' in this list; its items are "
                                      "numbered 0 to 0"]),
        (["count=[1"], ["--set count=[1: a bracket is not closed or a comma is missing; ']' or ',' is expected here "
                        "(opened in line 1)"]),
        (["count=!!int 5"], ["--set count=!!int 5: tags are not allowed in a scenario file "
                             "('tag:yaml.org,2002:int'); remove it: files are data and run no code"]),
        (["extends=base.yaml"], ["--set extends=base.yaml: 'extends' can only be written in a file"]),
        (["name="], ["--set name=: name: nothing (null) is not text"]),
    ],
)  # fmt: skip
def test_values_set_from_the_command_line(overrides, told):
    text = (
        "name: x\ncount: 3\nrooms: {a: {fee_rate: 0.1, format: {kind: rising, step: 0.2}}}\n"
        "policy: [{on: 2020-01-01, because: b, set: {rooms.a.open: true}}]"
    )
    small, problems = read_small(text, *overrides)
    assert lines(problems) == told
    assert (small is None) == bool(told)


def test_an_option_is_an_assumption_of_whoever_types_it():
    loaded = load_scenario("beijing_pilot", ["population.funds.count=12"])
    origin = loaded.provenance[("population", "funds", "count")]
    assert loaded.scenario.population.funds.count == 12
    assert (origin.evidence.source, origin.evidence.status.value) == ("--set", "assumption")
    assert origin.place.file == "--set population.funds.count=12"


@pytest.mark.parametrize("name", shipped_names())
def test_every_shipped_scenario_is_correct_and_its_resolved_form_gives_it_again(name, write):
    loaded = load_scenario(name)
    for tree in (loaded.resolved_tree, loaded.evidenced_tree):
        again = load_scenario(write("resolved.yaml", yaml_text(tree)))
        assert again.scenario == loaded.scenario
    assert {p: o.evidence for p, o in again.provenance.items()} == {p: o.evidence for p, o in loaded.provenance.items()}
    assert plain(read_layers(name).root) == loaded.resolved_tree


def test_one_override_may_be_given_as_it_is():
    """A text is a sequence of texts to Python: taken letter by letter it would be complained of letter by letter."""
    loaded = load_scenario("beijing_pilot", "population.funds.count=7")
    assert loaded.scenario.population.funds.count == 7
    assert loaded.overrides == ("population.funds.count=7",)


def test_a_base_with_a_name_longer_than_any_file_has_is_told_at_its_place(write):
    path = write("mine.yaml", f"schema_version: 1\nextends: {'a' * 5000}\n")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    assert caught.value.problems[0].text().startswith("mine.yaml:2:10: there is no file 'aaaa")
