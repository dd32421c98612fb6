"""The rows that medians are taken of, replication after replication, and the groups that each is in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sfund_sim.outcomes.intervals import Estimate
from sfund_sim.outcomes.measures.cells import Cells, Source
from sfund_sim.outcomes.measures.registry import MEASURES, Measure, groupings_of
from sfund_sim.outcomes.medians import Rows

Columns = dict[str, NDArray[Any]]
"""Equally long columns: values by the median's name (NaN: not counted), numbers of groups by the grouping's name."""


def median_rows(exits: Source) -> tuple[Columns, NDArray[np.int64]]:
    """The exits that count for some median, and the place of each one's replication."""
    cells = Cells(exits, "all")
    values = {each.name: each.rows(cells) for each in MEASURES.values() if each.rows}
    counts = ~np.all([np.isnan(column) for column in values.values()], axis=0)
    groups = {by: exits.groups(by)[0].astype(np.int16) for by in groupings_of("exits", exits.info)}
    return {name: column[counts] for name, column in (values | groups).items()}, exits.replication[counts]


class PooledRows:
    """Such rows of all replications: what is kept grows with the number of sales, and with nothing else."""

    def __init__(self) -> None:
        self._parts: list[Mapping[str, NDArray[Any]]] = []
        self._replications: list[NDArray[np.int32]] = []
        self._joined: tuple[Columns, NDArray[np.int32]] | None = None

    def add(self, columns: Mapping[str, NDArray[Any]], replication: NDArray[np.int64]) -> None:
        """Take in rows of replications that have these numbers."""
        self._parts.append(columns)
        self._replications.append(replication.astype(np.int32))
        self._joined = None

    def of(self, measure: Measure, grouping: str, group: int) -> Rows:
        """The rows of a median in one group."""
        if self._joined is None:
            names = self._parts[0] if self._parts else ()
            columns = {name: np.concatenate([part[name] for part in self._parts]) for name in names}
            self._joined = columns, np.concatenate([*self._replications, np.empty(0, np.int32)])
        columns, replication = self._joined
        if not replication.size:
            return Rows(np.empty(0), replication)
        value = columns[measure.name]
        counts = (columns[grouping] == group) & ~np.isnan(value)
        return Rows(value[counts], replication[counts])

    def medians(self, measure: Measure, grouping: str, groups: int) -> list[Estimate]:
        """A median in each group of a grouping."""
        return [self.of(measure, grouping, group).median() for group in range(groups)]
