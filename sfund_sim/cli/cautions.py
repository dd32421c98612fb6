"""What the reader of any number must know, said on the terminal: what holds in part only, what is assumed."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

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


def tell_assumptions(
    loaded: LoadedScenario, folder: Path, file: str, manifest: Mapping[str, Any], spoken: Lang
) -> None:
    """How many of a scenario's parameters are assumptions, and the command that lists them from a ``folder``'s file.

    Of the study's own parts the command names the files that the folder keeps, as its ``manifest`` has them.
    """
    from sfund_sim.experiments.own_parts import with_parts
    from sfund_sim.report.words import phrase
    from sfund_sim.scenario.nodes import Status
    from sfund_sim.scenario.sources import parameters

    statuses = [one.status for one in parameters(loaded)]
    counts = {"scenario": loaded.scenario.name, "n": statuses.count(Status.ASSUMPTION), "all": len(statuses)}
    own = [{**part, "file": str(folder / part["file"])} for part in manifest.get("parts", [])]
    lists = f"sfund explain scenario {shlex.quote(str(folder / file))} --sources --status assumption"
    command = with_parts(lists, own)
    typer.echo(phrase("terminal_assumptions", spoken.value, command=command, **counts))
