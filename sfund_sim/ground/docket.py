"""A docket: what is to be settled on a coming day, so that all that is known beforehand is reckoned for all at once.

A story that is going to ask something on a day enters its matter in advance. The first that asks on that day has the
answers of all of that day's matters worked out together, in arrays; what an answer says depends on its own matter and
on the state of the day alone, never on who asked first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Generic, TypeVar

Matter = TypeVar("Matter")
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
