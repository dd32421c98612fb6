"""A docket: what is to be settled on a coming day, so that all that is known beforehand is reckoned for all at once.

A story that is going to ask something on a day enters its matter in advance. The first that asks on that day has the
answers of all of that day's matters worked out together, in arrays; what an answer says depends on its own matter and
on the state of the day alone, never on who asked first. What can be told before the day has come is *prepared*, for
all matters that wait.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from itertools import chain
from typing import Generic, TypeVar

Matter = TypeVar("Matter")
Brief = TypeVar("Brief")
Answer = TypeVar("Answer")


class Docket(Generic[Matter, Answer]):
    """Matters by day, and today's answers by number."""

    def __init__(self, answers: Callable[[list[Matter]], dict[int, Answer]]) -> None:
        """``answers`` works out the matters of today, by number."""
        self._answers = answers
        self._coming: defaultdict[int, list[Matter]] = defaultdict(list)
        self._today = -1
        self._known: dict[int, Answer] = {}

    def enter(self, day: int, number: int, matter: Matter) -> None:
        """A matter will come up on a day; a number has one matter at a time."""
        self._coming[day].append(matter)
        self._known.pop(number, None)

    def answer(self, today: int, number: int) -> Answer:
        """The answer to a matter of today; KeyError when it was not entered."""
        if today != self._today:
            self._today, self._known = today, {}
        if number not in self._known:
            self._known |= self._answers(self._coming.pop(today))
        return self._known[number]

    def waiting(self) -> Iterable[Matter]:
        """Matters of later days; those of days gone by for which nobody asked are forgotten."""
        for day in [day for day in self._coming if day < self._today]:
            del self._coming[day]
        return chain.from_iterable(self._coming.values())


class _Entry(Generic[Matter, Brief]):
    """A matter that waits for its day."""

    __slots__ = ("brief", "day", "epoch", "matter")
    brief: Brief

    def __init__(self, day: int, matter: Matter) -> None:
        self.day, self.matter = day, matter
        self.epoch: Hashable = None
        """In which the brief was prepared; None while there is none."""


class PreparedDocket(Generic[Matter, Brief, Answer]):
    """A docket whose matters have briefs: what can be told of a matter beforehand.

    A brief rests on the matter, its day and the state of things that ``epoch`` names (never None); it is made anew
    when that has changed. So a day on which one matter comes up costs little more than what only the day can tell.
    """

    def __init__(
        self,
        prepare: Callable[[list[Matter], list[int]], Iterable[Brief]],
        answers: Callable[[list[Matter], list[Brief]], dict[int, Answer]],
        epoch: Callable[[], Hashable],
    ) -> None:
        """``prepare`` makes the briefs of matters that come up on these days, ``answers`` works out those of today."""
        self._prepare, self._answers, self._epoch = prepare, answers, epoch
        self._docket: Docket[_Entry[Matter, Brief], Answer] = Docket(self._work_out)
        self.answer = self._docket.answer
        """The answer to a matter of today, by number; KeyError when it was not entered."""

    def enter(self, day: int, number: int, matter: Matter) -> None:
        """A matter will come up on a day; a number has one matter at a time."""
        self._docket.enter(day, number, _Entry(day, matter))

    def _work_out(self, entries: list[_Entry[Matter, Brief]]) -> dict[int, Answer]:
        epoch = self._epoch()
        if any(entry.epoch != epoch for entry in entries):
            # One brief is missing: those of all that wait cost little more.
            stale = [entry for entry in chain(entries, self._docket.waiting()) if entry.epoch != epoch]
            briefs = self._prepare([entry.matter for entry in stale], [entry.day for entry in stale])
            for entry, brief in zip(stale, briefs, strict=True):
                entry.epoch, entry.brief = epoch, brief
        return self._answers([entry.matter for entry in entries], [entry.brief for entry in entries])
