"""How an experiment is carried out, asked for in the same words by ``run``, ``compare`` and ``sweep``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from sfund_sim.cli.made import tell_failures
from sfund_sim.cli.options import Lang

if TYPE_CHECKING:
    from sfund_sim.experiments.executor import Execute
    from sfund_sim.experiments.identity import Identity
    from sfund_sim.experiments.keeping import Keeping
    from sfund_sim.experiments.results_folder import Reporter, Wishes
    from sfund_sim.experiments.work_folder import Means


class OnError(StrEnum):
    """What happens to the rest when a replication fails."""

    STOP = "stop"
    CONTINUE = "continue"


class Tables(StrEnum):
    """Forms in which the large tables of results can be written."""

    CSV = "csv"
    PARQUET = "parquet"


ResumeOption = Annotated[
    Path | None, typer.Option("--resume", metavar="DIR", help="Take up the interrupted experiment of this folder.")
]
OnErrorOption = Annotated[
    OnError, typer.Option("--on-error", help="When a replication fails: stop, or continue with the rest (exit code 1).")
]
ClusterOption = Annotated[
    str | None,
    typer.Option("--cluster", metavar="ADDRESS", help="Run on this dask scheduler: tcp://HOST:PORT or its file."),
]
ShardOption = Annotated[
    str | None, typer.Option("--shard", metavar="I/N", help="Run only the I-th of N shares; 'merge' joins them.")
]
TablesOption = Annotated[
    Tables | None,
    typer.Option("--tables", help="Form of the large tables: csv (default) or parquet, which needs pyarrow."),
]
KeepOption = Annotated[
    list[str] | None,
    typer.Option(
        "--keep", metavar="NAMES",
        help="Keep only these: summary, exits, ..., ledger, fund_quarters (default: usual, all but the last).",
    ),
]  # fmt: skip


def kept(tables: Tables | None, keep: Sequence[str] | None, resume: Path | None) -> Keeping:
    """What is to be kept, and in what form; where nothing is said as in the experiment to take up."""
    from sfund_sim.experiments.identity import read_state
    from sfund_sim.experiments.keeping import keeping, kept_by
    from sfund_sim.experiments.unfinished import work_folder_of

    usual = kept_by(read_state(work_folder_of(resume))) if resume else None
    return keeping(tables.value if tables else "", keep or (), usual=usual)


def means_of(resume: Path | None, on_error: OnError, cluster: str | None, shard: str | None) -> Means:
    """The means that the options ask for."""
    from sfund_sim.experiments.cluster import Cluster
    from sfund_sim.experiments.executor import execute
    from sfund_sim.experiments.shards import parsed
    from sfund_sim.experiments.work_folder import Means

    return Means(
        Cluster(cluster) if cluster else execute,
        on_error is OnError.CONTINUE,
        resume,
        parsed(shard) if shard else (0, 1),
    )


def taken_up(
    resume: Path | None, out: Path | None, reps: int | None, seed: int | None
) -> tuple[Path | None, int | None, int | None]:
    """Folder, replications and seed; where nothing is said those of the experiment to take up."""
    if resume is None:
        return out, reps, seed
    from sfund_sim.experiments.identity import read_state
    from sfund_sim.experiments.shards import results_of_share
    from sfund_sim.experiments.unfinished import results_of, work_folder_of

    folder = work_folder_of(resume)
    state = read_state(folder)
    return (
        out or results_of_share(results_of(folder)),
        state["replications"] if reps is None else reps,
        state["seed"] if seed is None else seed,
    )


def lies_in(resume: Path | None, scenario: str) -> bool:
    """Is the scenario file one that ``merge`` has laid into the work folder, which will be gone afterwards?"""
    return resume is not None and Path(scenario).is_relative_to(resume)


def wishes_of(
    reporter: Reporter | None, spoken: Lang, command: Callable[[int], str] | None, keeping: Keeping
) -> Wishes:
    """The wishes that the options ask for."""
    from sfund_sim.experiments.results_folder import Wishes

    return Wishes(reporter, spoken.value, command, keeping)


def refuse_with_shard(options: Sequence[str]) -> None:
    """ScenarioError when options are given that need all replications at once."""
    if options:
        from sfund_sim.ground.errors import Problem, ScenarioError

        named = ", ".join(options)
        message = f"it cannot go together with {named}, which needs all runs at once"
        raise ScenarioError([Problem("--shard", 0, 0, message, f"不能与 {named} 同用：后者须一次取得全部运行结果")])


def run_share(
    final: Path,
    identity: Identity,
    means: Means,
    wishes: Wishes,
    scenarios: Sequence[str],
    run: Callable[[Execute], object],
) -> NoReturn:
    """Run a share of an experiment, print its folder, say on the error stream what to do with it, and end.

    With it are kept the ``scenarios`` as texts and all else that ``merge`` needs to give the command again.
    """
    from sfund_sim.experiments.shards import again, share_into

    spoken, report = Lang(wishes.language), wishes.reporter is not None
    kept_with_it = again(scenarios, report=report, goes_on=means.goes_on, language=spoken.value)
    share = share_into(final, identity, replace(means, again=kept_with_it), run)
    typer.echo(share.folder)
    if spoken is Lang.ZH:
        told = f"分片已完成（{share.runs} 次运行）；全部分片完成后：sfund merge 各分片文件夹 --out {final}"
    else:
        runs = "1 run" if share.runs == 1 else f"{share.runs} runs"
        told = f"share finished ({runs}); once all are: sfund merge SHARE... --out {final}"
    typer.echo(told, err=True)
    tell_failures(share.failures, share.folder, spoken)
    raise typer.Exit
