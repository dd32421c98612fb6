"""What a rule change does: differences paired by replication, and how much of their variance the pairing removed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sfund_sim.outcomes.dictionary import entry
from sfund_sim.outcomes.intervals import ROUNDING, Floats, Moments, mean_over_replications
from sfund_sim.outcomes.measures import MEASURES
from sfund_sim.outcomes.medians import Grain, least_reach

KEY = ["outcome", "group_by", "group"]
"""Columns that say of what a row tells."""
_AT_ONCE = 200
"""Outcomes in groups that are compared at a time, so that what is reckoned with stays small beside the values."""

Key = tuple[str, str, str]
"""Outcome, grouping and group."""


class Grid(NamedTuple):
    """The values of one scenario."""

    keys: list[Key]
    replications: NDArray[np.int64]
    """Ascending numbers."""
    values: Floats
    """[replications, keys]; NaN where there is none."""
    grains: Mapping[Key, Grain] = MappingProxyType({})
    """Of the keys whose values are parts in a median of all rows."""

    @classmethod
    def of(cls, table: pd.DataFrame) -> Grid:
        """From a table of ``replication_values``; an empty one has no keys, which pandas 2 cannot number."""
        if table.empty:
            return cls([], np.empty(0, np.int64), np.empty((0, 0)))
        code, keys = pd.factorize(pd.MultiIndex.from_frame(table[KEY]))
        rep, numbers = pd.factorize(table["rep"], sort=True)
        values = np.full((len(numbers), len(keys)), np.nan)
        values[rep, code] = table["value"].to_numpy(np.float64)
        return cls(list(keys), np.asarray(numbers, np.int64), values)

    def least_reach(self, other: Grid, key: Key) -> float:
        """Half-width of a difference's interval at the least; 0 but for medians of all rows."""
        is_median = key in self.grains and key in other.grains
        return least_reach(self.grains[key], other.grains[key]) if is_median else 0.0


