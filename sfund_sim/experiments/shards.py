"""Shares of an experiment, run apart where no scheduler may live (job arrays), and brought together again."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from sfund_sim.experiments.archive import linked, refusals_told, refuse_to_overwrite
from sfund_sim.experiments.executor import Execute
from sfund_sim.experiments.failures import Place, failure_files
from sfund_sim.experiments.identity import STATE, Identity, origin_of, read_state, write_state
from sfund_sim.experiments.keeping import kept_by
from sfund_sim.experiments.replication import Failure
from sfund_sim.experiments.store import BrokenPart, whole_part
from sfund_sim.experiments.unfinished import SUFFIX
from sfund_sim.experiments.work_folder import Means, parts_in, undertaken
from sfund_sim.ground.errors import Language, OutputError, Problem, ScenarioError

_EXPERIMENT = ("kind", "scenario_sha256", "seed", "replications", "sfund_sim", "versions", "tables", "kept")
_WISHES = ("scenarios", "report", "goes_on", "language")
_SAME = (*_EXPERIMENT, *_WISHES)
"""What all shares of one experiment have in common."""
_NUMBER = "number of shares"
_IN_CHINESE = {
    "kind": "命令", "scenario_sha256": "情景哈希", "seed": "随机种子", "replications": "重复次数",
    "sfund_sim": "sfund_sim 版本", "versions": "软件版本", "tables": "表格格式", "kept": "保留的表格",
    "scenarios": "情景", "report": "是否写报告", "goes_on": "失败后是否继续", "language": "语言", _NUMBER: "分片数",
}  # fmt: skip
"""The same for Chinese readers, with the number of shares."""
_FINISHED = "finished"
_SCENARIOS = "scenarios"
_SHARE_NAME = re.compile(r"\.shard-\d+-of-\d+$")


class Share(NamedTuple):
    """A finished share and its folder."""

    folder: Path
    runs: int
    failures: tuple[Failure, ...]


def parsed(text: str) -> tuple[int, int]:
    """Remainder and number of shares from ``i/n`` (``3/8`` is the third of eight); ScenarioError when it is neither."""
    number, _, shares = text.partition("/")
    if number.isdecimal() and shares.isdecimal() and 1 <= int(number) <= int(shares):
        return int(number) % int(shares), int(shares)
    raise ScenarioError([Problem("--shard", 0, 0, f"'{text}' is not a share; write i/n with i from 1 to n, such as 3/8",
                                 f"“{text}”不是分片；请写作 i/n（i 为 1 至 n），例如 3/8")])  # fmt: skip


def folder_of(final: Path, share: tuple[int, int]) -> Path:
    """``<results>.shard-i-of-n``: where a share's finished work lies."""
    remainder, shares = share
    return final.with_name(f"{final.name}.shard-{remainder or shares}-of-{shares}")


def results_of_share(folder: Path) -> Path:
    """The results of the whole experiment, given the folder of a share (or any other folder, which is returned)."""
    return folder.with_name(_SHARE_NAME.sub("", folder.name))


def share_into(final: Path, identity: Identity, means: Means, run: Callable[[Execute], object]) -> Share:
    """Run a share of an experiment; ``run`` runs the whole with whatever executes its jobs.

    While it lasts the folder has another name, by which ``means.resume`` takes it up.
    """
    target = folder_of(final, means.share)
    with undertaken(target, identity, means) as work:
        run(work.execute)
        write_state(work.folder, {**read_state(work.folder), _FINISHED: work.kept})
        for name, content in failure_files(list(work.failures.values()), Place).items():
            path = work.folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
        with suppress(FileNotFoundError):
            target.rmdir()
        work.folder.rename(target)
    return Share(target, work.kept, tuple(work.failures.values()))


def again(scenarios: Sequence[str], *, report: bool, goes_on: bool, language: Language) -> dict[str, Any]:
    """What a share keeps beside what it is known by, so that ``merge`` can give the command again; never a command."""
    return dict(zip(_WISHES, (list(scenarios), report, goes_on, language), strict=True))


def gathered(shares: Sequence[Path], final: Path) -> list[str]:
    """Bring shares together in the work folder of ``final``; return the words of the command that completes it.

    The command is made of what the shares are known by: a folder that somebody sent cannot say what is to be run.
    Raises OutputError when a share is missing, there twice, unfinished, of another experiment, or damaged.
    """
    states = {Path(os.path.abspath(share)): _state(share) for share in shares}
    _check(states, len(shares))
    first = next(iter(states.values()))
    folder = Path(os.path.abspath(final)).with_name(final.name + SUFFIX)
    with refusals_told(final):
        refuse_to_overwrite(final)
        if not folder.exists():
            _gather(list(states), first, folder)
    if not (folder / _SCENARIOS).is_dir() or _different(read_state(folder), first, _EXPERIMENT):
        raise OutputError(
            f"{folder} is there already, of another experiment; go on with it by --resume, or remove it",
            f"{folder} 已存在，属于另一个实验；请用 --resume 继续，或将其删除",
        )
    files = [str(folder / _scenario_file(number)) for number in range(len(first["scenarios"]))]
    return [first["kind"], *files, *_options(first), "--out", str(final), "--resume", str(folder)]


