"""What one run of one point of a sweep sends home: the outcomes asked for, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sfund_sim.experiments.replication import Tabled
from sfund_sim.scenario.model import Scenario

if TYPE_CHECKING:
    from sfund_sim.outcomes.measures import Measure as OutcomeMeasure
    from sfund_sim.outcomes.measures.cells import Cells


class Value(NamedTuple):
    """One outcome of one group in one replication; NaN where there is none."""

    outcome: str
    group_by: str
    group: str
    value: float
    n: int
    """Rows behind it."""
    rows: NDArray[np.float64] = np.empty(0)
    """Their values where ``value`` is their median: medians are taken of the rows of all replications of a point."""


COLUMNS = Value._fields[:-1]
"""What a table has of a value."""


Measure = Callable[[Scenario, int, int], list[Value]]
"""``measure(scenario, replication, seed)``: simulates and measures; must depend on nothing else."""


@dataclass(frozen=True)
class MarketMeasure:
    """Simulates the market and measures outcomes by groups."""

    outcomes: tuple[str, ...]
    group_by: tuple[str, ...]

    def __call__(self, scenario: Scenario, replication: int, seed: int) -> list[Value]:
        """The values of one replication, in the order of tables, groupings and outcomes."""
        from sfund_sim.experiments.facts import run_info, with_own_names
        from sfund_sim.experiments.replication import of_journal
        from sfund_sim.market.simulate import tabulate
        from sfund_sim.outcomes.tables import summary_tables

        done = of_journal(tabulate(scenario, replication, seed), replication)
        info = run_info(scenario, seed=seed, replications=1)
        return list(self._measured(summary_tables(*with_own_names(info, done)), info, replication))

    def _measured(self, tables: Any, info: Any, replication: int) -> Iterator[Value]:
        from sfund_sim.outcomes.measures import GROUPINGS, MEASURES
        from sfund_sim.outcomes.measures.cells import Cells, Source

        for table, groupings in GROUPINGS.items():
            measures = [MEASURES[name] for name in self.outcomes if MEASURES[name].table == table]
            source = Source(tables[table], info, np.array([replication]))
            for grouping in self.group_by if measures else ():
                cells = Cells(source, grouping) if grouping in groupings else None
                for measure in measures:
                    if cells is None or grouping not in measure.groupings:
                        continue
                    values, counts = measure.measure(cells)
                    found = zip(
                        cells.groups, values.tolist(), counts.tolist(), _rows_by_group(measure, cells), strict=True
                    )
                    for group, value, n, rows in found:
                        yield Value(measure.name, grouping, group, value, int(n), rows)


def _rows_by_group(measure: OutcomeMeasure, cells: Cells) -> list[NDArray[np.float64]]:
    """The rows of a median in each group; none of any other outcome."""
    if measure.rows is None:
        return [np.empty(0)] * len(cells.groups)
    rows = measure.rows(cells)
    return [rows[(cells.cell == group) & ~np.isnan(rows)] for group in range(len(cells.groups))]


@dataclass(frozen=True)
class Points:
    """All points of a sweep, as every worker has them."""

    scenarios: tuple[Scenario, ...]
    replications: int
    pairing: bool
    measure: Measure

    def place(self, number: int) -> tuple[int, int]:
        """Point (from 0) and replication (from 1) of a run's number (from 1)."""
        point, rep = divmod(number - 1, self.replications)
        return point, rep + 1


def run_at(points: Points, number: int, seed: int) -> Tabled:
    """Run one point once; with pairing, replication r has the same chance at every point.

    ``values`` has a row a value, ``rows`` those that medians are taken of, with the row of ``values`` each counts for.
    """
    point, rep = points.place(number)
    chance = rep if points.pairing else number
    values = points.measure(points.scenarios[point], chance, seed)
    columns = {name: np.array([getattr(value, name) for value in values]) for name in COLUMNS}
    place = np.repeat(np.arange(len(values), dtype=np.int32), [value.rows.size for value in values])
    rows = np.concatenate([*(value.rows for value in values), np.empty(0)])
    return Tabled({"values": columns, "rows": {"place": place, "value": rows}})