def paired_differences(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Second scenario less first, outcome by outcome and group by group, from two tables of ``replication_values``.

    Both scenarios must have been run with the same seed, so that replication r has the same chance in both. Only
    replications in which both have a value count; with one there is no interval. Groups that never occur in one of
    the two are left out. Medians of rows are here each replication's own, and those without rows drop out: between
    scenarios that differ in how many sell that is another question than ``compare`` answers, which takes the medians of
    all rows (docs/experiments.md). Source: Law (2015, Simulation Modeling and Analysis, sections 10.2.1 and 11.2).
    """
    return paired_grids(Grid.of(first), Grid.of(second))


def paired_grids(first: Grid, second: Grid) -> pd.DataFrame:
    """``paired_differences`` of values that are grids already."""
    place = {key: number for number, key in enumerate(second.keys)}
    shared = [(number, place[key]) for number, key in enumerate(first.keys) if key in place]
    _, rows, rows_too = np.intersect1d(first.replications, second.replications, return_indices=True)
    parts = []
    for begin in range(0, len(shared) if rows.size else 0, _AT_ONCE):
        columns, columns_too = zip(*shared[begin : begin + _AT_ONCE], strict=True)
        both = first.values[np.ix_(rows, columns)], second.values[np.ix_(rows_too, columns_too)]
        parts.append(_compared([first.keys[number] for number in columns], *both))
    parts = [part for part in parts if len(part)]
    table = pd.concat(parts, ignore_index=True) if parts else _table([], [])
    return reaching(table, [first.least_reach(second, key) for key in keys_of(table)])


def keys_of(table: pd.DataFrame) -> Iterator[Key]:
    """The key of each row."""
    return zip(table["outcome"], table["group_by"], table["group"], strict=True)


def reaching(table: pd.DataFrame, least: Sequence[float]) -> pd.DataFrame:
    """Differences with intervals that reach at least so far to both sides; where there is none (NaN) there is none."""
    value, low, high = (table[name].to_numpy(np.float64) for name in ("difference", "low", "high"))
    reach = np.asarray(least, np.float64)
    return table.assign(low=np.minimum(low, value - reach), high=np.maximum(high, value + reach))


class Lacking(NamedTuple):
    """Common replications in which an outcome is missing."""

    only_first: int
    """Those in which only the first scenario has it."""
    only_second: int
    unreached: int
    """Those in which neither scenario's curve goes so far as the outcome asks, though somebody wanted out."""

    @property
    def is_choice(self) -> bool:
        """Are those that have it in both scenarios chosen by what came out, so that their mean says nothing of all?"""
        return any(self)


def lacking(first: Grid, second: Grid) -> dict[Key, Lacking]:
    """In how many common replications an outcome of both scenarios is missing, and how.

    To leave them out is to choose: a median time that is not reached is missing where things went slowly. Where there
    was nothing to measure in either scenario, such as a price without any sale, nothing can be compared, and
    nothing is chosen. A median of rows is one of all replications together, so none of them can be missing.
    """
    _, rows, rows_too = np.intersect1d(first.replications, second.replications, return_indices=True)
    places = [{key: number for number, key in enumerate(grid.keys)} for grid in (first, second)]
    found = {}
    for key, number in places[0].items():
        if key in places[1] and MEASURES[key[0]].rows is None:
            one, two = np.isnan(first.values[rows, number]), np.isnan(second.values[rows_too, places[1][key]])
            neither = np.zeros(rows.size, bool)
            if MEASURES[key[0]].by_curve:
                wished = ("exits_count", *key[1:])
                any_one, any_two = (_any(*each) for each in (
                    (first, places[0].get(wished), rows), (second, places[1].get(wished), rows_too)
                ))  # fmt: skip
                neither = one & two & (any_one | any_two)
            found[key] = Lacking(int(np.sum(two & ~one)), int(np.sum(one & ~two)), int(np.sum(neither)))
    return found


def _any(grid: Grid, place: int | None, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """In which replications a count is above 0; where it was not counted, in all."""
    return np.ones(rows.size, bool) if place is None else grid.values[rows, place] > 0


def _compared(keys: list[Key], one: Floats, two: Floats) -> pd.DataFrame:
    gone = np.isnan(one) | np.isnan(two)
    one[gone], two[gone] = np.nan, np.nan
    apart = two - one
    # What is added up in another order differs in its last digits, which is no difference.
    apart[np.abs(apart) <= ROUNDING * np.maximum(np.abs(one), np.abs(two))] = 0.0
    moments = Moments.of(apart)
    # Parts of a median are spread so that Student's own interval of their mean is the median's.
    skewed = [MEASURES[key[0]].rows is None for key in keys]
    difference, p_values = moments.estimates(skewed=skewed), moments.p_values(skewed=skewed)
    unpaired = _variance(one) + _variance(two)
    removed = 1.0 - _variance(apart) / np.where(unpaired > 0, unpaired, np.nan)
    levels = [mean_over_replications(level).value for level in (one, two)]
    told = [difference.value, difference.low, difference.high, p_values, removed, moments.replications]
    some = np.flatnonzero(~gone.all(axis=0)).tolist()
    return _table([keys[place] for place in some], [column[some] for column in (*levels, *told)])


def _variance(values: Floats) -> Floats:
    return np.asarray(mean_over_replications(values).standard_error ** 2 * np.sum(~np.isnan(values), axis=0))


def _table(keys: list[Key], columns: list[Floats]) -> pd.DataFrame:
    names = ["level_first", "level_second", "difference", "low", "high", "p_value", "variance_removed", "replications"]
    table = pd.DataFrame(keys, columns=KEY)
    for name, column in zip(names, columns or [np.empty(0)] * len(names), strict=True):
        table[name] = column
    table["replications"] = table["replications"].astype(np.int64)
    table["unit"] = [entry(outcome).unit for outcome in table["outcome"]]
    return table
