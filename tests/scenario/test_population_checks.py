"""Populations that could not be simulated, or not as told: each is refused in one line with its place."""

from __future__ import annotations

from functools import reduce
from typing import get_args

import pytest
from pydantic import ValidationError
from worlds import changed, shipped, small_pilot

from sfund_sim.cli import main
from sfund_sim.ground.errors import ScenarioError
from sfund_sim.market.simulate import simulate
from sfund_sim.scenario.layers import load_scenario
from sfund_sim.scenario.model import Scenario
from sfund_sim.scenario.named import BuyerKindName
from sfund_sim.scenario.named_checks import drawn_forms

BUYERS = "population: {buyers: {insurer: "
NEVER = ", ".join(f"{year}: 0" for year in shipped("beijing_pilot").population.buyers["insurer"].founded_years)
TERMS = ("{investment_years: 4, exit_years: 3, extension_years: 1, management_fee_rate: 0.02, investable_share: 0.9, "
         "hurdle_rate: 0.08, catch_up_share: 1, carry_share: 0.2}")  # fmt: skip


def fund(name="Harbour", lp="Old Mill", kind="company", wish=None):
    """A named fund on one line, with its first partner's name and kind and a wish of it."""
    wishes = f", wishes: [{{on: {wish}, trigger: liquidity_shock}}]" if wish else ""
    return (
        f"{{name: {name}, strategy: vc, vintage: 2019-05-02, gp: private, companies: 5, extension: unanimous, "
        f"terms: {TERMS}, partners: [{{lp: {lp}, kind: {kind}, commitment_cny: 10000000{wishes}}}, "
        f"{{lp: New Mill, kind: company, commitment_cny: 10000000}}]}}"
    )


def told(*funds):
    return "population:\n  named_funds:\n" + "".join(f"    - {each}\n" for each in funds)


