"""What the lab refuses: one plain line, in both languages, whoever found the mistake."""

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

import sfund_sim
from sfund_sim.funds.takahashi import TakahashiSpec
from sfund_sim.ground.errors import RuleError
from sfund_sim.investors.laws import Uniform, ValueLaw
from sfund_sim.lab.cases import Case
from sfund_sim.lab.check import check
from sfund_sim.lab.lesson import Lesson, part_of
from sfund_sim.lab.other_lessons import fund_table
from sfund_sim.lab.refusals import reason
from sfund_sim.lab.timing import ExitLaw

SECOND = "mean price, second-price/ascending"
EARLY, LAGGED = "transient mean number open at t from empty", "autocovariance at lag s"
BOARD = {"lam": 3, "mean_open": 2, "law": "fixed"}
PACKAGE = Path(sfund_sim.__file__).parent
FILES = [*sorted((PACKAGE / "lab").rglob("*.py")), *sorted((PACKAGE / "cli").glob("lab*.py"))]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_refusal_is_written_in_both_languages(file):
    calls = [node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Call)]
    named = [(node.func.id, node) for node in calls if isinstance(node.func, ast.Name)]
    assert [node.lineno for name, node in named if name == "ValueError"] == []
    assert [node.lineno for name, node in named if name in ("RuleError", "CaseError") and len(node.args) != 2] == []


@pytest.mark.parametrize(
    ("family", "quantity", "params", "said", "said_zh"),
    [
        ("A20", "mean number of extensions", {"lam": 3, "window": 4}, "no end is in sight", "看不到终点"),
        (
            "B04",
            "seller value at r*",
            {"bidders": "fixed", "n": 2.5, "beta": 0.9, "relist_cost": 0},
            "whole number",
            "整数",
        ),
        (
            "B04",
            "optimal reserve r*",
            {"bidders": "fixed", "n": 2.5, "beta": 0.9, "relist_cost": 0},
            "whole number",
            "整数",
        ),
        ("A02", "variance of price, second-price", {"n": 0}, "allowed: at least 1", "n：“0”超出范围"),
        ("A01", SECOND, {"n": 2, "dist": "normal"}, "there is no law 'normal'", "没有名为“normal”的分布"),
        ("A01", SECOND, {"n": 2, "dist": "lognormal", "mu": 800, "sigma": 0}, "lowest: ", "lowest："),
        ("A10", "threshold type vhat", {"n": 2, "budget": 0.3, "dist": "exponential"}, "'uniform'", "uniform"),
        ("C04", "mean number open", {"lam": 3, "mean_open": 2, "law": "fixed", "t": -1}, "at least 0", "不小于 0"),
        ("C04", EARLY, BOARD, "t: this is missing", "t：缺少此项"),
        ("C04", LAGGED, BOARD, "lag: this is missing", "lag：缺少此项"),
        ("C04", "mean number open", BOARD | {"law": "lognormal", "sigma": 3}, "10,848 listings", "10,848 宗挂牌"),
        ("C04", LAGGED, {"lam": 0, "mean_open": 1, "law": "fixed", "lag": 1e9}, "1e+09 mean times", "1e+09 倍"),
        ("A04", "probability of sale", {"reserve": 0.5}, "n: this is missing", "n：缺少此项"),
        ("A03", "equilibrium bid b(v)", {"n": 2, "v": 0.3, "reserve": 0.5}, "does not bid", "不报价"),
        ("S02", "share sold by t", {"sale": 0.1, "t": 0.3}, "at quarter ends", "季末"),
        ("B02", "mean time to sale at R*", {"lam": 1, "rho": 0, "h": 0}, "a search needs", "搜寻须"),
    ],
)  # fmt: skip
def test_a_case_is_refused_in_a_plain_line_of_each_language(family, quantity, params, said, said_zh):
    case = Case(id="X1", family=family, quantity=quantity, params=params, expected=1.0)
    refusal = check([case], replications=100, seed=1)[0].refusal
    en, zh = refusal.text(), refusal.text("zh")
    assert en.startswith("case X1: ")
    assert zh.startswith("算例 X1：")
    assert said in en
    assert said_zh in zh
    for line in (en, zh):
        assert "\n" not in line
        assert "validation error" not in line
        assert "pydantic" not in line


@pytest.mark.parametrize("hazard", [0.0, -1.0, float("inf"), float("nan")])
def test_a_hazard_is_above_0_and_finite(hazard):
    with pytest.raises(RuleError, match="above 0 and finite"):
        ExitLaw.of_hazard(hazard)


def test_a_fund_that_outgrows_a_computer_is_refused_without_a_warning(recwarn):
    with pytest.raises(RuleError, match="beyond what a computer can count"):
        fund_table(TakahashiSpec(growth=1e200), 100.0, (0.15,))
    assert not recwarn.list


@given(st.sampled_from(["uniform", "exponential", "lognormal", "nobody"]), st.lists(st.floats(), max_size=4))
def test_whatever_stands_for_a_law_is_a_law_or_refused_in_one_line_of_each_language(kind, numbers):
    try:
        law = part_of(ValueLaw.members, f"{kind}:{','.join(map(str, numbers))}")
    except (ValidationError, RuleError) as error:
        words = reason(error)
        assert words.en
        assert "\n" not in words.en + words.zh
        assert any("\u4e00" <= sign <= "\u9fff" for sign in words.zh), words.zh
    else:
        assert isinstance(law, ValueLaw)


def test_the_first_mistake_of_several_is_told_with_its_place():
    with pytest.raises(ValidationError) as caught:
        Lesson(bidders=-1, law=Uniform(), risk=0)
    assert reason(caught.value).en == "bidders: '-1' is out of range; allowed: at least 0"
    assert reason(caught.value).zh == "bidders：“-1”超出范围；允许范围：不小于 0"


ENGLISH_OF_THE_VALIDATOR = ("Input should", "Field required", "Value error", "Extra inputs", "valid integer")


@pytest.mark.parametrize("bidders", [-1, "many", None, []])
def test_numbers_are_refused_in_the_words_of_scenario_files(bidders):
    with pytest.raises(ValidationError) as caught:
        Lesson(bidders=bidders, law=Uniform(), risk=0.5)
    words = reason(caught.value)
    assert not any(phrase in text for phrase in ENGLISH_OF_THE_VALIDATOR for text in words)
    assert words.zh.startswith("bidders：")
