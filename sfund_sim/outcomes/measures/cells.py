"""Rows sorted into cells, one for each replication and group, and the few ways to make one number of each cell."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sfund_sim.ground.errors import SfundError
from sfund_sim.outcomes.intervals import Floats
from sfund_sim.outcomes.multistate import Steps, incidence_steps
from sfund_sim.outcomes.run_info import RunInfo
from sfund_sim.outcomes.survival import SurvivalCurve, kaplan_meier

Truth = NDArray[np.bool_]
WAYS = ("venue", "agreed", "liquidated", "lapsed", "other")
"""Competing ways in which a wish to sell ends; the last one is a loan on the share that took the exit's place."""


BY_VENUE = frozenset({"home_venue_id", "venue_id"})
"""Groupings whose groups are the scenario's own venues."""
MADE_GROUPINGS = frozenset({"all", "is_state", "is_state_period"})
"""Groupings that ``Source.groups`` makes itself; every other one is a column of words."""


class Values(NamedTuple):
    """One number a cell, NaN where there is none, and the rows behind it; arrays [cells]."""

    value: Floats
    n: Floats


class Source:
    """One table's columns as arrays, converted once."""

    def __init__(self, table: pd.DataFrame, info: RunInfo, replications: NDArray[np.int64]) -> None:
        self.table = table
        self.info = info
        self.replications = replications
        self.replication = np.searchsorted(replications, table["rep"].to_numpy())
        self._floats: dict[str, Floats] = {}
        self._truths: dict[tuple[str, ...], Truth] = {}

    def floats(self, name: str) -> Floats:
        """A column as floats, NaN where missing."""
        if name not in self._floats:
            self._floats[name] = self.table[name].to_numpy(np.float64, na_value=np.nan)
        return self._floats[name]

    def days(self, name: str) -> Floats:
        """A column of ISO dates as days from the scenario's start, NaN where missing."""
        if name not in self._floats:
            dates = pd.to_datetime(self.table[name], format="%Y-%m-%d")
            days = (dates - pd.Timestamp(self.info.start_date)) / pd.Timedelta(days=1)
            self._floats[name] = np.array(days, np.float64)
        return self._floats[name]

    def is_any(self, name: str, *labels: str) -> Truth:
        """Is a column of words one of these?"""
        key = name, *labels
        if key not in self._truths:
            column = self.table[name]
            numbers = column.cat.categories.get_indexer(pd.Index(labels))
            self._truths[key] = np.isin(column.cat.codes.to_numpy(), numbers)
        return self._truths[key]

    @cached_property
    def ways(self) -> NDArray[np.int64]:
        """How each exit ended, as its place in ``WAYS``; of an open one the last."""
        sold, ended = self.floats("sold") == 1, self.is_any("ending", "liquidated", "fund_ended")
        at_venue, lapsed = sold & self.is_any("route", "venue"), self.is_any("ending", "lapsed")
        return np.select([at_venue, sold, ended, lapsed], range(4), 4)

    def groups(self, name: str) -> tuple[NDArray[np.int64], list[str]]:
        """Group number of each row (-1: none) and the names of the groups; SfundError where a column gives none."""
        if name == "all":
            return np.zeros(len(self.table), np.int64), ["all"]
        if name == "is_state":
            return self.table[name].to_numpy(np.int64), ["non_state", "state"]
        if name == "is_state_period":
            sector, sectors = self.groups("is_state")
            period, periods = self.groups("period")
            return sector * len(periods) + period, [f"{one}, {two}" for one in sectors for two in periods]
        whole = self.table.get(name, pd.Series(dtype=object))
        if name in BY_VENUE and not isinstance(whole.dtype, pd.CategoricalDtype):  # as tables are written
            whole = whole.astype(pd.CategoricalDtype(list(self.info.names.venues)))
        if not isinstance(whole.dtype, pd.CategoricalDtype):
            raise SfundError(
                f"'{name}' cannot make groups of outcomes: it names single rows, not a few kinds of them",
                f"不能按“{name}”对指标分组：它是逐行的名称，而非少数几个类别",
            )
        column: Any = whole.cat
        return column.codes.to_numpy(np.int64), [str(label) for label in column.categories]


