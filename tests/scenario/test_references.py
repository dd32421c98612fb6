"""Names that lead nowhere and parts that do not fit together are told where they stand, with the name meant."""

from __future__ import annotations

import pytest

from sfund_sim.ground.errors import ScenarioError
from sfund_sim.scenario.layers import load_scenario
from sfund_sim.scenario.reading import yaml_text


def problems_of(tmp_path, monkeypatch, body, base="beijing_pilot"):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").write_text(f"extends: {base}\nname: mine\n{body}\n", "utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_scenario("mine.yaml")
    return caught.value.problems


@pytest.mark.parametrize(
    ("body", "place", "told"),
    [
        ("policy_dropped: [business_rules, csrc_aproval]", (3, 34), "there is no policy change named 'csrc_aproval'; "
         "allowed: csrc_approval, business_rules, guidance_opinions, district_packages, government_fund_rules, "
         "wealth_centre, ipo_tightening, vc_measures, state_council_guidance, operating_rules; "
         "did you mean 'csrc_approval'?"),
        ("policy_moved:\n  vc_measure: 2024-01-01", (4, 3), "did you mean 'vc_measures'?"),
        ("policy_moved: {business_rules: 2022-01-01, x: 2024-01-01}", (3, 44), "operating_rules"),
        ("policy_added:\n- {name: vc_measures, on: 2024-07-01, because: b, set: {venues.beijing.open: true}}", (4, 10),
         "two policy changes are named 'vc_measures'"),
    ],
)  # fmt: skip
def test_names_of_dated_changes_are_told_at_their_own_place(body, place, told, tmp_path, monkeypatch):
    (problem,) = problems_of(tmp_path, monkeypatch, body)
    assert (problem.file, problem.line, problem.column) == ("mine.yaml", *place)
    assert problem.message.endswith(told)
    assert problem.message_zh != problem.message


def test_all_that_lead_nowhere_are_told_at_once(tmp_path, monkeypatch):
    body = "policy_dropped: [first, second]\npolicy_moved: {third: 2024-01-01}"
    assert [problem.line for problem in problems_of(tmp_path, monkeypatch, body)] == [3, 3, 4]


def test_an_option_that_leads_nowhere_is_told_as_itself():
    with pytest.raises(ScenarioError) as caught:
        load_scenario("beijing_pilot", ["policy_dropped=[vc_measure]"])
    (problem,) = caught.value.problems
    assert problem.text().startswith("--set policy_dropped=[vc_measure]: policy_dropped.0: there is no policy change")


def test_what_a_named_fund_says_of_the_rest_is_told_at_its_value(tmp_path, monkeypatch):
    funds = load_scenario("case_guidance_fund").resolved_tree["population"]["named_funds"]
    funds[0] |= {"venue": "bejing", "vintage": "2050-01-01"}
    funds[0]["partners"][-1]["lp"] = funds[0]["partners"][0]["lp"]
    body = yaml_text({"population": {"named_funds": funds}})
    rows = ["", "extends", "name", *body.splitlines()]
    (twice,) = problems_of(tmp_path, monkeypatch, body, "case_guidance_fund")
    assert "partner named twice in one fund" in twice.message
    assert rows[twice.line].strip().startswith(("lp:", "- lp:"))
    funds[0]["partners"][-1]["lp"] = "Another"
    body = yaml_text({"population": {"named_funds": funds}})
    rows = ["", "extends", "name", *body.splitlines()]
    problems = problems_of(tmp_path, monkeypatch, body, "case_guidance_fund")
    assert [rows[problem.line].split(":")[0].strip(" -") for problem in problems] == ["vintage", "venue", "on"]
    assert problems[1].message.endswith("there is no venue 'bejing'; allowed: beijing; did you mean 'beijing'?")
    assert problems[1].message_zh.endswith("没有名为“bejing”的平台；可用：beijing；是否想写“beijing”？")


def test_a_kind_of_lp_that_is_not_described_is_told_at_the_partner(tmp_path, monkeypatch):
    tree = load_scenario("case_guidance_fund").resolved_tree["population"]
    kinds = [partner["kind"] for partner in tree["named_funds"][0]["partners"]]
    lps = {kind: mix for kind, mix in tree["lps"].items() if kind != kinds[-1]}
    monkeypatch.chdir(tmp_path)
    whole = load_scenario("case_guidance_fund").resolved_tree
    whole["population"]["lps"] = lps
    (tmp_path / "whole.yaml").write_text(yaml_text(whole), "utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_scenario("whole.yaml")
    rows = ["", *(tmp_path / "whole.yaml").read_text("utf-8").splitlines()]
    assert {rows[problem.line].strip() for problem in caught.value.problems} == {f"kind: {kinds[-1]}"}
    assert len(caught.value.problems) == kinds.count(kinds[-1])


def test_shares_of_venues_above_one_are_told_at_the_venue_that_was_added(tmp_path, monkeypatch):
    pilot = load_scenario("beijing_pilot").resolved_tree["venues"]["beijing"]
    body = yaml_text({"venues": {"shanghai": pilot | {"funds_share": 0.3}}})
    (problem,) = problems_of(tmp_path, monkeypatch, body)
    assert body.splitlines()[problem.line - 3].strip() == "funds_share: 0.3"
    assert problem.message == (
        "venues.shanghai.funds_share: the venues' funds_share add up to more than 1: beijing 1, shanghai 0.3"
    )
