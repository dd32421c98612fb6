"""Run cases and judge them: cases that ask of the same world share its experiment, spread over processes."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np

from sfund_sim.ground.errors import RuleError, SfundError
from sfund_sim.ground.processes import in_processes
from sfund_sim.ground.streams import key_of_name
from sfund_sim.lab.case_items import COMPUTED, LIMIT, Case
from sfund_sim.lab.cases import Asked, CaseError, ask, refused
from sfund_sim.lab.chance import Chance, Columns
from sfund_sim.lab.comparing import World
from sfund_sim.lab.estimate import standard_errors_off
from sfund_sim.lab.listings import OpenListings
from sfund_sim.lab.questions import Exact, Simulated

EXACT_TOLERANCE = 1e-8
"""Absolute tolerance of a computed answer for which the case file names none."""
BEYOND = 1e6
"""A z that stands for a difference without any standard error."""
NO_SPREAD = 1e-12
"""Share of an answer that a sample in which all are the same may spread, by rounding."""
UNSEEN, LARGEST = 10.0, 100.0
"""Events expected of which seldom none is seen (4 standard errors: once in 20,000), and how much one may change."""
OF_RARE, ROUNDING = 1e-6, 1e-15
"""How far a rarer probability may be off the computed one, as a share of it; what rounding makes of one near 1."""


_Job = tuple[int, tuple[Case, ...]]
"""Cases that ask of the same world, and the number of their experiment."""
_Ready = tuple[Asked, World | None]
"""A case with its question, and its experiment if it is simulated."""


class Answer(NamedTuple):
    """What was found."""

    found: float
    se: float | None
    """Standard error; None if it was computed."""
    allowed: float | None = None
    """How far a computed answer may be off, where that does not follow from the case."""


_Answer = Answer | CaseError
"""What was found, or why a case cannot be answered."""
_Answers = tuple[int, list[_Answer]]


@dataclass(frozen=True, slots=True)
class Checked:
    """A case, what the lab found, and whether that agrees with what was expected."""

    case: Case
    found: float
    """NaN for a refused case."""
    se: float | None
    """Standard error; None for a computed answer and for a refused case."""
    refusal: CaseError | None = None
    """Why the lab cannot answer the case, in words; None if it can."""
    allowed: float | None = None
    """How far a computed answer may be off; None: as the case says, or ``EXACT_TOLERANCE``."""

    @property
    def z(self) -> float | None:
        """How many standard errors the answer is off; None for a computed one.

        Without a standard error, of the sample or of the case, it is held to the tolerance of a computed one.
        """
        if self.se is None:
            return None
        if self.se == 0 and self._is_within_tolerance:
            return 0.0
        return max(-BEYOND, min(BEYOND, standard_errors_off(self.found, self.se, self.case.expected)))

    @property
    def passed(self) -> bool:
        """Within 4 standard errors, or within the tolerance of a computed case; False for a refused case."""
        return abs(self.z) <= LIMIT if self.z is not None else self._is_within_tolerance

    @property
    def failed(self) -> bool:
        """Answered, and not as expected."""
        return self.refusal is None and not self.passed

    @property
    def _is_within_tolerance(self) -> bool:
        of_case = EXACT_TOLERANCE if self.case.tolerance is None else self.case.tolerance
        return abs(self.found - self.case.expected) <= (of_case if self.allowed is None else self.allowed)


def check(
    cases: Sequence[Case],
    *,
    replications: int,
    seed: int,
    workers: int = 1,
    answered: Callable[[int], object] = lambda cases: None,
) -> list[Checked]:
    """Answer all cases, in their order; the result does not depend on the number of workers.

    ``answered`` is told how many more cases are done, as they are. A case that the lab cannot answer is refused in its
    verdict, and the others are answered; SfundError if a worker process is killed.
    """
    ready = [_readied(case) for case in cases]
    verdicts = {
        id(case): _verdict(case, one) for case, one in zip(cases, ready, strict=True) if isinstance(one, CaseError)
    }
    if verdicts:
        answered(len(verdicts))
    jobs = _jobs([one for one in ready if not isinstance(one, CaseError)])
    run = partial(_answer_numbered, replications=replications, seed=seed)
    numbered = list(enumerate(jobs))
    spread = in_processes(run, numbered, workers=workers) if workers > 1 and len(jobs) > 1 else _here(run, numbered)
    with closing(spread):
        try:
            for number, found in spread:
                verdicts |= {id(case): _verdict(case, one) for case, one in zip(jobs[number], found, strict=True)}
                answered(len(found))
        except BrokenProcessPool:
            raise SfundError(
                "a worker process was killed, perhaps for want of memory; try fewer workers (--workers)",
                "一个工作进程被终止，可能是内存不足；请减少进程数（--workers）",
            ) from None
    return [verdicts[id(case)] for case in cases]


def _here(run: Callable[[_Job], _Answers], jobs: Sequence[_Job]) -> Generator[_Answers, None, None]:
    yield from map(run, jobs)


def _answer_numbered(job: _Job, *, replications: int, seed: int) -> _Answers:
    number, cases = job
    return number, list(_answer(cases, replications=replications, seed=seed))


def _verdict(case: Case, answer: _Answer) -> Checked:
    if isinstance(answer, CaseError):
        return Checked(case, math.nan, None, answer)
    return Checked(case, answer.found, answer.se, allowed=answer.allowed)


def _readied(case: Case) -> _Ready | CaseError:
    """The question of a case and, for a simulated one, its experiment; or why there is none."""
    try:
        asked = ask(case)
        return asked, None if _is_computed(asked) else _world(asked)
    except CaseError as error:
        return error


def _is_computed(asked: Asked) -> bool:
    """Is the answer computed, or is it simulated?"""
    return isinstance(asked.question, Exact) or asked.case.kind == COMPUTED


def _compute(asked: Asked) -> _Answer:
    """The answer by computing. CaseError if the lab only simulates it; ValueError if there is none."""
    if isinstance(asked.question, Exact):
        return _defined(asked.case, Answer(asked.question.answer(asked.parameters), None))
    known = asked.question.by_theory(asked.parameters)
    if known is not None:
        return _defined(asked.case, Answer(known, None))
    return refused(
        asked.case,
        RuleError(
            "the lab simulates this quantity, which no absolute tolerance fits; "
            "as a case of kind 'monte-carlo' it is held to 4 standard errors",
            "实验室以模拟回答此量，不适用绝对容差；kind 写作“monte-carlo”时，以 4 个标准误检验",
        ),
    )


def _jobs(ready: Sequence[_Ready]) -> list[tuple[Case, ...]]:
    """Cases that ask of the same world together, the slowest worlds first; computed cases one by one."""
    worlds: dict[object, list[Case]] = {}
    slow = []
    for number, (asked, world) in enumerate(ready):
        if world is None:
            worlds[number] = [asked.case]
            continue
        key = (asked.case.family, world)
        worlds.setdefault(key, []).append(asked.case)
        if isinstance(world, OpenListings):
            slow.append(key)
    return [tuple(worlds.pop(key)) for key in dict.fromkeys(slow)] + [tuple(cases) for cases in worlds.values()]


def _world(asked: Asked) -> World:
    """The experiment of a simulated case. CaseError if its parameters make none."""
    assert isinstance(asked.question, Simulated)
    try:
        return asked.question.world(asked.parameters)
    except ValueError as error:
        raise refused(asked.case, error) from None


def _answer(cases: tuple[Case, ...], *, replications: int, seed: int) -> Sequence[_Answer]:
    """Answer the cases of one job. Questions hold functions and cannot travel to a worker, so they are asked anew."""
    asked = [ask(case) for case in cases]
    first = asked[0]
    with np.errstate(over="ignore", invalid="ignore"):  # What is beyond all numbers is refused, in words.
        try:
            if _is_computed(first):
                return [_compute(first)]
            chance = Chance(seed, topic=key_of_name(first.case.family) % 2**32)
            columns = _world(first).sample(chance, replications)
        except ValueError as error:
            return [refused(case, error) for case in cases]
        return [_estimate(one, columns, replications) for one in asked]


def _estimate(asked: Asked, columns: Columns, replications: int) -> _Answer:
    """Read the columns, and take the larger of two errors: what is rare or far out may be missing in a sample.

    One is the sample's (a probability's follows from the expected one), the other is that which the case states.
    """
    assert isinstance(asked.question, Simulated)
    case, expected = asked.case, asked.case.expected
    found, sampled = asked.question.estimate(columns, asked.parameters)
    if asked.question.is_proportion and 0 < expected < 1:
        sampled = math.sqrt(expected * (1.0 - expected) / replications)
    elif sampled is not None and sampled * math.sqrt(replications) <= NO_SPREAD * abs(found):
        sampled = 0.0
    se = max(sampled or 0.0, case.sd / math.sqrt(replications))
    if se == 0 and math.isfinite(found):
        return _all_the_same(case, found, replications)
    if asked.question.is_proportion and 0 < min(expected, 1.0 - expected) < UNSEEN / replications:
        return _rare(asked, Answer(found, se))
    return _defined(case, Answer(found, se))


def _rare(asked: Asked, sampled: Answer) -> _Answer:
    """The answer where a sample sees hardly one event: the sample's, unless the computed probability is another."""
    assert isinstance(asked.question, Simulated)
    expected = asked.case.expected
    known = asked.question.by_theory(asked.parameters)
    allowed = max(OF_RARE * min(expected, 1.0 - expected), ROUNDING * expected)
    if known is None or abs(known - expected) <= allowed:
        return sampled
    return Answer(known, None, allowed)


