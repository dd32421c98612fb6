"""The outcomes of a run: every measure by replication and group, and their summary with intervals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from sfund_sim.ground.parts import import_beside
from sfund_sim.outcomes.measures.accumulating import Summary
from sfund_sim.outcomes.measures.cells import Cells, Source, Values
from sfund_sim.outcomes.measures.registry import GROUPINGS, MEASURES, Measure, check_groupings, groupings_of
from sfund_sim.outcomes.run_info import RunInfo
from sfund_sim.outcomes.tables import Tables

__all__ = ["GROUPINGS", "MEASURES", "Measure", "replication_values", "summary"]

check_groupings(GROUPINGS)
import_beside(__name__, __path__)


class _Measured(NamedTuple):
    """One outcome in all groups of one grouping."""

    measure: Measure
    grouping: str
    cells: Cells
    values: Values


def _measured(tables: Tables, info: RunInfo) -> Iterator[_Measured]:
    replications = np.sort(tables["runs"]["rep"].to_numpy())
    for table in GROUPINGS:
        source = Source(tables[table], info, replications)
        for grouping in groupings_of(table, info):
            cells = Cells(source, grouping)
            for measure in MEASURES.values():
                if measure.table == table and grouping in measure.groupings:
                    yield _Measured(measure, grouping, cells, measure.measure(cells))


def replication_values(tables: Tables, info: RunInfo) -> pd.DataFrame:
    """Every outcome in every group and replication: outcome, group_by, group, rep, value, n; missing values are NaN."""
    replications = np.sort(tables["runs"]["rep"].to_numpy())
    parts = list(_measured(tables, info))
    sizes = [part.values.value.size for part in parts]
    groups = [np.tile(np.array(part.cells.groups, object), replications.size) for part in parts]
    columns = {
        "outcome": np.repeat(np.array([part.measure.name for part in parts], object), sizes),
        "group_by": np.repeat(np.array([part.grouping for part in parts], object), sizes),
        "group": np.concatenate(groups),
        "rep": np.concatenate([np.repeat(replications, len(part.cells.groups)) for part in parts]),
        "value": np.concatenate([part.values.value for part in parts]),
        "n": np.concatenate([part.values.n for part in parts]).astype(np.int64),
    }
    return pd.DataFrame(columns)


def summary(tables: Tables, info: RunInfo) -> pd.DataFrame:
    """One row an outcome and group: see ``accumulating.Summary``, which can do with one replication at a time."""
    whole = Summary(info)
    whole.add(tables)
    return whole.table()
