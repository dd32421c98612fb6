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


def median_tables() -> list[str]:
    """The tables of whose rows medians are taken."""
    return list(dict.fromkeys(each.table for each in MEASURES.values() if each.rows))


def median_rows(source: Source, table: str) -> tuple[Columns, NDArray[np.int64]]:
    """The rows of such a table that count for some median, and the place of each one's replication."""
    cells = Cells(source, "all")
    values = {each.name: each.rows(cells) for each in MEASURES.values() if each.rows and each.table == table}
    counts = ~np.all([np.isnan(column) for column in values.values()], axis=0)
    groups = {by: source.groups(by)[0].astype(np.int16) for by in groupings_of(table, source.info)}
    return {name: column[counts] for name, column in (values | groups).items()}, source.replication[counts]


class PooledRows:
    """Such rows of all replications: what is kept grows with the number of sales and rounds, and with nothing else."""

    def __init__(self) -> None:
        self._parts: dict[str, list[tuple[Mapping[str, NDArray[Any]], NDArray[np.int32]]]] = {}
        self._joined: dict[str, tuple[Columns, NDArray[np.int32]]] = {}

    def add(self, table: str, columns: Mapping[str, NDArray[Any]], replication: NDArray[np.int64]) -> None:
        """Take in rows of a table, of replications that have these numbers."""
        self._parts.setdefault(table, []).append((columns, replication.astype(np.int32)))
        self._joined.pop(table, None)

    def of(self, measure: Measure, grouping: str, group: int) -> Rows:
        """The rows of a median in one group."""
        columns, replication = self._of_table(measure.table)
        if not replication.size:
            return Rows(np.empty(0), replication)
        value = columns[measure.name]
        counts = (columns[grouping] == group) & ~np.isnan(value)
        return Rows(value[counts], replication[counts])

    def medians(self, measure: Measure, grouping: str, groups: int) -> list[Estimate]:
        """A median in each group of a grouping."""
        return [self.of(measure, grouping, group).median() for group in range(groups)]

    def _of_table(self, table: str) -> tuple[Columns, NDArray[np.int32]]:
        if table not in self._joined:
            parts = self._parts.get(table, [])
            columns = {
                name: np.concatenate([part[name] for part, _ in parts]) for name in (parts[0][0] if parts else ())
            }
            self._joined[table] = columns, np.concatenate([*(of for _, of in parts), np.empty(0, np.int32)])
        return self._joined[table]
