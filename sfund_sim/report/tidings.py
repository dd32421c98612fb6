"""Which tidings of a fund the story of an exit tells: those without which a later number would not follow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sfund_sim.market.journal import Trail
from sfund_sim.terms import Remark

TIDINGS = (Remark.CALLED, Remark.DISTRIBUTED, Remark.REPORTED)
_LEAST = 0.01
"""Part of the NAV last told below which cash, or a move of the NAV, is not worth a line."""


class Wait(NamedTuple):
    """A stretch of reviews with the same answer; days from the scenario's start."""

    since: int
    """Day of the first, which is told in full."""
    day: int
    """Day of the second: from there on only their number is told."""
    times: int
    until: int


class Meanwhile(NamedTuple):
    """What a fund did during a wait, fen, 0 for little; its NAV afterwards, None when nothing was heard of it."""

    paid: int
    called: int
    nav: int | None


def worth_telling(remarks: Sequence[Trail], waits: Sequence[Wait]) -> list[Trail]:
    """Tidings outside the waits that tell of much cash, or of a NAV that differs from the one told last.

    ``remarks`` are all of one exit in their order. A report on the day of a review goes without saying.
    """
    told: list[Trail] = []
    reviewed = {remark.day for remark in remarks if remark.remark == Remark.REVIEWED}
    last = 0
    for remark in remarks:
        if remark.remark == Remark.REVIEWED:
            last = remark.c
        elif remark.remark in TIDINGS:
            is_report = remark.remark == Remark.REPORTED
            nav = remark.a if is_report else remark.b
            much = abs(nav - last) if is_report else remark.a
            waited = any(wait.since < remark.day <= wait.until for wait in waits)
            if not waited and not (is_report and remark.day in reviewed) and _is_much(much, max(last, nav)):
                told.append(remark)
                last = nav
    return told


def meanwhile(remarks: Sequence[Trail], wait: Wait) -> Meanwhile:
    """The tidings of one exit during a wait, summed up."""
    heard = [one for one in remarks if one.remark in TIDINGS and wait.since < one.day <= wait.until]
    if not heard:
        return Meanwhile(0, 0, None)
    nav = heard[-1].a if heard[-1].remark == Remark.REPORTED else heard[-1].b
    flows = (sum(one.a for one in heard if one.remark == kind) for kind in (Remark.DISTRIBUTED, Remark.CALLED))
    paid, called = (fen if _is_much(fen, nav) else 0 for fen in flows)
    return Meanwhile(paid, called, nav)


def _is_much(fen: int, nav: int) -> bool:
    return fen >= max(_LEAST * nav, 1)
