"""``--resume`` where everything is there already: say so and show it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from sfund_sim.cli import telling
from sfund_sim.cli.options import Lang

if TYPE_CHECKING:
    from sfund_sim.cli.means import Tables
    from sfund_sim.experiments.complete import Complete
    from sfund_sim.scenario.layers import LoadedScenario

FAILED = 1


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
    with telling(found.folder):
        show(found)
    raise typer.Exit(FAILED * has_failed)


def show_tables(tables: Sequence[str], spoken: Lang, *, as_json: bool, quiet: bool) -> Callable[[Complete], None]:
    """What shows the folder and where its page is; as JSON the manifest and these of its tables."""

    def show(found: Complete) -> None:
        if as_json:
            typer.echo(_json(found, tables))
        elif quiet:
            typer.echo(found.folder)
        else:
            tell_where(found.folder, spoken)

    return show


def _json(found: Complete, tables: Sequence[str]) -> str:
    from sfund_sim.report.comparison_terminal import records
    from sfund_sim.report.exporting import read_table

    there = [name for name in tables if f"{name}.csv" in found.manifest["outputs"]]
    whole = {name: records(read_table(found.folder, name).astype(object)) for name in there}
    about = {"folder": str(found.folder), "manifest": found.manifest}
    return json.dumps(about | whole, ensure_ascii=False, indent=2, allow_nan=False, default=str)


def tell_where(folder: Path, spoken: Lang) -> None:
    """Where the results are, and the page, if there is one."""
    typer.echo(f"结果：{folder}" if spoken is Lang.ZH else f"results: {folder}")
    for name, en, zh in (("report.html", "report:  ", "报告："), ("comparison.html", "page:    ", "页面：")):
        if (page := folder / name).exists():
            typer.echo(f"{zh if spoken is Lang.ZH else en}{page}")
