"""``sfund lab`` as a user meets it."""

import json
import re
from pathlib import Path

import pytest
from rich.cells import cell_len

from sfund_sim.cli import main
from sfund_sim.lab import cases
from sfund_sim.lab.cases import OWN

CASES = {
    "cases": [
        {
            "id": "T1",
            "family": "A03",
            "quantity": "equilibrium bid b(v)",
            "params": {"n": 2, "v": 0.7},
            "expected": 0.35,
        },
        {
            "id": "T2",
            "family": "A04",
            "quantity": "probability of sale",
            "params": {"n": 1, "reserve": 0.5},
            "expected": 0.5,
        },
    ]
}


@pytest.fixture
def case_file(tmp_path):
    def write(**changes):
        content = json.loads(json.dumps(CASES))
        content["cases"][0].update(changes)
        file = tmp_path / "cases.json"
        file.write_text(json.dumps(content), "utf-8")
        return str(file)

    return write


def test_check_prints_every_case_and_writes_results_and_page(case_file, tmp_path, capsys):
    out, page = tmp_path / "r.json", tmp_path / "page.md"
    code = main(["lab", "check", case_file(), "--reps", "2000", "--seed", "3", "--out", str(out), "--page", str(page)])
    printed = capsys.readouterr().out
    assert code == 0
    assert printed.splitlines()[-1] == "all 2 cases pass at 4 standard errors (2,000 replications, seed 3)"
    assert "T1" in printed
    assert "A04  ok" in printed
    rows = json.loads(out.read_text("utf-8"))
    assert [set(row) for row in rows] == [{"id", "found", "se", "z", "verdict"}] * 2
    assert [row["verdict"] for row in rows] == ["passed", "passed"]
    assert rows[0]["z"] is None
    assert rows[0]["found"] == pytest.approx(0.35)
    assert abs(rows[1]["z"]) < 4
    assert "2 of 2 cases in 2 families pass" in page.read_text("utf-8")


def test_check_fails_with_exit_code_1_when_a_case_fails(case_file, capsys):
    assert main(["lab", "check", case_file(expected=0.36), "--reps", "500"]) == 1
    assert "1 of 2 cases FAILED (500 replications, seed 1): T1" in capsys.readouterr().out


@pytest.mark.parametrize("changes", [{"family": "Q1"}, {"params": {"n": 2}}, {"quantity": "bid"}])
def test_a_case_that_the_lab_cannot_answer_is_refused_and_the_others_are_answered(case_file, tmp_path, capsys, changes):
    out, page = tmp_path / "r.json", tmp_path / "page.md"
    written = ["--out", str(out), "--page", str(page)]
    assert main(["lab", "check", case_file(**changes), "--reps", "500", *written]) == 2
    printed = capsys.readouterr().out
    assert "1 of 2 cases refused (500 replications, seed 1): T1" in printed
    assert "FAILED" not in printed
    refused, answered = json.loads(out.read_text("utf-8"))
    assert refused["verdict"] == "refused"
    assert refused["found"] is None
    assert refused["reason"].startswith("case T1: ")
    assert answered["verdict"] == "passed"
    told = page.read_text("utf-8")
    assert "1 of 2 cases in 2 families pass. 1 were refused" in told
    assert f"- {refused['reason']}" in told
    assert "| FAIL" not in told


def test_a_failed_case_counts_for_more_than_a_refused_one(case_file, capsys):
    file = Path(case_file(family="Q1"))
    content = json.loads(file.read_text("utf-8"))
    content["cases"][1]["expected"] = 0.9
    file.write_text(json.dumps(content), "utf-8")
    assert main(["lab", "check", str(file), "--reps", "500", "--lang", "zh"]) == 1
    printed = capsys.readouterr().out
    assert "没有名为“Q1”的类别" in printed
    assert "2 个算例中 1 个未通过（500 次重复，种子 1）：T2" in printed
    assert "2 个算例中 1 个未作答（500 次重复，种子 1）：T1" in printed
    columns = [line for line in printed.splitlines() if line.startswith(("算例", "T2 "))]
    assert len({cell_len(re.split("判定|未通过 ", line)[0]) for line in columns}) == 1, "below its head"


