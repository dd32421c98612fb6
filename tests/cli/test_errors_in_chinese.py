"""Every message of an error reaches a reader of Chinese in Chinese."""

import ast
import pickle
from pathlib import Path

import pytest

import sfund_sim
from sfund_sim.cli import main
from sfund_sim.ground.errors import NotARunFolder, OutputError

TOLD = {"OutputError", "NotARunFolder", "ClusterError", "SfundError"}


def raised():
    """Every place in the package at which one of these errors is made, with what it is given."""
    for path in sorted(Path(sfund_sim.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TOLD:
                yield pytest.param(node.args, id=f"{path.name}:{node.lineno}")


@pytest.mark.parametrize("given", list(raised()))
def test_an_error_is_made_with_its_message_in_both_languages(given):
    assert len(given) == 2 or isinstance(given[0], ast.Starred)


@pytest.mark.parametrize("command", ["audit", "replay", "export", "bundle"])
def test_what_is_no_run_folder_is_wrong_input_in_the_reader_s_language(command, tmp_path, monkeypatch, capfd):
    monkeypatch.setenv("SFUND_LANG", "zh")
    more = ["--to", "csv"] if command == "export" else []
    assert main([command, str(tmp_path), *more]) == 2
    complaint = capfd.readouterr().err
    assert complaint.startswith("sfund：")
    assert "不是运行结果文件夹" in complaint
    assert complaint.count("\n") == 1


@pytest.mark.parametrize("command", ["new FILE", "schema --out FILE", "explain beijing_pilot --csv FILE", "audit FILE"])
def test_a_folder_that_is_not_there_is_told_in_chinese(command, tmp_path, capfd):
    words = [str(tmp_path / "none" / "file") if word == "FILE" else word for word in command.split()]
    assert main([*words, "--lang", "zh"]) in (1, 2)
    told = capfd.readouterr().err
    assert told.endswith(("（没有该文件或文件夹）\n", "：没有该文件或文件夹\n"))
    assert main(words) in (1, 2)
    assert "there is no such file or folder" in capfd.readouterr().err


def test_a_full_place_is_told_in_chinese_with_the_remedy(tmp_path, capfd):
    (tmp_path / "file").write_text("x")
    out = tmp_path / "file" / "run"
    assert main(["run", "case_central_soe", "--reps", "1", "--no-report", "--out", str(out), "--lang", "zh"]) == 1
    assert "无法将结果写入" in (told := capfd.readouterr().err)
    assert "请用 --out 另选文件夹" in told


@pytest.mark.parametrize("kind", [OutputError, NotARunFolder])
def test_an_error_keeps_both_languages_on_its_way_between_processes(kind):
    error = pickle.loads(pickle.dumps(kind("disk full", "磁盘已满")))
    assert type(error) is kind
    assert (str(error), error.text(), error.text("zh")) == ("disk full", "disk full", "磁盘已满")
    assert kind("only in English").text("zh") == "only in English"


@pytest.mark.parametrize("workers", [1, 2])
def test_a_replication_that_fails_for_its_scenario_is_told_in_the_reader_s_words_as_wrong_input(
    workers, tmp_path, monkeypatch, capfd
):
    from sfund_sim.experiments import running
    from sfund_sim.ground.errors import TooMuchMoney

    monkeypatch.setattr(running, "_market", lambda: too_much)
    command = ["run", "beijing_pilot", "--reps", "2", "--workers", str(workers), "-q", "--out", str(tmp_path / "out")]
    assert main([*command, "--lang", "zh"]) == 2
    told = capfd.readouterr().err
    assert "次重复（种子 " in told
    assert "）失败：基金：超过 1e+15 元，任何市场均无此规模" in told
    assert "；详情见 " in told
    assert main(command) == 2
    told = capfd.readouterr().err
    assert "failed: funds: more than 1e+15 yuan" in told
    assert TooMuchMoney.__name__ not in told


def too_much(scenario, number, seed):
    from sfund_sim.ground.money import check_countable

    check_countable(1e16, "funds")
