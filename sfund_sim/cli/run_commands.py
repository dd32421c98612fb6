"""``sfund run``, ``audit``, ``replay`` and ``explain exit``: make a run folder, check it, make it again, read it."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from sfund_sim.cli.cautions import tell_cautions
from sfund_sim.cli.complete import show_if_complete, wanted
from sfund_sim.cli.made import FAILED, Manner, tell_results
from sfund_sim.cli.means import (
    ClusterOption,
    KeepOption,
    OnError,
    OnErrorOption,
    ResumeOption,
    ShardOption,
    TablesOption,
    kept,
    lies_in,
    means_of,
    refuse_with_shard,
    run_share,
    taken_up,
    wishes_of,
)
from sfund_sim.cli.options import (
    Lang,
    LangOption,
    MaxRepsOption,
    PartOption,
    QuietOption,
    SetOption,
    UntilOption,
    VariantOption,
    language,
    one_of_both,
    settings,
    typed,
)
from sfund_sim.cli.progress import progress
from sfund_sim.cli.run_summary import made_by_run

if TYPE_CHECKING:
    from sfund_sim.experiments.complete import Complete
    from sfund_sim.experiments.results_folder import Wishes
    from sfund_sim.experiments.retelling import Retold
    from sfund_sim.experiments.running import Plan
    from sfund_sim.experiments.work_folder import Means
    from sfund_sim.ground.errors import ScenarioError
    from sfund_sim.scenario.layers import LoadedScenario

app = typer.Typer()

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
    parts: PartOption = None,
    variant: VariantOption = None,
    until: UntilOption = None,
    max_reps: MaxRepsOption = None,
    resume: ResumeOption = None,
    on_error: OnErrorOption = OnError.STOP,
    cluster: ClusterOption = None,
    shard: ShardOption = None,
    tables: TablesOption = None,
    keep: KeepOption = None,
    lang: LangOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print summary, folder and hashes as JSON.")] = False,
    no_report: Annotated[bool, typer.Option("--no-report", help="Tables and ledgers only.")] = False,
    quiet: QuietOption = False,
) -> None:
    """Simulate a scenario; write tables, ledgers, figures and a report."""
    from sfund_sim.experiments.running import default_folder, planned, run_into
    from sfund_sim.scenario.layers import load_scenario

    manner = Manner(language(lang), as_json, quiet)
    loaded = load_scenario(scenario, overrides or (), variant=variant or "")
    asked = wanted("run", [loaded], reps, seed, tables)
    show_if_complete(resume, asked, partial(_again, loaded, manner), manner.spoken)
    out, most, seed = taken_up(resume, out, one_of_both(reps, until, max_reps), seed)
    means = means_of(resume, on_error, cluster, shard)
    plan = planned(loaded, replications=most, seed=seed, workers=workers, until=until or "")
    keeping = kept(tables, keep, resume)
    flags = ["--no-report"] if no_report else []
    words = [*(["--variant", variant] if variant else []), *settings(overrides, parts), *keeping.words, *flags]
    again = None if lies_in(resume, scenario) else typed("run", [scenario], plan.seed, words)
    wishes = wishes_of(None if no_report else _report_files(), manner.spoken, again, keeping)
    folder = out or default_folder(loaded)
    with progress(_words(manner.spoken), None if plan.goal else plan.replications, is_shown=not quiet) as told:
        if shard:
            _run_share(plan, folder, means, wishes, told)
        saved = run_into(plan, folder, wishes, means=means, or_numbered=out is None, told=told)
    tell_results(made_by_run(saved, plan, manner.spoken), manner)


def _again(loaded: LoadedScenario, manner: Manner, found: Complete) -> None:
    """Show a run that was made before."""
    from sfund_sim.experiments.manifest import check_unaltered
    from sfund_sim.experiments.running import SavedRun, planned
    from sfund_sim.report.exporting import read_table

    check_unaltered(found.folder, found.manifest, ["summary.csv"])
    plan = planned(loaded, replications=found.manifest["replications"], seed=found.manifest["seed"], workers=1)
    saved = SavedRun(found.folder, found.manifest, read_table(found.folder, "summary"))
    tell_results(made_by_run(saved, plan, manner.spoken), manner)


def _run_share(plan: Plan, folder: Path, means: Means, wishes: Wishes, told: Callable[[], None]) -> NoReturn:
    from sfund_sim.experiments.results import resolved_yaml
    from sfund_sim.experiments.running import identity, replicated

    refuse_with_shard(["--until"] if plan.goal else [])
    whole = [resolved_yaml(plan.loaded, seed=plan.seed, replications=plan.replications)]
    run_share(folder, identity(plan, wishes.keeping), means, wishes, whole,
              lambda execute: replicated(plan, lambda each: told(), execute, wishes.keeping))  # fmt: skip


@app.command()
def audit(folder: RunArgument, *, parts: PartOption = None, lang: LangOption = None) -> None:
    """Check a run folder: every file's hash, every ledger's seals, and that shares, money and holdings add up."""
    from sfund_sim.cli.verdicts import inspection_lines
    from sfund_sim.experiments.inspection import inspect

    inspection = inspect(folder)
    for line in inspection_lines(inspection, language(lang)):
        typer.echo(line)
    if not inspection.is_sound:
        raise typer.Exit(FAILED)


@app.command()
def replay(
    folder: RunArgument,
    *,
    workers: WorkersOption = None,
    parts: PartOption = None,
    lang: LangOption = None,
) -> None:
    """Run a folder's scenario again, with its seed, and compare every file byte by byte."""
    from sfund_sim.cli.verdicts import replay_lines
    from sfund_sim.experiments.replaying import plan_of
    from sfund_sim.experiments.replaying import replay as run_again

    spoken = language(lang)
    plan = plan_of(folder, workers=workers)
    with progress(_words(spoken), None if plan.goal else plan.replications) as told:
        again = run_again(folder, plan, reporter=_report_files(), told=told)
    for line in replay_lines(again, spoken):
        typer.echo(line)
    if not again.is_identical:
        raise typer.Exit(FAILED)


