"""Dockets: what is to be settled on a coming day, so that all that is known beforehand is reckoned for all at once.

A story that is going to ask something on a day enters its matter in advance. What an answer says depends on its own
matter and on the state of things alone, never on who asked first. A ``Docket`` has all matters of a day worked out
together, in arrays, by the first that asks on that day. A ``PreparedDocket`` has matters worked out together that come
up on different days, before the state of things changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

Matter = TypeVar("Matter")
Answer = TypeVar("Answer")


class Docket(Generic[Matter, Answer]):
    """Matters that rest on the state of their day."""

    def __init__(self, answers: Callable[[list[Matter]], dict[int, Answer]]) -> None:
        """``answers`` works out the matters of today, by number."""
        self._answers = answers
        self._coming: defaultdict[int, dict[int, Matter]] = defaultdict(dict)
        """By day and number."""
        self._today = -1
        self._known: dict[int, Answer] = {}
        """Today's answers by number."""

    def enter(self, day: int, number: int, matter: Matter) -> None:
        """A matter will come up on a day; a number has one matter at a time."""
        self._coming[day][number] = matter
        self._known.pop(number, None)

    def withdraw(self, day: int, number: int) -> None:
        """The matter that was entered for a day will not come up then; nothing when that day is over."""
        self._coming[day].pop(number, None)

    def answer(self, today: int, number: int) -> Answer:
        """The answer to a matter of today; KeyError when it was not entered."""
        if today != self._today:
            self._today, self._known = today, {}
        if number not in self._known:
            self._known |= self._answers(list(self._coming.pop(today).values()))
        return self._known[number]


class _Entry(Generic[Matter, Answer]):
    """A matter that waits for its day."""

    __slots__ = ("answer", "day", "is_prepared", "matter")
    answer: Answer

    def __init__(self, day: int, matter: Matter) -> None:
        self.day, self.matter, self.is_prepared = day, matter, False


class PreparedDocket(Generic[Matter, Answer]):
    """Matters that rest on their day and on a state of things that stays the same for a stretch of days.

    The first matter of a stretch to come up has all prepared that are known to come up in it. So a matter is prepared
    once, and a day on which one comes up costs next to nothing.
    """

    def __init__(
        self, prepare: Callable[[list[Matter], list[int]], Iterable[Answer]], stretches: Sequence[int]
    ) -> None:
        """``prepare`` makes the answers to matters that come up on these days.

        ``stretches`` numbers the stretches by day; a matter of a day beyond the last never comes up.
        """
        self._prepare, self._stretches = prepare, stretches
        self._entries: dict[int, _Entry[Matter, Answer]] = {}
        """By number."""
        self._unprepared: defaultdict[int, list[_Entry[Matter, Answer]]] = defaultdict(list)
        """By stretch."""

    def enter(self, day: int, number: int, matter: Matter) -> None:
        """A matter will come up on a day; a number has one matter at a time."""
        if day < len(self._stretches):
            entry: _Entry[Matter, Answer] = _Entry(day, matter)
            self._entries[number] = entry
            self._unprepared[self._stretches[day]].append(entry)

    def answer(self, today: int, number: int) -> Answer:
        """The answer to a matter of today; KeyError when it was not entered."""
        entry = self._entries[number]
        if entry.day != today:
            raise KeyError(number)
        if not entry.is_prepared:
            self._prepare_stretch(today)
        return entry.answer

    def _prepare_stretch(self, today: int) -> None:
        """One answer is missing: those to all that will come up in this stretch cost little more."""
        stretch = self._stretches[today]
        for gone in [number for number, entry in self._entries.items() if entry.day < today]:
            del self._entries[gone]
        for gone in [each for each in self._unprepared if each < stretch]:
            del self._unprepared[gone]
        coming = [entry for entry in self._unprepared.pop(stretch) if entry.day >= today]
        answers = self._prepare([entry.matter for entry in coming], [entry.day for entry in coming])
        for entry, answer in zip(coming, answers, strict=True):
            entry.answer, entry.is_prepared = answer, True
