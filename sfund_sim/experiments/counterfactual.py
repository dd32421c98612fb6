"""One exit of a run in the same world with the same chance, but with a rule changed: what becomes of it?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sfund_sim.experiments.replaying import plan_of
from sfund_sim.experiments.results import SCENARIO_FILE
from sfund_sim.experiments.retelling import Retold, narrated
from sfund_sim.ground.errors import Problem, ScenarioError
from sfund_sim.market.journal import ExitRow, Journal
from sfund_sim.scenario.base import is_of_the_market
from sfund_sim.scenario.cut_short import cut_short
from sfund_sim.scenario.layers import load_scenario


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """An exit as it was, and the same wish of the same holding with the rule changed."""

    before: Retold
    row: int
    """The exit in the run."""
    after: Retold
    match: int | None
    """The exit with the change; None when the wish does not come up."""
    other_days: tuple[int, ...]
    """When there is no match: the days on which the holder wants out of that fund instead."""
    changes: tuple[str, ...]
    cautions: tuple[str, ...]
    """Which changes do not hold to the end, for a dated change sets the same rule again."""


def counterfactual(
    folder: Path,
    address: tuple[int, int],
    changes: Sequence[str],
    before: Retold,
) -> Counterfactual:
    """Simulate the replication of an exit (replication, row) of a run again with ``path=value`` changes.

    ``before`` is that replication as ``retell`` has proved it. Raises ScenarioError when a change does not fit, or is
    none of the market.
    """
    if idle := [change for change in changes if not is_of_the_market(change.partition("=")[0])]:
        raise ScenarioError([_idle(change) for change in idle])
    replication, row = address
    plan = plan_of(folder, workers=1, simulate=narrated())
    loaded = load_scenario(folder / SCENARIO_FILE, list(changes))
    scenario, cautions = loaded.scenario, cut_short(loaded)
    journal = plan.simulate(scenario, replication, plan.seed)
    match, other_days = _matched(before.journal.exits[row], journal)
    return Counterfactual(before, row, Retold(scenario, journal), match, other_days, tuple(changes), cautions)


def _idle(change: str) -> Problem:
    name = change.partition("=")[0].strip()
    return Problem(
        f"--set {change}", 0, 0,
        f"{name} says how a scenario is run or called, not what the market is like: it would change nothing here",
        f"{name} 只说明如何运行或命名，不影响市场，在此不会改变任何结果",
    )  # fmt: skip


def _matched(exit: ExitRow, journal: Journal) -> tuple[int | None, tuple[int, ...]]:
    """The row of the same wish; without one, the days on which its holder wants out of that fund."""
    wishes = journal.exits.arrays()["wish"].tolist()
    if exit.wish in wishes:
        return wishes.index(exit.wish), ()
    return None, tuple(row.wished for row in journal.exits if (row.lp, row.fund) == (exit.lp, exit.fund))
