"""Variants beside a scenario: ignored by a plain run, laid over it when asked for, checked in any case."""

from __future__ import annotations

from pathlib import Path

import pytest

from sfund_sim.experiments.facts import scenario_hash
from sfund_sim.ground.errors import ScenarioError
from sfund_sim.scenario.layers import load_scenario

HEAD = "extends: beijing_pilot\nschema_version: 1\nname: mine\ntitle: {en: Mine, zh: 我的}\n"
BOTH = HEAD + (
    "variants:\n"
    "  longer: {venues.beijing.disclosure.days: 25}\n"
    "  no_venue: {policy_dropped: [csrc_approval], venues: {beijing: {disclosure: {days: 5}}}}\n"
)


def written(folder: Path, text: str, name: str = "s.yaml") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def complaints(path: Path, **options: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path, **options)
    return [problem.text() for problem in caught.value.problems]


def test_a_run_without_a_variant_takes_no_notice_of_them(tmp_path):
    plain = load_scenario(written(tmp_path, HEAD, "plain.yaml"))
    beside = load_scenario(written(tmp_path, BOTH))
    assert beside.variants == ("longer", "no_venue")
    assert scenario_hash(beside.scenario) == scenario_hash(plain.scenario)
    assert beside.evidenced_tree == plain.evidenced_tree


def test_a_variant_is_named_and_titled_after_file_and_variant_and_changes_what_it_says(tmp_path):
    path = written(tmp_path, BOTH)
    longer, without = load_scenario(path, variant="longer"), load_scenario(path, variant="no_venue")
    assert (longer.scenario.name, longer.scenario.title.en) == ("mine_longer", "Mine: longer")
    assert without.scenario.title.en == "Mine: no venue"
    assert longer.scenario.venues["beijing"].disclosure.days == 25
    assert without.scenario.venues["beijing"].disclosure.days == 5
    assert without.scenario.policy_dropped == ["csrc_approval"]
    origin = longer.provenance["venues", "beijing", "disclosure", "days"]
    assert (origin.place.line, origin.evidence.source) == (6, "variant longer")


def test_the_command_line_comes_on_top_of_a_variant(tmp_path):
    loaded = load_scenario(written(tmp_path, BOTH), ["venues.beijing.disclosure.days=7"], variant="longer")
    assert loaded.scenario.venues["beijing"].disclosure.days == 7


def test_variants_of_the_base_are_kept_and_those_of_the_same_name_laid_over_them(tmp_path):
    written(tmp_path, BOTH, "base.yaml")
    top = written(
        tmp_path,
        "extends: base.yaml\nname: top\nvariants: {longer: {venues.beijing.disclosure.invited: 9}, more: {seed: 3}}\n",
    )
    loaded = load_scenario(top, variant="longer")
    assert sorted(loaded.variants) == ["longer", "more", "no_venue"]
    disclosure = loaded.scenario.venues["beijing"].disclosure
    assert (disclosure.days, disclosure.invited) == (25, 9)


@pytest.mark.parametrize(
    ("variants", "words"),
    [
        ("{longer: {venues.beijing.disclosure.dais: 25}}", ":5:53: venues.beijing.disclosure.dais: unknown key"),
        ("{longer: {venues.beijing.disclosure.days: soon}}", ":5:53: venues.beijing.disclosure.days: "),
        ("{Longer: {seed: 1}}", ":5:12: 'Longer' cannot name a variant"),
        ("{longer: 25}", "the variant 'longer' must map paths to values"),
        ("[longer]", "'variants' maps names to changes"),
        ("{longer: {extends: base_china}}", "'extends' can only be written in a file"),
        ("{longer: {variants.longer: 1}}", "'variants' can only be written in a file"),
    ],
)
def test_what_is_wrong_with_a_variant_is_told_though_nobody_asked_for_it(tmp_path, variants, words):
    told = complaints(written(tmp_path, f"{HEAD}variants: {variants}\n"))
    assert len(told) == 1
    assert words in told[0]


def test_an_unknown_variant_is_told_with_the_known_ones_and_the_nearest(tmp_path):
    told = complaints(written(tmp_path, BOTH), variant="longr")
    assert told == [
        "--variant longr: the scenario has no such variant; allowed: longer, no_venue; did you mean 'longer'?"
    ]


def test_a_variant_cannot_be_set_from_the_command_line(tmp_path):
    with pytest.raises(ScenarioError, match="can only be written in a file"):
        load_scenario(written(tmp_path, BOTH), ["variants.longer.seed=1"])


def test_a_variant_does_not_set_a_value_by_two_paths_whose_order_would_decide(tmp_path):
    paths = '{population.funds: {count: 20}, "population.funds[count]": 30}'
    (told,) = complaints(written(tmp_path, HEAD + f"variants:\n  a: {paths}\n"))
    assert ":6:38: 'population.funds[count]' and 'population.funds' set the same value" in told
