"""The command line: ``sfund new | validate | explain | run | compare | sweep | audit | replay | export | ... | lab``.

``main`` finds the command, imports only its module, and turns whatever goes wrong into a line a user can act on.
"""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Any, TextIO

from sfund_sim.ground.errors import (
    BrokenInvariant,
    Language,
    OutputError,
    Problem,
    ScenarioError,
    SfundError,
    WorkKept,
    in_one_line,
)
from sfund_sim.ground.interrupts import exit_code, stopping_alike
from sfund_sim.ground.refusals import refusal

WRONG_INPUT, FAILED = 2, 1
"""Exit codes: the input is wrong; something failed on the way. Ctrl-C and its like have those of ``exit_code``."""

_DEBUG = "--debug"
_VARIABLE = "SFUND_LANG"
_PATHS = ("--out", "--resume", "--csv")
_MOST_PROBLEMS = 50


class Interrupted(Exception):
    """Ctrl-C was pressed inside a command; ``args`` are the folder with what is finished and how many, if any is."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; ``arguments`` default to the program's own."""
    _open_streams()
    _speak_utf8()
    with stopping_alike():
        return _guarded(list(sys.argv[1:] if arguments is None else arguments))


def _guarded(given: list[str]) -> int:
    """Run the command line; whatever goes wrong becomes a line, and the exit code that is returned."""
    is_debugging = _DEBUG in given or os.environ.get("SFUND_DEBUG") == "1"
    language = language_of(given)
    try:
        _check_language(given)
        _check_paths(given)
        return _run([argument for argument in given if argument != _DEBUG], language)
    except ScenarioError as error:
        _tell_problems(error.problems, language)
        return WRONG_INPUT
    except BrokenInvariant as error:
        _tell_bug(error, language, is_debugging=is_debugging)
        return FAILED
    except SfundError as error:
        again = _go_on(error.folder, given, language) if isinstance(error, WorkKept) else ""
        _say(("sfund：" if language == "zh" else "sfund: ") + in_one_line(error.text(language) + again))
        return WRONG_INPUT if error.is_wrong_input else FAILED
    except (KeyboardInterrupt, Interrupted) as stop:
        _tell_interrupted(stop.args, given, language)
        return exit_code()
    except BrokenPipeError:
        _silence(sys.stdout)
        return FAILED
    except OSError as error:
        _say(("sfund：" if language == "zh" else "sfund: ") + in_one_line(os_error_text(error, language)))
        _silence(sys.stdout)
        return WRONG_INPUT if error.errno == errno.ENAMETOOLONG else FAILED
    except Exception as error:
        _tell_bug(error, language, is_debugging=is_debugging)
        return FAILED


def _tell_problems(problems: Sequence[Problem], language: Language) -> None:
    """A line a mistake, up to as many as anybody mends at once."""
    for problem in problems[:_MOST_PROBLEMS]:
        _say(problem.text(language))
    if more := len(problems[_MOST_PROBLEMS:]):
        _say(f"……另有 {more:,} 处错误" if language == "zh" else f"... and {more:,} more mistakes")


def language_of(arguments: Sequence[str]) -> Language:
    """The language of ``--lang zh`` or ``--lang=zh``, wherever it stands; else of SFUND_LANG; else English."""
    asked = _asked(arguments)
    last = asked[-1] if asked else os.environ.get(_VARIABLE, "")
    return "zh" if _known(last) == "zh" else "en"


def _asked(arguments: Sequence[str]) -> list[str]:
    words = [word for argument in arguments for word in argument.split("=", 1)]
    return [after for word, after in pairwise(words) if word == "--lang"]


def _known(wanted: str) -> str:
    """The language's own part of a name such as ``zh_CN.UTF-8``."""
    return re.split(r"[-_.@]", wanted.lower(), maxsplit=1)[0]


def _check_language(arguments: Sequence[str]) -> None:
    """ScenarioError when the environment asks for a language that there is not; ``--lang`` has its own check."""
    wanted = os.environ.get(_VARIABLE, "")
    if not _asked(arguments) and _known(wanted) not in ("", "en", "zh"):
        raise ScenarioError([Problem(_VARIABLE, 0, 0, f"'{wanted}' is not allowed; allowed: en, zh (仅可用 en 或 zh)",
                                     f"“{wanted}”不在允许范围内；可用：en、zh")])  # fmt: skip


