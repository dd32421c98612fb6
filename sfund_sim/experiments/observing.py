"""What is kept of a replication when only its outcomes count: outcomes by group, times to exit, and sales."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sfund_sim.experiments.facts import with_own_names
from sfund_sim.outcomes.comparison import KEY, Grid, Key
from sfund_sim.outcomes.dictionary import outcomes
from sfund_sim.outcomes.intervals import Estimate, Floats, mean_over_replications, of_levels
from sfund_sim.outcomes.measures import MEASURES, Measure, replication_values
from sfund_sim.outcomes.measures.cells import Cells, Source
from sfund_sim.outcomes.measures.pooling import PooledRows, median_rows, median_tables
from sfund_sim.outcomes.measures.registry import pooled_estimates
from sfund_sim.outcomes.medians import Grain
from sfund_sim.outcomes.tables import summary_tables
from sfund_sim.terms import LpKind, Regime, Trigger

if TYPE_CHECKING:
    from sfund_sim.experiments.replication import Replication, Tables
    from sfund_sim.outcomes.run_info import RunInfo

EXITS_KEPT = ("rep", "followed_days", "event", "lp_kind", "is_state", "regime", "trigger", "period",
              "home_venue_id")  # fmt: skip
"""Columns of the exits from which survival curves are drawn and pooled medians taken."""

_ROWS = "rows_of_"
"""Beginning of the names of tables with rows that medians are taken of."""


class Keys(NamedTuple):
    """Texts [keys] that say which outcome of which group a value is."""

    outcome: NDArray[Any]
    group_by: NDArray[Any]
    group: NDArray[Any]

    def are(self, others: Keys) -> bool:
        """Are these the same, in the same order?"""
        return all(np.array_equal(one, other) for one, other in zip(self, others, strict=True))

    def shared(self) -> Keys:
        """The same as objects, each text made once, however often tables repeat it."""
        made: dict[str, str] = {}
        columns = ([made.setdefault(str(text), str(text)) for text in texts] for texts in self)
        return Keys(*(np.array(column, object) for column in columns))


@dataclass(frozen=True, slots=True)
class Observed:
    """Outcomes of one replication, and of its exits and rounds what pooled medians need: some 110 kB of the pilot."""

    keys: Keys
    value: Floats
    """[keys]; NaN where there is none."""
    n: NDArray[np.int32]
    """Rows behind each value."""
    exits: dict[str, NDArray[Any]]
    """Columns of whole numbers, of words their codes, as short as they can be."""
    rows: dict[str, dict[str, NDArray[Any]]]
    """By table the rows that count for a median, as ``measures.pooling`` has them."""

    def tables(self) -> Tables:
        """The same in the form in which replications come home and are kept on disk."""
        values = {**self.keys._asdict(), "value": self.value, "n": self.n}
        rows = {f"{_ROWS}{table}": columns for table, columns in self.rows.items()}
        return {"values": values, "exits": self.exits, **rows}

    @classmethod
    def of(cls, tables: Tables) -> Observed:
        """What came home."""
        values = tables["values"]
        rows = {name.removeprefix(_ROWS): columns for name, columns in tables.items() if name.startswith(_ROWS)}
        return cls(Keys(*(values[name] for name in KEY)), values["value"], values["n"], tables["exits"], rows)


def observed(info: RunInfo, replication: Replication) -> Observed:
    """The outcomes of one replication."""
    tables = summary_tables(*with_own_names(info, replication))
    values, exits, number = replication_values(tables, info), tables["exits"], np.array([replication.number])
    return Observed(
        Keys(*(values[name].to_numpy(str) for name in KEY)),
        values["value"].to_numpy(np.float64),
        values["n"].to_numpy(np.int32),
        {name: _short(exits[name]) for name in EXITS_KEPT if name != "rep"},
        {name: median_rows(Source(tables[name], info, number), name)[0] for name in median_tables()},
    )


def _short(column: pd.Series[Any]) -> NDArray[Any]:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.codes.to_numpy()  # as short as the number of words allows
    return column.to_numpy(np.int32 if column.name == "followed_days" else np.int8)


def pooled(measure: Measure, grouping: str, exits: pd.DataFrame, info: RunInfo) -> dict[str, Estimate]:
    """Estimates by group from all replications together, of a measure that is taken from the exits so."""
    if measure.pooled is None:
        return {}
    cells = Cells(Source(exits, info, np.unique(exits["rep"].to_numpy(np.int64))), grouping)
    return dict(zip(cells.groups, pooled_estimates(measure, cells), strict=True))


class Observations:
    """The outcomes of one scenario, replication by replication, in whatever order they come."""

    def __init__(self, info: RunInfo) -> None:
        self.info = info
        self._by_number: dict[int, Observed] = {}
        self._keys: Keys | None = None
        """Those of the last replication; most are the same in all, and are then kept once."""

    def add(self, number: int, one: Observed) -> None:
        """Take in a replication."""
        if self._keys is None or not self._keys.are(one.keys):
            self._keys = one.keys.shared()
        self._by_number[number] = replace(one, keys=self._keys)

    @property
    def numbers(self) -> list[int]:
        """Numbers of the replications, in order."""
        return sorted(self._by_number)

    def keep(self, numbers: Collection[int]) -> None:
        """Forget all other replications."""
        self._by_number = {number: one for number, one in self._by_number.items() if number in numbers}

    def __len__(self) -> int:
        return len(self._by_number)

    @property
    def values(self) -> pd.DataFrame:
        """Every outcome in every group and replication, in the order of replications."""
        return self.values_of(self.numbers)

    def values_of(self, numbers: Sequence[int]) -> pd.DataFrame:
        """The same of some replications: outcome, group_by, group, rep, value, n."""
        chosen = [self._by_number[number] for number in numbers]
        columns = {name: np.concatenate([each.keys[place] for each in chosen]) for place, name in enumerate(KEY)}
        rep = np.repeat(np.array(numbers, np.int64), [each.value.size for each in chosen])
        value, n = (np.concatenate([getattr(each, name) for each in chosen]) for name in ("value", "n"))
        return pd.DataFrame({**columns, "rep": rep, "value": value, "n": n.astype(np.int64)})

    @property
    def exits(self) -> pd.DataFrame:
        """Every decision to sell, in the order of replications."""
        periods = [period.name for period in self.info.periods]
        words = {"lp_kind": LpKind.labels(), "regime": Regime.labels(), "trigger": Trigger.labels(), "period": periods}
        words["home_venue_id"] = list(self.info.names.venues)
        chosen = [self._by_number[number].exits for number in self.numbers]
        columns: dict[str, Any] = {
            "rep": np.repeat(np.array(self.numbers, np.int32), [each["event"].size for each in chosen])
        }
        for name in EXITS_KEPT[1:]:
            column = np.concatenate([each[name] for each in chosen])
            columns[name] = pd.Categorical.from_codes(column, pd.Index(words[name])) if name in words else column
        return pd.DataFrame(columns)

    def grid(self) -> Grid:
        """All values, [replications, keys], as scenarios are compared by; keys in the order in which they first come.

        A replication's own median of rows gives way to its part in the median of all, see ``Rows.linearised``.
        """
        grid, _, _ = self._grids()
        return grid._replace(grains=self._pool(grid, grid.keys))

    def cell(self, key: Key) -> Floats:
        """One outcome of one group in every replication, in their order; NaN where there is none."""
        grid, _, _ = self._grids()
        if key not in grid.keys:
            return np.full(len(self), np.nan)
        self._pool(grid, [key])
        return grid.values[:, grid.keys.index(key)]

    def _pool(self, grid: Grid, keys: Sequence[Key]) -> dict[Key, Grain]:
        """Put parts in the medians of all rows in place of these keys' own medians; how finely each is known."""
        rows, groups = self._rows(), _groups(grid.keys)
        places, grains = {key: number for number, key in enumerate(grid.keys)}, {}
        for key in keys:
            measure = MEASURES[key[0]]
            if measure.rows:
                counted = rows.of(measure, key[1], groups[key[:2]].index(key[2]))
                grid.values[:, places[key]], grains[key] = counted.linearised(len(self)), counted.grain()
        return grains

    def _rows(self) -> PooledRows:
        rows = PooledRows()
        for place, number in enumerate(self.numbers):
            for table, one in self._by_number[number].rows.items():
                rows.add(table, one, np.full(one["all"].size, place))
        return rows

    def levels(self) -> pd.DataFrame:
        """The summary of ``outcomes.measures``, from what was kept: estimate, 95 % interval, n, replications."""
        grid, n, with_rows = self._grids()
        table = pd.DataFrame(grid.keys, columns=KEY)
        self._add_estimates(table, grid.values)
        is_pooled = [MEASURES[name].pooled is not None for name in table["outcome"]]
        table["n"], table["replications"] = n, np.where(is_pooled, with_rows, np.sum(~np.isnan(grid.values), axis=0))
        table["unit"] = [MEASURES[name].entry.unit for name in table["outcome"]]
        table = table[self._has_rows(table)]
        order = {one.name: number for number, one in enumerate(outcomes())}
        return table.sort_values("outcome", key=lambda names: names.map(order), kind="stable", ignore_index=True)

    def _grids(self) -> tuple[Grid, NDArray[np.int64], NDArray[np.int64]]:
        """All values; the rows behind each key in all replications together; the replications that have any."""
        place: dict[Key, int] = {}
        columns: dict[int, NDArray[np.intp]] = {}
        for one in self._by_number.values():
            if id(one.keys) not in columns:
                listed = zip(*(texts.tolist() for texts in one.keys), strict=True)
                columns[id(one.keys)] = np.array([place.setdefault(key, len(place)) for key in listed], np.intp)
        values, (n, with_rows) = np.full((len(self), len(place)), np.nan), np.zeros((2, len(place)), np.int64)
        for row, number in enumerate(self.numbers):
            one = self._by_number[number]
            where = columns[id(one.keys)]
            values[row, where] = one.value
            n[where] += one.n
            with_rows[where] += one.n > 0
        return Grid(list(place), np.array(self.numbers, np.int64), values), n, with_rows

    def _add_estimates(self, table: pd.DataFrame, grid: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> None:
        least, most = (
            np.array(ends) for ends in zip(*(MEASURES[name].bounds for name in table["outcome"]), strict=True)
        )
        mean = of_levels(mean_over_replications(grid), np.sum(~np.isnan(grid), axis=0), least, most)
        for name, column in (("estimate", mean.value), ("low", mean.low), ("high", mean.high)):
            table[name] = column
        exits = self.exits
        for measure in MEASURES.values():
            for grouping in measure.groupings if measure.pooled else ():
                rows = table.index[(table["outcome"] == measure.name) & (table["group_by"] == grouping)]
                found = pooled(measure, grouping, exits, self.info)
                taken = [found[group] for group in table.loc[rows, "group"]]
                _put(table, rows, taken)
        pooled_rows = self._rows()
        for (name, grouping), groups in _groups(list(table[KEY].itertuples(index=False, name=None))).items():
            if MEASURES[name].rows:
                rows = table.index[(table["outcome"] == name) & (table["group_by"] == grouping)]
                _put(table, rows, pooled_rows.medians(MEASURES[name], grouping, len(groups)))
        table["low"], table["high"] = table["low"].clip(least, most), table["high"].clip(least, most)

    def _has_rows(self, table: pd.DataFrame) -> pd.Series[bool]:
        """Does the outcome's own table have a row in this group, or does somebody want out of whom it is 0?"""
        source = table["outcome"].map(lambda name: MEASURES[name].table)
        rows = table["n"].groupby([source, table["group_by"], table["group"]]).transform("max")
        by_group = pd.MultiIndex.from_frame(table[["group_by", "group"]])
        wished = by_group[(table["outcome"] == "exits_count") & (table["n"] > 0)]
        return (rows > 0) | (table["estimate"].notna() & by_group.isin(wished))


def _put(table: pd.DataFrame, rows: pd.Index[Any], found: Sequence[Estimate]) -> None:
    for name, place in (("estimate", 0), ("low", 2), ("high", 3)):
        table.loc[rows, name] = [one[place] for one in found]


def _groups(keys: Sequence[Key]) -> dict[tuple[str, str], list[str]]:
    """Groups of each outcome and grouping, in the order in which a measure has them."""
    found: dict[tuple[str, str], list[str]] = {}
    for outcome, grouping, group in keys:
        found.setdefault((outcome, grouping), []).append(group)
    return found
