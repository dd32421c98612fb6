"""Replay of a run folder: run its scenario again, with the same seed, and compare every byte with those on disk."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sfund_sim.experiments import manifest
from sfund_sim.experiments.archive import entries_in, facts_of
from sfund_sim.experiments.keeping import keeping, kept_by
from sfund_sim.experiments.own_parts import check_taken, hashes
from sfund_sim.experiments.results import SCENARIO_FILE
from sfund_sim.experiments.results_folder import Wishes
from sfund_sim.experiments.running import Plan, planned, run_into
from sfund_sim.ground.errors import NotARunFolder
from sfund_sim.scenario.layers import load_scenario

if TYPE_CHECKING:
    from sfund_sim.experiments.replication import Simulate
    from sfund_sim.experiments.results_folder import Reporter


_REPEATED = ("scenario", "scenario_sha256", "seed", "replications", "tables", "kept", "parts", "report", "warnings",
             "repeat_in_this_folder", "results_sha256", "outputs")  # fmt: skip
"""Entries of the manifest that a second run must have too; the others tell of the moment and the machine."""

_KINDS_ZH = {"comparison": "比较结果", "sweep": "设计试验的结果"}


@dataclass(frozen=True, slots=True)
class Replay:
    """How a second run compares with the first."""

    files: int
    differing: tuple[str, ...]
    """Files of another content now, files that only one of the two has, and what is no file itself but a link."""
    altered: frozenset[str]
    """Those of them that are no longer what the first run wrote."""
    entries: tuple[str, ...]
    """Entries of the manifest that are otherwise now, of those that a second run must have too."""
    versions: tuple[str, ...]
    """Versions that have changed since, in words."""

    @property
    def is_identical(self) -> bool:
        """Are all files the same, byte for byte, and does the manifest say the same of them?"""
        return not self.differing and not self.entries


def replay(
    folder: Path,
    plan: Plan,
    *,
    reporter: Reporter | None = None,
    told: Callable[[], None] = lambda: None,
) -> Replay:
    """Run the plan that ``plan_of`` made of a folder, and compare what comes out with what lies in the folder.

    ``reporter`` makes figures and report, if the run had any.
    """
    about = manifest.read_manifest(folder)
    tables = keeping(usual=kept_by(about))
    wishes = Wishes(reporter if about["report"] else None, about["language"], keeping=tables)
    with tempfile.TemporaryDirectory(prefix="sfund_replay_") as place:
        again = run_into(plan, Path(place) / "run", wishes, told=told).manifest
    written, now = manifest.outputs_of(about), manifest.outputs_of(again)
    files, others = entries_in(folder)
    there = {name: facts_of(folder / name) for name in files if name != manifest.NAME}
    names = sorted({*there, *now, *others})
    differing = [name for name in names if name in others or there.get(name) != now.get(name)]
    altered = frozenset(name for name in differing if name in others or there.get(name) != written.get(name))
    entries = tuple(entry for entry in _REPEATED if about.get(entry) != again.get(entry))
    return Replay(len(names), tuple(differing), altered, entries, changed_versions(about, again))


def plan_of(folder: Path, *, workers: int | None = None, simulate: Simulate | None = None) -> Plan:
    """How to run a folder's scenario again; NotARunFolder when it is none, ScenarioError when it is unreadable now."""
    about = manifest.read_manifest(folder)
    if (kind := manifest.kind_of(about)) != manifest.RUN:
        again = about["repeat_in_this_folder"]
        raise NotARunFolder(
            f"{folder} is not a run folder but holds a {kind}; to repeat it, type inside that folder: {again}",
            f"{folder} 不是单次运行的文件夹，其中是{_KINDS_ZH[kind]}；要重复它，请在该文件夹内运行：{again}",
        )
    if (folder / SCENARIO_FILE).is_symlink():
        raise NotARunFolder(
            f"{folder / SCENARIO_FILE} is a link: it was not opened", f"{folder / SCENARIO_FILE} 是链接：未予打开"
        )
    check_taken(folder, about.get("parts", []))
    loaded = load_scenario(folder / SCENARIO_FILE)
    return planned(loaded, replications=about["replications"], seed=about["seed"], workers=workers, simulate=simulate)


def changed_versions(before: dict[str, Any], now: dict[str, Any]) -> tuple[str, ...]:
    """Versions that differ between two manifests (or a manifest and what is installed), in words."""
    then, here = (
        {"sfund_sim": each["sfund_sim"], **each["versions"], **hashes(each.get("parts", []))} for each in (before, now)
    )
    return tuple(
        f"{name} {manifest.short(then.get(name, 'none'))} -> {manifest.short(here[name])}"
        for name in here
        if then.get(name) != here[name]
    )
