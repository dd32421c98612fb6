"""A name of a scenario or a command that is nearly right: the one that was meant is told, in both languages."""

import pytest

from sfund_sim.cli import main

SCENARIOS = [
    ("run beijing_pilto", "beijing_pilot"),
    ("run shipped:beijing_pilto", "beijing_pilot"),
    ("run beijing_pilot.yaml", "beijing_pilot"),
    ("explain beijing-pilot", "beijing_pilot"),
    ("validate beijing_pilto", "beijing_pilot"),
    ("compare before_pilot beijing_pilto", "beijing_pilot"),
    ("sweep r01_venues", "questions/r01_venue"),
    ("sweep question/r01_venue", "questions/r01_venue"),
    ("new --from beijing_pilto", "beijing_pilot"),
    ("validate mine", "mine.yaml"),
    ("validate minne.yaml", "mine.yaml"),
    ("validate drafts/minne.yaml", "drafts/mine.yaml"),
]
COMMANDS = [
    ("explian beijing_pilot", "explain"),
    ("explain scenaro beijing_pilot", "scenario"),
    ("explain exot results R1-X0", "exit"),
    ("lab chek", "check"),
]


@pytest.fixture(autouse=True)
def _own_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "drafts").mkdir()
    for file in ("mine.yaml", "drafts/mine.yaml"):
        (tmp_path / file).write_text("extends: beijing_pilot\n", encoding="utf-8")


@pytest.mark.parametrize(("words", "meant"), SCENARIOS)
def test_a_scenario_nearly_right_is_told(words, meant, capsys):
    assert main(words.split()) == 2
    assert capsys.readouterr().err.endswith(f"; did you mean '{meant}'?\n")
    assert main([*words.split(), "--lang", "zh"]) == 2
    assert capsys.readouterr().err.endswith(f"；是否想写“{meant}”？\n")


def test_of_a_scenario_that_is_like_none_nothing_is_supposed(capsys):
    assert main(["run", "shanghai"]) == 2
    assert "did you mean" not in capsys.readouterr().err


@pytest.mark.parametrize(("words", "meant"), COMMANDS)
def test_a_command_nearly_right_is_told(words, meant, capsys):
    assert main(words.split()) == 2
    assert f"Did you mean '{meant}'?" in capsys.readouterr().err
    assert main([*words.split(), "--lang", "zh"]) == 2
    assert f"；是否指 '{meant}'；" in capsys.readouterr().err


def test_a_scenario_alone_is_taken_for_no_command(tmp_path, capsys):
    (tmp_path / "scenarios.yaml").write_text("extends: beijing_pilot\n", encoding="utf-8")
    assert main(["explain", "scenarios.yaml", "--set", "seed=2"]) == 0
    assert capsys.readouterr().out
