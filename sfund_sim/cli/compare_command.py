"""``sfund compare``: what does a rule change do? Scenarios side by side, with the same chance in all of them."""

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
    language,
    not_empty,
    one_of_both,
    repeated,
    settings,
    typed,
)
from sfund_sim.cli.progress import progress

if TYPE_CHECKING:
    from sfund_sim.experiments.comparing import Comparison, ComparisonPlan
    from sfund_sim.experiments.results_folder import Reporter, Saved, Wishes
    from sfund_sim.experiments.work_folder import Means
    from sfund_sim.scenario.layers import LoadedScenario

app = typer.Typer()

_IN_JSON = ("differences", "levels", "decomposition")
OutOption = Annotated[Path | None, typer.Option("--out", help="Folder to make (default: results/compare-...).")]
VariantsOption = Annotated[
    list[str] | None,
    typer.Option("--variant", callback=not_empty, help="Of one file with variants: only these; may be repeated."),
]
DecomposeOption = Annotated[
    bool, typer.Option("--decompose", help="Take the baseline's discount apart, one friction at a time.")
]
OutcomesOption = Annotated[
    str | None,
    typer.Option(
        "--outcomes", help="Outcomes to test, named beforehand: share_sold,median_price_to_nav[state] (default: all)."
    ),
]


@app.command()
def compare(
    scenarios: Annotated[list[str], typer.Argument(help="Scenario files or names, the baseline first.")],
    *,
    variant: VariantsOption = None,
    reps: Annotated[int | None, typer.Option("--reps", min=1, help="Replications (default: the baseline's).")] = None,
    until: UntilOption = None,
    max_reps: MaxRepsOption = None,
    outcomes: OutcomesOption = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="Seed (default: the baseline's).")] = None,
    workers: Annotated[int | None, typer.Option("--workers", min=1, max=1024, help="Processes.")] = None,
    out: OutOption = None,
    overrides: SetOption = None,
    parts: PartOption = None,
    decompose: DecomposeOption = False,
    resume: ResumeOption = None,
    on_error: OnErrorOption = OnError.STOP,
    cluster: ClusterOption = None,
    shard: ShardOption = None,
    tables: TablesOption = None,
    lang: LangOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
    no_report: Annotated[bool, typer.Option("--no-report", help="Tables only.")] = False,
    quiet: QuietOption = False,
) -> None:
    """Compare scenarios, or one file's variants: paired differences, intervals and verdicts in words."""
    from sfund_sim.experiments.comparing import planned_comparison
    from sfund_sim.experiments.comparison_folder import compare_into, default_folder

    manner = Manner(language(lang), as_json, quiet)
    loaded, most = _loaded(scenarios, variant or [], overrides or []), one_of_both(reps, until, max_reps)
    named = _named(outcomes, loaded)
    asked = wanted("comparison", loaded, reps, seed, tables, decomposed=decompose or None, outcomes_named=named or None)
    show_if_complete(resume, asked, show_tables(_IN_JSON, manner), manner.spoken)
    (out, most, seed), means = taken_up(resume, out, most, seed), means_of(resume, on_error, cluster, shard)
    plan = planned_comparison(loaded, replications=most, seed=seed, workers=workers, until=until or "", outcomes=named)
    keeping, flags = kept(tables, None, resume), [*["--decompose"] * decompose, *["--no-report"] * no_report]
    words = [*scenarios, *repeated("--variant", variant), *settings(overrides, parts), *_typed(named), *flags]
    command = None if lies_in(resume, scenarios[0]) else typed("compare", [*words, *keeping.words], plan.run.seed)
    wishes = wishes_of(None if no_report else _files(), manner.spoken, command, keeping)
    folder = out or default_folder(plan)
    with progress("运行" if manner.spoken is Lang.ZH else "runs", plan.runs, is_shown=not quiet) as told:
        if shard:
            _run_share(plan, folder, means, wishes, told, decompose=decompose)
        saved = compare_into(plan, folder, wishes, decompose=decompose, means=means, or_numbered=out is None, told=told)
    tell_results(_made(saved, plan, manner.spoken), manner)


def _named(outcomes: str | None, loaded: list[LoadedScenario]) -> list[str]:
    """The outcomes named beforehand, in full and in one order."""
    from sfund_sim.experiments.cells import cell_text, named_cells
    from sfund_sim.experiments.facts import run_info

    infos = [run_info(one.scenario, seed=0, replications=1) for one in loaded]
    return sorted(map(cell_text, named_cells(outcomes, infos)))


def _typed(named: list[str]) -> list[str]:
    return ["--outcomes", ",".join(named)] if named else []


def _made(saved: Saved[Comparison], plan: ComparisonPlan, spoken: Lang) -> Made:
    """What the command made; JSON has the whole comparison beside the manifest."""

    def data() -> dict[str, Any]:
        from sfund_sim.report.comparison_terminal import comparison_data

        return comparison_data(saved.results)

    return Made(saved.folder, saved.manifest, data, lambda: _show(saved, plan, spoken), saved.results.failures)


def _run_share(
    plan: ComparisonPlan, folder: Path, means: Means, wishes: Wishes, told: Callable[[], None], *, decompose: bool
) -> NoReturn:
    from sfund_sim.experiments.comparing import compare as run_all
    from sfund_sim.experiments.comparison_folder import identity
    from sfund_sim.experiments.results import resolved_yaml

    refused = {"--decompose": decompose, "--until": plan.run.goal, "--outcomes": plan.named}
    refuse_with_shard([option for option, is_given in refused.items() if is_given])
    often, seed = plan.run.replications, plan.run.seed
    whole = [resolved_yaml(loaded, seed=seed, replications=often) for loaded in plan.scenarios]
    run_share(
        folder, identity(plan, wishes.keeping), means, wishes, whole, lambda execute: run_all(plan, told, execute)
    )


def _loaded(names: list[str], variants: list[str], overrides: list[str]) -> list[LoadedScenario]:
    """The scenarios; of a single file itself and its variants, or those asked for."""
    from sfund_sim.ground.errors import Problem, ScenarioError
    from sfund_sim.scenario.layers import load_scenario

    if len(names) > 1 and variants:
        raise ScenarioError([Problem("--variant", 0, 0, "variants are those of one file; give one scenario file",
                                     "--variant 只用于单个文件；请只给出一个情景文件")])  # fmt: skip
    loaded = [load_scenario(name, overrides) for name in names]
    if len(names) == 1:
        chosen = variants or loaded[0].variants
        loaded += [load_scenario(names[0], overrides, variant=name) for name in chosen]
    return loaded


def _files() -> Reporter:
    from sfund_sim.report.comparison_page import comparison_files

    return comparison_files


def _show(saved: Saved[Comparison], plan: ComparisonPlan, spoken: Lang) -> None:
    """The headline differences and their verdicts, on what assumptions the baseline leans, where everything is."""
    from rich.console import Console

    from sfund_sim.experiments.comparison_folder import scenario_file
    from sfund_sim.report.comparison_terminal import print_comparison
    from sfund_sim.scenario.cut_short import among
    from sfund_sim.scenario.too_late import too_late

    print_comparison(saved.results, language=spoken.value, console=Console())
    tell_cautions(among(plan.scenarios, too_late), spoken)
    tell_assumptions(plan.scenarios[0], saved.folder, scenario_file(saved.results.names[0]), saved.manifest, spoken)
    tell_where(saved.folder, spoken)
