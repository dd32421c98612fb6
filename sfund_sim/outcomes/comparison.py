"""What a rule change does: differences paired by replication, and how much of their variance the pairing removed."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sfund_sim.outcomes.dictionary import entry
from sfund_sim.outcomes.intervals import Floats, mean_over_replications

_KEY = ["outcome", "group_by", "group"]


def paired_differences(first: pd.DataFrame, second: pd.DataFrame, *, confidence: float = 0.95) -> pd.DataFrame:
    """Second scenario less first, outcome by outcome and group by group, from two tables of ``replication_values``.

    Both scenarios must have been run with the same seed, so that replication r has the same chance in both. Only
    replications in which both have a value count; with one there is no interval. Groups that never occur in one of
    the two are left out. Source: Law (2015, Simulation Modeling and Analysis, sections 10.2.1 and 11.2).
    """
    pairs = first.merge(second, on=[*_KEY, "rep"], suffixes=("_first", "_second"), sort=False)
    if pairs.empty:
        return _table([], [])
    code, keys = pd.factorize(pd.MultiIndex.from_frame(pairs[_KEY]))
    rep = pd.factorize(pairs["rep"])[0]
    shape = (int(rep.max()) + 1, len(keys))
    one, two = (_grid(pairs[f"value_{side}"].to_numpy(np.float64), rep, code, shape) for side in ("first", "second"))
    gone = np.isnan(one) | np.isnan(two)
    one[gone], two[gone] = np.nan, np.nan
    difference = mean_over_replications(two - one, confidence)
    unpaired = _variance(one) + _variance(two)
    removed = 1.0 - _variance(two - one) / np.where(unpaired > 0, unpaired, np.nan)
    levels = [mean_over_replications(level).value for level in (one, two)]
    columns = [*levels, difference.value, difference.low, difference.high, removed, np.sum(~gone, axis=0)]
    some = np.flatnonzero(~gone.all(axis=0)).tolist()
    return _table([keys[place] for place in some], [column[some] for column in columns])


def _grid(values: Floats, rep: NDArray[np.intp], code: NDArray[np.intp], shape: tuple[int, int]) -> Floats:
    grid = np.full(shape, np.nan)
    grid[rep, code] = values
    return grid


def _variance(values: Floats) -> Floats:
    return np.asarray(mean_over_replications(values).standard_error ** 2 * np.sum(~np.isnan(values), axis=0))


def _table(keys: list[tuple[str, str, str]], columns: list[Floats]) -> pd.DataFrame:
    names = ["level_first", "level_second", "difference", "low", "high", "variance_removed", "replications"]
    table = pd.DataFrame(keys, columns=_KEY)
    for name, column in zip(names, columns or [np.empty(0)] * len(names), strict=True):
        table[name] = column
    table["replications"] = table["replications"].astype(np.int64)
    table["unit"] = [entry(outcome).unit for outcome in table["outcome"]]
    return table
