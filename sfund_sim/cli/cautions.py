"""What the reader of any number must know, said on the terminal: what holds in part only, what is assumed."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from sfund_sim.cli.options import Lang

if TYPE_CHECKING:
    from sfund_sim.scenario.layers import LoadedScenario


def tell_cautions(cautions: Sequence[str], spoken: Lang) -> None:
    """Print warnings as a comparison prints its own: whole, in bold, wrapped to the terminal."""
    from rich.console import Console
    from rich.text import Text

    from sfund_sim.report.terminal import wrapped
    from sfund_sim.report.terminal_table import width_of
    from sfund_sim.report.warning_words import warning_text

    console = Console()
    for caution in cautions:
        console.print(Text(wrapped(warning_text(caution, spoken.value), width_of(console)), style="bold"))


def tell_assumptions(loaded: LoadedScenario, file: Path, spoken: Lang) -> None:
    """How many of a scenario's parameters are assumptions, and the command that lists them from ``file``."""
    from sfund_sim.report.words import phrase
    from sfund_sim.scenario.nodes import Status
    from sfund_sim.scenario.sources import parameters

    statuses = [one.status for one in parameters(loaded)]
    counts = {"scenario": loaded.scenario.name, "n": statuses.count(Status.ASSUMPTION), "all": len(statuses)}
    command = f"sfund explain scenario {shlex.quote(str(file))} --sources --status assumption"
    typer.echo(phrase("terminal_assumptions", spoken.value, command=command, **counts))
