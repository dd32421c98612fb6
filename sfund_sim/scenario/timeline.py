"""The rules over time: a starting rule book and dated changes, replayed and checked before anything runs."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, ValidationError, field_validator

from sfund_sim.ground.errors import Language, RuleError
from sfund_sim.scenario.base import Described, check_apart
from sfund_sim.scenario.plain_words import words_of
from sfund_sim.scenario.rules import RuleBook
from sfund_sim.scenario.shapes import POLICY

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
    """Does it bind only listings filed from that day on, or open ones too? What has been awarded goes by the rules of
    the day of its award, and the IPO window is that of the day for everybody, in either case."""

    @field_validator("set")
    @classmethod
    def _apart(cls, values: dict[str, JsonValue]) -> dict[str, JsonValue]:
        check_apart(values)
        return values

    def reason(self, language: Language) -> str:
        """What happened, in one of the languages."""
        return self.because_zh or self.because if language == "zh" else self.because


Place = tuple[str | int, ...]
"""Where a change stands in a scenario, as steps from its top."""


HOMES = frozenset({"funds_share", "buyers_share"})
"""Where funds and buyers are at home: drawn once, so no date can change it."""


def _set_path(tree: dict[str, Any], path: str, value: Any, change: PolicyChange, at: Place) -> None:
    """Set one dotted path in a plain tree in place; RuleError when the path does not exist."""
    *parents, leaf = path.split(".")
    if leaf in HOMES:
        raise RuleError(
            f"policy of {change.on}: '{leaf}' says where funds or buyers are at home from the first day on, which no "
            f"date can change: write it under 'venues'",
            f"{change.on} 的政策：'{leaf}' 规定基金或买方自首日起所属的平台，不能由政策日期更改：请写在 'venues' 之下",
            path=(*at, "set", path),
        )
    place: Any = tree
    for step in parents:
        place = place[_known(place, step, path, change, at)]
    place[_known(place, leaf, path, change, at)] = value


def _known(place: Any, step: str, path: str, change: PolicyChange, at: Place) -> str:
    if isinstance(place, dict) and step in place:
        return step
    allowed = sorted(place) if isinstance(place, dict) else []
    raise RuleError(
        f"policy of {change.on}: there is no rule '{path}' ('{step}' is not known; "
        f"allowed: {', '.join(allowed) or 'nothing: it is a single value'})",
        f"{change.on} 的政策：没有规则“{path}”（“{step}”未知；可用：{'、'.join(allowed) or '无（它是单个值）'}）",
        path=(*at, "set", path),
    )


def apply_change(book: RuleBook, change: PolicyChange, place: Place = (POLICY,)) -> RuleBook:
    """The rule book after a change; RuleError, with the change's ``place``, when a path or a value does not fit."""
    # Sections that the change does not touch stay the objects they are, which are valid.
    tree = dict(book) | book.model_dump(mode="json", include={path.partition(".")[0] for path in change.set})
    for path, value in change.set.items():
        _set_path(tree, path, value, change, place)
    try:
        return RuleBook.model_validate(tree)
    except ValidationError as error:
        words = words_of(error.errors()[0])
        raise RuleError(f"policy of {change.on}: {words.en}", f"{change.on} 的政策：{words.zh}", path=place) from None


@dataclass(frozen=True)
class Epoch:
    """A stretch of time with one rule book, and the change that began it (none for the first)."""

    start: int
    """First day, counted from the scenario's start; the first epoch starts at minus infinity in effect."""
    book: RuleBook
    change: PolicyChange | None
    number: int = 0
    """Where the change stands in the scenario's list."""

    @property
    def place(self) -> Place:
        """Where the change stands in the scenario."""
        return (POLICY, self.number)


class _Filed(NamedTuple):
    """Listings filed in one epoch: the rules that bind them by now, and the change that began the epoch."""

    book: RuleBook
    began: PolicyChange | None


def _for_filed(filed: _Filed, epoch: Epoch) -> RuleBook:
    """The rules of listings filed before, after a change that binds them too; RuleError when it does not fit."""
    assert epoch.change is not None
    try:
        return apply_change(filed.book, epoch.change, epoch.place)
    except RuleError as error:
        since = f"from {filed.began.on}" if filed.began else "under the first rules"
        since_zh = f"自 {filed.began.on} 起" if filed.began else "按最初规则"
        raise RuleError(
            f"{error.message}; it binds open listings too, and those filed {since} lack what has changed for new "
            "listings since: let that apply to open_listings as well, or this to new_listings",
            f"{error.message_zh}；该变更也约束已挂牌的转让，而{since_zh}挂牌者不受此后仅适用于新挂牌的变更约束："
            "请让那些变更也适用于 open_listings，或让本变更只适用于 new_listings",
            path=error.path,
        ) from None


@dataclass(frozen=True)
class Timeline:
    """Epochs of rules in order of time."""

    epochs: list[Epoch]
    starts: list[int]
    _kept: dict[tuple[int, int], RuleBook] = field(default_factory=dict, compare=False)

    @classmethod
    def replay(
        cls, book: RuleBook, changes: Sequence[PolicyChange], start: date, places: Sequence[int] | None = None
    ) -> Timeline:
        """Apply all changes in order of date (changes of one day in the order written).

        ``places``: where each stands in the scenario's list, for complaints; by default the changes are the list.
        Raises RuleError at the first change that does not fit the rules of its day.
        """
        epochs = [Epoch(-(10**9), book, None)]
        numbered = zip(range(len(changes)) if places is None else places, changes, strict=True)
        for number, change in sorted(numbered, key=lambda one: one[1].on):
            book = apply_change(book, change, (POLICY, number))
            epochs.append(Epoch((change.on - start).days, book, change, number))
        return cls(epochs, [epoch.start for epoch in epochs])

    def check_open_listings(self, days: int) -> None:
        """Apply each change for open listings to all rule books under which one may have been filed, as a run does.

        ``days``: length of the run. Raises RuleError at the first change that does not fit one of them, though it fits
        the rules of its own day: a change for new listings that came between does not bind what was filed before it.
        """
        filed: list[_Filed] = []
        for number, epoch in enumerate(self.epochs):
            if epoch.start >= days:
                return
            if epoch.change is not None and epoch.change.applies_to == "open_listings":
                filed = [one._replace(book=_for_filed(one, epoch)) for one in filed]
            end = self.epochs[number + 1].start if number + 1 < len(self.epochs) else days
            if max(epoch.start, 0) < end and any(venue.open for venue in epoch.book.venues.values()):
                filed.append(_Filed(epoch.book, epoch.change))

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
                    book = apply_change(book, epoch.change, epoch.place)
            self._kept[first, last] = book
        return self._kept[first, last]
