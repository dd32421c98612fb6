"""What a run leaves: every file of its folder, written replication by replication, and the manifest last."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sfund_sim.experiments import manifest
from sfund_sim.experiments.facts import with_own_names
from sfund_sim.experiments.failures import failure_files
from sfund_sim.experiments.own_parts import files_of
from sfund_sim.experiments.rendering import ledger_name, render
from sfund_sim.experiments.results import SCENARIO_FILE
from sfund_sim.experiments.results_folder import Wishes, completed, dictionary, how_made, told_of
from sfund_sim.experiments.table_files import table_files

if TYPE_CHECKING:
    from sfund_sim.experiments.archive import Staging
    from sfund_sim.experiments.results import Results
    from sfund_sim.outcomes.tables import Tables


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


def _write_tables(staging: Staging, results: Results, *, draws: bool) -> Iterator[Tables]:
    """Write tables and ledgers one replication at a time; yield the tables that are needed later.

    Of the stages, the largest of them, only the timeline of one exit is drawn: a sale by bidding in the first
    replication that has one, so those of later replications are not kept, and none when nothing is drawn.
    """
    from sfund_sim.outcomes.tables import stage_table

    stages: Tables = {}
    has_typical_exit = False
    with table_files(staging) as files:
        for replication, tables in results.stream(for_summary=True):
            parts = replication.files.items() or render(results.info, replication, results.keeping)
            for name, content in parts:
                is_all = results.replications == 1 or name == ledger_name(replication.number)
                files.add(name, content, is_all=is_all)
            if draws and has_typical_exit:
                stages = {"stages": stages["stages"].iloc[:0]}
            elif draws:
                stages = {"stages": stage_table(*with_own_names(results.info, replication))}
            yield tables | stages
            has_typical_exit |= bool((tables["exits"]["ending"] == "sold_by_bidding").any())


def _about(results: Results, wishes: Wishes) -> dict[str, Any]:
    return {
        **manifest.present(*results.keeping.libraries),
        "scenario": results.info.scenario_id,
        "scenario_sha256": results.info.scenario_hash,
        "seed": results.seed,
        "replications": results.wanted,
        **({"failed_replications": [each.number for each in results.failures]} if results.failures else {}),
        **results.keeping.data(),
        **told_of(results.scenario),
        **how_made(results.making, results.warnings, wishes, replications=results.wanted, again=results.repeat_command),
    }