@pytest.mark.parametrize("changes", [{"expected": None}, {"quantity": 3}])
def test_a_case_that_cannot_be_read_is_refused_in_its_line_with_exit_code_2(case_file, capsys, changes):
    assert main(["lab", "check", case_file(**changes), "--reps", "500"]) == 2
    said = capsys.readouterr().out
    assert f"case T1: {next(iter(changes))}: " in said
    assert "nan" not in said


def test_without_a_file_the_published_set_runs_and_our_own_cases_when_asked(monkeypatch, case_file, capsys):
    monkeypatch.setattr(cases, "PUBLISHED", OWN)
    assert main(["lab", "check", "--reps", "1000"]) == 0
    number = len(cases.shipped(OWN).cases)
    assert f"all {number} cases pass" in capsys.readouterr().out
    assert main(["lab", "check", "--own", "--reps", "1000"]) == 0
    assert f"all {number} published and {number} of our own cases pass" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["auction", "--format", "sealed", "--bidders", "3", "--reserve", "0.5", "--reps", "2000"], "sale rate"),
        (
            ["auction", "--relist", "--reserve", "0.7", "--bid-rate", "0.5", "--window", "2", "--reps", "1000"],
            "restarted",
        ),
        (["auction", "--entry-cost", "0.02", "--preemption", "--reps", "1000"], "chance of entry"),
        (["auction", "--common", "wallet", "--bidders", "2", "--format", "second_price", "--reps", "1000"], "0.666667"),
        (["fund"], "0.271840"),
        (["vote", "--partners", "4", "--refusal", "0.1", "--reps", "1000"], "extensions in a row"),
        (["timing", "--weibull", "2,6;1.2,9", "--companies", "300"], "left by way 2"),
    ],
)
def test_a_lesson_prints_its_table_and_draws_its_picture(arguments, said, tmp_path, capsys):
    picture = tmp_path / "picture.svg"
    assert main(["lab", *arguments, "--out", str(picture)]) == 0
    assert said in capsys.readouterr().out
    assert picture.read_text("utf-8").startswith("<?xml")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["auction", "--format", "dutch"], "ascending"),
        (["auction", "--values", "uniform:2,1"], "highest must be above lowest"),
        (["auction", "--bidders", "2.5"], "whole number"),
        (["auction", "--bidders", "5e6"], "less than or equal to 1000"),
        (["auction", "--reserve", "3", "--relist", "--reps", "10"], "cannot be sold"),
        (["auction", "--reserve", "inf"], "finite"),
        (["auction", "--bid-rate", "1e9", "--reps", "10"], "no end is in sight"),
        (["auction", "--bid-rate", "1e-320", "--reps", "10"], "--bid-rate takes 0 or a size between 1e-09 and 1e+15"),
        (["auction", "--increment", "1e-320", "--reps", "10"], "--increment takes 0 or a size between"),
        (["auction", "--values", "uniform:0,1e-300", "--reps", "10"], "--values takes 0 or a size between"),
        (["auction", "--values", "lognormal:-700,1", "--reps", "10"], "all lie below 1e-09 are too small"),
        (["auction", "--budgets", "exponential:1e-320", "--reps", "10"], "--budgets takes 0 or a size between"),
        (["auction", "--common", "uniform_error:1e300", "--reps", "10"], "--common takes 0 or a size between"),
        (["fund", "--required-irr", "0.1,1e308"], "--required-irr takes 0 or a size between"),
        (["timing", "--hazards", "0.1,1e-320"], "--hazards takes 0 or a size between"),
        (["timing", "--weibull", "1,1;2,1e308"], "--weibull takes 0 or a size between"),
        (["class", "--values", "uniform:0,1e-8"], "cannot be told apart by amounts of 6 decimals"),
        (["class", "--values", "uniform:100000000000,100000000000.01"], "cannot be told apart by amounts"),
        (["fund", "--commitment", "1e308"], "--commitment takes 0 or a size between"),
        (["auction", "--poisson", "--disclose-to", "3"], "a known number of them to choose from"),
        (["auction", "--entry-cost", "0.1", "--budget", "0.5"], "no budgets"),
        (["auction", "--common", "wallet", "--disclose-probability", "0.5"], "known number of bidders"),
        (["auction", "--format", "sealed", "--bid-rate", "1"], "only an ascending auction has a timed period"),
        (["auction", "--out", "picture.doc"], ".svg or .png"),
        (["auction", "--out", "no_such_folder/picture.png"], "there is no folder"),
        (["fund", "--calls", "0.5,2"], "allowed: at most 1"),
        (["fund", "--commitment", "-5"], "above 0"),
        (["fund", "--required-irr", "-2"], "above -1"),
        (["fund", "--required-irr", "a"], "--required-irr takes numbers"),
        (["vote", "--rule", "at_least"], "missing"),
        (["timing", "--hazards", "0"], "above 0"),
        (["timing", "--hazards", "0.1,inf"], "--hazards takes finite numbers"),
        (["timing", "--hazards", "0.1", "--weibull", "1,2"], "not both"),
        (["timing", "--weibull", "1,2,3"], "SHAPE,SCALE"),
        (["timing", "--weibull", "1e9,1"], "SHAPE from 0.01 to 100"),
    ],
)
def test_a_wrong_choice_is_explained_with_exit_code_2(arguments, said, capsys):
    assert main(["lab", *arguments]) == 2
    assert said in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(
    "arguments",
    [
        *(["fund", f"--{name}", "inf"] for name in ("growth", "commitment", "bow")),
        *(
            ["auction", f"--{name}", number]
            for name in ("reserve", "budget", "risk", "entry-cost", "signal-error", "relist-cost", "holding-cost")
            for number in ("inf", "nan")
        ),
        ["timing", "--horizon", "inf"],
        ["timing", "--censoring", "inf"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_number_that_is_not_finite_is_refused_by_the_name_of_its_option(arguments, capsys):
    assert main(["lab", *arguments]) == 2
    said = capsys.readouterr().err
    assert arguments[1] in said
    assert said.count("\n") == 1 or "greater than" in said


@pytest.mark.parametrize("command", [["auction"], ["vote"], ["check"]])
def test_more_replications_than_a_computer_holds_are_refused_with_the_bound(command, capsys):
    assert main(["lab", *command, "--reps", "2000000000"]) == 2
    assert capsys.readouterr().err == "sfund lab: --reps is at most 10,000,000, not 2,000,000,000\n"


@pytest.mark.parametrize(
    ("option", "parent"),
    [
        (["--relist-cost", "0.1"], "--relist"),
        (["--holding-cost", "0.1"], "--relist"),
        (["--discount", "0.9"], "--relist"),
        (["--window", "3"], "--bid-rate"),
        (["--hard-close"], "--bid-rate"),
    ],
)
def test_an_option_that_says_more_of_another_is_refused_without_it(option, parent, capsys):
    assert main(["lab", "auction", *option]) == 2
    assert capsys.readouterr().err == f"sfund lab: {option[0]} has no effect without {parent}\n"


def test_a_timed_period_without_a_bid_takes_its_window(capsys):
    assert main(["lab", "auction", "--bid-rate", "0", "--window", "3", "--reps", "10"]) == 0
    assert "3.000000" in capsys.readouterr().out


def test_refusals_are_in_chinese_for_those_who_ask_for_it(monkeypatch, capsys):
    assert main(["lab", "auction", "--reps", "10", "--bidders", "2.5", "--lang", "zh"]) == 2
    assert capsys.readouterr().err == "sfund lab：除泊松情形外，竞买人数须为不小于 1 的整数\n"
    monkeypatch.setenv("SFUND_LANG", "zh")
    assert main(["lab", "timing", "--hazards", "inf"]) == 2
    assert capsys.readouterr().err == "sfund lab：--hazards 须为有限的数，而非“inf”\n"


def test_results_that_are_no_numbers_are_null_in_json(case_file, tmp_path, capsys):
    def refuse(name):
        raise AssertionError(f"{name} is no JSON")

    fund = {"RC": [0.25], "L": 1, "B": 2.5, "G": 0.1}
    file = case_file(family="D03", quantity="IRR incl. terminal NAV (== G)", params=fund, expected=0.1)
    assert main(["lab", "check", file, "--reps", "500", "--out", str(tmp_path / "r.json")]) == 2
    assert json.loads((tmp_path / "r.json").read_text("utf-8"), parse_constant=refuse)[0]["found"] is None


def test_one_way_out_alone_is_not_said_to_be_overstated(capsys):
    assert main(["lab", "timing", "--hazards", "0.1", "--companies", "300"]) == 0
    assert "overstates" not in capsys.readouterr().out
    assert main(["lab", "timing", "--hazards", "0.1,0.2", "--companies", "300"]) == 0
    assert "overstates" in capsys.readouterr().out
