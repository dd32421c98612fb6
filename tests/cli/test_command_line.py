"""The frame of the command line: exit codes, languages, one line a failure, and a quick start."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfund_sim import cli
from sfund_sim.cli import commands, language_of, main
from sfund_sim.ground.errors import BrokenInvariant, OutputError, Problem, ScenarioError


def failing_with(monkeypatch, error):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr("sfund_sim.scenario.layers.load_scenario", fail)
    return main(["validate", "x.yaml"])


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--help"], 0), (["-h"], 0), (["--version"], 0), (["validate", "--help"], 0), (["explain", "--help"], 0),
        ([], 2), (["bogus"], 2), (["validate"], 2), (["validate", "--bogus"], 2), (["--bogus"], 2),
        (["validate", "beijing_pilot", "--lang", "fr"], 2), (["explain"], 2),
    ],
)  # fmt: skip
def test_help_is_success_and_wrong_usage_is_exit_code_2(arguments, code, capsys):
    assert main(arguments) == code
    printed = capsys.readouterr()
    assert printed.out + printed.err
    assert "Traceback" not in printed.err


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--lang", "zh", "validate", "beijing_pilot"], "--lang: 选项写在命令之后：sfund 命令 … --lang"),
        (["--seed=3", "run", "x"], "--seed: options stand behind the command: sfund COMMAND ... --seed"),
        (["-q", "merge"], "-q: options stand behind the command: sfund COMMAND ... -q"),
    ],
)
def test_an_option_before_the_command_is_told_where_it_goes(arguments, line, capsys):
    assert main(arguments) == 2
    assert capsys.readouterr().err == f"{line}\n"


def test_the_help_lists_every_command_without_importing_its_module(capsys, monkeypatch):
    def refuse(name):
        raise AssertionError(f"{name} was imported for the help")

    monkeypatch.setattr(commands, "import_module", refuse)
    assert main(["--help"]) == 0
    printed = capsys.readouterr().out
    assert all(name in printed for name in commands.COMMANDS)


@pytest.mark.parametrize("name", commands.COMMANDS)
def test_every_command_explains_itself(name, capsys):
    assert main([name, "--help"]) == 0
    assert "Usage" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (ScenarioError([Problem("a.yaml", 1, 2, "wrong", "错误")]), 2, "a.yaml:1:2: wrong"),
        (OutputError("the disk is full"), 1, "sfund: the disk is full"),
        (KeyboardInterrupt(), 130, "sfund: interrupted; nothing was saved"),
        (PermissionError(13, "Permission denied"), 1, "sfund: you may not read or write there"),
        (FileNotFoundError(2, "No such file or directory", "a/b"), 1, "sfund: a/b: there is no such file or folder"),
        (OSError(5, "Input/output error"), 1, "sfund: Input/output error"),
        (BrokenInvariant("cash is gone\non day 5"), 1, "sfund: internal error: BrokenInvariant: cash is gone on day 5. "
         "This is a bug: report it with the scenario and the output of --debug"),
        (ZeroDivisionError(), 1, "sfund: internal error: ZeroDivisionError. This is a bug: report it with the scenario "
         "and the output of --debug"),
    ],
)  # fmt: skip
def test_each_failure_is_one_line_and_its_own_exit_code(error, code, line, capsys, monkeypatch):
    monkeypatch.setattr(cli, "_silence", lambda stream: None)
    assert failing_with(monkeypatch, error) == code
    assert capsys.readouterr().err == f"{line}\n"


def test_the_traceback_of_a_bug_is_shown_when_asked_for(capsys, monkeypatch):
    monkeypatch.setenv("SFUND_DEBUG", "1")
    assert failing_with(monkeypatch, ZeroDivisionError()) == 1
    assert "Traceback" in capsys.readouterr().err


def test_debug_may_stand_anywhere(capsys):
    assert main(["validate", "--debug", "beijing_pilot"]) == 0
    assert main(["--debug", "validate", "beijing_pilot", "--debug"]) == 0
    assert "correct" in capsys.readouterr().out


def test_a_bug_is_told_in_chinese_too(capsys, monkeypatch):
    monkeypatch.setenv("SFUND_LANG", "zh_CN.UTF-8")
    assert failing_with(monkeypatch, ZeroDivisionError()) == 1
    assert capsys.readouterr().err.startswith("sfund：内部错误：ZeroDivisionError。这是程序缺陷")


@pytest.mark.parametrize(
    ("arguments", "language"),
    [
        (["run", "x", "--lang", "zh"], "zh"), (["run", "--lang=zh", "x"], "zh"), (["--lang", "en"], "en"),
        (["--lang"], "en"), ([], "en"), (["--lang", "zh", "--lang", "en"], "en"),
    ],
)  # fmt: skip
def test_the_language_is_known_before_the_arguments_are_parsed(arguments, language, monkeypatch):
    monkeypatch.delenv("SFUND_LANG", raising=False)
    assert language_of(arguments) == language


@pytest.mark.parametrize("wanted", ["xx", "fr_FR.UTF-8", "zhuang"])
def test_a_language_that_there_is_not_is_refused_in_one_line(wanted, monkeypatch, capsys):
    monkeypatch.setenv("SFUND_LANG", wanted)
    assert main(["validate", "beijing_pilot"]) == 2
    out, complaint = capsys.readouterr()
    assert (out, complaint.count("\n")) == ("", 1)
    assert complaint.startswith(f"SFUND_LANG: '{wanted}' is not allowed; allowed: en, zh")
    assert main(["validate", "beijing_pilot", "--lang", "zh"]) == 0, "what is asked for on the spot counts"


@pytest.mark.parametrize("wanted", ["", "en", "EN_us.UTF-8", "zh", "zh-Hans", "zh_CN.UTF-8"])
def test_languages_are_known_by_their_usual_names(wanted, monkeypatch, capsys):
    monkeypatch.setenv("SFUND_LANG", wanted)
    assert main(["validate", "beijing_pilot"]) == 0
    assert ("正确" in capsys.readouterr().out) == wanted.startswith("zh")


PROGRAM = [sys.executable, "-c", "import sys; from sfund_sim.cli import main; sys.exit(main())"]


@pytest.mark.skipif(os.name != "posix", reason="only POSIX counts a child's processor time")
def test_the_help_comes_in_less_than_half_a_second():
    # Processor time, and the fastest of several: other work on the machine slows a start, nothing hastens it.
    assert min(_seconds([*PROGRAM, "--help"]) for _ in range(5)) < 0.5


def _seconds(command):
    import resource

    began = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime - began.ru_utime + ended.ru_stime - began.ru_stime


@pytest.mark.skipif(os.name == "nt", reason="pipes close differently there")
def test_a_reader_that_leaves_early_is_no_error():
    shell = subprocess.Popen([*PROGRAM, "schema"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert shell.stdout is not None
    assert shell.stderr is not None
    shell.stdout.read(1)
    shell.stdout.close()
    assert shell.stderr.read() == b""
    shell.stderr.close()
    assert shell.wait(timeout=20) in (0, 1)


def test_chinese_is_written_whatever_the_encoding_of_the_terminal():
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "SFUND_LANG": "zh"}
    done = subprocess.run([*PROGRAM, "validate", "nowhere.yaml"], capture_output=True, env=environment, check=False)
    assert done.returncode == 2
    assert "nowhere.yaml: 文件不存在" in done.stderr.decode("utf-8")


def test_python_runs_the_package_where_the_program_is_not_on_the_path():
    done = subprocess.run(
        [sys.executable, "-m", "sfund_sim", "validate", "nowhere.yaml"], capture_output=True, check=False
    )
    assert done.returncode == 2
    assert done.stdout == b""
    assert done.stderr.startswith(b"nowhere.yaml: ")


@pytest.mark.parametrize(
    "arguments",
    [
        ["validate", "beijing_pilot", "--set", "a\nb=1"],
        ["validate", "beijing_pilot", "--set", "population.wish_scale=a\r\n\u2028b"],
        ["validate", "beijing_pilot", "--set", "population.wish_scale=\n- 1\n- 2"],
        ["run", "beijing_pilot", "--variant", "a\nb"],
        ["validate", "no\nfile"],
        ["audit", "no\nfolder"],
        ["new", "no/folder/a\nb.yaml"],
    ],
)
def test_a_line_end_in_what_is_given_is_shown_as_an_escape(arguments, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    for lang in ("en", "zh"):
        assert main([*arguments, "--lang", lang]) in (1, 2)
        out, complaint = capfd.readouterr()
        assert (out, len(complaint.splitlines())) == ("", 1)
        assert "\\n" in complaint


@pytest.mark.parametrize(
    "words",
    [["validate"], ["run"], ["compare", "beijing_pilot"], ["sweep"], ["explain"], ["audit"], ["export", "--to", "csv"],
     ["lab", "check"], ["merge", "--out", "m"], ["run", "beijing_pilot", "--resume"]],
    ids=" ".join,
)  # fmt: skip
def test_a_name_longer_than_any_file_s_is_wrong_input(words, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    assert main([*words, "x" * 300]) == 2
    out, complaint = capfd.readouterr()
    assert (out, complaint.count("\n")) == ("", 1)
    assert "its name is too long" in complaint


@given(st.text())
def test_a_problem_is_one_line_whatever_is_quoted_and_loses_nothing(text):
    told = Problem(f"--set {text}", 0, 0, text, text).text()
    assert len(f"{told}.".splitlines()) == 1
    assert all(sign in told for sign in text if sign.isprintable())