def _options(state: dict[str, Any]) -> list[str]:
    """The options of the command of which this is a share."""
    return [
        *("--reps", str(state["replications"]), "--seed", str(state["seed"]), *kept_by(state).words),
        *([] if state["report"] else ["--no-report"]),
        *(["--on-error", "continue"] if state["goes_on"] else []),
        *("--lang", state["language"]),
    ]


def _gather(shares: Sequence[Path], state: dict[str, Any], folder: Path) -> None:
    """Make the work folder; it has its name only once all is in it, whenever the process may be killed."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    hidden = folder.with_name(f".{folder.name}.{os.getpid()}")
    hidden.mkdir()
    try:
        for share in shares:
            _link_parts(share, hidden, state)
        (hidden / _SCENARIOS).mkdir()
        for number, text in enumerate(state["scenarios"]):
            (hidden / _scenario_file(number)).write_text(text, "utf-8")
        write_state(hidden, {**state, "share": [0, 1]})
        hidden.rename(folder)
    finally:
        shutil.rmtree(hidden, ignore_errors=True)


def _scenario_file(number: int) -> str:
    return f"{_SCENARIOS}/{number + 1}.yaml"


def _different(state: dict[str, Any], other: dict[str, Any], names: Sequence[str] = _SAME) -> list[str]:
    return [name for name in names if state.get(name) != other.get(name)]


def _state(share: Path) -> dict[str, Any]:
    """What a finished share says of itself; OutputError when it is not finished, or lacks runs that it had finished."""
    if share.name.endswith(SUFFIX):
        raise _unfinished(share)
    state = read_state(share) if (share / STATE).is_file() else {}
    if not state.keys() >= {*_WISHES}:
        raise ScenarioError([Problem("SHARE", 0, 0, f"{share} is not the folder of a share: it has no {STATE} of one",
                                     f"{share} 不是分片文件夹：其中没有分片的 {STATE}")])  # fmt: skip
    if _FINISHED not in state:
        raise _unfinished(share)
    if (there := len(parts_in(share))) < state[_FINISHED]:
        raise OutputError(
            f"{share} has {there} of the {state[_FINISHED]} runs that it finished; run this share again",
            f"{share} 已完成 {state[_FINISHED]} 次运行，其中只有 {there} 次；请重新运行该分片",
        )
    return state


def _unfinished(share: Path) -> OutputError:
    return OutputError(
        f"{share} is not finished; finish it with --resume first", f"{share} 尚未完成；请先用 --resume 完成"
    )


def _check(states: dict[Path, dict[str, Any]], given: int) -> None:
    """Are all shares there, of one experiment, none twice?"""
    (path, first), *others = states.items()
    for other, state in others:
        different = _different(state, first)
        if state["share"][1] != first["share"][1]:
            different.append(_NUMBER)
        if different:
            raise OutputError(
                f"{other} and {path} are not of one experiment; they differ in: {', '.join(different)}",
                f"{other} 与 {path} 不属于同一实验；不同之处：{'、'.join(_IN_CHINESE[name] for name in different)}",
            )
    shares = first["share"][1]
    there = [state["share"][0] or shares for state in states.values()]
    wanted = range(1, shares + 1)
    twice = sorted({number for number in there if there.count(number) > 1})
    if twice or len(states) < given:
        named = [f"{number}/{shares}" for number in twice]
        raise OutputError(
            f"a share was given twice: {', '.join(named) or 'the same folder'}",
            f"同一分片给出了两次：{'、'.join(named) or '同一文件夹'}",
        )
    if missing := [f"{number}/{shares}" for number in wanted if number not in there]:
        raise OutputError(
            f"shares are missing: {', '.join(missing)}; all {shares} are needed",
            f"缺少分片：{'、'.join(missing)}；需要全部 {shares} 个",
        )


def _link_parts(share: Path, folder: Path, state: dict[str, Any]) -> None:
    """Enter a share's parts in another folder on the same disk, or copy them from another one."""
    for job, part in parts_in(share):
        try:
            beside = whole_part(part, origin_of(state, job)).beside
        except BrokenPart:
            raise OutputError(
                f"{part} is damaged or of another experiment; run its share again",
                f"{part} 已损坏或属于另一个实验；请重新运行其所在分片",
            ) from None
        (folder / part.parent.name).mkdir(exist_ok=True)
        for path in (*(each.path for each in beside), part):
            linked(path, folder / part.parent.name / path.name)