def complaints(tmp_path, text):
    path = tmp_path / "s.yaml"
    path.write_text(f"extends: beijing_pilot\nname: s\n{text}\n", "utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    return caught.value.problems


@pytest.mark.parametrize(
    ("text", "place", "en", "zh"),
    [
        (f"{BUYERS}{{founded_years: {{{NEVER}}}}}}}}}", "founded_years", "no founding year has a weight above 0",
         "没有任何设立年份的权重大于 0"),
        (f"{BUYERS}{{founded_years: {{2019: -1}}}}}}}}", "founded_years", "a founding year has a weight below 0",
         "某一设立年份的权重小于 0"),
        (f"{BUYERS}{{founded_years: {{20190: 1}}}}}}}}", "founded_years", "20190 is no year from 1950 to 2100",
         "20190 不在 1950 至 2100 年之间"),
        (f"{BUYERS}{{ticket_min_cny: 9e9, ticket_max_cny: 1e6}}}}}}", "ticket_min_cny",
         "9e+09 is more than ticket_max_cny, 1e+06", "9e+09 大于 ticket_max_cny 的 1e+06"),
        (f"{BUYERS}{{age_min_years: 9, age_max_years: 8.5}}}}}}", "age_min_years", "9 is more than age_max_years, 8.5",
         "9 大于 age_max_years 的 8.5"),
        ("population: {funds: {vintages: {2015: -1}}}", "vintages", "a vintage has a weight below 0",
         "某一成立年份的权重小于 0"),
        (told(fund("F00001")), "name", "'F00001' has the form of names that the model gives; choose another name",
         "“F00001”与模型自行命名的形式相同；请另取名称"),
        (told(fund(lp="central_soe_00001")), "lp", "'central_soe_00001' has the form", "“central_soe_00001”与模型"),
        (told(fund(lp="market_s_fund_001")), "lp", "'market_s_fund_001' has the form", "“market_s_fund_001”与模型"),
        (told(fund(), fund()), "name", "two funds are named Harbour", "有两只基金同名：Harbour"),
        (told(fund(), fund("Pier", kind="individual")), "lp",
         "Old Mill is of kind individual here and of kind company in a fund before", "在前面的基金中属于 company"),
        (told(fund(wish="1999-01-01")), "on", "1999-01-01 is outside the horizon, ", "1999-01-01 不在模拟期"),
        (told(fund(wish="2050-01-01")), "on", "2050-01-01 is outside the horizon, ", "2050-01-01 不在模拟期"),
        (told(fund(wish="2019-06-30")), "on", "2019-06-30 is not after 2019-06-30, when fund Harbour issues its shares",
         "2019-06-30 不晚于基金 Harbour 发行份额的季度末 2019-06-30"),
    ],
)  # fmt: skip
def test_what_could_not_come_about_is_refused_where_it_is_written(text, place, en, zh, tmp_path):
    (problem,) = complaints(tmp_path, text)
    assert f".{place}: {en}" in problem.message
    assert zh in problem.message_zh
    assert problem.line >= 3
    assert problem.column > 1


def test_a_carry_of_all_profit_is_out_of_range(tmp_path):
    (problem,) = complaints(tmp_path, told(fund().replace("carry_share: 0.2", "carry_share: 1.0")))
    assert "terms.carry_share: '1.0' is out of range; allowed: at least 0 and below 1" in problem.message


@pytest.mark.parametrize("key", ["abc", "12.5", "2019-01-01", "''"])
def test_a_key_that_is_no_year_is_told_in_both_languages(key, tmp_path):
    (problem,) = complaints(tmp_path, f"{BUYERS}{{founded_years: {{{key}: 1}}}}}}}}")
    shown = key.strip("'")
    assert problem.message.endswith(f": as a key, '{shown}' is not a whole number")
    assert problem.message_zh.endswith(f"：作为键，“{shown}”不是整数")


def test_a_partner_named_twice_in_one_fund_is_told_by_that_name(tmp_path):
    """Of several partners the one that is there twice."""
    first = "partners: [{lp: Aged Mill, kind: company, commitment_cny: 10000000}, "
    (problem,) = complaints(tmp_path, told(fund(lp="New Mill").replace("partners: [", first)))
    assert problem.message.endswith("partner named twice in one fund: New Mill")
    assert "同一基金内合伙人重名：New Mill" in problem.message_zh


def test_a_fund_that_is_told_well_is_taken(tmp_path):
    path = tmp_path / "s.yaml"
    path.write_text(f"extends: beijing_pilot\nname: s\n{told(fund(wish='2019-07-01'))}", "utf-8")
    assert load_scenario(path).scenario.population.named_funds[0].name == "Harbour"


def test_only_a_kind_without_buyers_needs_no_founding_years():
    tree = shipped("beijing_pilot").canonical()
    tree["population"]["buyers"]["insurer"] |= {"count": 0, "founded_years": {}}
    assert Scenario.model_validate(tree)
    tree["population"]["buyers"]["insurer"]["count"] = 1
    with pytest.raises(ValidationError, match="no founding year has a weight above 0"):
        Scenario.model_validate(tree)


@pytest.mark.parametrize(
    ("path", "nothing", "zh"),
    [("funds.strategies", {}, "基金策略为空"), ("funds.extension_rules", [], "延期规则为空"),
     ("lps", {}, "有限合伙人为空")],
)  # fmt: skip
def test_an_empty_mix_is_refused_where_somebody_is_drawn_from_it(path, nothing, zh):
    tree = shipped("beijing_pilot").canonical()
    *parents, leaf = f"population.{path}".split(".")
    place = reduce(dict.__getitem__, parents, tree)
    place[leaf] = nothing
    with pytest.raises(ValidationError, match=f"there is nothing here to draw {leaf} from") as raised:
        Scenario.model_validate(tree)
    error = raised.value.errors()[0]["ctx"]["error"]
    assert (error.path, zh in error.message_zh) == ((leaf,), True)
    told = shipped("case_guidance_fund").canonical()
    reduce(dict.__getitem__, parents, told)[leaf] = nothing if path != "lps" else told["population"]["lps"]
    assert Scenario.model_validate(told).population.funds.count == 0


def test_an_empty_list_is_told_at_its_own_line(tmp_path):
    (problem,) = complaints(tmp_path, "population:\n  funds:\n    extension_rules: []")
    assert (problem.line, problem.column) == (5, 22)
    assert problem.message.startswith("population.funds.extension_rules: there is nothing here")


def test_the_model_gives_no_other_names_than_those_that_are_refused():
    names = simulate(small_pilot(funds=10), 1, 1).names
    fund, investor = drawn_forms(funds=True, buyers=get_args(BuyerKindName))
    assert all(map(fund.fullmatch, names["funds"]))
    assert all(map(investor.fullmatch, [*names["lps"], *names["buyers"]]))


def test_where_nobody_is_drawn_any_name_is_free():
    fund, investor = drawn_forms(funds=False, buyers=[])
    assert not fund.fullmatch("F00001")
    assert not investor.fullmatch("central_soe_00001")
    assert not drawn_forms(funds=False, buyers=["insurer"])[1].fullmatch("company_00001")
    tree = shipped("case_guidance_fund").canonical()["population"]
    assert tree["funds"]["count"] == 0
    tree["named_funds"][0]["name"] = "F00001"
    assert changed(shipped("case_guidance_fund"), population=tree).population.named_funds[0].name == "F00001"


def test_the_command_line_refuses_in_one_line_and_in_chinese(capfd):
    empty = "population.buyers.insurer.ticket_max_cny=0"
    assert main(["run", "beijing_pilot", "--set", empty, "--lang", "zh", "--reps", "1"]) == 2
    complaint = capfd.readouterr().err
    assert complaint.count("\n") == 1
    assert "大于 ticket_max_cny 的 0" in complaint


@pytest.mark.parametrize(
    ("path", "most"),
    [("economy.market_expected_return", 1), ("economy.market_volatility", 1), ("expectations.growth_rate", 1)],
)
def test_a_market_whose_money_no_column_could_hold_is_out_of_range(path, most):
    assert load_scenario("beijing_pilot", [f"{path}={most}"])
    for beyond in (1.001, 3, 10):
        with pytest.raises(ScenarioError, match=f"{path}: '{beyond}' is out of range; allowed: "):
            load_scenario("beijing_pilot", [f"{path}={beyond}"])


def test_the_wildest_market_that_is_allowed_can_be_simulated():
    wild = changed(small_pilot(funds=10), economy__market_expected_return=1.0, economy__market_volatility=1.0)
    assert simulate(wild, 1, 1)
