"""What the reader of any number must know first, said on the terminal in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence

from sfund_sim.cli.options import Lang


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
