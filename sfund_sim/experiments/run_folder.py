"""What a run leaves: every file of its folder, written replication by replication, and the manifest last."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from typing import TYPE_CHECKING, Any

from sfund_sim.experiments import manifest
from sfund_sim.experiments.facts import named
from sfund_sim.experiments.failures import failure_files
from sfund_sim.experiments.keeping import Keeping
from sfund_sim.experiments.own_parts import entries, files_of
from sfund_sim.experiments.rendering import ledger_name, render
from sfund_sim.experiments.results import SCENARIO_FILE
from sfund_sim.experiments.table_files import TableFiles

if TYPE_CHECKING:
    from sfund_sim.experiments.archive import Staging
    from sfund_sim.experiments.comparison_folder import ComparisonWishes
    from sfund_sim.experiments.results import Making, Results
    from sfund_sim.experiments.sweep_results import SweepWishes
    from sfund_sim.ground.errors import Language
    from sfund_sim.outcomes.tables import Tables


Reporter = Callable[["Results", "Tables", "Language"], Mapping[str, bytes]]
"""Makes figures and report, contents by file name; handed in, for ``report`` is on a higher floor."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user wants in the folder besides tables and ledgers."""

    reporter: Reporter | None = None
    """Makes figures and report; None for a run without them."""
    language: Language = "en"
    command: Callable[[int], str] | None = None
    """The command that repeats the run from where it was made, given its replications; None when made in Python."""
    keeping: Keeping = field(default_factory=Keeping)
    """Which tables are kept, and in what form."""


def write_run(staging: Staging, results: Results, wishes: Wishes) -> dict[str, Any]:
    """Fill a run folder and return its manifest."""
    from sfund_sim.outcomes.csv_text import csv_bytes

    results.keeping = wishes.keeping
    staging.write(SCENARIO_FILE, results.resolved_yaml().encode())
    staging.write("dictionary.csv", dictionary())
    tables = results.summarise(_write_tables(staging, results, draws=wishes.reporter is not None))
    staging.write("summary.csv", csv_bytes(results.summary))
    pages = wishes.reporter(results, tables, wishes.language) if wishes.reporter else {}
    return completed(
        staging, {**pages, **failure_files(results.failures), **files_of(results.scenario)}, _about(results, wishes)
    )


def completed(staging: Staging, files: Mapping[str, bytes], about: Mapping[str, Any]) -> dict[str, Any]:
    """Write the last files of a folder of results and its manifest, of which ``about`` is the part before the files."""
    for name, content in files.items():
        staging.write(name, content)
    whole = manifest.manifest_of(about, staging.facts())
    staging.write(manifest.NAME, manifest.manifest_bytes(whole))
    return whole


def told_of(used: object) -> dict[str, Any]:
    """What a manifest says of a study's own parts: nothing where all are of the package."""
    told = entries(used)
    return {"parts": told} if told else {}


def how_made(
    making: Making,
    warnings: Sequence[str],
    wishes: Wishes | ComparisonWishes | SweepWishes,
    *,
    command: str,
    again: str,
) -> dict[str, Any]:
    """What manifests of all kinds say of the way in which results were made; ``command`` is empty when in Python."""
    return {
        "language": wishes.language,
        "report": wishes.reporter is not None,
        "command": command or again,
        "repeat_in_this_folder": again,
        "finished_utc": manifest.utc_now(),
        "wall_seconds": round(making.wall_seconds, 3),
        "workers": making.workers,
        "warnings": list(warnings),
        **({"precision": making.reached.data()} if making.reached else {}),
    }


def _write_tables(staging: Staging, results: Results, *, draws: bool) -> Iterator[Tables]:
    """Write tables and ledgers one replication at a time; yield the tables that are needed later.

    Of the stages, the largest of them, only the timeline of one exit is drawn: a sale by bidding in the first
    replication that has one, so those of later replications are not kept, and none when nothing is drawn.
    """
    from sfund_sim.outcomes.tables import stage_table

    stages: Tables = {}
    has_typical_exit = False
    with TableFiles(staging) as files:
        for replication, tables in results.stream(for_summary=True):
            parts = replication.files.items() or render(results.info, replication, results.keeping)
            for name, content in parts:
                is_all = results.replications == 1 or name == ledger_name(replication.number)
                files.add(name, content, is_all=is_all)
            if draws and has_typical_exit:
                stages = {"stages": stages["stages"].iloc[:0]}
            elif draws:
                stages = {"stages": stage_table(*named(results.info, replication))}
            yield tables | stages
            has_typical_exit |= bool((tables["exits"]["ending"] == "sold_by_bidding").any())


def dictionary() -> bytes:
    """The dictionary with a byte-order mark, by which spreadsheets know that it is UTF-8."""
    text = resources.files("sfund_sim.outcomes").joinpath("dictionary.csv").read_text("utf-8")
    return codecs.BOM_UTF8 + text.encode()


def _about(results: Results, wishes: Wishes) -> dict[str, Any]:
    command = wishes.command(results.wanted) if wishes.command else ""
    return {
        **manifest.present(*results.keeping.libraries),
        "scenario": results.info.scenario_id,
        "scenario_sha256": results.info.scenario_hash,
        "seed": results.seed,
        "replications": results.wanted,
        **({"failed_replications": [each.number for each in results.failures]} if results.failures else {}),
        **results.keeping.data(),
        **told_of(results.scenario),
        **how_made(results.making, results.warnings, wishes, command=command, again=results.repeat_command),
    }
