"""On how many assumptions results lean, said under every summary on the terminal."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from sfund_sim.cli.options import Lang

if TYPE_CHECKING:
    from sfund_sim.scenario.layers import LoadedScenario


def tell_assumptions(loaded: LoadedScenario, file: Path, spoken: Lang) -> None:
    """How many of a scenario's parameters are assumptions, and the command that lists them from ``file``."""
    from sfund_sim.report.words import phrase
    from sfund_sim.scenario.nodes import Status
    from sfund_sim.scenario.sources import parameters

    statuses = [one.status for one in parameters(loaded)]
    counts = {"scenario": loaded.scenario.name, "n": statuses.count(Status.ASSUMPTION), "all": len(statuses)}
    command = f"sfund explain scenario {shlex.quote(str(file))} --sources --status assumption"
    typer.echo(phrase("terminal_assumptions", spoken.value, command=command, **counts))
