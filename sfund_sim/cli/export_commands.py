"""``sfund merge``, ``export`` and ``bundle``: join what was run apart, carry results to other programs and people."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()

OutOption = Annotated[Path | None, typer.Option("--out", help="Folder to make.")]


@app.command()
def merge(
    shares: Annotated[
        list[Path], typer.Argument(metavar="SHARE...", help="Folders that --shard has made, all of them.")
    ],
    *,
    out: Annotated[Path, typer.Option("--out", help="Folder to make.")],
) -> None:
    """Join the shares of an experiment; the results are those of the same command without --shard, byte for byte."""
    from sfund_sim.cli.commands import command
    from sfund_sim.experiments.shards import gathered

    code = command().main(args=gathered(shares, out), prog_name="sfund", standalone_mode=False)
    if isinstance(code, int) and code:
        raise typer.Exit(code)
