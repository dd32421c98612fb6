"""Several scenarios as one job: every run is one scenario in one replication, and sends home outcomes only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

from sfund_sim.experiments.facts import run_info
from sfund_sim.experiments.observing import Keys, Observed, observed
from sfund_sim.experiments.replication import Replication, Simulate, of_journal
from sfund_sim.scenario.model import Scenario

_ROWS = "rows_of_"
"""Beginning of the names of tables with rows that medians are taken of."""


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
    rows: dict[str, dict[str, NDArray[Any]]]
    names: dict[str, list[str]] = field(default_factory=dict)
    kinds: dict[str, list[int]] = field(default_factory=dict)

    def arrays(self) -> dict[str, dict[str, NDArray[Any]]]:
        """Outcomes, and exits and rounds as far as pooled medians need them."""
        rows = {f"{_ROWS}{table}": columns for table, columns in self.rows.items()}
        return {"values": self.values, "exits": self.exits, **rows}


def observe_at(lineup: LineUp, number: int, seed: int) -> ObservedRun:
    """Simulate one scenario once; replication r has the same chance in all of them."""
    place, replication = lineup.place(number)
    scenario = lineup.scenarios[place]
    done = of_journal(lineup.simulate(scenario, replication, seed), replication)
    found = observed(run_info(scenario, seed=seed, replications=1), done)
    return ObservedRun({**found.keys._asdict(), "value": found.value, "n": found.n}, found.exits, found.rows)


def observed_again(run: Replication) -> Observed:
    """The outcomes of a run that came home."""
    values, tables = run.tables["values"], run.tables
    rows = {name.removeprefix(_ROWS): columns for name, columns in tables.items() if name.startswith(_ROWS)}
    return Observed(Keys(*(values[name] for name in Keys._fields)), values["value"], values["n"], tables["exits"], rows)
