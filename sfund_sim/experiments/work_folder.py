"""The work folder of an experiment: what is finished lies there, whatever happens, and is taken up again on request.

It stands beside the results as ``<results>.partial`` and goes when they are complete. It cannot be mistaken for
results: it has another name, no manifest, and a line that says what it is.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from sfund_sim.experiments.archive import made_folders, refusals_told, refuse_to_overwrite
from sfund_sim.experiments.differing import differences, joined, share_differences
from sfund_sim.experiments.executor import execute
from sfund_sim.experiments.identity import Identity, origin_of, read_state, write_state
from sfund_sim.experiments.replication import Failure, Finished, Job, ReplicationFailed
from sfund_sim.experiments.store import Parcel, PartStore, sealed
from sfund_sim.experiments.unfinished import SUFFIX, begun, has_parts, locked, refuse_the_name, work_folder_of
from sfund_sim.ground.errors import OutputError, Problem, ScenarioError, WorkKept


class Engine(Protocol):
    """What runs replications: processes of this machine, or a cluster."""

    def __call__(
        self, job: Job, numbers: Sequence[int], *, workers: int = 1, failed: Callable[[Failure], object] | None = None
    ) -> Generator[Finished, None, None]:
        """See ``execute``."""


@dataclass(frozen=True, slots=True)
class Means:
    """How an experiment is carried out; what comes of it does not depend on it."""

    engine: Engine = execute
    goes_on: bool = False
    """Does the rest go on when a replication fails?"""
    resume: Path | None = None
    """Work folder, or results folder that would have been, of an interrupted experiment."""
    share: tuple[int, int] = (0, 1)
    """Which of how many shares of the runs: those whose number has this remainder."""
    again: Mapping[str, Any] = field(default_factory=dict)
    """What a later ``merge`` needs to give the command again."""


class WorkInterrupted(KeyboardInterrupt):
    """Ctrl-C, with the folder in which finished work is kept."""

    def __init__(self, folder: Path, kept: int) -> None:
        super().__init__(folder, kept)
        self.folder, self.kept = folder, kept


class WorkFolder:
    """Finished replications of all jobs of one experiment, and the failures."""

    def __init__(self, folder: Path, identity: Identity, means: Means) -> None:
        self.folder, self.identity, self.means = folder, identity, means
        self._known_by = identity.data()
        self.failures: dict[int, Failure] = {}
        """Replications of the first job that raised, by number; later jobs build upon it and stop at a failure."""
        self._jobs: list[Job] = []
        self._stores: list[PartStore] = []
        self._asked: set[int] = set()
        """Replications of the first job that were asked for: more may lie there from a time when more were wanted."""

    @property
    def kept(self) -> int:
        """Number of finished replications, of those jobs that were taken up so far."""
        return sum(map(len, self._stores))

    @property
    def parts(self) -> PartStore:
        """Finished replications of the only job, of those that were asked for."""
        (store,) = self._stores
        return store.among(self._asked)

    def some_are_finished(self) -> tuple[Failure, ...]:
        """The failures, in the order of numbers; ReplicationFailed when there is nothing else."""
        failures = tuple(self.failures[number] for number in sorted(self.failures))
        if failures and not self._stores[0].among(self._asked):
            raise ReplicationFailed(failures[0])
        return failures

    def execute(self, job: Job, numbers: Sequence[int], *, workers: int = 1) -> Generator[Finished, None, None]:
        """Yield what is there, then run and keep the rest; stands in for ``executor.execute``.

        Jobs are told apart by the order in which they first come, which the experiment decides.
        """
        store = self._store_of(job)
        if store is self._stores[0]:
            self._asked.update(numbers)
        remainder, shares = self.means.share
        mine = [number for number in numbers if number % shares == remainder]
        there = [number for number in mine if number in store]
        for number in there:
            yield store.parcel(number)
        left = sorted(set(mine).difference(there)) if there else mine
        if left:
            pack = partial(sealed, origin=store.origin)
            yield from self._run(replace(job, pack=pack, room=store.folder), left, store, workers)

    def _run(self, job: Job, numbers: list[int], store: PartStore, workers: int) -> Generator[Finished, None, None]:
        failed = self._note if self.means.goes_on and store is self._stores[0] else None
        with closing(self.means.engine(job, numbers, workers=workers, failed=failed)) as stream:
            for parcel in stream:
                assert isinstance(parcel, Parcel)
                store.put(parcel)
                yield parcel

    def _note(self, failure: Failure) -> None:
        self.failures[failure.number] = failure

    def _store_of(self, job: Job) -> PartStore:
        for known, store in zip(self._jobs, self._stores, strict=True):
            if known is job:
                return store
        self._jobs.append(job)
        number = len(self._jobs)
        self._stores.append(PartStore(self.folder / parts_folder(number), origin_of(self._known_by, number)))
        return self._stores[-1]


def parts_folder(job: int) -> str:
    """Name of the folder with the parts of a job, counted from 1."""
    return f"parts_{job}"


def parts_in(folder: Path) -> list[tuple[int, Path]]:
    """Every finished part of a work folder, whole or not, with the number of its job."""
    found = (path for path in folder.glob("parts_*/rep_*.part") if path.parent.name[6:].isdecimal())
    return sorted((int(path.parent.name[6:]), path) for path in found)


@contextmanager
def undertaken(final: Path, identity: Identity, means: Means, *, or_numbered: bool = False) -> Iterator[WorkFolder]:
    """Give the work folder of an experiment whose results will be in ``final``; it vanishes once they are.

    If anything goes wrong, the folder stays when a replication is finished, else nothing stays. Raises OutputError when
    results or another unfinished experiment stand there, ScenarioError when the one to take up is another experiment.
    """
    final = Path(os.path.abspath(final))
    refuse_the_name(final)
    with refusals_told(final):
        if not or_numbered:
            refuse_to_overwrite(final)
        made = made_folders(final.parent)
        try:
            folder = work_folder_of(means.resume) if means.resume else begun(final, or_numbered=or_numbered)
            with _kept_for_later(WorkFolder(folder, identity, means)) as work, refusals_told(final):
                yield work
        finally:
            for each in reversed(made):
                with suppress(OSError):
                    each.rmdir()


@contextmanager
def _kept_for_later(work: WorkFolder) -> Iterator[WorkFolder]:
    """Hold the folder; where it comes to an end it goes, where it does not, all that is finished is told and stays.

    A folder that another process holds is left as it is.
    """
    folder, is_ours = work.folder, False
    try:
        with locked(folder):
            is_ours = True
            _open(folder, work.identity, work.means)
            yield work
        if folder.is_dir():
            shutil.rmtree(folder)
    except KeyboardInterrupt:
        if has_parts(folder):
            raise WorkInterrupted(folder, work.kept) from None
        raise
    except OutputError as error:
        if isinstance(error.__cause__, OSError) and has_parts(folder):
            raise _and_what_is_kept(error, folder, work.kept) from error
        raise
    finally:
        if is_ours and folder.is_dir() and work.means.resume is None and not has_parts(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _and_what_is_kept(error: OutputError, folder: Path, kept: int) -> WorkKept:
    """The refusal of the file system, and where that leaves the finished work."""
    runs = "1 finished run is" if kept == 1 else f"{kept} finished runs are"
    return WorkKept(
        f"{error}; {runs} kept in {folder}", f"{error.text('zh')}；已完成的 {kept} 次运行保存在 {folder}", folder
    )


def _open(folder: Path, identity: Identity, means: Means) -> None:
    """Begin a work folder, or make sure that the one there is of the same experiment."""
    if means.resume is not None:
        state = read_state(folder)
        # More or fewer replications may be wanted now.
        wanted = {name: value for name, value in identity.data().items() if name != "replications"}
        found = differences(state, wanted) + share_differences(state.get("share"), means.share)
        if found:
            english, chinese = joined(found)
            message = (
                f"{folder} cannot be taken up, it holds another experiment: {english}. Give the command, the scenario "
                "and the versions with which it was begun, or start anew without --resume"
            )
            message_zh = (
                f"{folder} 无法继续，其中是另一个实验：{chinese}。请使用开始时的命令、情景文件和软件版本，"
                "或不加 --resume 重新开始"
            )
            raise ScenarioError([Problem("--resume", 0, 0, message, message_zh)])
        for leftover in folder.glob(f".*{SUFFIX}"):
            shutil.rmtree(leftover, ignore_errors=True)
    write_state(folder, {**identity.data(), "share": list(means.share), **means.again})
