"""Replay of a run folder: run its scenario again, with the same seed, and compare every file."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sfund_sim.experiments import manifest
from sfund_sim.experiments.keeping import keeping, kept_by
from sfund_sim.experiments.results import SCENARIO_FILE
from sfund_sim.experiments.run_folder import Wishes
from sfund_sim.experiments.running import Plan, planned, run_into
from sfund_sim.ground.errors import NotARunFolder
from sfund_sim.scenario.layers import load_scenario

if TYPE_CHECKING:
    from sfund_sim.experiments.replication import Simulate
    from sfund_sim.experiments.run_folder import Reporter


@dataclass(frozen=True, slots=True)
class Replay:
    """How a second run compares with the first."""

    files: int
    differing: tuple[str, ...]
    """Files of another content now, and files that only one of the two has."""
    versions: tuple[str, ...]
    """Versions that have changed since, in words."""

    @property
    def is_identical(self) -> bool:
        """Are all files the same, byte for byte?"""
        return not self.differing


def replay(
    folder: Path,
    plan: Plan,
    *,
    reporter: Reporter | None = None,
    told: Callable[[], None] = lambda: None,
) -> Replay:
    """Run the plan that ``plan_of`` made of a folder, and compare what comes out with the folder's manifest.

    ``reporter`` makes figures and report, if the run had any.
    """
    about = manifest.read_manifest(folder)
    tables = keeping(usual=kept_by(about))
    wishes = Wishes(reporter if about["report"] else None, about["language"], keeping=tables)
    with tempfile.TemporaryDirectory(prefix="sfund_replay_") as place:
        again = run_into(plan, Path(place) / "run", wishes, told=told).manifest
    before, now = about["outputs"], again["outputs"]
    names = sorted({*before, *now})
    return Replay(
        len(names), tuple(name for name in names if before.get(name) != now.get(name)), changed_versions(about, again)
    )


def plan_of(folder: Path, *, workers: int | None = None, simulate: Simulate | None = None) -> Plan:
    """How to run a folder's scenario again; NotARunFolder when it is none, ScenarioError when it is unreadable now."""
    about = manifest.read_manifest(folder)
    if about.get("kind", manifest.RUN) != manifest.RUN:
        again = about.get("repeat_in_this_folder", "")
        raise NotARunFolder(
            f"{folder} is not a run folder but holds a {about['kind']}; to repeat it: {again}",
            f"{folder} 不是单次运行的文件夹，其中是 {about['kind']}；要重复它：{again}",
        )
    loaded = load_scenario(folder / SCENARIO_FILE)
    return planned(loaded, replications=about["replications"], seed=about["seed"], workers=workers, simulate=simulate)


def changed_versions(before: dict[str, Any], now: dict[str, Any]) -> tuple[str, ...]:
    """Versions that differ between two manifests (or a manifest and what is installed), in words."""
    then = {"sfund_sim": before["sfund_sim"], **before["versions"]}
    here = {"sfund_sim": now["sfund_sim"], **now["versions"]}
    return tuple(f"{name} {then.get(name, 'none')} -> {here[name]}" for name in here if then.get(name) != here[name])
