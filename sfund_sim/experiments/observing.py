"""What is kept of a replication when only its outcomes count: every outcome in every group, and the times to exit."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from sfund_sim.experiments.facts import named
from sfund_sim.outcomes.dictionary import outcomes
from sfund_sim.outcomes.intervals import Estimate, mean_over_replications
from sfund_sim.outcomes.measures import MEASURES, Measure, replication_values
from sfund_sim.outcomes.measures.cells import Cells, Source
from sfund_sim.outcomes.measures.registry import pooled_estimates
from sfund_sim.outcomes.tables import summary_tables

if TYPE_CHECKING:
    from sfund_sim.experiments.replication import Replication
    from sfund_sim.outcomes.run_info import RunInfo

EXITS_KEPT = ("rep", "followed_days", "event", "lp_kind", "is_state", "trigger", "period")
"""Columns of the exits from which survival curves are drawn and pooled medians taken."""
_KEY = ["outcome", "group_by", "group"]


class Observed(NamedTuple):
    """Outcomes of one replication (``replication_values``), and its exits as far as survival needs them."""

    values: pd.DataFrame
    exits: pd.DataFrame


def observed(info: RunInfo, replication: Replication) -> Observed:
    """The outcomes of one replication."""
    tables = summary_tables(*named(info, replication))
    return Observed(replication_values(tables, info), tables["exits"][[*EXITS_KEPT]])


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

    def add(self, number: int, one: Observed) -> None:
        """Take in a replication."""
        self._by_number[number] = one

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
        return self._joined([one.values for one in self._in_order()])

    @property
    def exits(self) -> pd.DataFrame:
        """Every decision to sell, in the order of replications."""
        return self._joined([one.exits for one in self._in_order()])

    def levels(self) -> pd.DataFrame:
        """The summary of ``outcomes.measures``, from what was kept: estimate, 95 % interval, n, replications."""
        values = self.values
        code, keys = pd.factorize(pd.MultiIndex.from_frame(values[_KEY]))
        shape = (len(self), len(keys))
        place = pd.factorize(values["rep"], sort=True)[0], code
        grid, n = np.full(shape, np.nan), np.zeros(shape, np.int64)
        grid[place], n[place] = values["value"], values["n"]
        table = pd.DataFrame(list(keys), columns=_KEY)
        self._add_estimates(table, grid)
        table["n"], table["replications"] = n.sum(axis=0), np.sum(~np.isnan(grid), axis=0)
        table["unit"] = [MEASURES[name].entry.unit for name in table["outcome"]]
        table = table[self._has_rows(table)]
        order = {one.name: number for number, one in enumerate(outcomes())}
        return table.sort_values("outcome", key=lambda names: names.map(order), kind="stable", ignore_index=True)

    def _in_order(self) -> list[Observed]:
        return [self._by_number[number] for number in sorted(self._by_number)]

    def _joined(self, parts: list[pd.DataFrame]) -> pd.DataFrame:
        return pd.concat(parts, ignore_index=True)

    def _add_estimates(self, table: pd.DataFrame, grid: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> None:
        mean = mean_over_replications(grid)
        for name, column in (("estimate", mean.value), ("low", mean.low), ("high", mean.high)):
            table[name] = column
        exits = self.exits
        for measure in MEASURES.values():
            for grouping in measure.groupings if measure.pooled else ():
                rows = table.index[(table["outcome"] == measure.name) & (table["group_by"] == grouping)]
                found = pooled(measure, grouping, exits, self.info)
                taken = [found[group] for group in table.loc[rows, "group"]]
                for name, place in (("estimate", 0), ("low", 2), ("high", 3)):
                    table.loc[rows, name] = [one[place] for one in taken]
        least, most = (
            np.array(ends) for ends in zip(*(MEASURES[name].bounds for name in table["outcome"]), strict=True)
        )
        table["low"], table["high"] = table["low"].clip(least, most), table["high"].clip(least, most)

    def _has_rows(self, table: pd.DataFrame) -> pd.Series[bool]:
        """Does the outcome's own table have a row in this group, in any replication?"""
        source = table["outcome"].map(lambda name: MEASURES[name].table)
        rows = table["n"].groupby([source, table["group_by"], table["group"]]).transform("max")
        return rows > 0
