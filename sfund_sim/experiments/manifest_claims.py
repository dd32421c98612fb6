"""What a manifest says and the folder's files say too: an audit works it out again from them and compares."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from sfund_sim.experiments import manifest
from sfund_sim.experiments.archive import facts_of
from sfund_sim.experiments.cells import cell_text
from sfund_sim.experiments.facts import experiment_hash, scenario_hash
from sfund_sim.experiments.keeping import LARGE, LEDGER, Keeping, kept_by
from sfund_sim.experiments.own_parts import with_parts
from sfund_sim.experiments.results import SCENARIO_FILE, repeat_command
from sfund_sim.experiments.rows_to_audit import UNREADABLE, cells
from sfund_sim.ground.errors import SfundError
from sfund_sim.scenario.layers import LoadedScenario, load_scenario

_HELD_OTHERWISE = {"format", "kind", "results_sha256", "outputs"}
"""Entries that are checked when a manifest is read, and with the hashes of files."""


class Claims(NamedTuple):
    """How what a manifest says stands to its files."""

    false: tuple[tuple[str, str], ...]
    """What is otherwise than the files have it, in English and Chinese."""
    unconfirmed: tuple[str, ...]
    """Entries of which no file tells, or none that can be read."""


def claims(folder: Path, about: dict[str, Any], there: Collection[str]) -> Claims:
    """Hold a manifest against those of its files that are there."""
    false = []
    if not manifest.is_sealed(about):
        false.append(("results_sha256 is not the hash of the outputs", "results_sha256 与各文件的哈希不符"))
    found: dict[str, object] = {}
    try:
        if about.get("parts"):
            found["parts"] = [one | {"sha256": _hash_of(folder, one["file"], there)} for one in about["parts"]]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for entry, is_so in _BY_KIND[manifest.kind_of(about)](folder, about, there):
                found[entry] = is_so  # noqa: PERF403 - what comes before an altered file counts
    except (SfundError, *UNREADABLE):
        pass  # an altered file is a finding already
    for entry, is_so in found.items():
        if about.get(entry) != is_so:
            said, told = manifest.short(about.get(entry)), manifest.short(is_so)
            false.append((f"{entry} is {said}; the files say {told}", f"{entry} 写作 {said}，而文件所示为 {told}"))
    unconfirmed = [entry for entry in about if entry not in found and entry not in _HELD_OTHERWISE]
    return Claims(tuple(false), tuple(unconfirmed))


def _of_run(folder: Path, about: dict[str, Any], there: Collection[str]) -> Iterator[tuple[str, object]]:
    """Entries as scenario, names of files and table of replications have them."""
    outputs = about["outputs"]
    has_parquet = any(name.endswith(".parquet") for name in outputs)
    suffix = "parquet" if has_parquet else "csv"
    kept = [name for name in LARGE if f"{name}.{suffix}" in outputs]
    ledgers = [LEDGER] if any(name.startswith(f"{LEDGER}/") for name in outputs) else []
    yield "kept", [*kept, *ledgers]
    if kept:
        yield "tables", suffix
    yield "report", "report.html" in outputs
    scenario = _read(folder, SCENARIO_FILE, there).scenario
    runs = [(int(str(rep)), version) for rep, version in cells(_file(folder, "runs.csv", there), ("rep", "version"))]
    yield "scenario", scenario.name
    yield "scenario_sha256", scenario_hash(scenario)
    yield "seed", scenario.seed
    yield "replications", scenario.replications
    numbers = {number for number, _ in runs}
    failed = [number for number in range(1, scenario.replications + 1) if number not in numbers]
    yield "failed_replications", failed or None
    yield "sfund_sim", " ".join(sorted({str(version) for _, version in runs}))
    keeping = Keeping("parquet" if has_parquet else kept_by(about).form, (*kept, *ledgers))
    again = repeat_command(scenario.replications, scenario.seed, keeping)
    yield "repeat_in_this_folder", with_parts(again, about.get("parts", []))


def _of_comparison(folder: Path, about: dict[str, Any], there: Collection[str]) -> Iterator[tuple[str, object]]:
    """Entries as the scenarios, in the order of the levels, and the values of all replications have them."""
    from sfund_sim.experiments.comparison_folder import NAMED, command_of, common_hash, scenario_file

    keeping = _form_of("replication_values", about)
    yield "tables", keeping.form
    yield "report", "comparison.html" in about["outputs"]
    names = list(dict.fromkeys(str(row[0]) for row in cells(_file(folder, "levels.csv", there), ("scenario_id",))))
    scenarios = [_read(folder, scenario_file(name), there) for name in names]
    variants = [each.get("variant") for each in about.get("scenarios", [])] + [None] * len(names)
    yield "scenario", " ".join(names)
    yield "scenario_sha256", common_hash(scenarios)
    # Of which variant of a file a scenario was made, no file tells.
    yield (
        "scenarios",
        [
            {"scenario_id": name, "variant": variant, "sha256": scenario_hash(one.scenario)}
            for name, one, variant in zip(names, scenarios, variants, strict=False)
        ],
    )
    seed = _common([one.scenario.seed for one in scenarios])
    yield "seed", seed
    wanted = _common([one.scenario.replications for one in scenarios])
    decomposes = "decomposition.csv" in about["outputs"]
    named = _named(folder, about.get(NAMED, []), there)
    yield NAMED, named or None
    again = command_of(names, wanted, seed, named, decomposes=decomposes)
    yield "repeat_in_this_folder", with_parts(" ".join([again, *keeping.words]), about.get("parts", []))
    values = _file(folder, keeping.file_of("replication_values"), there)
    yield "replications", len({str(row[0]) for row in cells(values, ("rep",))})


def _named(folder: Path, told: list[str], there: Collection[str]) -> list[str]:
    """The outcomes named beforehand, by the differences; what is ``told`` and has no row in them is believed."""
    rows = cells(_file(folder, "differences.csv", there), ("outcome", "group_by", "group", "named_beforehand"))
    is_named = {cell_text((str(outcome), str(by), str(group))): int(str(named)) for outcome, by, group, named in rows}
    return sorted({*(cell for cell, named in is_named.items() if named), *(set(told) - set(is_named))})


def _of_sweep(folder: Path, about: dict[str, Any], there: Collection[str]) -> Iterator[tuple[str, object]]:
    """Entries as the scenario, its experiment and the table of points have them."""
    from sfund_sim.experiments.sweep_results import repeat_command

    keeping = _form_of("values", about)
    if keeping.file_of("values") in about["outputs"]:
        yield "tables", keeping.form
    yield "report", "report.html" in about["outputs"]
    yield "points", sum(1 for _ in cells(_file(folder, "points.csv", there), ("point_id",)))
    scenario = _read(folder, SCENARIO_FILE, there).scenario
    yield "scenario", scenario.name
    yield "scenario_sha256", scenario_hash(scenario)
    yield "seed", scenario.seed
    experiment = scenario.experiment
    yield "design", experiment and experiment.design
    yield "experiment_sha256", experiment and experiment_hash(experiment)
    often = (experiment and experiment.replications) or scenario.replications
    yield "replications", often
    again = " ".join([repeat_command(often, scenario.seed), *keeping.words])
    yield "repeat_in_this_folder", with_parts(again, about.get("parts", []))


_BY_KIND = {manifest.RUN: _of_run, manifest.COMPARISON: _of_comparison, manifest.SWEEP: _of_sweep}


def _form_of(table: str, about: dict[str, Any]) -> Keeping:
    """In what form a table is there; as the manifest says where it is not."""
    if not any(f"{table}.{form}" in about["outputs"] for form in ("csv", "parquet")):
        return kept_by(about)
    return Keeping("parquet" if f"{table}.parquet" in about["outputs"] else "csv")


def _hash_of(folder: Path, name: str, there: Collection[str]) -> str:
    """SHA-256 of a part's file; empty for one that was typed into a notebook."""
    return facts_of(_file(folder, name, there)).sha256 if name else ""


def _file(folder: Path, name: str, there: Collection[str]) -> Path:
    """A file of the folder; FileNotFoundError unless it is there itself, no link and no pipe."""
    if name not in there:
        raise FileNotFoundError(name)
    return folder / name


def _read(folder: Path, name: str, there: Collection[str]) -> LoadedScenario:
    return load_scenario(_file(folder, name, there))


def _common(numbers: list[int]) -> int:
    """The number that all scenarios of a folder have; ValueError when they differ."""
    (number,) = set(numbers)
    return number
