"""Watch one outcome of a run while it goes on, and say which replications to run next until it is precise enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sfund_sim.experiments.facts import with_own_names
from sfund_sim.experiments.observing import EXITS_KEPT, pooled
from sfund_sim.experiments.precision import Batches, Look, Reached
from sfund_sim.outcomes.intervals import Estimate, Floats, mean_over_replications, of_levels
from sfund_sim.outcomes.measures import MEASURES
from sfund_sim.outcomes.measures.cells import Cells, Source
from sfund_sim.outcomes.medians import Rows
from sfund_sim.outcomes.tables import summary_tables

if TYPE_CHECKING:
    from sfund_sim.experiments.precision_goals import Goal
    from sfund_sim.experiments.replication import Replication
    from sfund_sim.outcomes.run_info import RunInfo

_NO_GROUP = -1


class Watch:
    """One goal, the values of its outcome so far, and the batches that they ask for."""

    def __init__(self, goal: Goal, info: RunInfo, most: int) -> None:
        self._goal, self._info = goal, info
        self._measure = MEASURES[goal.outcome]
        self._batches = Batches(most)
        self._values: dict[int, float] = {}
        self._exits: dict[int, pd.DataFrame] = {}
        self._rows: dict[int, Floats] = {}

    def see(self, replication: Replication) -> None:
        """Take the outcome of a replication."""
        tables = summary_tables(*with_own_names(self._info, replication))
        source = Source(tables[self._measure.table], self._info, np.array([replication.number]))
        cells = Cells(source, self._goal.group_by)
        group = cells.groups.index(self._goal.group) if self._goal.group in cells.groups else _NO_GROUP
        values = self._measure.measure(cells).value
        self._values[replication.number] = np.nan if group == _NO_GROUP else float(values[group])
        if self._measure.pooled is not None:
            self._exits[replication.number] = tables["exits"][[*EXITS_KEPT]]
        if self._measure.rows is not None:
            rows = self._measure.rows(cells)
            self._rows[replication.number] = rows[(cells.cell == group) & ~np.isnan(rows)]

    def next(self) -> range:
        """Numbers of the replications to run next, once all of the last batch were seen; empty when it is over."""
        if self._batches.sizes:
            estimate = self.estimate()
            self._batches.look(Look.at(estimate, self._goal.wanted(estimate.value)))
        return self._batches.next()

    def estimate(self) -> Estimate:
        """The outcome's estimate and interval so far, as the summary will have it but for the ends of its range."""
        numbers = sorted(self._values)
        if self._measure.pooled is not None:
            exits = pd.concat([self._exits[number] for number in numbers], ignore_index=True)
            return pooled(self._measure, self._goal.group_by, exits, self._info)[self._goal.group]
        if self._measure.rows is not None:
            rows = [self._rows[number] for number in numbers]
            replication = np.repeat(np.arange(len(rows)), [each.size for each in rows])
            return Rows(np.concatenate(rows), replication).median()
        values = np.array([[self._values[number]] for number in numbers])
        found = of_levels(mean_over_replications(values), np.sum(~np.isnan(values), axis=0), *self._measure.bounds)
        return Estimate(*(float(column[0]) for column in found))

    def reached(self) -> Reached:
        """What became of the goal."""
        return Reached.by(self._goal, self._batches)
