"""``sfund merge``, ``export`` and ``bundle``: join what was run apart, carry results to other programs and people."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import typer

from sfund_sim.cli.options import Lang, LangOption, PartOption, QuietOption, language

app = typer.Typer()


RunArgument = Annotated[Path, typer.Argument(metavar="RUN", help="A folder that run, compare or sweep has made.")]


@app.command()
def merge(
    shares: Annotated[
        list[Path], typer.Argument(metavar="SHARE...", help="Folders that --shard has made, all of them.")
    ],
    *,
    out: Annotated[Path, typer.Option("--out", help="Folder to make.")],
    parts: PartOption = None,
    quiet: QuietOption = False,
    lang: LangOption = None,
) -> None:
    """Join the shares of an experiment; the results are those of the same command without --shard, byte for byte."""
    from sfund_sim.cli.commands import command
    from sfund_sim.experiments.shards import gathered

    asked = [*["-q"] * quiet, *(["--lang", lang.value] if lang else [])]
    code = command().main(args=[*gathered(shares, out), *asked], prog_name="sfund", standalone_mode=False)
    if isinstance(code, int) and code:
        raise typer.Exit(code)


_UNRELEASED = {
    Lang.EN: "note: this sfund_sim is no release that others can install, so its code is in the bundle, in 'code'",
    Lang.ZH: "注意：这份 sfund_sim 并非他人可安装的发布版本，因此其代码已放入复现文件夹的 code 中",
}


class Form(StrEnum):
    """Forms in which tables can be written."""

    XLSX = "xlsx"
    DTA = "dta"
    PARQUET = "parquet"
    CSV = "csv"
    TEX = "tex"


@app.command()
def export(
    folder: RunArgument,
    *,
    to: Annotated[
        Form, typer.Option("--to", help="Excel, Stata, Parquet, CSV with headings to read, or LaTeX of a comparison.")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", help="Workbook or folder to make (default: beside the run).")
    ] = None,
    table: Annotated[list[str] | None, typer.Option("--table", help="Only this table; may be repeated.")] = None,
    lang: LangOption = None,
) -> None:
    """Write the tables of a finished run, comparison or sweep for other programs."""
    from sfund_sim.report.exporting import export as write

    if to is Form.XLSX and out is not None and out.suffix != ".xlsx":
        raise typer.BadParameter("the name of a workbook ends in .xlsx", param_hint="--out")
    suffix = ".xlsx" if to is Form.XLSX else f"-{to.value}"
    target = out or Path(os.path.abspath(folder)).with_name(Path(os.path.abspath(folder)).name + suffix)
    form: Literal["xlsx", "dta", "parquet", "csv", "tex"] = to.value
    if form == "tex":
        from sfund_sim.report.latex_differences import export_latex

        files = export_latex(folder, target, tables=table or (), language=language(lang).value)
    else:
        files = write(folder, form, target, tables=table or (), language=language(lang).value)
    for file in files:
        typer.echo(file)


@app.command()
def bundle(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="A folder that run has made.")],
    *,
    out: Annotated[Path | None, typer.Option("--out", help="Folder to make (default: RUN-bundle).")] = None,
    parts: PartOption = None,
    lang: LangOption = None,
) -> None:
    """Make a replication folder for a journal: scenario, versions, one script, citation, methods, LaTeX tables."""
    from sfund_sim.report.bundling import CODE
    from sfund_sim.report.bundling import bundle as make

    whole = Path(os.path.abspath(folder))
    made = make(folder, out or whole.with_name(f"{whole.name}-bundle"))
    typer.echo(made)
    if (made / CODE).is_dir():
        typer.echo(_UNRELEASED[language(lang)], err=True)
