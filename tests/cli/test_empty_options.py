"""Options without a value, and what is asked for twice."""

from __future__ import annotations

import time

import pytest

import sfund_sim as sf
from sfund_sim.cli import main

SMALL = ("--set", "population.funds.count=5", "--set", "horizon.end=2021-12-31", "--workers", "1", "--no-report")


@pytest.mark.parametrize("option", ["--variant", "--until"])
@pytest.mark.parametrize(
    "command", [["run", "beijing_pilot"], ["compare", "beijing_pilot", "before_pilot"], ["compare", "beijing_pilot"]]
)
@pytest.mark.parametrize("given", ["", " "])
def test_an_option_without_a_value_is_told_by_its_name_and_nothing_runs(command, option, given, capfd, tmp_path):
    """An unset variable of a script left the baseline to be run, or two scenarios of one name to be complained of."""
    assert main([*command, *SMALL, option, given, "--out", str(tmp_path / "out")]) == 2
    assert capfd.readouterr().err.strip() == f"{option}: it is empty; give a value, or leave the option out"
    assert not (tmp_path / "out").exists()


def test_a_table_that_is_named_twice_is_written_once(tmp_path, capfd):
    folder = tmp_path / "run"
    assert main(["run", "beijing_pilot", *SMALL, "--reps", "1", "--out", str(folder), "-q"]) == 0
    capfd.readouterr()
    words = ["--table", "summary", "--table", "exits", "--table", "summary", "--out", str(tmp_path / "csv")]
    assert main(["export", str(folder), "--to", "csv", *words]) == 0
    assert [line.rpartition("/")[2] for line in capfd.readouterr().out.split()] == ["summary.csv", "exits.csv"]


def test_thousands_of_unknown_keys_are_told_in_seconds(tmp_path):
    """Each looked through the whole file for where its key may stand: 40 seconds of 12,000 keys, now 2."""
    head = "extends: beijing_pilot\nschema_version: 1\nname: m\ntitle: {en: M, zh: M}\n"
    keys = "".join(f"key_{number}: 1\n" for number in range(4000))
    (tmp_path / "many.yaml").write_text(head + keys, encoding="utf-8")
    began = time.process_time()
    with pytest.raises(sf.ScenarioError) as raised:
        sf.load_scenario(tmp_path / "many.yaml")
    assert len(raised.value.problems) == 4000
    assert time.process_time() - began < 5


def test_a_key_that_stands_elsewhere_is_still_found(tmp_path):
    head = "extends: beijing_pilot\nschema_version: 1\nname: m\ntitle: {en: M, zh: M}\n"
    (tmp_path / "one.yaml").write_text(head + "disclosure_days: 3\n", encoding="utf-8")
    with pytest.raises(sf.ScenarioError, match=r"did you mean 'venues\.beijing\.disclosure\.days'"):
        sf.load_scenario(tmp_path / "one.yaml")


def test_all_that_is_wrong_with_an_experiment_given_in_python_is_told_at_once():
    levers = {"venues.beijing.disclosure.dayz": [1, 2], "venues.beijing.disclosure.invited": ["a"]}
    wrong = {"levers": levers, "outcomes": ["share_sodl"], "foo": 1, "replications": -3}
    with pytest.raises(sf.ScenarioError) as raised:
        sf.sweep(sf.load_scenario("beijing_pilot"), wrong)
    told = [problem.message for problem in raised.value.problems]
    assert len(told) == 5
    for word in ("foo", "experiment.replications", "dayz", "'a' is not a whole number", "share_sodl"):
        assert sum(word in one for one in told) == 1, word


@pytest.mark.parametrize("given", [["--out", ""], ["--out="]])
def test_an_empty_path_is_not_the_present_folder(given, capfd):
    assert main(["run", "beijing_pilot", *SMALL, *given]) == 2
    assert capfd.readouterr().err.strip() == "--out: it is empty; give a value, or leave the option out"


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("policy.01.on=2021-01-01", "there is no item '01' in this list"),
        ("venues.beijing.auction.kind=sealed", "did you mean 'first_price'?"),
        ("venues.beijing.disclosure.days=[", "a value is missing here, or a bracket is not closed"),
        (f"horizon.end={'1' * 60}", f"'{'1' * 40}...' is a number of more than 40 digits"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_with_what_to_write(setting, told, capfd):
    assert main(["validate", "beijing_pilot", "--set", setting]) == 2
    assert told in capfd.readouterr().err
