"""Case files: what the lab says of those it cannot run."""

import json

import pytest

from sfund_sim.lab.cases import Case, CaseError, ask, read_cases
from sfund_sim.lab.check import check

GOOD = {
    "id": "X1",
    "family": "A04",
    "quantity": "probability of sale",
    "params": {"n": 2, "reserve": 0.5},
    "expected": 0.75,
}


def refused(**changes):
    """The reason why a case is refused; the good case beside it is answered nevertheless."""
    refusal, good = check([Case(**{**GOOD, **changes}), Case(**GOOD)], replications=5_000, seed=1)
    assert good.passed
    assert not refusal.passed
    assert not refusal.failed
    assert isinstance(refusal.refusal, CaseError)
    assert "\n" not in str(refusal.refusal)
    return str(refusal.refusal)


def test_an_unknown_family_or_quantity_names_what_is_allowed():
    assert "unknown family 'Z99'; allowed: A01" in refused(family="Z99")
    told = refused(quantity="probability of a late sale")
    assert "; did you mean 'probability of sale'?; it has: 'probability of sale'; " in told
    assert told.endswith(" more")
    assert "did you mean" not in refused(quantity="hazard of sale")
    several = refused(family="A05", quantity="mean revenue", params={"lam": 2})
    assert several.endswith("A05: 'mean revenue, second-price'; 'mean revenue, first-price with unknown N'")


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"reserve": 0.5}, "n: this is missing"),
        ({"n": -1}, "n: '-1' is out of range; allowed: at least 0"),
        ({"n": 2.5}, "n: '2.5' is not a whole number"),
        ({"n": 2, "resreve": 1}, "resreve: there is no such item; did you mean 'reserve'?; allowed: dist, "),
        ({"n": 2, "dist": "pareto"}, "no law 'pareto'"),
        ({"n": 2, "dist": "lognormal"}, "mu and sigma"),
        ({"n": 2, "reserve": "NaN"}, "reserve"),
    ],
)
def test_wrong_parameters_are_named_with_their_case(params, said):
    text = refused(params=params)
    assert text.startswith("case X1: ")
    assert said in text


@pytest.mark.parametrize(
    ("item", "meant"),
    [("tol", "tolerance"), ("tolerence", "tolerance"), ("sd", "sd_per_replication"), ("notes", "note"), ("weight", "")],
)
def test_an_item_that_means_nothing_is_named_and_not_passed_over(tmp_path, item, meant):
    file = tmp_path / "cases.json"
    file.write_text(json.dumps({"cases": [{**GOOD, item: 1e-9}, GOOD]}), "utf-8")
    wrong, good = check(read_cases(file).cases, replications=5_000, seed=1)
    assert good.passed
    hint, hint_zh = (f"; did you mean '{meant}'?", f"；是否想写“{meant}”？") if meant else ("", "")
    assert wrong.refusal.text() == f"case X1: {item}: there is no such item{hint} (remarks go under 'note')"
    assert wrong.refusal.text("zh") == f"算例 X1：{item}：没有此项{hint_zh}（备注请写在“note”下）"


def test_what_published_cases_say_besides_is_accepted():
    said = {"kind": "monte-carlo", "se_at_100k": 0.00137, "note": None, "source": "Myerson 1981", "tolerance": 0.0055}
    assert check([Case(**GOOD, **said)], replications=5_000, seed=1)[0].passed


def test_an_unknown_kind_is_refused():
    assert "no kind 'monte-carol'; did you mean 'monte-carlo'?; allowed" in refused(kind="Monte Carol")
    assert "no kind 'guess'; allowed: deterministic, monte-carlo" in refused(kind="guess")


