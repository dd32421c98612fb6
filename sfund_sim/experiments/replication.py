"""One replication: what is asked of a worker, and what comes home (arrays only, or the story of a failure)."""

from __future__ import annotations

import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from numpy.typing import NDArray

from sfund_sim.experiments.archive import Pieces
from sfund_sim.experiments.contents import Content, kept
from sfund_sim.experiments.own_parts import where_at_fault
from sfund_sim.ground.errors import LANGUAGES, Caution, Language, SfundError
from sfund_sim.market.journal import Journal

Tables = dict[str, dict[str, NDArray[Any]]]
"""The journal's tables by name, each a dict of equally long columns."""


class Record(Protocol):
    """What a run leaves behind: the journal of a market, or ``Tabled`` what was made of it."""

    @property
    def names(self) -> dict[str, list[str]]:
        """Names by slot."""

    @property
    def kinds(self) -> dict[str, list[int]]:
        """Codes by slot."""

    def arrays(self) -> Tables:
        """Tables as columns."""


@dataclass(frozen=True, slots=True)
class Tabled:
    """A record that is nothing but its tables."""

    tables: Tables
    names: dict[str, list[str]] = field(default_factory=dict)
    kinds: dict[str, list[int]] = field(default_factory=dict)

    def arrays(self) -> Tables:
        """Themselves."""
        return self.tables


Simulate = Callable[[Any, int, int], Journal]
"""``simulate(scenario, replication, seed)``; must depend on nothing else."""

Work = Callable[[Any, int, int], Record]
"""The same for whatever a worker can do with (scenario, number, seed)."""

Render = Callable[["Replication"], Iterator[tuple[str, Pieces]]]


class Finished(Protocol):
    """A finished replication, open or packed for the way home."""

    @property
    def number(self) -> int:
        """1-based."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What it warned of."""

    def opened(self) -> Replication:
        """The replication itself."""


@dataclass(frozen=True, slots=True)
class Job:
    """What all replications of a run share; goes into each worker once."""

    simulate: Work
    scenario: Any
    seed: int
    render: Render | None = None
    """Makes files of a replication while the worker has it in hand; None to bring home arrays only."""
    pack: Callable[[Replication, Path | None], Finished] | None = None
    """Packs a replication for the way home, in the worker too; None to bring it home open."""
    room: Path | None = None
    """Folder where what is too much for memory waits on disk; None where worker and receiver share none."""


@dataclass(frozen=True, slots=True)
class Replication:
    """One finished replication."""

    number: int
    """1-based."""
    tables: Tables
    names: dict[str, list[str]] = field(default_factory=dict)
    """Names of funds, LPs, buyers and venues by slot."""
    kinds: dict[str, list[int]] = field(default_factory=dict)
    """Codes of LPs and buyers by slot."""
    warnings: tuple[str, ...] = ()
    """What the replication warned of, each text once, in order of appearance."""
    files: Mapping[str, Content] = field(default_factory=dict)
    """Content of the files that the job had made of it, by name."""

    def opened(self) -> Replication:
        """Itself."""
        return self


@dataclass(frozen=True, slots=True)
class Failure:
    """One replication that raised."""

    number: int
    seed: int
    reason: str
    """One line."""
    traceback: str
    reason_zh: str = ""
    """The same in Chinese; empty where the error has no words but those of a program."""
    is_wrong_input: bool = False
    """Is the scenario at fault, not the program or the machine?"""

    def why(self, language: Language = "en") -> str:
        """The reason, in one of the languages."""
        return self.reason_zh or self.reason if language == "zh" else self.reason


class ReplicationFailed(SfundError):
    """A replication raised; ``failure`` has its number, seed and traceback, ``story`` the file that tells it all."""

    def __init__(self, failure: Failure, story: Path | None = None) -> None:
        self.failure = failure
        self.story = story
        where = f"; the whole story is in {story}" if story else ""
        where_zh = f"；详情见 {story}" if story else ""
        super().__init__(
            f"replication {failure.number} (seed {failure.seed}) failed: {failure.reason}{where}",
            f"第 {failure.number} 次重复（种子 {failure.seed}）失败：{failure.why('zh')}{where_zh}",
        )
        self.is_wrong_input = failure.is_wrong_input

    def __reduce__(self) -> tuple[type[ReplicationFailed], tuple[Failure, Path | None]]:
        return type(self), (self.failure, self.story)


def waiting_place(room: Path | None, number: int, name: str) -> Path | None:
    """Where a content of a replication waits if it is too much for memory; None where there is no room."""
    return room / f"rep_{number:04d}.{name.replace('/', '-')}" if room else None


def replicate(job: Job, number: int) -> Finished | Failure:
    """Run one replication; an exception becomes a Failure, since not every exception survives the way home.

    OSError when the disk refuses its files, which is no fault of the replication.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            # The journal has no name here: its rows are gone before the files are made, the largest of what follows.
            done = of_journal(job.simulate(job.scenario, number, job.seed), number)
        except Exception as error:
            return _failure(job, number, error)
        try:
            files = _files(job, done)
        except OSError:
            raise
        except Exception as error:
            return _failure(job, number, error)
    texts = tuple(dict.fromkeys(str(each.message) for each in caught if issubclass(each.category, Caution)))
    done = replace(done, warnings=texts, files=files)
    return job.pack(done, job.room) if job.pack else done


def _files(job: Job, done: Replication) -> dict[str, Content]:
    rendered = job.render(done) if job.render else ()
    return {name: kept(pieces, waiting_place(job.room, done.number, name)) for name, pieces in rendered}


def _failure(job: Job, number: int, error: Exception) -> Failure:
    story = "".join(traceback.format_exception(error))
    is_wrong_input = isinstance(error, SfundError) and error.is_wrong_input
    texts = (
        [error.text(each) for each in LANGUAGES]
        if isinstance(error, SfundError)
        else [f"{type(error).__name__}: {error}"] * 2
    )
    reason, reason_zh = (" ".join(text.split()) for text in texts)
    if not is_wrong_input and (where := where_at_fault(error)):
        reason, reason_zh = f"{reason}; see the rule of your own: {where}", f"{reason_zh}；请检查自编规则：{where}"
    return Failure(number, job.seed, reason, story, reason_zh, is_wrong_input)


def of_journal(journal: Record, number: int) -> Replication:
    """What comes home of a journal."""
    return Replication(number, journal.arrays(), journal.names, journal.kinds)
