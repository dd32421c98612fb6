"""Medians of rows at the points of a sweep: each of the rows of all its replications, as ``run`` has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from sfund_sim.experiments.replication import Replication
from sfund_sim.experiments.sweep_values import Points
from sfund_sim.outcomes.intervals import Estimate, Floats
from sfund_sim.outcomes.measures import MEASURES
from sfund_sim.outcomes.medians import Rows

Key = tuple[str, str, str]
"""Outcome, grouping and group."""


def pooled_medians(
    runs: Mapping[int, Replication], points: Points
) -> Iterator[tuple[int, Key, Estimate, list[int], Floats]]:
    """Point (from 0), key and the median; and replications (from 1) with each one's part in it, ``Rows.linearised``."""
    by_point: dict[int, list[int]] = {}
    for number in sorted(runs):
        by_point.setdefault(points.place(number)[0], []).append(number)
    for point, numbers in by_point.items():
        replications = [points.place(number)[1] for number in numbers]
        for key, rows in _rows_at([runs[number] for number in numbers]).items():
            yield point, key, rows.median(), replications, rows.linearised(len(numbers))


def _rows_at(runs: list[Replication]) -> dict[Key, Rows]:
    """The rows of each median in the runs of one point."""
    found: dict[Key, list[Floats]] = {}
    for place, run in enumerate(runs):
        values, rows = run.tables["values"], run.tables["rows"]
        for number, key in enumerate(zip(values["outcome"], values["group_by"], values["group"], strict=True)):
            if key[0] in MEASURES and MEASURES[key[0]].rows:
                lists = found.setdefault(key, [np.empty(0)] * len(runs))
                lists[place] = rows["value"][rows["place"] == number]
    return {
        key: Rows(np.concatenate(lists), np.repeat(np.arange(len(lists)), [each.size for each in lists]))
        for key, lists in found.items()
    }