@app.command("exit")
def explain_exit(
    folder: RunArgument,
    exit_id: Annotated[str, typer.Argument(metavar="EXIT_ID", help="As in exits.csv, for example R1-X12.")],
    *,
    rep: Annotated[int | None, typer.Option("--rep", min=1, help="Replication, if EXIT_ID is a mere number.")] = None,
    overrides: SetOption = None,
    parts: PartOption = None,
    lang: LangOption = None,
) -> None:
    """Why this holding was sold on this day at this price, or why not; with --set: what a rule changed would do."""
    from sfund_sim.experiments.retelling import retell
    from sfund_sim.report.counterfactual import story_of

    replication, row = _address(exit_id, rep)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        retold = retell(folder, replication)
    if row >= len(retold.journal.exits):
        last = len(retold.journal.exits) - 1
        raise _no_exit(exit_id, f"R{replication}-X0 ... R{replication}-X{last}" if last >= 0 else "-")
    if overrides:
        _explain_change(folder, (replication, row), overrides, retold, language(lang))
        return
    for line in story_of(retold, row, language(lang).value):
        typer.echo(line)


def _explain_change(folder: Path, address: tuple[int, int], overrides: list[str], retold: Retold, spoken: Lang) -> None:
    """The exit as it was and as it is with a rule changed, side by side, then both stories."""
    from rich.console import Console

    from sfund_sim.experiments.counterfactual import counterfactual
    from sfund_sim.report.counterfactual import print_counterfactual

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = counterfactual(folder, address, overrides, retold)
    tell_cautions(found.cautions, spoken)
    print_counterfactual(found, language=spoken.value, console=Console())


def _address(exit_id: str, rep: int | None) -> tuple[int, int]:
    """Replication and row of an exit named like R1-X12, or like 12 with the replication apart."""
    from sfund_sim.outcomes.columns import row_of_name

    try:
        replication, row = row_of_name(f"R{rep or 1}-X{exit_id}" if exit_id.isdecimal() else exit_id)
    except ValueError:
        raise _no_exit(exit_id, "R1-X0, R1-X1 ...") from None
    if rep not in (None, replication):
        raise _other_replication(exit_id, replication, rep)
    return replication, row


def _other_replication(exit_id: str, replication: int, rep: int) -> ScenarioError:
    from sfund_sim.ground.errors import Problem, ScenarioError

    message = f"{exit_id} is of replication {replication}, not of {rep}; leave --rep out"
    message_zh = f"{exit_id} 属于第 {replication} 次重复，而非第 {rep} 次；请去掉 --rep"
    return ScenarioError([Problem("--rep", 0, 0, message, message_zh)])


def _no_exit(exit_id: str, allowed: str) -> ScenarioError:
    from sfund_sim.ground.errors import Problem, ScenarioError

    return ScenarioError([Problem("EXIT_ID", 0, 0, f"the run has no exit '{exit_id}'; allowed: {allowed}",
                                  f"该次运行中没有退出“{exit_id}”；可用：{allowed}")])  # fmt: skip


def _report_files() -> Any:
    from sfund_sim.report.run_files import report_files

    return report_files


def _words(spoken: Lang) -> str:
    return "重复模拟" if spoken is Lang.ZH else "replications"
