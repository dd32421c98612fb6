"""Names that tables show: what a spreadsheet would take for a formula is refused, and so are signs that nobody sees."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

import sfund_sim as sf
from sfund_sim.ground.errors import ScenarioError, in_one_line
from sfund_sim.scenario.base import is_plain_name
from sfund_sim.scenario.rules import RuleBook

BAD = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", " x", "'=1", "a\rb", "a\u202eb", "a\u2066b", "a\u200bb", "a\u2028b",
       "\ufeffa", "", "#REF!", "a\ue000"]  # fmt: skip
GOOD = ["Central SOE", "央企甲", "2号基金", "A/B (C) = D", "甲-乙+丙@丁", "é", "Ⅳ", "基金（有限合伙）"]


@pytest.mark.parametrize("name", BAD)
def test_a_name_that_would_not_be_shown_as_it_is_written_is_none(name):
    assert not is_plain_name(name)


@pytest.mark.parametrize("name", GOOD)
def test_names_of_the_market_are_names(name):
    assert is_plain_name(name)


def scenario_with(tmp_path, old, new):
    shipped = Path(__file__).parents[2] / "scenarios/case_central_soe.yaml"
    text = shipped.read_text("utf-8").replace("extends: beijing_pilot.yaml", "extends: beijing_pilot")
    assert old in text
    path = tmp_path / "case.yaml"
    path.write_text(text.replace(old, new), "utf-8")
    return path


@pytest.mark.parametrize("old", ["Advanced Materials Industry Fund", "Materials Group"])
def test_such_a_name_of_a_fund_or_a_partner_is_refused_where_it_stands_in_both_languages(tmp_path, old):
    path = scenario_with(tmp_path, old, '"=cmd|x!A1"')
    with pytest.raises(ScenarioError) as caught:
        sf.load_scenario(path)
    (problem,) = caught.value.problems
    assert problem.line > 1
    assert "'=cmd|x!A1' is no name: it must begin with a letter" in problem.text()
    assert "“=cmd|x!A1”不能作为名称：须以字母、数字或汉字开头" in problem.text("zh")


@pytest.mark.parametrize(
    ("override", "where"),
    [
        ('experiment={packages: {"=x": {low: {seed: 1}}}}', "experiment.packages"),
        ('experiment={packages: {x: {"=low": {venues.beijing.disclosure.days: 3}}}}', "experiment.packages.x"),
    ],
)
def test_such_a_name_of_a_package_or_a_level_is_refused(override, where):
    with pytest.raises(ScenarioError, match="is no name: it must begin with a letter") as caught:
        sf.load_scenario("beijing_pilot", [override])
    assert where in str(caught.value)


def test_such_a_name_of_a_venue_is_refused():
    rules = sf.load_scenario("beijing_pilot").scenario.rule_book().model_dump()
    renamed = {f"={name}": venue for name, venue in rules["venues"].items()}
    with pytest.raises(ValidationError, match="'=beijing' is no name"):
        RuleBook.model_validate(rules | {"venues": renamed})


def test_what_turns_a_line_round_is_shown_as_an_escape():
    assert in_one_line("a\u202eb\u2066c\n") == "a\\u202eb\\u2066c\\n"
