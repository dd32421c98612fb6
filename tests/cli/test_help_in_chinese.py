"""Chinese: what --help says, and why arguments cannot be taken."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from importlib import resources
from typing import Any

import pytest
from rich.cells import cell_len

from sfund_sim.cli import main
from sfund_sim.cli.chinese import usage_in_chinese
from sfund_sim.cli.commands import COMMANDS, command

_CHINESE = re.compile("[\u4e00-\u9fff]")


def _texts(of: Any) -> Iterator[str]:
    """Every English text that a command's help may show."""
    yield of.help or ""
    for parameter in of.params:
        yield getattr(parameter, "help", None) or ""
    for name in getattr(of, "list_commands", lambda _: [])(None):
        yield from _texts(of.get_command(None, name))


def _known() -> dict[str, str]:
    text = resources.files("sfund_sim.cli").joinpath("help_zh.csv").read_text("utf-8")
    return {row["en"]: row["zh"] for row in csv.DictReader(text.splitlines(keepends=True))}


def test_every_text_of_the_help_is_known_in_chinese_and_no_other() -> None:
    shown = {*_texts(command()), *(known.purpose for known in COMMANDS.values()), "Show this message and exit."} - {""}
    assert shown == set(_known())
    assert all(_CHINESE.search(told) for told in _known().values())


@pytest.mark.parametrize("asked", [["--help"], ["run", "--help"], ["lab", "auction", "-h"], ["lab", "check", "-h"]])
@pytest.mark.parametrize("width", [44, 80])
def test_help_fits_the_terminal_and_nothing_is_cut_off(
    asked: list[str], width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SFUND_LANG", "zh")
    monkeypatch.setenv("COLUMNS", str(width))
    assert main(asked) == 0
    out = capsys.readouterr().out
    assert max(map(cell_len, out.splitlines())) <= width
    shown = "".join(out.split())
    of: Any = command()
    for name in [word for word in asked if not word.startswith("-")]:
        of = of.get_command(None, name)
    for text in (of.help, *(parameter.help for parameter in of.params)):
        for part in (_known()[text] if asked != ["--help"] else _known()[of.help]).split("。"):
            assert "".join(part.split()) in shown


@pytest.mark.parametrize("asked", [[], ["run"], ["explain", "exit"], ["lab", "auction"]])
def test_flags_are_listed_without_a_value(
    asked: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SFUND_LANG", "en")
    assert main([*asked, "--help"]) == 0
    out = capsys.readouterr().out
    assert "--help" in out
    assert "bool" not in out


def test_help_in_english_stays_english(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("SFUND_LANG", raising=False)
    assert main(["run", "--help", "--lang", "zh"]) == 0
    assert "重复次数" in capsys.readouterr().out
    assert main(["run", "--help"]) == 0
    assert not _CHINESE.search(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["run", "--repz", "3"], "没有选项 --repz；是否指 "),
        (["runn"], "没有命令 runn；是否指 'run'；用法见 sfund --help"),
        (["lab", "x"], "没有命令 x；用法见 sfund lab --help"),
        (["run"], "缺少参数 scenario；用法见 sfund run --help"),
        (["run", "a", "b"], "多余的参数：b；"),
        (["run", "a", "--reps"], "选项 --reps 后面须写出取值；"),
        (["run", "a", "--quiet=3"], "选项 --quiet 不带取值；"),
        (["run", "a", "--reps", "x"], "--reps：应为整数；"),
        (["run", "a", "--reps", "0"], "--reps：应不小于 1；"),
        (["lab", "vote", "--refusal", "2"], "--refusal：应不大于 1；"),
        (["run", "a", "--on-error", "x"], "--on-error：“x”不在允许范围内；可用：stop、continue；"),
        (["lab", "auction", "--reserve", "x"], "--reserve：应为数字；"),
        (["lab", "auction", "--out", "q.foo"], "--out：图片的扩展名为 .svg 或 .png；"),
        (["lab", "auction", "--out", "no/q.png"], "--out：没有文件夹 no；"),
    ],
)
def test_misuse_is_told_in_one_chinese_line(
    given: list[str], told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SFUND_LANG", "zh")
    assert main(given) == 2
    complaint = capsys.readouterr().err
    assert complaint.startswith(f"sfund：{told}")
    assert complaint.count("\n") == 1


def test_no_arguments_show_the_help(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("SFUND_LANG", "zh")
    assert main([]) == 2
    assert "用法：sfund [选项] 命令" in "".join(capsys.readouterr())


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("No such option '--repz'. Did you mean '--reps'?", "没有选项 --repz；是否指 '--reps'；用法见 sfund"),
        ("Invalid value for '--reps': 'x' is not a valid integer range.", "--reps：应为整数；用法见 sfund"),
        ("Invalid value for '--reps': 0 is not in the range x>=1.", "--reps：应在此范围内：x>=1；用法见 sfund"),
        ("Got unexpected extra arguments (b c)", "多余的参数：b c；用法见 sfund"),
        ("What nobody has heard of", "What nobody has heard of；用法见 sfund"),
    ],
)
def test_words_of_other_versions_of_the_framework(message: str, told: str) -> None:
    assert usage_in_chinese(message, "sfund") == told


_LEFT_IN_ENGLISH = re.compile("Kaplan-Meier|seed|found|price|sale|vote|year|way|measure|theory|auctions|wrote")


@pytest.mark.parametrize(
    "lesson",
    [
        ["auction", "--reps", "50", "--relist", "--bid-rate", "1", "--preemption", "--reserve", "0.2"],
        ["auction", "--reps", "50", "--entry-cost", "0.05"],
        ["auction", "--reps", "50", "--reserve", "1"],
        ["fund"],
        ["vote", "--reps", "50"],
        ["timing", "--companies", "50"],
        ["timing", "--companies", "50", "--hazards", "0.1"],
    ],
)
def test_lessons_are_told_in_chinese(lesson: list[str], tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    picture = tmp_path / "bild.svg"
    assert main(["lab", *lesson, "--out", str(picture), "--lang", "zh"]) == 0
    told = capsys.readouterr().out.replace("Kaplan-Meier", "")
    assert _CHINESE.search(told)
    assert not _LEFT_IN_ENGLISH.search(told)
    # A picture's letters are paths, so its words are counted: the Chinese picture is another one.
    assert main(["lab", *lesson, "--out", str(tmp_path / "picture.svg"), "--lang", "en"]) == 0
    assert picture.read_bytes() != (tmp_path / "picture.svg").read_bytes()


def test_columns_of_a_lesson_stand_under_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lab", "vote", "--reps", "50", "--lang", "zh"]) == 0
    assert {cell_len(line) for line in capsys.readouterr().out.splitlines()} == {86}
