"""The summary of a run taken up replication by replication, in memory that hardly grows with their number.

Means and variances are updated as each replication comes (Welford 1962, Technometrics 4). The median time to exit,
which is pooled over replications, needs no single exit either: counts of exits by group, day and jackknife group give
the very same curve. Only medians of sales and rounds need the value of each of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sfund_sim.outcomes.dictionary import outcomes
from sfund_sim.outcomes.intervals import MOST_GROUPS, Estimate, Estimates, Floats, Moments, of_levels
from sfund_sim.outcomes.measures.cells import Cells, Source, Values
from sfund_sim.outcomes.measures.pooling import PooledRows, median_rows, median_tables
from sfund_sim.outcomes.measures.registry import GROUPINGS, MEASURES, Measure, groupings_of, pooled_estimate
from sfund_sim.outcomes.run_info import RunInfo
from sfund_sim.outcomes.survival import curve_of_counts
from sfund_sim.outcomes.tables import Tables

_COLUMNS = ["outcome", "group_by", "group", "estimate", "low", "high", "n", "replications", "unit"]


class Summary:
    """Every outcome by group, over the replications added so far; they are added in the order of their numbers."""

    def __init__(self, info: RunInfo) -> None:
        self._info = info
        self._lines: dict[tuple[str, str], _Line] = {}
        self._times: dict[str, _ExitTimes] = {}
        self._rows_of_medians, self._replications = PooledRows(), 0

    def add(self, tables: Tables) -> None:
        """Take in the tables of one replication or of several whole ones."""
        replications = np.sort(tables["runs"]["rep"].to_numpy())
        for table in GROUPINGS:
            source = Source(tables[table], self._info, replications)
            for grouping in groupings_of(table, self._info):
                self._add_grouping(Cells(source, grouping), table, grouping)
            if table in median_tables():
                rows, place = median_rows(source, table)
                self._rows_of_medians.add(table, rows, place + self._replications)
        self._replications += replications.size

    def table(self) -> pd.DataFrame:
        """One row an outcome and group: estimate, interval over replications, n, replications, unit; in report order.

        Groups without a row in any replication are left out, but that counts and sums are 0 where somebody wanted out.
        With one replication there is no interval.
        """
        order = {one.name: place for place, one in enumerate(outcomes())}
        lines = sorted(self._lines.items(), key=lambda item: order[item[0][0]])
        rows = [row for key, line in lines for row in self._rows(key, line)]
        return pd.DataFrame(rows, columns=_COLUMNS)

    def _add_grouping(self, cells: Cells, table: str, grouping: str) -> None:
        measures = [each for each in MEASURES.values() if each.table == table and grouping in each.groupings]
        rows = np.bincount(cells.cell, minlength=cells.size)
        for measure in measures:
            line = self._lines.setdefault((measure.name, grouping), _Line(cells.groups))
            line.add(measure.measure(cells), rows)
        if any(measure.pooled for measure in measures):
            times = self._times.setdefault(grouping, _ExitTimes(len(cells.groups), self._info.horizon_days))
            times.add(cells)

    def _rows(self, key: tuple[str, str], line: _Line) -> Iterator[tuple[object, ...]]:
        measure, grouping = MEASURES[key[0]], key[1]
        replications = line.count
        found = of_levels(line.estimates(), replications, *measure.bounds)
        if measure.pooled:
            times = self._times[grouping]
            found, replications = times.estimates(measure), times.replications.astype(np.float64)
        if measure.rows:
            medians = self._rows_of_medians.medians(measure, grouping, len(line.groups))
            found = Estimates(*(np.array(column) for column in zip(*medians, strict=True)))
        low, high = (np.clip(end, *measure.bounds) for end in (found.low, found.high))
        exits = self._lines.get(("exits_count", grouping))
        wished = [] if exits is None else [group for group, rows in zip(exits.groups, exits.rows, strict=True) if rows]
        for place in np.flatnonzero((line.rows > 0) | ((line.count > 0) & np.isin(line.groups, wished))):
            yield (measure.name, grouping, line.groups[place], found.value[place], low[place], high[place],
                   int(line.n[place]), int(replications[place]), measure.entry.unit)  # fmt: skip


@dataclass
class _Line:
    """One outcome in all groups of one grouping: moments over replications; arrays [groups]."""

    groups: list[str]
    count: Floats = field(init=False)
    """Replications with a value."""
    mean: Floats = field(init=False)
    squares: Floats = field(init=False)
    """Sum of squared deviations from the mean."""
    cubes: Floats = field(init=False)
    """Sum of cubed ones."""
    n: Floats = field(init=False)
    """Rows behind the values."""
    rows: NDArray[np.int64] = field(init=False)
    """Rows of the table, counted for the outcome or not."""

    def __post_init__(self) -> None:
        self.count, self.mean, self.squares, self.cubes, self.n = np.zeros((5, len(self.groups)))
        self.rows = np.zeros(len(self.groups), np.int64)

    def add(self, values: Values, rows: NDArray[np.int64]) -> None:
        """Take in values [replications x groups] one replication after the other.

        Source: Pébay (2008, "Formulas for robust, one-pass parallel computation of covariances and arbitrary-order
        statistical moments", eq. 1.1 and 1.2 of one value more).
        """
        width = len(self.groups)
        self.n += values.n.reshape(-1, width).sum(axis=0)
        self.rows += rows.reshape(-1, width).sum(axis=0)
        for one in values.value.reshape(-1, width):
            known = ~np.isnan(one)
            self.count += known
            away = np.where(known, one - self.mean, 0.0)
            step = away / np.maximum(self.count, 1.0)
            self.mean = self.mean + step
            more = away * np.where(known, one - self.mean, 0.0)
            self.cubes += step * (more * (self.count - 2.0) - 3.0 * self.squares)
            self.squares += more

    def estimates(self) -> Estimates:
        """Means with intervals, as ``intervals.mean_over_replications`` has them."""
        mean = np.where(self.count > 0, self.mean, np.nan)
        return Moments(self.count, mean, self.squares, self.cubes).estimates()


class _ExitTimes:
    """How many exits of each group were followed for so many days, by jackknife group; and how many had their cash."""

    def __init__(self, groups: int, horizon_days: int) -> None:
        self._followed = np.zeros((2, groups, 1, horizon_days + 1), np.uint32)
        self.replications = np.zeros(groups, np.int64)
        """Replications with a row in each group."""

    def add(self, cells: Cells) -> None:
        """Count the exits of whole replications."""
        groups = len(cells.groups)
        replication, group = np.divmod(cells.cell, groups)
        is_there = np.bincount(cells.cell, minlength=cells.size).reshape(-1, groups) > 0
        rank = self.replications + np.cumsum(is_there, axis=0) - 1
        self.replications += is_there.sum(axis=0)
        self._widen(min(MOST_GROUPS, int(self.replications.max(initial=1))))
        block = rank[replication, group] % MOST_GROUPS
        day, event = cells["followed_days"].astype(np.int64), cells["event"].astype(np.uint32)
        np.add.at(self._followed[0], (group, block, day), np.uint32(1))
        np.add.at(self._followed[1], (group, block, day), event)

    def estimates(self, measure: Measure) -> Estimates:
        """What the measure says of each group's curve; NaN for a group without exits."""
        found = [self._estimate(measure, group) for group in range(self.replications.size)]
        return Estimates(*(np.array(column) for column in zip(*found, strict=True)))

    def _estimate(self, measure: Measure, group: int) -> Estimate:
        blocks = min(int(self.replications[group]), MOST_GROUPS)
        leaving, ending = self._followed[:, group, :blocks].astype(np.int64)
        days = np.flatnonzero(leaving.any(axis=0))
        if not days.size:
            return Estimate(np.nan, np.nan, np.nan, np.nan)
        curve = curve_of_counts(days.astype(np.float64), leaving[:, days], ending[:, days])
        return pooled_estimate(measure, curve, is_single=blocks == 1)

    def _widen(self, blocks: int) -> None:
        """Make room for more jackknife groups."""
        there = self._followed.shape[2]
        if blocks > there:
            more = ((0, 0), (0, 0), (0, min(max(blocks, 2 * there), MOST_GROUPS) - there), (0, 0))
            self._followed = np.pad(self._followed, more)
