"""Medians of rows at the points of a sweep: each of the rows of all its replications, as ``run`` has them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from sfund_sim.experiments.replication import Replication
from sfund_sim.experiments.sweep_values import Points
from sfund_sim.outcomes.comparison import Key
from sfund_sim.outcomes.intervals import Estimate, Floats
from sfund_sim.outcomes.measures import MEASURES
from sfund_sim.outcomes.medians import Grain, Rows, least_reach


class PointMedian(NamedTuple):
    """A median of rows at one point of a sweep."""

    point: int
    """From 0."""
    key: Key
    median: Estimate
    grain: Grain
    replications: list[int]
    """From 1."""
    parts: Floats
    """Each one's part in the median, ``Rows.linearised``."""


def pooled_medians(runs: Mapping[int, Replication], points: Points) -> Iterator[PointMedian]:
    """The medians of all points."""
    by_point: dict[int, list[int]] = {}
    for number in sorted(runs):
        by_point.setdefault(points.place(number)[0], []).append(number)
    for point, numbers in by_point.items():
        replications = [points.place(number)[1] for number in numbers]
        for key, rows in _rows_at([runs[number] for number in numbers]).items():
            yield PointMedian(point, key, rows.median(), rows.grain(), replications, rows.linearised(len(numbers)))


def least_reaches(
    grains: Mapping[tuple[int, Key], Grain], pairs: Sequence[tuple[int, int]], keys: Iterable[Key]
) -> list[float]:
    """Half-widths at the least of mean differences over pairs of points, as many as have the key; 0 for no median."""
    found = []
    for key in keys:
        known = [(one, two) for one, two in pairs if (one, key) in grains and (two, key) in grains]
        reaches = [least_reach(grains[one, key], grains[two, key]) for one, two in known]
        found.append(float(np.linalg.norm(reaches)) / max(len(reaches), 1))
    return found


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
