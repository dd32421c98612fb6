"""``sfund run``, ``audit``, ``replay`` and ``explain exit``: make a run folder, check it, make it again, read it."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sfund_sim.cli.options import Lang, LangOption, SetOption, language

if TYPE_CHECKING:
    from sfund_sim.experiments.running import Plan, Saved

app = typer.Typer()

WRONG_INPUT, FAILED = 2, 1

RepsOption = Annotated[int | None, typer.Option("--reps", min=1, help="Replications (default: the scenario's).")]
SeedOption = Annotated[int | None, typer.Option("--seed", min=0, help="Seed (default: the scenario's).")]
WorkersOption = Annotated[
    int | None, typer.Option("--workers", min=1, max=1024, help="Processes (default: one a processor).")
]
RunArgument = Annotated[Path, typer.Argument(metavar="RUN", help="A run folder.")]


@app.command()
def run(
    scenario: Annotated[str, typer.Argument(help="Scenario file, or name of a shipped scenario.")],
    *,
    reps: RepsOption = None,
    seed: SeedOption = None,
    workers: WorkersOption = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder to make (default: results/SCENARIO/...).")] = None,
    overrides: SetOption = None,
    lang: LangOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print summary, folder and hashes as JSON.")] = False,
    no_report: Annotated[bool, typer.Option("--no-report", help="Tables and ledgers only.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but the folder.")] = False,
) -> None:
    """Simulate a scenario; write tables, ledgers, figures and a report."""
    from sfund_sim.experiments.run_folder import Wishes
    from sfund_sim.experiments.running import default_folder, planned, run_into
    from sfund_sim.scenario.layers import load_scenario

    spoken = language(lang)
    loaded = load_scenario(scenario, overrides or ())
    plan = planned(loaded, replications=reps, seed=seed, workers=workers)
    wishes = Wishes(None if no_report else _report_files(), spoken.value, _command(scenario, plan, overrides, no_report))
    with _progress(plan, spoken, is_shown=not quiet) as told:
        saved = run_into(plan, out or default_folder(loaded), wishes, or_numbered=out is None, told=told)
    if as_json:
        typer.echo(_json(saved))
    elif quiet:
        typer.echo(saved.folder)
    else:
        _show(saved, plan, spoken)
