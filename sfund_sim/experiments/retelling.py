"""One replication of a run folder told again in full, once its ledger proves that it is the same history."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sfund_sim.experiments import manifest
from sfund_sim.experiments.archive import is_file_itself
from sfund_sim.experiments.facts import run_info
from sfund_sim.experiments.keeping import LEDGER, Keeping, kept_by
from sfund_sim.experiments.rendering import ledger_name, render
from sfund_sim.experiments.replaying import changed_versions, plan_of
from sfund_sim.experiments.replication import of_journal
from sfund_sim.experiments.results_folder import told_of
from sfund_sim.ground.errors import OutputError, Problem, ScenarioError

if TYPE_CHECKING:
    from sfund_sim.experiments.replication import Simulate
    from sfund_sim.market.journal import Journal
    from sfund_sim.scenario.model import Scenario


_RUNS = "runs.csv"
_NONE = ("none that the manifest names", "清单所列版本均未变")


@dataclass(frozen=True, slots=True)
class Retold:
    """A replication's whole journal, remarks included, and its scenario."""

    scenario: Scenario
    journal: Journal


def retell(folder: Path, replication: int, *, simulate: Simulate | None = None) -> Retold:
    """Simulate one replication of a run again and hold it against the run's ledger.

    Where no ledger was kept, versions and numbers of rows must be the run's. Raises NotARunFolder when the folder is
    none, ScenarioError when the run has no such replication, OutputError when it is told otherwise now.
    """
    about = manifest.read_manifest(folder)
    _check_number(replication, about["replications"])
    plan = plan_of(folder, workers=1, simulate=simulate or narrated())
    scenario = plan.loaded.scenario
    journal = plan.simulate(scenario, replication, plan.seed)
    info = run_info(scenario, seed=plan.seed, replications=plan.replications)
    made = render(info, of_journal(journal, replication), Keeping(names=(LEDGER,)))
    files = {name: b"".join(pieces) for name, pieces in made}
    changes = changed_versions(about, manifest.present() | told_of(scenario))
    is_same = (
        _has_ledger(about, replication, files)
        if kept_by(about).keeps(LEDGER)
        else (not changes and _has_totals(folder, files))
    )
    if not is_same:
        changed = ", ".join(changes)
        raise OutputError(
            f"replication {replication} of {folder} comes out otherwise now than when it was run, so it cannot be "
            f"explained from here; changed versions: {changed or _NONE[0]}. Install the versions of its manifest.json",
            f"{folder} 的第 {replication} 次重复现在的结果与运行时不同，因此无法据此解释；版本变化："
            f"{changed or _NONE[1]}。请安装其 manifest.json 中记录的版本",
        )
    return Retold(scenario, journal)


def _has_ledger(about: dict[str, Any], replication: int, files: dict[str, bytes]) -> bool:
    name = ledger_name(replication)
    return bool(about["outputs"].get(name, {}).get("sha256") == hashlib.sha256(files[name]).hexdigest())


def _has_totals(folder: Path, files: dict[str, bytes]) -> bool:
    """Has it as many exits, listings and bids as the run's? Under the very versions that must do."""
    totals = files[_RUNS].splitlines()[1]
    with suppress(OSError):
        return is_file_itself(folder / _RUNS) and totals in (folder / _RUNS).read_bytes().splitlines()
    return False


def narrated() -> Simulate:
    """The market as it is simulated when its stories are to be told: remarks are kept."""
    from sfund_sim.market.simulate import simulate

    return simulate


def _check_number(replication: int, last: int) -> None:
    if not 1 <= replication <= last:
        message = f"the run has no replication {replication}; allowed: 1 to {last}"
        message_zh = f"该次运行没有第 {replication} 次重复；可用：1 至 {last}"
        raise ScenarioError([Problem("replication", 0, 0, message, message_zh)])
