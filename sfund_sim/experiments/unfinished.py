"""Places of unfinished work: how its folders are called, which of them is free, and who holds one alone."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from sfund_sim.experiments.identity import STATE
from sfund_sim.ground.errors import OutputError, Problem, ScenarioError

SUFFIX = ".partial"
_LOCK = ".lock"


def work_folder_of(given: Path) -> Path:
    """The work folder that a user means by its own name or by that of the results; ScenarioError when there is none."""
    given = Path(os.path.abspath(given))
    for folder in (given, given.with_name(given.name + SUFFIX)):
        if (folder / STATE).is_file():
            return folder
    beside = "" if given.name.endswith(SUFFIX) else given.name + SUFFIX
    none = f"neither it nor {beside} has {STATE}" if beside else f"it has no {STATE}"
    none_zh = f"它与 {beside} 中都没有 {STATE}" if beside else f"其中没有 {STATE}"
    message, message_zh = f"no interrupted experiment is at {given} ({none})", f"{given} 处没有中断的实验（{none_zh}）"
    raise ScenarioError([Problem("--resume", 0, 0, message, message_zh)])


def results_of(folder: Path) -> Path:
    """The results folder for which a work folder stands."""
    return folder.with_name(folder.name.removesuffix(SUFFIX))


def refuse_the_name(final: Path) -> None:
    """ScenarioError where results would have a name by which unfinished experiments are known."""
    if not final.name.endswith(SUFFIX):
        return
    other = final.name.removesuffix(SUFFIX) or "out"
    message = f"'{final.name}' ends in {SUFFIX}, which names unfinished experiments; choose another name, for example "
    message_zh = f"“{final.name}”以 {SUFFIX} 结尾，此后缀专用于未完成的实验；请另取名称，例如 "
    raise ScenarioError([Problem("--out", 0, 0, message + other, message_zh + other)])


def has_parts(folder: Path) -> bool:
    """Is a replication finished there?"""
    return next(folder.glob("parts_*/rep_*.part"), None) is not None


def begun(final: Path, *, or_numbered: bool) -> Path:
    """Make the work folder of results that will be in ``final``; OutputError when it must be this one and is taken.

    To make it is to have it: of processes that begin together one makes it, and none finds it free and comes too late.
    """
    wanted, number = final.with_name(final.name + SUFFIX), 2
    while True:
        try:
            wanted.mkdir()
        except FileExistsError:
            if _cleared(wanted):
                continue
            if not or_numbered:
                raise _folder_in_use(wanted) from None
            wanted, number = final.with_name(f"{final.name}-{number}{SUFFIX}"), number + 1
        else:
            return wanted


def _cleared(folder: Path) -> bool:
    """Remove a work folder in which nothing is finished and nobody works any more: its process was killed too early."""
    own = re.compile(rf"README\.txt|{re.escape(STATE)}(\.unfinished)?|{re.escape(_LOCK)}|parts_\d+|\..*{SUFFIX}")
    if not (folder / _LOCK).is_file() or has_parts(folder):
        return False
    with suppress(OutputError, FileNotFoundError), locked(folder) as is_held:
        if not all(own.fullmatch(path.name) for path in folder.iterdir()):
            return False
        if is_held:
            shutil.rmtree(folder)
        return is_held
    return False


def _folder_in_use(folder: Path) -> OutputError:
    if (folder / "manifest.json").is_file():
        return OutputError(
            f"{folder} holds finished results, but its name is the one for the unfinished experiment; give these "
            "results another name, or choose another --out",
            f"{folder} 中是已完成的结果，却占用了未完成实验的名称；请为这些结果改名，或另选 --out",
        )
    if has_parts(folder):
        return OutputError(
            f"{folder} holds finished replications of an experiment that was interrupted or still goes on; go on "
            f"with --resume {folder}, or remove it",
            f"{folder} 中有已中断或仍在进行的实验的已完成重复；请用 --resume {folder} 继续，或将其删除",
        )
    return OutputError(
        f"{folder} is there already, without a finished replication: another process has just begun, or it is "
        "something else; wait, or remove it",
        f"{folder} 已存在，其中没有已完成的重复：另一进程刚刚开始，或另有他用；请等待，或将其删除",
    )


@contextmanager
def locked(folder: Path) -> Iterator[bool]:
    """Hold a work folder alone, as long as this process lives; OutputError when another one has it.

    Windows and some network file systems have no such lock (False is given): not to start twice is then the user's own
    care.
    """
    with (folder / _LOCK).open("w") as file:
        is_held = False
        with suppress(ImportError, OSError):
            import fcntl

            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                is_held = True
            except BlockingIOError:
                raise _at_work(folder) from None
        if is_held and not _is_still_there(file, folder):
            raise _at_work(folder)
        yield is_held


def _is_still_there(file: IO[str], folder: Path) -> bool:
    """Does the file still have its name? Another process may have taken the folder for a dead one's and removed it."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), (folder / _LOCK).stat())
    except FileNotFoundError:
        return False


def _at_work(folder: Path) -> OutputError:
    return OutputError(f"{folder} is in use: another process works on it", f"{folder} 正在使用：另一进程正在其中工作")
