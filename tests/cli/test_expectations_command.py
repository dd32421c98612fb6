"""``sfund expectations`` in its users' terms: a look, a file that runs, one line for a mistake."""

import json

import pytest

import sfund_sim as sf
from sfund_sim.cli import main
from sfund_sim.experiments.expecting import unlike_expectations
from sfund_sim.scenario.sources import parameters

TEXT = """extends: beijing_pilot
schema_version: 1
name: tiny
title: {en: "Tiny: a pilot", zh: 小型试点}
population: {funds: {count: 60}}
"""
ASKED = ["--reps", "3", "--seed", "4", "--workers", "1"]


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("scenarios") / "tiny.yaml"
    path.write_text(TEXT, "utf-8")
    return path


def test_expectations_are_shown_set_and_written_to_a_scenario_that_is_settled(file, tmp_path, capsys):
    out = tmp_path / "folder" / "set.yaml"
    out.parent.mkdir()
    assert main(["expectations", str(file), *ASKED, "--out", str(out)]) == 0
    told = capsys.readouterr().out
    assert "Expectations and market agree" in told
    assert f"wrote {out}" in told
    assert max(map(len, told.splitlines())) <= max(80, len(f"wrote {out}"))
    assert main(["validate", str(out)]) == 0
    capsys.readouterr()
    assert main(["expectations", str(out), *ASKED, "--rounds", "0", "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert again["settled"]
    loaded = sf.load_scenario(out)
    assert loaded.scenario.population.funds.count == 60
    assert loaded.scenario.name == "tiny_settled"
    assert unlike_expectations([loaded, sf.load_scenario(file)])
    assert not unlike_expectations([loaded, loaded])
    assert {one.source for one in parameters(loaded) if one.path == "expectations.venue_interest"} == {
        "sfund expectations tiny.yaml: 3 replications, seed 4, settled"
    }


def test_a_shipped_scenario_is_extended_by_its_name(tmp_path):
    out = tmp_path / "set.yaml"
    assert main(["expectations", "case_central_soe", *ASKED, "--rounds", "1", "--out", str(out), "--json"]) == 0
    assert 'extends: "shipped:case_central_soe"' in out.read_text("utf-8")
    assert sf.load_scenario(out).scenario.expectations.venue_interest == 1.0


def test_chinese_readers_read_chinese(file, capsys):
    assert main(["expectations", str(file), *ASKED, "--rounds", "0", "--lang", "zh"]) == 0
    told = capsys.readouterr().out
    assert "转让方的预期" in told
    assert "首轮成交" in told
    assert "found" not in told


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        (["--set", "population.funds.count=50"], "--set and --variant would be lost"),
        (["--rounds", "-1"], "--rounds"),
    ],
)
def test_what_could_not_be_written_is_refused_before_the_work(file, tmp_path, capsys, more, complaint):
    out = tmp_path / "set.yaml"
    assert main(["expectations", str(file), *ASKED, "--out", str(out), *more]) == 2
    assert complaint in capsys.readouterr().err
    assert not out.exists()


def test_a_file_that_is_there_is_kept_unless_forced(file, tmp_path, capsys):
    out = tmp_path / "set.yaml"
    out.write_text("mine", "utf-8")
    asked = ["expectations", str(file), *ASKED, "--rounds", "0", "--json", "--out", str(out)]
    assert main(asked) != 0
    assert "--force" in capsys.readouterr().err
    assert out.read_text("utf-8") == "mine"
    assert main([*asked, "--force"]) == 0
    assert "tiny_settled" in out.read_text("utf-8")
