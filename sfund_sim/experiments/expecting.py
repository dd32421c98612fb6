"""How right are sellers' expectations, and which would be? A scenario is run, looked at, set anew, and run again.

Agents do not learn while the market lives (docs/architecture.md). Where rules or buyers are so different that what they
believe is no longer what they meet, expectations can be settled: each set to what the market made of the ones before,
until they agree. The same chance is used in every look, so that only what is believed differs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sfund_sim.experiments.executor import execute
from sfund_sim.experiments.replication import Job, Tabled, Tables
from sfund_sim.experiments.running import Plan, check_whole, planned
from sfund_sim.market.simulate import with_hopes
from sfund_sim.outcomes.expectations import Compared, chances, laws, prices, rounds_of, talks_of
from sfund_sim.outcomes.intervals import Estimate
from sfund_sim.scenario.model import Expectations, Scenario

if TYPE_CHECKING:
    from sfund_sim.scenario.layers import LoadedScenario

FOUND_BY = "sfund expectations"
"""With this begins what settled expectations rest on, in the file that the command writes."""
DECIMALS = 3
"""To which expectations are set: finer than any number of replications finds them."""
SETTLED, OF_INTERVAL = 0.005, 0.25
"""Expectations and market agree where nothing found is further from what was believed than this, or than this part of
what its interval reaches to either side: with few replications single bids move what is found from look to look."""
ROUNDS = 8
"""Times that expectations are set anew before that is given up, unless another number is given."""
MOST_ROUNDS = 100
"""The most that can be asked for: what has not settled by then goes round in a circle."""


def hoped(scenario: Scenario, number: int, seed: int) -> Tabled:
    """Simulate once, and hold what sellers hoped for, of ``rounds`` and of ``talks``, against what came of it."""
    journal, hopes = with_hopes(scenario, number, seed)
    made, noted = journal.arrays(), hopes.arrays()
    return Tabled({"rounds": rounds_of(noted["rounds"], made["listings"]), "talks": talks_of(noted["talks"])})


@dataclass(frozen=True)
class Look:
    """One scenario with its sellers' expectations, looked at."""

    believed: Expectations
    rounds: pd.DataFrame
    """A row a round that is over, of all replications (``rep``): see ``outcomes.expectations.rounds_of``."""
    talks: pd.DataFrame
    """A row talks that came as far as bargaining: see ``outcomes.expectations.talks_of``."""

    @cached_property
    def made(self) -> dict[str, Estimate]:
        """The numbers of ``Expectations`` as the market makes them, by name; NaN where nothing says."""
        return laws(self.rounds, self.talks, self.believed.failure_learning)

    @property
    def chances(self) -> list[Compared]:
        """How often sales and bargains were expected and made, and at what price."""
        return [*chances(self.rounds, self.talks), *prices(self.rounds)]

    @property
    def off(self) -> dict[str, float]:
        """What was found less what was believed, where that is more than replications may leave; none when settled."""
        away = {name: one.value - getattr(self.believed, name) for name, one in self.known.items()}
        return {name: away[name] for name, one in self.known.items() if abs(away[name]) > _tolerance(one)}

    @property
    def known(self) -> dict[str, Estimate]:
        """What the market says something of."""
        return {name: one for name, one in self.made.items() if np.isfinite(one.value)}

    def anew(self) -> Expectations:
        """Expectations set to what the market makes of them; what it says nothing of stays."""
        found = {name: round(one.value, DECIMALS) for name, one in self.known.items()}
        return Expectations.model_validate({**self.believed.model_dump(), **found})


def _tolerance(found: Estimate) -> float:
    reach = (found.high - found.low) / 2.0
    return max(SETTLED, OF_INTERVAL * reach) if np.isfinite(reach) else SETTLED


@dataclass(frozen=True)
class Settled:
    """What became of expectations that were set anew."""

    looks: list[Look]
    """The first with the scenario's own expectations, the last with the last ones."""
    replications: int
    seed: int

    @property
    def expectations(self) -> Expectations:
        """The last."""
        return self.looks[-1].believed

    @property
    def is_settled(self) -> bool:
        """Do the last agree with the market?"""
        return not self.looks[-1].off

    @property
    def set_anew(self) -> dict[str, float]:
        """The last of those that the market says something of, by name."""
        names = {name: None for look in self.looks for name in look.known}
        return {name: getattr(self.expectations, name) for name in names}

    @property
    def overrides(self) -> list[str]:
        """The same as ``load_scenario`` takes them."""
        return [f"expectations.{name}={value:g}" for name, value in self.set_anew.items()]

    @property
    def table(self) -> pd.DataFrame:
        """A row an expectation and look: what was believed in it, and what was found with its interval."""
        rows = [
            (number, name, getattr(look.believed, name), one.value, one.low, one.high)
            for number, look in enumerate(self.looks)
            for name, one in look.made.items()
        ]
        return pd.DataFrame(rows, columns=["look", "expectation", "believed", "found", "low", "high"])


def unlike_expectations(scenarios: Sequence[LoadedScenario]) -> tuple[str, ...]:
    """A warning where expectations of some scenarios were set to what their market makes of them, of others not."""
    settled: dict[bool, list[str]] = {True: [], False: []}
    for loaded in scenarios:
        origins = (origin for path, origin in loaded.provenance.items() if path[0] == "expectations")
        settled[any(one.evidence.source.startswith(FOUND_BY) for one in origins)].append(loaded.scenario.name)
    if not all(settled.values()):
        return ()
    these, others = (", ".join(names) for names in settled.values())
    return (f"expectations of {these} were settled, those of {others} were not: a difference between both also holds "
            "how far the latter are off; settle both, or neither",)  # fmt: skip


def settle(
    loaded: LoadedScenario,
    *,
    replications: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    rounds: int | None = None,
    told: Callable[[], None] = lambda: None,
) -> Settled:
    """Look at a scenario's expectations and set them anew, until they agree with the market or ``rounds`` are over.

    ``told`` is called after each replication. The result does not depend on ``workers``. Raises ScenarioError when a
    number is out of range, SfundError when a replication fails.
    """
    rounds = ROUNDS if rounds is None else rounds
    plan = planned(loaded, replications=replications, seed=seed, workers=workers)
    check_whole(("rounds", rounds, 0, MOST_ROUNDS), ("replications", plan.replications, 2, 1_000_000))
    looks = [_look(plan, loaded.scenario.expectations, told)]
    while len(looks) <= rounds and looks[-1].off:
        looks.append(_look(plan, looks[-1].anew(), told))
    return Settled(looks, plan.replications, plan.seed)


def _look(plan: Plan, believed: Expectations, told: Callable[[], None]) -> Look:
    scenario = plan.loaded.scenario.model_copy(update={"expectations": believed})
    found: dict[int, Tables] = {}
    numbers = range(1, plan.replications + 1)
    with closing(execute(Job(hoped, scenario, plan.seed), numbers, workers=plan.workers)) as finished:
        for each in finished:
            found[each.number] = each.opened().tables
            told()
    return Look(believed, *(_joined(found, name) for name in ("rounds", "talks")))


def _joined(found: dict[int, Tables], table: str) -> pd.DataFrame:
    """A table of all replications, in their order."""
    parts = [pd.DataFrame(found[number][table]).assign(rep=number) for number in sorted(found)]
    return pd.concat(parts, ignore_index=True)