class Cells:
    """The rows of a table, each in the cell of its replication and group; number = replication x groups + group."""

    def __init__(self, source: Source, grouping: str) -> None:
        self.source, self.grouping = source, grouping
        group, self.groups = source.groups(grouping)
        kept = group >= 0
        self.kept: slice | Truth = slice(None) if kept.all() else kept
        """Rows that are in some group; all, where nothing need be picked out."""
        self.cell = (source.replication * len(self.groups) + group)[self.kept]
        self.size = source.replications.size * len(self.groups)
        self._curves: list[SurvivalCurve] | None = None
        self._incidences: dict[int, Floats] = {}

    @property
    def info(self) -> RunInfo:
        """The run."""
        return self.source.info

    def __getitem__(self, name: str) -> Floats:
        """A column of the rows, as floats."""
        return self.source.floats(name)[self.kept]

    @cached_property
    def sold(self) -> Truth:
        """Is a row a sale?"""
        return np.asarray(self["sold"] == 1)

    @cached_property
    def owed_a_rest(self) -> Truth:
        """Has an exit's share passed to its buyer while a part of the price is still to come? It is open until then."""
        return self.is_any("ending", "open") & ~np.isnan(self["price_cny"])

    @cached_property
    def every(self) -> Truth:
        """All rows."""
        return np.ones(self.cell.size, bool)

    def days(self, name: str) -> Floats:
        """A column of dates of the rows, as days from the scenario's start."""
        return self.source.days(name)[self.kept]

    def is_any(self, name: str, *labels: str) -> Truth:
        """Is a column of words one of these?"""
        return self.source.is_any(name, *labels)[self.kept]

    def count(self, chosen: Truth) -> Values:
        """How many rows are chosen; 0 where there are none."""
        number = self._sum(chosen.astype(np.float64))
        return Values(number, number)

    def total(self, values: Floats, chosen: Truth) -> Values:
        """Sum of the chosen rows' known values; 0 where there are none."""
        good = chosen & ~np.isnan(values)
        return Values(self._sum(np.where(good, values, 0.0)), self._sum(good.astype(np.float64)))

    def mean(self, values: Floats, chosen: Truth | None = None) -> Values:
        """Mean of the chosen rows' known values."""
        total, n = self.total(values, np.ones(values.size, bool) if chosen is None else chosen)
        return Values(_quotient(total, n), n)

    def share(self, truth: Truth, among: Truth | None = None) -> Values:
        """Share of rows, or of those ``among`` them, for which something is true."""
        return self.mean(truth.astype(np.float64), among)

    def quotient(self, above: Floats, below: Floats, chosen: Truth) -> Values:
        """Sum of one column over sum of another, over the chosen rows that have both."""
        both = chosen & ~np.isnan(above) & ~np.isnan(below)
        divisor = self.total(below, both)
        return Values(_quotient(self.total(above, both).value, divisor.value), divisor.n)

    def only(self, values: Floats, chosen: Truth) -> Floats:
        """The chosen rows' values, NaN for the others."""
        return np.where(chosen, values, np.nan)

    def median(self, values: Floats) -> Values:
        """Median of each cell's known values."""
        good = ~np.isnan(values)
        cell, kept = self.cell[good], values[good]
        by_value = np.argsort(kept)
        # Cells are few, and NumPy sorts short integers several times as fast as long ones.
        short = cell[by_value].astype(np.min_scalar_type(self.size))
        ordered = kept[by_value[np.argsort(short, kind="stable")]]
        n = np.bincount(cell, minlength=self.size)
        if not ordered.size:
            return Values(np.full(self.size, np.nan), n.astype(np.float64))
        start = np.concatenate(([0], np.cumsum(n)[:-1]))
        lower = ordered[np.minimum(start + np.maximum(n - 1, 0) // 2, ordered.size - 1)]
        upper = ordered[np.minimum(start + n // 2, ordered.size - 1)]
        return Values(np.where(n > 0, (lower + upper) / 2.0, np.nan), n.astype(np.float64))

    def of_replication(self, value: Floats) -> Floats:
        """For each cell the sum over all groups of its replication."""
        table = value.reshape(-1, len(self.groups))
        return np.broadcast_to(table.sum(axis=1, keepdims=True), table.shape).ravel()

    def survival(self, summarise: Callable[[SurvivalCurve], float]) -> Values:
        """One number from each cell's Kaplan-Meier curve of the time to cash."""
        if self._curves is None:
            order = np.argsort(self.cell, kind="stable")
            ends = np.cumsum(np.bincount(self.cell, minlength=self.size))[:-1]
            days, events = self["followed_days"][order], self["event"][order]
            pieces = zip(np.split(days, ends), np.split(events, ends), strict=True)
            self._curves = [kaplan_meier(day, event) for day, event in pieces]
        numbers = [summarise(curve) if curve.times.size else np.nan for curve in self._curves]
        return Values(np.array(numbers, np.float64), self._number)

    def incidence(self, way: str, days: int) -> Values:
        """Aalen-Johansen probability that a wish ends in this of ``WAYS`` within so many days.

        NaN where the curve ends before.
        """
        if days not in self._incidences:
            size, known_until = self._steps
            place, in_time = self.cell * len(WAYS) + self.source.ways[self.kept], self["duration_days"] <= days
            by_then = np.bincount(place, size * in_time, self.size * len(WAYS)).reshape(self.size, len(WAYS))
            self._incidences[days] = np.where(known_until >= days, by_then.T, np.nan)
        return Values(self._incidences[days][WAYS.index(way)], self._number)

    @cached_property
    def _steps(self) -> Steps:
        return incidence_steps(self.cell, self.size, self["duration_days"], self["censored"] == 0)

    @cached_property
    def _number(self) -> Floats:
        """Rows of each cell."""
        return np.bincount(self.cell, minlength=self.size).astype(np.float64)

    def _sum(self, weights: Floats) -> Floats:
        return np.bincount(self.cell, weights, self.size).astype(np.float64)


def _quotient(above: Floats, below: Floats) -> Floats:
    return np.asarray(np.divide(above, below, out=np.full(above.shape, np.nan), where=below != 0))
