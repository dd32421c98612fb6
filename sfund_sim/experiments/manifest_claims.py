"""What a run's manifest says and its files say too: an audit works it out again from them and compares."""

from __future__ import annotations

import csv
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sfund_sim.experiments import manifest
from sfund_sim.experiments.facts import scenario_hash
from sfund_sim.experiments.keeping import LARGE, LEDGER, Keeping, kept_by
from sfund_sim.experiments.results import SCENARIO_FILE, repeat_command
from sfund_sim.ground.errors import SfundError
from sfund_sim.scenario.layers import load_scenario

OWN_WORD = ("command", "versions", "warnings", "language", "precision", "finished_utc", "wall_seconds", "workers")
"""Entries that no file of the run can confirm: how it was made, where and when."""


def false_claims(folder: Path, about: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What the manifest says otherwise than its files, an entry each, in English and Chinese.

    Of comparisons and sweeps only the hash is compared.
    """
    if not manifest.is_sealed(about):
        yield "results_sha256 is not the hash of the outputs", "results_sha256 与各文件的哈希不符"
    if about.get("kind", manifest.RUN) != manifest.RUN:
        return
    for entry, found in _found(folder, about):
        if about.get(entry) != found:
            said, is_so = manifest.short(about.get(entry)), manifest.short(found)
            yield f"{entry} is {said}; the files say {is_so}", f"{entry} 写作 {said}，而文件所示为 {is_so}"


def _found(folder: Path, about: dict[str, Any]) -> Iterator[tuple[str, object]]:
    """Entries as scenario, names of files and table of replications have them; those that can be read."""
    outputs = about["outputs"]
    has_parquet = any(name.endswith(".parquet") for name in outputs)
    suffix = "parquet" if has_parquet else "csv"
    kept = [name for name in LARGE if f"{name}.{suffix}" in outputs]
    ledgers = [LEDGER] if any(name.startswith(f"{LEDGER}/") for name in outputs) else []
    yield "kept", [*kept, *ledgers]
    if kept:
        yield "tables", suffix
    yield "report", "report.html" in outputs
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            scenario = load_scenario(folder / SCENARIO_FILE).scenario
        with (folder / "runs.csv").open(encoding="utf-8-sig", newline="") as file:
            runs = list(csv.DictReader(file))
        numbers = {int(row["rep"]) for row in runs}
        versions = sorted({row["version"] for row in runs})
    except (SfundError, OSError, ValueError, KeyError, csv.Error):
        return  # an altered file is a finding already
    yield "scenario", scenario.name
    yield "scenario_sha256", scenario_hash(scenario)
    yield "seed", scenario.seed
    yield "replications", scenario.replications
    failed = [number for number in range(1, scenario.replications + 1) if number not in numbers]
    yield "failed_replications", failed or None
    yield "sfund_sim", " ".join(versions)
    keeping = Keeping("parquet" if has_parquet else kept_by(about).form, (*kept, *ledgers))
    yield "repeat_in_this_folder", repeat_command(scenario.replications, scenario.seed, keeping)
