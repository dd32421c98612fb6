"""A docket: what is to be settled on a coming day, so that all that is known beforehand is reckoned for all at once.

A story that is going to ask something on a day enters its matter in advance. The first that asks on that day has the
answers of all of that day's matters worked out together, in arrays; what an answer says depends on its own matter and
on the state of the day alone, never on who asked first. What can be told before the day has come is *prepared*, for
all matters that are known to come up before the state of things changes.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

Matter = TypeVar("Matter")
Brief = TypeVar("Brief")
Answer = TypeVar("Answer")
Entry = TypeVar("Entry")


class _Days(ABC, Generic[Entry, Answer]):
    """What was entered, by day, and today's answers by number."""

    def __init__(self) -> None:
        self._coming: defaultdict[int, list[Entry]] = defaultdict(list)
        self._today = -1
        self._known: dict[int, Answer] = {}

    @abstractmethod
    def _work_out(self, entries: list[Entry]) -> dict[int, Answer]:
        """The answers to what was entered for today, by number."""

    def _enter(self, day: int, number: int, entry: Entry) -> None:
        self._coming[day].append(entry)
        self._known.pop(number, None)

    def answer(self, today: int, number: int) -> Answer:
        """The answer to a matter of today; KeyError when it was not entered."""
        if today != self._today:
            self._today, self._known = today, {}
        if number not in self._known:
            self._known |= self._work_out(self._coming.pop(today))
        return self._known[number]


class Docket(_Days[Matter, Answer]):
    """Matters by day, worked out as they are."""

    def __init__(self, answers: Callable[[list[Matter]], dict[int, Answer]]) -> None:
        """``answers`` works out the matters of today, by number."""
        super().__init__()
        self._answers = answers

    def enter(self, day: int, number: int, matter: Matter) -> None:
        """A matter will come up on a day; a number has one matter at a time."""
        self._enter(day, number, matter)

    def _work_out(self, entries: list[Matter]) -> dict[int, Answer]:
        return self._answers(entries)


class _Entry(Generic[Matter, Brief]):
    """A matter that waits for its day."""

    __slots__ = ("brief", "day", "is_prepared", "matter")
    brief: Brief

    def __init__(self, day: int, matter: Matter) -> None:
        self.day, self.matter, self.is_prepared = day, matter, False


class PreparedDocket(_Days[_Entry[Matter, Brief], Answer], Generic[Matter, Brief, Answer]):
    """A docket whose matters have briefs: what can be told of a matter beforehand.

    A brief rests on the matter, its day and a state of things that stays the same for a stretch of days. The first
    matter of a stretch to come up has all prepared that are known to come up in it. So a matter is prepared once, and
    a day on which one comes up costs little more than what only the day can tell.
    """

    def __init__(
        self,
        prepare: Callable[[list[Matter], list[int]], Iterable[Brief]],
        answers: Callable[[list[Matter], list[Brief]], dict[int, Answer]],
        stretches: Sequence[int],
    ) -> None:
        """``prepare`` makes the briefs of matters that come up on these days, ``answers`` works out those of today.

        ``stretches`` numbers the stretches by day; a matter of a day beyond the last never comes up.
        """
        super().__init__()
        self._prepare, self._answers, self._stretches = prepare, answers, stretches
        self._unprepared: defaultdict[int, list[_Entry[Matter, Brief]]] = defaultdict(list)
        """By stretch."""

    def enter(self, day: int, number: int, matter: Matter) -> None:
        """A matter will come up on a day; a number has one matter at a time."""
        if day < len(self._stretches):
            entry: _Entry[Matter, Brief] = _Entry(day, matter)
            self._unprepared[self._stretches[day]].append(entry)
            self._enter(day, number, entry)

    def _work_out(self, entries: list[_Entry[Matter, Brief]]) -> dict[int, Answer]:
        if not all(entry.is_prepared for entry in entries):
            self._prepare_stretch(entries[0].day)
        return self._answers([entry.matter for entry in entries], [entry.brief for entry in entries])

    def _prepare_stretch(self, today: int) -> None:
        """One brief is missing: those of all that will come up in this stretch cost little more."""
        stretch = self._stretches[today]
        for day in [day for day in self._coming if day < today]:
            del self._coming[day]
        for gone in [each for each in self._unprepared if each < stretch]:
            del self._unprepared[gone]
        coming = [entry for entry in self._unprepared.pop(stretch) if entry.day >= today]
        briefs = self._prepare([entry.matter for entry in coming], [entry.day for entry in coming])
        for entry, brief in zip(coming, briefs, strict=True):
            entry.brief, entry.is_prepared = brief, True
