"""Numbers such as ``1,000,000`` or ``1,000万`` between brackets, where YAML's comma has ended them.

``{count: 1,000}`` says ``count: 1`` and a key ``000``, ``[1,000]`` says one and nought: neither can be meant. In a list
``[1,200]`` may be two numbers, and stays.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from sfund_sim.ground.errors import Problem
from sfund_sim.scenario.nodes import Place
from sfund_sim.scenario.remedies import number_meant

_BEGINNING = re.compile(r"[-+]?[¥￥]?\d{1,3}(,\d{3})*")
_GROUP = re.compile(r"\d{3}(\D.*)?")
_GROUP_IN_LIST = re.compile(r"0\d\d(\.\d+)?|\d{3}(\.\d+)?\s*[千百万亿元].*")
"""What can be no number of its own: one with noughts in front, or one with a unit, where the number before has none."""

_LONGEST = 30
"""Characters of a number that somebody may mean."""


class Piece(NamedTuple):
    """The beginning of a number, and where it ends."""

    key: str
    """Under which it stands; empty in a list."""
    place: Place
    text: str
    line: int
    end: int

    @classmethod
    def of(cls, key: str, place: Place, event: Any) -> Piece:
        """A scalar as it stands."""
        return cls(key, place, event.value, event.end_mark.line, event.end_mark.column)

    def with_group(self, event: Any) -> Piece | None:
        """The number with three more figures, if the scalar goes on with it behind a mere comma; else None."""
        start = event.start_mark
        if (
            len(self.text) > _LONGEST
            or event.style is not None
            or (start.line, start.column) != (self.line, self.end + 1)
        ):
            return None
        group = _GROUP if self.key or "," in self.text else _GROUP_IN_LIST
        if not (len(self.text) <= _LONGEST and _BEGINNING.fullmatch(self.text) and group.fullmatch(event.value)):
            return None
        text = f"{self.text},{event.value}"
        return self._replace(text=text, line=event.end_mark.line, end=event.end_mark.column)

    @property
    def number(self) -> str:
        """The number that is meant."""
        return number_meant(self.text, self.key) or self.text.replace(",", "")

    def problem(self) -> Problem:
        """The complaint, with the number as it is to be written."""
        instead = f"{self.key}: {self.number}" if self.key else self.number
        return Problem(
            *self.place,
            f"'{self.text}' is no number here: a comma ends a value between brackets; write {instead}",
            f"“{self.text}”在此不是一个数：括号内的逗号会结束一个值；请写作 {instead}",
        )
