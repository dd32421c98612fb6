"""``sfund sweep``: run a scenario's experiment, every point of it, and write what the levers do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from sfund_sim.cli.cautions import tell_assumptions, tell_cautions
from sfund_sim.cli.complete import show_if_complete, show_tables, wanted
from sfund_sim.cli.made import Made, Manner, tell_results, tell_where
from sfund_sim.cli.means import (
    ClusterOption,
    OnError,
    OnErrorOption,
    ResumeOption,
    ShardOption,
    TablesOption,
    kept,
    lies_in,
    means_of,
    run_share,
    taken_up,
    wishes_of,
)
from sfund_sim.cli.options import Lang, LangOption, PartOption, QuietOption, SetOption, language, settings, typed
from sfund_sim.cli.progress import progress

if TYPE_CHECKING:
    from sfund_sim.experiments.results_folder import Saved, Wishes
    from sfund_sim.experiments.sweep_results import SweepResults
    from sfund_sim.experiments.sweeping import SweepPlan
    from sfund_sim.experiments.work_folder import Means
    from sfund_sim.scenario.layers import LoadedScenario

app = typer.Typer()

_IN_JSON = ("points", "summary", "effects", "sensitivity")


@app.command()
def sweep(
    scenario: Annotated[str, typer.Argument(help="Scenario file with an 'experiment' section.")],
    *,
    reps: Annotated[int | None, typer.Option("--reps", min=1, help="Replications at each point.")] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="Seed (default: the scenario's).")] = None,
    workers: Annotated[int | None, typer.Option("--workers", min=1, max=1024, help="Processes.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder to make (default: results/SCENARIO/...).")] = None,
    overrides: SetOption = None,
    parts: PartOption = None,
    resume: ResumeOption = None,
    on_error: OnErrorOption = OnError.STOP,
    cluster: ClusterOption = None,
    shard: ShardOption = None,
    tables: TablesOption = None,
    lang: LangOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print tables, folder and hashes as JSON.")] = False,
    no_report: Annotated[bool, typer.Option("--no-report", help="Tables only.")] = False,
    quiet: QuietOption = False,
) -> None:
    """Run a designed experiment: every point with the same chance; write values, effects, sensitivity and figures."""
    from sfund_sim.experiments.running import default_folder
    from sfund_sim.experiments.sweep_results import sweep_into
    from sfund_sim.experiments.sweeping import outcome_complaints, sweep_plan
    from sfund_sim.report.sweep_page import sweep_files
    from sfund_sim.scenario.layers import load_scenario

    manner = Manner(language(lang), as_json, quiet)
    loaded = load_scenario(scenario, overrides or (), further=outcome_complaints)
    asked = wanted("sweep", [loaded], reps, seed, tables)
    show_if_complete(resume, asked, show_tables(_IN_JSON, manner), manner.spoken)
    out, reps, seed = taken_up(resume, out, reps, seed)
    means = means_of(resume, on_error, cluster, shard)
    plan = sweep_plan(loaded, replications=reps, seed=seed, workers=workers)
    keeping = kept(tables, None, resume)
    words = [*settings(overrides, parts), *(["--no-report"] if no_report else []), *keeping.words]
    command = None if lies_in(resume, scenario) else typed("sweep", [scenario], plan.seed, words)
    wishes = wishes_of(None if no_report else sweep_files, manner.spoken, command, keeping)
    folder = out or default_folder(loaded)
    with progress("试验运行" if manner.spoken is Lang.ZH else "runs", plan.runs, is_shown=not quiet) as told:
        if shard:
            _run_share(plan, folder, means, wishes, told)
        saved = sweep_into(plan, folder, wishes, means=means, or_numbered=out is None, told=told)
    tell_results(_made(saved, loaded, manner.spoken), manner)


def _made(saved: Saved[SweepResults], loaded: LoadedScenario, spoken: Lang) -> Made:
    """What the command made; JSON has the tables but the values beside the manifest."""

    def data() -> dict[str, Any]:
        from sfund_sim.report.terminal import records

        return {name: records(getattr(saved.results, name)) for name in _IN_JSON}

    failures = saved.results.failures
    return Made(saved.folder, saved.manifest, data, lambda: _show(saved, loaded, spoken), failures)


def _show(saved: Saved[SweepResults], loaded: LoadedScenario, spoken: Lang) -> None:
    """The headline of the sweep, on how many assumptions it leans, and where everything is."""
    from rich.console import Console

    from sfund_sim.experiments.results import SCENARIO_FILE
    from sfund_sim.report.sweep_terminal import print_sweep
    from sfund_sim.scenario.too_late import too_late_for_sweep

    print_sweep(saved.results, language=spoken.value, console=Console())
    tell_cautions([*too_late_for_sweep(loaded), *saved.results.cautions], spoken)
    tell_assumptions(loaded, saved.folder, SCENARIO_FILE, saved.manifest, spoken)
    tell_where(saved.folder, spoken)


def _run_share(plan: SweepPlan, folder: Path, means: Means, wishes: Wishes, told: Callable[[], None]) -> NoReturn:
    from sfund_sim.experiments.sweep_results import identity, resolved_yaml
    from sfund_sim.experiments.sweeping import run_points

    run_share(folder, identity(plan, wishes.keeping), means, wishes, [resolved_yaml(plan)],
              lambda execute: run_points(plan, lambda run: told(), execute))  # fmt: skip
