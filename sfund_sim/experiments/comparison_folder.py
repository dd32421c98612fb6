"""What a comparison leaves: differences, levels, every replication's values, the scenarios, figures, page, manifest."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sfund_sim.experiments import manifest
from sfund_sim.experiments.cells import cell_text
from sfund_sim.experiments.facts import scenario_hash
from sfund_sim.experiments.failures import Place, failure_files
from sfund_sim.experiments.keeping import Keeping
from sfund_sim.experiments.own_parts import entries, files_of, hashes, with_parts
from sfund_sim.experiments.results import resolved_yaml
from sfund_sim.experiments.results_folder import Saved, Wishes, completed, dictionary, how_made, made_into, told_of
from sfund_sim.experiments.table_files import table_files

if TYPE_CHECKING:
    from sfund_sim.experiments.archive import Staging
    from sfund_sim.experiments.comparing import Comparison, ComparisonPlan
    from sfund_sim.experiments.identity import Identity
    from sfund_sim.experiments.work_folder import Means, WorkFolder
    from sfund_sim.scenario.layers import LoadedScenario
    from sfund_sim.scenario.model import Scenario

NAMED = "outcomes_named"
"""The manifest's entry of the outcomes named beforehand; none where none were."""
_LONGEST_NAMES = 80


def scenario_file(name: str) -> str:
    """Path of a scenario in the folder: complete, with seed and number of replications."""
    return f"scenarios/{name}.yaml"


def repeat_command(comparison: Comparison) -> str:
    """The command that gives the same numbers again, typed in the comparison's folder."""
    decomposes = comparison.decomposition is not None
    return command_of(comparison.names, comparison.wanted, comparison.seed, named(comparison), decomposes=decomposes)


def named(comparison: Comparison) -> list[str]:
    """The outcomes named beforehand, as they may be typed, in one order."""
    return sorted(map(cell_text, comparison.plan.named))


def command_of(
    names: Sequence[str], replications: int, seed: int, named: Sequence[str] = (), *, decomposes: bool
) -> str:
    """The command that makes a comparison of scenarios that lie in its folder, with outcomes named beforehand."""
    words = ["sfund", "compare", *map(scenario_file, names), "--reps", str(replications), "--seed", str(seed)]
    words += ["--outcomes", ",".join(named)] if named else []
    return shlex.join([*words, *(["--decompose"] if decomposes else [])])


def default_folder(plan: ComparisonPlan) -> Path:
    """``results/compare-<names>/<UTC time>-<first 8 letters of the scenarios' common hash>``."""
    names = "-".join(loaded.scenario.name for loaded in plan.scenarios)[:_LONGEST_NAMES].rstrip("-_")
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    return Path("results") / f"compare-{names}" / f"{moment}-{common_hash(plan.scenarios)[:8]}"


def common_hash(scenarios: Sequence[LoadedScenario]) -> str:
    """SHA-256 over the hashes of the scenarios, one a line, in their order."""
    import hashlib

    lines = "".join(f"{scenario_hash(loaded.scenario)}\n" for loaded in scenarios)
    return hashlib.sha256(lines.encode()).hexdigest()


def compare_into(
    plan: ComparisonPlan,
    final: Path,
    wishes: Wishes,
    *,
    decompose: bool = False,
    means: Means | None = None,
    or_numbered: bool = False,
    told: Callable[[], None] = lambda: None,
) -> Saved[Comparison]:
    """Compare into a folder, see ``made_into``; ``told`` is called after each run.

    ``decompose``: shall the baseline's discount be taken apart?
    """
    from sfund_sim.experiments.comparing import compare, decomposed

    def make(work: WorkFolder) -> Comparison:
        comparison = compare(plan, told, work.execute)
        comparison.failures = work.some_are_finished()
        return decomposed(comparison, plan, told, work.execute) if decompose else comparison

    return made_into(final, identity(plan, wishes.keeping), wishes, make=make, write=write_comparison,
                     means=means, or_numbered=or_numbered)  # fmt: skip


def identity(plan: ComparisonPlan, keeping: Keeping | None = None) -> Identity:
    """By what finished runs of this comparison are known."""
    from sfund_sim.experiments.identity import Identity

    run = plan.run
    return Identity(
        "compare", common_hash(plan.scenarios), run.seed, run.replications, keeping or Keeping(),
        hashes(entries(plan.lineup())),
    )  # fmt: skip


def write_comparison(staging: Staging, comparison: Comparison, wishes: Wishes) -> dict[str, Any]:
    """Fill a comparison's folder and return its manifest."""
    from sfund_sim.outcomes.csv_text import csv_bytes

    for loaded in comparison.loaded:
        staging.write(scenario_file(loaded.scenario.name), _resolved(loaded, comparison).encode())
    staging.write("dictionary.csv", dictionary())
    staging.write("differences.csv", csv_bytes(comparison.differences))
    staging.write("levels.csv", csv_bytes(comparison.levels))
    with table_files(staging) as files:
        for part in comparison.values_in_parts():
            files.add_table("replication_values", part, wishes.keeping)
    if comparison.decomposition is not None:
        staging.write("decomposition.csv", csv_bytes(comparison.decomposition.table))
    pages = wishes.reporter(comparison, wishes.language) if wishes.reporter else {}
    failures = failure_files(comparison.failures, partial(_place, comparison))
    return completed(staging, {**pages, **failures, **files_of(_used(comparison))}, _about(comparison, wishes))


def _used(comparison: Comparison) -> list[Scenario]:
    return list(comparison.scenarios)


def _place(comparison: Comparison, number: int) -> Place:
    replication, scenario = divmod(number - 1, len(comparison.names))
    return Place(replication + 1, comparison.names[scenario])


def _resolved(loaded: LoadedScenario, comparison: Comparison) -> str:
    return resolved_yaml(loaded, seed=comparison.seed, replications=comparison.wanted)


def _about(comparison: Comparison, wishes: Wishes) -> dict[str, Any]:
    used = _used(comparison)
    again = with_parts(" ".join([repeat_command(comparison), *wishes.keeping.words]), entries(used))
    return {
        "kind": "comparison",
        **manifest.present(*wishes.keeping.libraries),
        "scenario": " ".join(comparison.names),
        "scenario_sha256": common_hash(comparison.loaded),
        "scenarios": [
            {"scenario_id": one.scenario.name, "variant": one.variant, "sha256": scenario_hash(one.scenario)}
            for one in comparison.loaded
        ],
        "seed": comparison.seed,
        "replications": comparison.replications,
        "tables": wishes.keeping.form,
        **({NAMED: named(comparison)} if comparison.plan.named else {}),
        **told_of(used),
        **how_made(comparison.making, comparison.warnings, wishes, replications=comparison.wanted, again=again),
    }
