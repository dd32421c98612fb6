"""``sfund lab`` as a user meets it."""

import json

import pytest

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
    assert [set(row) for row in rows] == [{"id", "found", "se", "z"}] * 2
    assert rows[0]["z"] is None
    assert rows[0]["found"] == pytest.approx(0.35)
    assert abs(rows[1]["z"]) < 4
    assert "2 of 2 cases in 2 families pass" in page.read_text("utf-8")


def test_check_fails_with_exit_code_1_when_a_case_fails(case_file, capsys):
    assert main(["lab", "check", case_file(expected=0.36), "--reps", "500"]) == 1
    assert "1 of 2 cases FAILED (500 replications, seed 1): T1" in capsys.readouterr().out


@pytest.mark.parametrize("changes", [{"family": "Q1"}, {"params": {"n": 2}}, {"quantity": "bid"}, {"expected": None}])
def test_a_malformed_case_is_one_line_and_exit_code_2(case_file, capsys, changes):
    assert main(["lab", "check", case_file(**changes), "--reps", "500"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("sfund lab: ")
    assert said.count("\n") == 1
    assert "T1" in said


def test_without_a_file_the_published_set_runs_and_our_own_cases_when_asked(monkeypatch, case_file, capsys):
    monkeypatch.setattr(cases, "PUBLISHED", OWN)
    assert main(["lab", "check", "--reps", "1000"]) == 0
    assert "all 6 cases pass" in capsys.readouterr().out
    assert main(["lab", "check", "--own", "--reps", "1000"]) == 0
    assert "all 6 published and 6 of our own cases pass" in capsys.readouterr().out


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
        (["auction", "--poisson", "--disclose-to", "3"], "a known number of them to choose from"),
        (["auction", "--entry-cost", "0.1", "--budget", "0.5"], "no budgets"),
        (["auction", "--common", "wallet", "--disclose-probability", "0.5"], "known number of bidders"),
        (["auction", "--out", "picture.doc"], ".svg or .png"),
        (["auction", "--out", "no_such_folder/picture.png"], "there is no folder"),
        (["fund", "--calls", "0.5,2"], "less than or equal to 1"),
        (["fund", "--commitment", "-5"], "above 0"),
        (["fund", "--required-irr", "-2"], "above -1"),
        (["fund", "--required-irr", "a"], "--required-irr takes numbers"),
        (["vote", "--rule", "at_least"], "required"),
        (["timing", "--hazards", "0"], "above 0"),
        (["timing", "--weibull", "1,2,3"], "SHAPE,SCALE"),
    ],
)
def test_a_wrong_choice_is_explained_with_exit_code_2(arguments, said, capsys):
    assert main(["lab", *arguments]) == 2
    assert said in " ".join(capsys.readouterr().err.split())
