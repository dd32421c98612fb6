"""The list of outcomes: each a named function from cells to one number a cell, entered by being defined."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sfund_sim.outcomes.dictionary import Entry, entry
from sfund_sim.outcomes.intervals import Estimate
from sfund_sim.outcomes.measures.cells import Cells, Values

GROUPINGS = {
    "exits": ("all", "lp_kind", "is_state", "route", "trigger", "period", "is_state_period", "buyer_kind"),
    "listings": ("all", "lp_kind", "is_state", "period", "is_state_period"),
    "recycling": ("all", "lp_kind", "is_state"),
    "funds": ("all", "strategy"),
    "votes": ("all",),
}
"""For each table the columns by which its outcomes are grouped."""

ANY_NUMBER = (-np.inf, np.inf)
POSITIVE = (0.0, np.inf)
SHARE = (0.0, 1.0)
"""Possible ranges of outcomes: intervals do not reach beyond them."""

Measuring = Callable[[Cells], Values]
Pooling = Callable[[Cells], list[Estimate]]


@dataclass(frozen=True)
class Measure:
    """One outcome: how to measure it, from which table, in which groups it makes sense, and its possible range."""

    name: str
    table: str
    measure: Measuring
    groupings: tuple[str, ...]
    bounds: tuple[float, float]
    pooled: Pooling | None
    """Estimate of each group from all replications together, where a mean of replications would mislead."""

    @property
    def entry(self) -> Entry:
        """Unit, definition and labels."""
        return entry(self.name)


MEASURES: dict[str, Measure] = {}
"""All outcomes by name; filled by the decorator when the files beside this one are imported."""


def outcome(
    table: str,
    *,
    never_by: tuple[str, ...] = (),
    bounds: tuple[float, float] = ANY_NUMBER,
    pooled: Pooling | None = None,
) -> Callable[[Measuring], Measuring]:
    """Enter a function as the outcome of its name; ``never_by`` lists groupings in which it says nothing,
    ``bounds`` the least and greatest possible value."""

    def enter(measure: Measuring) -> Measuring:
        groupings = tuple(one for one in GROUPINGS[table] if one not in never_by)
        MEASURES[measure.__name__] = Measure(measure.__name__, table, measure, groupings, bounds, pooled)
        return measure

    return enter
