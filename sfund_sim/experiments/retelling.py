"""One replication of a run folder told again in full, once its ledger proves that it is the same history."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sfund_sim.experiments import manifest
from sfund_sim.experiments.facts import run_info
from sfund_sim.experiments.ledger import ledger
from sfund_sim.experiments.rendering import ledger_name
from sfund_sim.experiments.replaying import changed_versions, plan_of
from sfund_sim.experiments.replication import of_journal
from sfund_sim.ground.errors import OutputError, Problem, ScenarioError

if TYPE_CHECKING:
    from sfund_sim.experiments.replication import Simulate
    from sfund_sim.market.journal import Journal
    from sfund_sim.scenario.model import Scenario


@dataclass(frozen=True, slots=True)
class Retold:
    """A replication's whole journal, remarks included, and its scenario."""

    scenario: Scenario
    journal: Journal


def retell(folder: Path, replication: int, *, simulate: Simulate | None = None) -> Retold:
    """Simulate one replication of a run again and hold it against the run's ledger.

    Raises NotARunFolder when the folder is none, ScenarioError when the run has no such replication, OutputError when
    the versions now installed tell another history.
    """
    about = manifest.read_manifest(folder)
    _check_number(replication, about["replications"])
    plan = plan_of(folder, workers=1, simulate=simulate)
    scenario = plan.loaded.scenario
    journal = plan.simulate(scenario, replication, plan.seed)
    info = run_info(scenario, seed=plan.seed, replications=plan.replications)
    sha256 = hashlib.sha256(ledger(info, of_journal(journal, replication))).hexdigest()
    if sha256 != about["outputs"].get(ledger_name(replication), {}).get("sha256"):
        changed = ", ".join(changed_versions(about, manifest.present())) or "none that the manifest names"
        raise OutputError(
            f"replication {replication} of {folder} comes out otherwise now than when it was run, so it cannot be "
            f"explained from here; changed versions: {changed}. Install the versions of its manifest.json"
        )
    return Retold(scenario, journal)


def _check_number(replication: int, last: int) -> None:
    if not 1 <= replication <= last:
        message = f"the run has no replication {replication}; allowed: 1 to {last}"
        message_zh = f"该次运行没有第 {replication} 次重复；可用：1 至 {last}"
        raise ScenarioError([Problem("replication", 0, 0, message, message_zh)])
