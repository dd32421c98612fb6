"""Every parameter can be read in Chinese: what it means, its unit, and what its value rests on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from inspect import get_annotations
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from sfund_sim.ground.parts import Part
from sfund_sim.outcomes.dictionary import entries
from sfund_sim.report.parameter_words import fields_with_words, meaning_zh, status_word, unit_word
from sfund_sim.scenario.base import NOT_THE_MARKET
from sfund_sim.scenario.layers import LoadedScenario, load_scenario
from sfund_sim.scenario.model import Scenario
from sfund_sim.scenario.nodes import Status
from sfund_sim.scenario.shipped import shipped_names
from sfund_sim.scenario.sources import Parameter, parameters, unit_of

FREE_TEXTS = {"PolicyChange.name", "PolicyChange.because", "PolicyChange.because_zh", "PolicyChange.source"}
"""Told in both languages by the scenario itself, or shown nowhere."""


@pytest.fixture(scope="module")
def pilot() -> LoadedScenario:
    return load_scenario("beijing_pilot")


@pytest.fixture(scope="module")
def listed(pilot: LoadedScenario) -> dict[str, Parameter]:
    return {one.path: one for one in parameters(pilot)}


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        is_family = issubclass(annotation, Part) and not annotation.kind
        yield from annotation.members.values() if is_family else [annotation]
    for inner in get_args(annotation):
        yield from models_in(inner)


def fields_of(model: type[BaseModel], seen: set[type[BaseModel]]) -> Iterator[tuple[str, str]]:
    """Class and name, and unit, of every field that holds a value or a part, not only further fields."""
    if model in seen:
        return
    seen.add(model)
    for name, field in model.model_fields.items():
        if model is Scenario and name in NOT_THE_MARKET:
            continue
        below = list(models_in(field.annotation))
        if not below or any(issubclass(one, Part) for one in below):
            owner = next(one for one in model.__mro__ if name in get_annotations(one))
            yield f"{owner.__name__}.{name}", unit_of(name, field)
        for one in below:
            yield from fields_of(one, seen)


def test_every_field_of_the_model_has_a_chinese_meaning_and_no_other_has() -> None:
    fields = {field for field, _ in fields_of(Scenario, set())} - FREE_TEXTS
    assert len(fields) > 200
    assert fields - fields_with_words() == set(), "add a line to report/parameter_words.csv"
    assert fields_with_words() - fields == set(), "take the line out of report/parameter_words.csv"


def test_every_unit_has_a_chinese_word() -> None:
    for unit in {unit for _, unit in fields_of(Scenario, set())} | {one.unit for one in entries()}:
        assert unit_word(unit, "en") == unit
        assert not re.search("[A-Za-z]", unit_word(unit, "zh"))


@pytest.mark.parametrize("name", shipped_names())
def test_every_parameter_of_a_shipped_scenario_is_told_in_chinese(name: str) -> None:
    for one in parameters(load_scenario(name)):
        assert re.search("[\u4e00-\u9fff]", meaning_zh(one)), one.path


@pytest.mark.parametrize(
    ("path", "meaning"),
    [
        ("venues.beijing.disclosure.invited", "定向披露的受邀投资者数"),
        ("population.lps.central_soe.triggers.term_near.within_years", "中央企业·临近到期：距到期多少年起产生意愿"),
        ("population.buyers.state_s_fund.cost_cap", "国资S基金：最高受让价与原始成本之比（空为不限）"),
        ("population.funds.vintages.2015", "各成立年份的权重（2015年）"),
        ("population.funds.strategies.vc.companies_mean", "创业投资：每只基金平均投资企业数"),
        ("portfolio.model.marks.kind", "管理人的估值方法"),
        ("policy.4.set.state_assets.exempt_share", "尽职免责减轻的问责比例（不论退出路径）"),
        ("policy.4.on", "变更生效之日"),
    ],
)
def test_a_meaning_says_whose_it_is(path: str, meaning: str, listed: dict[str, Parameter]) -> None:
    assert meaning_zh(listed[path]) == meaning


def test_what_a_dated_change_sets_has_unit_and_meaning_of_the_rule(listed: dict[str, Parameter]) -> None:
    pace, rule = listed["policy.3.set.fundraising.state_pace"], listed["fundraising.state_pace"]
    assert (pace.unit, pace.meaning, pace.value) == ("multiple", rule.meaning, 1.5)


def test_statuses_are_told_in_both_languages() -> None:
    assert [status_word(status, "en") for status in Status] == [status.value for status in Status]
    assert not any(re.search("[A-Za-z]", status_word(status, "zh")) for status in Status)
