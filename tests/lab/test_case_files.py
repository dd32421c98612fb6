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
    assert "did you mean 'probability of sale'" in refused(quantity="probability of sales")


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"reserve": 0.5}, "n: this is missing"),
        ({"n": -1}, "n: '-1' is out of range; allowed: at least 0"),
        ({"n": 2.5}, "n: '2.5' is not a whole number"),
        ({"n": 2, "resreve": 1}, "resreve: there is no such item; did you mean 'reserve'? (given: 1)"),
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
    assert "no kind 'monte carlo'; did you mean 'monte-carlo'?; allowed" in refused(kind="monte carlo")
    assert "no kind 'exact'; allowed: deterministic, monte-carlo" in refused(kind="exact")


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
        ("[]", "expected an object with a list 'cases'"),
        ('{"cases": [1]}', "case number 1"),
        ('{"cases": [{"id": "K1", "family": "A01"}]}', "case K1: quantity"),
        (json.dumps({"cases": [{**GOOD, "expected": "much"}]}), "case X1: expected"),
    ],
)
def test_a_file_that_is_no_case_file_is_refused_with_its_place(tmp_path, text, said):
    file = tmp_path / "cases.json"
    file.write_text(text, "utf-8")
    with pytest.raises(CaseError, match=str(file)) as caught:
        read_cases(file)
    assert said in str(caught.value)
    assert "Input should" not in str(caught.value)


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