def test_parameters_that_make_no_experiment_are_named_with_their_case():
    search = {"family": "B02", "quantity": "mean time to sale at R*", "params": {"lam": 1, "rho": 0, "h": 0}}
    assert "a search needs" in refused(**search)
    for_ever = {"family": "E04", "quantity": "KM survival S(t)", "params": {}}
    assert "no quantity" in refused(**for_ever)
    table = {"family": "D01", "quantity": "NAV in year t", "params": {"t": 9, "RC": [0.5], "L": 5, "B": 2, "G": 0.1}}
    assert "t must not be above L" in refused(**table)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not JSON"),
        ("3", "expected an object with a list 'cases'"),
        ("[]", "there is no case in it"),
        ('{"cases": []}', "there is no case in it"),
    ],
)
def test_a_file_that_is_no_case_file_is_refused_with_its_place(tmp_path, text, said):
    file = tmp_path / "cases.json"
    file.write_text(text, "utf-8")
    with pytest.raises(CaseError, match=str(file)) as caught:
        read_cases(file)
    assert said in str(caught.value)
    assert "Input should" not in str(caught.value)


def read(tmp_path, *cases, head=""):
    file = tmp_path / "cases.json"
    file.write_text(head + json.dumps(cases), "utf-8")
    return check(read_cases(file).cases, replications=5_000, seed=1)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (1, "case number 1: this is not a mapping of names to values"),
        ({"id": "K1", "family": "A01"}, "case K1: quantity: this is missing"),
        ({**GOOD, "id": None}, "case number 1: id: 'None' is not text"),
        ({**GOOD, "expected": "much"}, "case X1: expected: 'much' is not a number"),
        ({**GOOD, "expected": "1/0"}, "case X1: expected: '1/0' is not a number"),
        ({**GOOD, "expected": None}, "case X1: expected: 'None' is not a number"),
        ({**GOOD, "params": "n=2"}, "case X1: params: this is not a mapping of names to values"),
        ({**GOOD, "id": "A04-1", "family": None}, "case A04-1: family: 'None' is not text"),
    ],
)
def test_a_case_whose_items_do_not_fit_is_refused_alone(tmp_path, wrong, said):
    refusal, good = read(tmp_path, wrong, {**GOOD, "id": "X2"})
    assert good.passed
    assert refusal.refusal.text() == said
    assert "Input should" not in refusal.refusal.text("zh")


@pytest.mark.parametrize(
    "changed",
    [
        {"id": 7},
        {"family": "a04"},
        {"expected": "3/4"},
        {"expected": "0.75"},
        {"kind": "Monte Carlo"},
        {"kind": "mc"},
        {"params": {"n": 2, "r": 0.5, "mu": None}},
        {"title": "x", "comment": "x", "tags": ["x"], "source_status": "derived", "alt": 1},
    ],
)
def test_a_case_may_be_written_in_other_ways(tmp_path, changed):
    assert read(tmp_path, {**GOOD, **changed})[0].passed


def test_what_a_case_need_not_say(tmp_path):
    bare = {"id": "A11-1", "quantity": "mean revenue second-price", "expected": "2/3"}
    verdict = read(tmp_path, bare, head="\ufeff")[0]
    assert verdict.passed
    assert (verdict.case.family, verdict.case.params) == ("A11", {})


def test_cases_of_the_same_id_are_told_apart(tmp_path):
    assert [verdict.case.id for verdict in read(tmp_path, GOOD, GOOD, GOOD)] == ["X1", "X1 (2)", "X1 (3)"]


def test_texts_of_families_that_do_not_fit_are_left_out(tmp_path):
    file = tmp_path / "cases.json"
    for families in ([], {"A04": "reserves"}, {"A04": {"title": 3}}):
        file.write_text(json.dumps({"families": families, "cases": [GOOD]}), "utf-8")
        assert check(read_cases(file).cases, replications=5_000, seed=1)[0].passed


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CaseError, match="cannot be read: there is no such file or folder") as caught:
        read_cases(tmp_path / "none.json")
    assert caught.value.text("zh").endswith("无法读取：没有该文件或文件夹")
    (tmp_path / "gbk.json").write_bytes("北京".encode("gbk"))
    with pytest.raises(CaseError, match="it is not UTF-8 text") as caught:
        read_cases(tmp_path / "gbk.json")
    assert caught.value.text("zh").endswith("不是 UTF-8 文本")


def test_a_good_case_is_asked_with_its_defaults():
    asked = ask(Case(**GOOD))
    assert asked.parameters.dist == "uniform"
    assert check([Case(**GOOD)], replications=5_000, seed=2)[0].passed
