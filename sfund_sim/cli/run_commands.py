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
    wishes = Wishes(
        None if no_report else _report_files(), spoken.value, _command(scenario, plan, overrides, no_report)
    )
    with _progress(plan, spoken, is_shown=not quiet) as told:
        saved = run_into(plan, out or default_folder(loaded), wishes, or_numbered=out is None, told=told)
    if as_json:
        typer.echo(_json(saved))
    elif quiet:
        typer.echo(saved.folder)
    else:
        _show(saved, plan, spoken)


@app.command()
def audit(folder: RunArgument, *, lang: LangOption = None) -> None:
    """Check a run folder: every file's hash, every ledger's seals, and that shares, money and holdings add up."""
    from sfund_sim.cli.verdicts import inspection_lines
    from sfund_sim.experiments.inspection import inspect

    with _wrong_folder_is_wrong_input():
        inspection = inspect(folder)
    for line in inspection_lines(inspection, language(lang)):
        typer.echo(line)
    if not inspection.is_sound:
        raise typer.Exit(FAILED)


@app.command()
def replay(
    folder: RunArgument,
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Compare every file's hash, keep nothing (always done).")
    ] = True,
    workers: WorkersOption = None,
    lang: LangOption = None,
) -> None:
    """Run a folder's scenario again, with its seed, and compare every file byte by byte."""
    from sfund_sim.cli.verdicts import replay_lines
    from sfund_sim.experiments.replaying import plan_of
    from sfund_sim.experiments.replaying import replay as run_again

    spoken = language(lang)
    with _wrong_folder_is_wrong_input():
        plan = plan_of(folder, workers=workers)
    with _progress(plan, spoken, is_shown=check) as told:
        again = run_again(folder, plan, reporter=_report_files(), told=told)
    for line in replay_lines(again, spoken):
        typer.echo(line)
    if not again.is_identical:
        raise typer.Exit(FAILED)


def _command(scenario: str, plan: Plan, overrides: list[str] | None, no_report: bool) -> str:
    """The command that repeats a run from the same place, with the numbers that the scenario gave written out."""
    words = ["sfund", "run", scenario, "--reps", str(plan.replications), "--seed", str(plan.seed)]
    for override in overrides or ():
        words += ["--set", override]
    return shlex.join([*words, "--no-report"] if no_report else words)


def _report_files() -> Any:
    from sfund_sim.report.run_files import report_files

    return report_files


@contextmanager
def _progress(plan: Plan, spoken: Lang, *, is_shown: bool) -> Iterator[Callable[[], None]]:
    """A bar on the error stream with replications done and time left, when a person is looking; yields its step."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    words = "重复模拟" if spoken is Lang.ZH else "replications"
    columns = (TextColumn(words), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not (is_shown and console.is_terminal)) as bar:
        task = bar.add_task(words, total=plan.replications)
        yield lambda: bar.advance(task)


@contextmanager
def _wrong_folder_is_wrong_input() -> Iterator[None]:
    from sfund_sim.experiments.manifest import NotARunFolder

    try:
        yield
    except NotARunFolder as error:
        typer.echo(f"sfund: {error}", err=True)
        raise typer.Exit(WRONG_INPUT) from None


def _json(saved: Saved) -> str:
    """One JSON document: folder, manifest (with all hashes) and summary; missing numbers are null."""
    import json

    rows = json.loads(saved.summary.to_json(orient="records", double_precision=12, force_ascii=False))
    whole = {"folder": str(saved.folder), "manifest": saved.manifest, "summary": rows}
    return json.dumps(whole, ensure_ascii=False, indent=2, allow_nan=False)


def _show(saved: Saved, plan: Plan, spoken: Lang) -> None:
    """The summary for the terminal, then where everything is."""
    from sfund_sim.report.terminal import terminal_summary

    typer.echo(terminal_summary(saved.summary, plan.info, spoken.value))
    typer.echo(f"结果：{saved.folder}" if spoken is Lang.ZH else f"results: {saved.folder}")
    if (report := saved.folder / "report.html").exists():
        typer.echo(f"报告：{report}" if spoken is Lang.ZH else f"report:  {report}")
