"""``--resume`` where everything is there already: say so and show it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from sfund_sim.cli.made import FAILED, Made, Manner, tell_results, tell_where
from sfund_sim.cli.options import Lang

if TYPE_CHECKING:
    from sfund_sim.cli.means import Tables
    from sfund_sim.experiments.complete import Complete
    from sfund_sim.scenario.layers import LoadedScenario


def wanted(
    kind: str, loaded: list[LoadedScenario], reps: int | None, seed: int | None, tables: Tables | None, **more: object
) -> dict[str, object]:
    """Entries of the manifest that complete results of a command would have; None where it asks for nothing."""
    from sfund_sim.experiments.facts import experiment_hash, scenario_hash

    first = loaded[0].scenario
    if kind == "comparison":
        from sfund_sim.experiments.comparison_folder import common_hash

        sha256 = common_hash(loaded)
    else:
        sha256 = scenario_hash(first)
    if kind == "sweep":
        more["experiment_sha256"] = experiment_hash(first.experiment) if first.experiment else ""
    form = tables and tables.value
    return {"kind": kind, "scenario_sha256": sha256, "seed": seed, "replications": reps, "tables": form, **more}


def show_if_complete(
    resume: Path | None, asked: dict[str, object], show: Callable[[Complete], object], spoken: Lang
) -> None:
    """End the command when the results to take up are complete: one sentence on the error stream, and the results.

    ``asked``: what is ``wanted`` of them.
    """
    if resume is None:
        return
    from sfund_sim.experiments.complete import complete_results
    from sfund_sim.experiments.failures import FILE

    found = complete_results(resume, {name: value for name, value in asked.items() if value is not None})
    if found is None:
        return
    has_failed = FILE in found.manifest["outputs"]
    if spoken is Lang.ZH:
        told = f"{found.folder} 的结果已完整，未再运行" + (f"；其中有失败的运行，见 {FILE}" if has_failed else "")
    else:
        told = f"{found.folder} is complete: nothing was left to run" + (f"; some runs failed, see {FILE}" * has_failed)
    typer.echo(told, err=True)
    show(found)
    raise typer.Exit(FAILED * has_failed)


def show_tables(tables: Sequence[str], manner: Manner) -> Callable[[Complete], None]:
    """What shows the folder and where its page is; as JSON the manifest and these of its tables."""

    def data(found: Complete) -> dict[str, Any]:
        from sfund_sim.report.exporting import read_table
        from sfund_sim.report.terminal import records

        there = [name for name in tables if f"{name}.csv" in found.manifest["outputs"]]
        return {name: records(read_table(found.folder, name).astype(object)) for name in there}

    def show(found: Complete) -> None:
        folder = found.folder
        tell_results(
            Made(folder, found.manifest, lambda: data(found), lambda: tell_where(folder, manner.spoken)), manner
        )

    return show
