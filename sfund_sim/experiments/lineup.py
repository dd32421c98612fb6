"""Several scenarios as one job: every run is one scenario in one replication, and sends home outcomes only."""

from __future__ import annotations

from dataclasses import dataclass

from sfund_sim.experiments.facts import run_info
from sfund_sim.experiments.observing import observed
from sfund_sim.experiments.replication import Simulate, Tabled, of_journal
from sfund_sim.scenario.model import Scenario


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


def observe_at(lineup: LineUp, number: int, seed: int) -> Tabled:
    """Simulate one scenario once; replication r has the same chance in all of them."""
    place, replication = lineup.place(number)
    scenario = lineup.scenarios[place]
    done = of_journal(lineup.simulate(scenario, replication, seed), replication)
    return Tabled(observed(run_info(scenario, seed=seed, replications=1), done).tables())
