"""The list of outcomes: each a name and a function from cells to one number a cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from sfund_sim.ground.errors import SfundError
from sfund_sim.outcomes.dictionary import Entry, columns_of, entry, is_known
from sfund_sim.outcomes.intervals import Estimate, Floats
from sfund_sim.outcomes.measures.cells import BY_VENUE, MADE_GROUPINGS, Cells, Values
from sfund_sim.outcomes.run_info import RunInfo
from sfund_sim.outcomes.survival import SurvivalCurve, kaplan_meier

GROUPINGS = {
    "exits": ("all", "lp_kind", "is_state", "regime", "route", "trigger", "period", "is_state_period", "buyer_kind",
              "home_venue_id", "ending"),
    "listings": ("all", "lp_kind", "is_state", "regime", "period", "is_state_period", "venue_id"),
    "recycling": ("all", "lp_kind", "is_state", "regime"),
    "funds": ("all", "strategy"),
    "votes": ("all",),
}  # fmt: skip
"""For each table the columns by which its outcomes are grouped."""
ON_REQUEST = "ending"
"""A grouping of those outcomes alone that ask for it: each group more is a difference more that chance may show."""


def check_groupings(listed: Mapping[str, tuple[str, ...]]) -> None:
    """SfundError for a grouping that is no column of words of its table: numbers make no groups."""
    for table, groupings in listed.items():
        words = {name for name in columns_of(table) if entry(name).unit == "text"} | MADE_GROUPINGS
        for each in groupings:
            if each not in words:
                what = "a column of words" if each in columns_of(table) else "a column"
                raise SfundError(
                    f"outcomes of the table {table} cannot be grouped by '{each}': it is not {what} of {table} in "
                    "outcomes/dictionary.csv",
                    f"{table} 表的指标不能按“{each}”分组：outcomes/dictionary.csv 中它不是该表的文字列",
                )


def groupings_of(table: str, info: RunInfo) -> tuple[str, ...]:
    """Those that say something of a run: venues are no groups where there is but one.

    Nor are regimes: where one binds all state sellers alike, its groups are the state's sellers and the others.
    """
    idle = {"regime"} if len(info.state_regimes) < 2 else set()
    if len(info.names.venues) < 2:
        idle |= BY_VENUE
    return tuple(each for each in GROUPINGS[table] if each not in idle)


ANY_NUMBER = (-np.inf, np.inf)
POSITIVE = (0.0, np.inf)
SHARE = (0.0, 1.0)
"""Possible ranges of outcomes: intervals do not reach beyond them."""

Measuring = Callable[[Cells], Values]
OfRows = Callable[[Cells], Floats]
Pooling = Callable[[SurvivalCurve], Estimate]


@dataclass(frozen=True)
class Measure:
    """One outcome: how to measure it, from which table, in which groups it makes sense, and its possible range."""

    name: str
    table: str
    measure: Measuring
    groupings: tuple[str, ...]
    bounds: tuple[float, float]
    pooled: Pooling | None
    """Estimate from the curve of all replications together, where a mean of replications would mislead."""
    rows: OfRows | None
    """Of a median the values of rows, NaN where a row does not count: it is taken of those of all replications."""
    by_curve: bool
    """Is it missing where a replication's curve of times to cash does not go so far, so that the slow ones lack it?"""

    @property
    def entry(self) -> Entry:
        """Unit, definition and labels."""
        return entry(self.name)


MEASURES: dict[str, Measure] = {}
"""All outcomes by name; filled when the files beside this one are imported."""


def pooled_estimate(measure: Measure, curve: SurvivalCurve, *, is_single: bool) -> Estimate:
    """A pooled measure's estimate from a group's curve; without interval when it comes from a single replication."""
    assert measure.pooled is not None
    found = measure.pooled(curve)
    return Estimate(found.value, np.nan, np.nan, np.nan) if is_single else found


def pooled_estimates(measure: Measure, exits: Cells) -> list[Estimate]:
    """A pooled measure's estimate of each group."""
    replication, group = np.divmod(exits.cell, len(exits.groups))
    days, event = exits["followed_days"], exits["event"]
    found = []
    for number in range(len(exits.groups)):
        rows = group == number
        curve = kaplan_meier(days[rows], event[rows], clusters=replication[rows])
        found.append(pooled_estimate(measure, curve, is_single=np.unique(replication[rows]).size < 2))
    return found


def outcome(
    name: str,
    table: str,
    measure: Measuring,
    *,
    never_by: tuple[str, ...] = (),
    by_ending: bool = False,
    bounds: tuple[float, float] = ANY_NUMBER,
    pooled: Pooling | None = None,
    rows: OfRows | None = None,
    by_curve: bool = False,
) -> None:
    """Enter an outcome, of which ``dictionary.csv`` says what it means.

    ``never_by`` lists groupings in which it says nothing, ``by_ending`` groups it by how exits ended too, ``bounds``
    are the least and greatest possible value; for the others see ``Measure``.
    """
    if not is_known(name):
        raise SfundError(
            f"the outcome '{name}' has no line in outcomes/dictionary.csv; write one, with unit and labels",
            f"指标“{name}”在 outcomes/dictionary.csv 中没有对应的一行；请补上，注明单位与名称",
        )
    left_out = {*never_by, *(() if by_ending else (ON_REQUEST,))}
    groupings = tuple(one for one in GROUPINGS[table] if one not in left_out)
    MEASURES[name] = Measure(name, table, measure, groupings, bounds, pooled, rows, by_curve)


def median(name: str, table: str, rows: OfRows, *, bounds: tuple[float, float]) -> None:
    """Enter the median of what a function says of each row of a table (NaN: not counted)."""
    outcome(name, table, lambda cells: cells.median(rows(cells)), bounds=bounds, rows=rows)
