"""``sfund lab auction | class | fund | vote | timing | check``: one mechanism alone, held against theory."""

from __future__ import annotations

import typer

from sfund_sim.cli.lab_auction import auction
from sfund_sim.cli.lab_check import check
from sfund_sim.cli.lab_class import class_
from sfund_sim.cli.lab_lessons import fund, timing, vote

app = typer.Typer(no_args_is_help=True, help="Study one mechanism of the market alone, against theory.")

for _command in (auction, fund, vote, timing, check):
    app.command()(_command)
app.command("class")(class_)
