"""A docket: what is to be settled on coming days, so that all that is known beforehand is reckoned for all at once.

A story that is going to ask something on a day enters its matter in advance. The first that asks within a *stretch* of
days has the answers worked out, in arrays, to all matters that are known to come up in the rest of it. What an answer
says depends on its own matter and its day, and on a state of things that stays the same for the stretch, never on who
asked first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

Matter = TypeVar("Matter")
Answer = TypeVar("Answer")


class Docket(Generic[Matter, Answer]):
    """Matters by number and by stretch; a number has one matter at a time."""

    def __init__(
        self, answers: Callable[[list[Matter], list[int]], Iterable[Answer]], stretches: Sequence[int]
    ) -> None:
        """``answers`` works out the answers to matters that come up on these days.

        ``stretches`` numbers the stretches by day; a matter of a day beyond the last never comes up.
        """
        self._answers, self._stretches = answers, stretches
        self._coming: defaultdict[int, dict[int, tuple[int, Matter]]] = defaultdict(dict)
        """By stretch and number: the day, and what comes up."""
        self._stretch = -1
        """The present one."""
        self._known: dict[int, tuple[int, Answer]] = {}
        """Of the present stretch by number: the day, and the answer."""

    def enter(self, day: int, number: int, matter: Matter) -> None:
        """A matter will come up on a day."""
        if day < len(self._stretches):
            self._coming[self._stretches[day]][number] = day, matter
            self._known.pop(number, None)

    def answer(self, today: int, number: int) -> Answer:
        """The answer to a matter of today; KeyError when it was not entered."""
        known = self._known.get(number)
        if known is None or known[0] != today:
            self._turn_to(self._stretches[today])
            if number not in self._known:
                self._work_out(today)
            known = self._known[number]
            if known[0] != today:
                raise KeyError(number)
        return known[1]

    def _turn_to(self, stretch: int) -> None:
        """Forget earlier stretches once their days are over."""
        if stretch != self._stretch:
            self._stretch, self._known = stretch, {}
            for gone in [each for each in self._coming if each < stretch]:
                del self._coming[gone]

    def _work_out(self, today: int) -> None:
        """One answer is missing: those to all that will come up in this stretch cost little more."""
        coming = self._coming.pop(self._stretch, {})
        left = {number: entry for number, entry in coming.items() if entry[0] >= today}
        if left:
            days, matters = (list(column) for column in zip(*left.values(), strict=True))
            answers = self._answers(matters, days)
            self._known.update(zip(left, zip(days, answers, strict=True), strict=True))
