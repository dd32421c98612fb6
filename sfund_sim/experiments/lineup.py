"""Several scenarios as one job: every run is one scenario in one replication, and sends home outcomes only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sfund_sim.experiments.facts import run_info
from sfund_sim.experiments.observing import Observed, observed
from sfund_sim.experiments.replication import Replication, Simulate, of_journal
from sfund_sim.outcomes.run_info import RunInfo
from sfund_sim.scenario.model import Scenario
from sfund_sim.terms import LpKind, Trigger


@dataclass(frozen=True)
class LineUp:
    """The scenarios side by side, the baseline first, as every worker has them."""

    scenarios: tuple[Scenario, ...]
    simulate: Simulate

    def numbers(self, replications: range) -> range:
        """Numbers of the runs that make these replications of all scenarios, replication by replication."""
        size = len(self.scenarios)
        return range((replications.start - 1) * size + 1, (replications.stop - 1) * size + 1)

    def place(self, number: int) -> tuple[int, int]:
        """Scenario (from 0) and replication (from 1) of a run's number (from 1)."""
        replication, scenario = divmod(number - 1, len(self.scenarios))
        return scenario, replication + 1


@dataclass(frozen=True)
class ObservedRun:
    """One run's outcomes in the form in which replications come home and are kept on disk."""

    values: dict[str, NDArray[Any]]
    exits: dict[str, NDArray[Any]]
    counts: dict[str, float] = field(default_factory=dict)
    names: dict[str, list[str]] = field(default_factory=dict)
    kinds: dict[str, list[int]] = field(default_factory=dict)

    def arrays(self) -> dict[str, dict[str, NDArray[Any]]]:
        """Outcomes, and the exits as far as survival needs them."""
        return {"values": self.values, "exits": self.exits}


def observe_at(lineup: LineUp, number: int, seed: int) -> ObservedRun:
    """Simulate one scenario once; replication r has the same chance in all of them."""
    place, replication = lineup.place(number)
    scenario = lineup.scenarios[place]
    done = of_journal(lineup.simulate(scenario, replication, seed), replication)
    values, exits = observed(run_info(scenario, seed=seed, replications=1), done)
    texts = {name: values[name].to_numpy(str) for name in ("outcome", "group_by", "group")}
    numbers = {name: values[name].to_numpy() for name in ("value", "n")}
    return ObservedRun(texts | numbers, {name: _numbers(exits[name]) for name in exits.columns if name != "rep"})


def observed_again(info: RunInfo, replication: int, run: Replication) -> Observed:
    """The outcomes of a run that came home, as tables."""
    values, exits = run.tables["values"], run.tables["exits"]
    periods = [period.name for period in info.periods]
    words = {name: pd.Index(labels) for name, labels in
             (("lp_kind", LpKind.labels()), ("trigger", Trigger.labels()), ("period", periods))}  # fmt: skip
    columns = {name: pd.Categorical.from_codes(codes, words[name]) if name in words else codes
               for name, codes in exits.items()}  # fmt: skip
    table = pd.DataFrame({name: column.astype(object) if column.dtype.kind == "U" else column
                          for name, column in values.items()})  # fmt: skip
    return Observed(table.assign(rep=replication), pd.DataFrame(columns).assign(rep=replication))


def _numbers(column: pd.Series[Any]) -> NDArray[Any]:
    """A column as numbers: of words their codes."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return np.asarray(column.cat.codes.to_numpy(np.int8))
    return column.to_numpy(np.int64)