def _check_paths(arguments: Sequence[str]) -> None:
    """ScenarioError for a path that is empty, as of an unset variable: as a path it would be the present folder."""
    for word, after in pairwise([part for argument in arguments for part in argument.split("=", 1)]):
        if word in _PATHS and not after.strip():
            raise ScenarioError([Problem(word, 0, 0, "it is empty; give a value, or leave the option out",
                                         "内容为空；请给出取值，或不用此选项")])  # fmt: skip


def os_error_text(error: OSError, language: Language) -> str:
    """What the system refused, in words."""
    return (f"{error.filename}: " if error.filename else "") + refusal(error, language)


def _run(arguments: list[str], language: Language) -> int:
    from typer import BadParameter

    from sfund_sim.cli.commands import command

    misuse: Any = BadParameter.__bases__
    try:
        end = command(language).main(args=arguments, prog_name="sfund", standalone_mode=language == "en")
        sys.stdout.flush()
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 0
    except misuse as error:  # In English the framework itself tells it.
        return _tell_misuse(error)
    return end if isinstance(end, int) else 0


def _tell_misuse(error: Any) -> int:
    """Say in Chinese why the arguments cannot be taken, or show the help that was asked for by giving none."""
    from sfund_sim.cli.chinese import usage_in_chinese

    message = error.format_message()
    if message and "\n" not in message.strip():
        see = error.ctx.command_path if error.ctx is not None else "sfund"
        _say(f"sfund：{usage_in_chinese(message, f'{see} --help')}")
    else:
        error.show()
    return WRONG_INPUT


def _tell_interrupted(kept: tuple[object, ...], given: list[str], language: Language) -> None:
    """What is left of the work, and the command that goes on with it."""
    if len(kept) != 2:
        _say("sfund：已中断；未保存任何内容" if language == "zh" else "sfund: interrupted; nothing was saved")
        return
    folder, runs = kept
    again = _go_on(folder, given, language)
    if language == "zh":
        _say(f"sfund：已中断；已完成的 {runs} 次运行保存在 {folder}{again}")
    else:
        kept_runs = "1 finished run is" if runs == 1 else f"{runs} finished runs are"
        _say(f"sfund: interrupted; {kept_runs} kept in {folder}{again}")


def _go_on(folder: object, given: list[str], language: Language) -> str:
    """The command that takes up the work in a folder, as the end of a sentence."""
    import shlex

    old = given.index("--resume") if "--resume" in given else len(given)
    again = ["sfund", *given[:old], *given[old + 2 :], "--resume", str(folder)]
    if given[0] == "merge":
        again = ["sfund", *given]
    return ("；继续：" if language == "zh" else "; go on with: ") + shlex.join(again)


def _tell_bug(error: Exception, language: Language, *, is_debugging: bool) -> None:
    """A bug of ours, or of a rule of the user's own: one line, the traceback only when asked for."""
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    own_parts = sys.modules.get("sfund_sim.experiments.own_parts")
    what, own = " ".join(what.split()), own_parts.where_at_fault(error) if own_parts else ""
    if language == "zh":
        whose = f"请先检查自编规则：{own}。若非其所致，则" if own else "这"
        _say(f"sfund：内部错误：{what}。{whose}是程序缺陷，请连同情景文件及加上 --debug 后的输出一并报告")
    else:
        whose = f"See first the rule of your own: {own}. If it is right, this" if own else "This"
        _say(f"sfund: internal error: {what}. {whose} is a bug: report it with the scenario and the output of --debug")
    if is_debugging:
        import traceback

        _say("".join(traceback.format_exception(error)).rstrip())


def _say(line: str) -> None:
    """On the error stream; where that is full or its terminal gone, the exit code must do."""
    try:
        print(line, file=sys.stderr)
    except OSError:
        _silence(sys.stderr)


def _open_streams() -> None:
    """What the shell has closed leads nowhere: else the next file opened, perhaps a table, would get its number."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - as long as the program


def _speak_utf8() -> None:
    """Windows consoles and pipes default to a code page that cannot write Chinese.

    Of a name that is not UTF-8 (of a file from an old Chinese system, say), what cannot be told is told as escapes.
    """
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")


@contextmanager
def telling(folder: object) -> Iterator[None]:
    """Say what came out; OutputError with the folder when nothing can be said: the results are complete all the same.

    A pipe that was closed is no mishap but what the reader wanted.
    """
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        _silence(sys.stdout)
        raise OutputError(
            f"the results are complete in {folder}, but cannot be shown here: {os_error_text(error, 'en')}",
            f"结果已完整保存在 {folder}，但无法在此显示：{os_error_text(error, 'zh')}",
        ) from error


def _silence(stream: TextIO) -> None:
    """Nothing more can be written: keep the interpreter's own flush at the end from saying so again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
