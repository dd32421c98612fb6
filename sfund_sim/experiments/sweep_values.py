"""What one run of one point of a sweep sends home: the outcomes asked for, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sfund_sim.scenario.model import Scenario


class Value(NamedTuple):
    """One outcome of one group in one replication; NaN where there is none."""

    outcome: str
    group_by: str
    group: str
    value: float
    n: int
    """Rows behind it."""


Measure = Callable[[Scenario, int, int], list[Value]]
"""``measure(scenario, replication, seed)``: simulates and measures; must depend on nothing else."""


@dataclass(frozen=True)
class MarketMeasure:
    """Simulates the market and measures outcomes by groups."""

    outcomes: tuple[str, ...]
    group_by: tuple[str, ...]

    def __call__(self, scenario: Scenario, replication: int, seed: int) -> list[Value]:
        """The values of one replication, in the order of tables, groupings and outcomes."""
        from sfund_sim.experiments.facts import named, run_info
        from sfund_sim.experiments.replication import of_journal
        from sfund_sim.market.simulate import tabulate
        from sfund_sim.outcomes.tables import summary_tables

        done = of_journal(tabulate(scenario, replication, seed), replication)
        info = run_info(scenario, seed=seed, replications=1)
        return list(self._measured(summary_tables(*named(info, done)), info, replication))

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
                    for group, value, n in zip(cells.groups, values.tolist(), counts.tolist(), strict=True):
                        yield Value(measure.name, grouping, group, value, int(n))


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


@dataclass(frozen=True)
class PointRecord:
    """One run's values in the form in which replications come home and are kept on disk."""

    values: list[Value]
    counts: dict[str, float] = field(default_factory=dict)
    names: dict[str, list[str]] = field(default_factory=dict)
    kinds: dict[str, list[int]] = field(default_factory=dict)

    def arrays(self) -> dict[str, dict[str, NDArray[Any]]]:
        """One table, ``values``, as columns."""
        columns = zip(*self.values, strict=True) if self.values else ((),) * len(Value._fields)
        return {"values": {name: np.array(column) for name, column in zip(Value._fields, columns, strict=True)}}


def run_at(points: Points, number: int, seed: int) -> PointRecord:
    """Run one point once; with pairing, replication r has the same chance at every point."""
    point, rep = points.place(number)
    chance = rep if points.pairing else number
    return PointRecord(points.measure(points.scenarios[point], chance, seed))
