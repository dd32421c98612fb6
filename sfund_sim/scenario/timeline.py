"""The rules over time: a starting rule book and dated changes, replayed and checked before anything runs."""

from __future__ import annotations

import bisect
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, ValidationError

from sfund_sim.ground.errors import Language, RuleError
from sfund_sim.scenario.base import Described
from sfund_sim.scenario.rules import RuleBook

JsonValue = Any


class PolicyChange(Described):
    """One dated change of rules."""

    name: str = Field(default="", pattern=r"^[a-z0-9_]{0,60}$")
    """Short name, so that another scenario can drop or move this change."""
    on: date
    """First day on which the change holds."""
    because: str = Field(min_length=1, max_length=500)
    """What happened, in words."""
    because_zh: str = Field(default="", max_length=500)
    """The same in Chinese; empty to show the first."""
    source: str = Field(default="assumption", max_length=500)
    """Where that is written."""
    set: dict[str, JsonValue]
    """New values by path, for example ``venues.beijing.open: true``."""
    applies_to: Literal["new_listings", "open_listings"] = "new_listings"
    """Does it bind only listings filed from that day on, or open ones too?"""

    def reason(self, language: Language) -> str:
        """What happened, in one of the languages."""
        return self.because_zh or self.because if language == "zh" else self.because


Place = tuple[str | int, ...]
"""Where a change stands in a scenario, as steps from its top."""


def _set_path(tree: dict[str, Any], path: str, value: Any, change: PolicyChange, at: Place) -> None:
    """Set one dotted path in a plain tree in place; RuleError when the path does not exist."""
    *parents, leaf = path.split(".")
    place: Any = tree
    for step in parents:
        place = place[_known(place, step, path, change, at)]
    place[_known(place, leaf, path, change, at)] = value


def _known(place: Any, step: str, path: str, change: PolicyChange, at: Place) -> str:
    if isinstance(place, dict) and step in place:
        return step
    allowed = ", ".join(sorted(place)) if isinstance(place, dict) else "nothing: it is a single value"
    raise RuleError(
        f"policy of {change.on}: there is no rule '{path}' ('{step}' is not known; allowed: {allowed})",
        f"{change.on} 的政策：没有规则 '{path}'（'{step}' 未知；可用：{allowed}）",
        path=(*at, "set", path),
    )


def apply_change(book: RuleBook, change: PolicyChange, place: Place = ("policy",)) -> RuleBook:
    """The rule book after a change; RuleError, with the change's ``place``, when a path or a value does not fit."""
    tree = book.model_dump(mode="json")
    for path, value in change.set.items():
        _set_path(tree, path, value, change, place)
    try:
        return RuleBook.model_validate(tree)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise RuleError(
            f"policy of {change.on}: {where}: {first['msg']} (got {first['input']!r})",
            f"{change.on} 的政策：{where} 的取值 {first['input']!r} 无效（{first['msg']}）",
            path=place,
        ) from None


@dataclass(frozen=True)
class Epoch:
    """A stretch of time with one rule book, and the change that began it (none for the first)."""

    start: int
    """First day, counted from the scenario's start; the first epoch starts at minus infinity in effect."""
    book: RuleBook
    change: PolicyChange | None


@dataclass(frozen=True)
class Timeline:
    """Epochs of rules in order of time."""

    epochs: list[Epoch]
    starts: list[int]
    _kept: dict[tuple[int, int], RuleBook] = field(default_factory=dict, compare=False)

    @classmethod
    def replay(cls, book: RuleBook, changes: list[PolicyChange], start: date) -> Timeline:
        """Apply all changes in order of date (changes of one day in the order written)."""
        epochs = [Epoch(-(10**9), book, None)]
        for number, change in sorted(enumerate(changes), key=lambda numbered: numbered[1].on):
            book = apply_change(book, change, ("policy", number))
            epochs.append(Epoch((change.on - start).days, book, change))
        return cls(epochs, [epoch.start for epoch in epochs])

    def number(self, day: int) -> int:
        """Number of the epoch that holds on a day."""
        return bisect.bisect_right(self.starts, day) - 1

    def numbers(self, days: NDArray[np.int64]) -> NDArray[np.int64]:
        """The same for many days."""
        return np.asarray(np.searchsorted(self.starts, days, side="right") - 1, np.int64)

    def on(self, day: int) -> RuleBook:
        """The rule book in force on a day."""
        return self.epochs[self.number(day)].book

    def for_listing(self, filed: int, day: int) -> RuleBook:
        """The rule book that binds a listing on ``day``: its filing day's, with the later changes for open listings."""
        first, last = self.number(filed), self.number(day)
        if first == last:
            return self.epochs[first].book
        if (first, last) not in self._kept:
            book = self.epochs[first].book
            for epoch in self.epochs[first + 1 : last + 1]:
                if epoch.change is not None and epoch.change.applies_to == "open_listings":
                    book = apply_change(book, epoch.change)
            self._kept[first, last] = book
        return self._kept[first, last]
