"""How ``run``, ``compare`` and ``sweep`` tell what they made: as a summary, as one JSON document, or by its folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from sfund_sim.cli import telling
from sfund_sim.cli.options import Lang

if TYPE_CHECKING:
    from sfund_sim.experiments.replication import Failure

FAILED = 1


class Manner(NamedTuple):
    """How the user wants to be told."""

    spoken: Lang
    as_json: bool
    quiet: bool


class Made(NamedTuple):
    """What a command made."""

    folder: Path
    manifest: Mapping[str, Any]
    data: Callable[[], Mapping[str, Any]]
    """What JSON has besides folder and manifest."""
    show: Callable[[], object]
    """Print it for people."""
    failures: Sequence[Failure] = ()
    """Runs that are missing."""


def tell_results(made: Made, manner: Manner) -> None:
    """Tell it on the terminal; exit code 1 when runs are missing. In JSON missing numbers are null."""
    with telling(made.folder):
        if manner.as_json:
            whole = {"folder": str(made.folder), "manifest": made.manifest, **made.data()}
            typer.echo(json.dumps(whole, ensure_ascii=False, indent=2, allow_nan=False, default=str))
        elif manner.quiet:
            typer.echo(made.folder)
        else:
            made.show()
        tell_failures(made.failures, made.folder, manner.spoken)


def tell_where(folder: Path, spoken: Lang) -> None:
    """Where the results are, and the page, if there is one."""
    typer.echo(f"结果：{folder}" if spoken is Lang.ZH else f"results: {folder}")
    for name, en, zh in (("report.html", "report:  ", "报告："), ("comparison.html", "page:    ", "页面：")):
        if (page := folder / name).exists():
            typer.echo(f"{zh if spoken is Lang.ZH else en}{page}")


def tell_failures(failures: Sequence[Failure], folder: Path, spoken: Lang) -> None:
    """Say how many runs are missing, and leave with exit code 1 when one is."""
    if not failures:
        return
    from sfund_sim.experiments.failures import FILE

    count, first, where = len(failures), failures[0], folder / FILE
    if spoken is Lang.ZH:
        line = f"sfund：{count} 次运行失败，结果中缺失；首次：第 {first.number} 次，{first.why('zh')}；详见 {where}"
    else:
        failed = "1 run failed and is missing" if count == 1 else f"{count} runs failed and are missing"
        line = f"sfund: {failed}; the first: run {first.number}, {first.reason}; see {where}"
    typer.echo(line, err=True)
    raise typer.Exit(FAILED)