def _defined(case: Case, answer: Answer) -> _Answer:
    """The answer, refused if there is none."""
    if math.isfinite(answer.found):
        return answer
    return refused(
        case,
        RuleError(
            "with these parameters there is no such number, or it is beyond what a computer can count",
            "在这些参数下此量没有定义，或超出计算机所能表示的范围",
        ),
    )


def _all_the_same(case: Case, found: float, replications: int) -> _Answer:
    """The answer of a sample without spread, refused where what the case expects may be due to events too rare for it.

    An event that was not seen once has a chance of hardly more than ``UNSEEN / replications``.
    """
    size = LARGEST * max(1.0, abs(found), abs(case.expected))
    if not EXACT_TOLERANCE < abs(found - case.expected) <= size * UNSEEN / replications:
        return Answer(found, 0.0)
    return refused(
        case,
        RuleError(
            f"all {replications:,} replications gave {found:.10g}, and what would make it {case.expected:.10g} may be "
            "too rare to be seen in so many: more replications (--reps) decide, or sd_per_replication in the case",
            f"{replications:,} 次重复的结果都是 {found:.10g}；使之成为 {case.expected:.10g} 的情形可能过于罕见："
            "请增加重复次数（--reps），或在算例中给出 sd_per_replication",
        ),
    )
