"""What the commands of ``sfund lab`` share: options, tables, pictures, and the one line for a wrong choice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sfund_sim.lab.estimate import Measure

WRONG_INPUT, FAILED = 2, 1

Flag = typer.Option
SeedOption = Annotated[int, Flag("--seed", min=0, help="Seed: the same seed gives the same numbers.")]


def _picture(file: Path | None) -> Path | None:
    if file is not None and file.suffix not in (".svg", ".png"):
        raise typer.BadParameter("a picture is .svg or .png")
    if file is not None and not file.parent.is_dir():
        raise typer.BadParameter(f"there is no folder {file.parent}")
    return file


OutOption = Annotated[Path | None, Flag("--out", callback=_picture, help="Picture to write: .svg or .png.")]


@contextmanager
def wrong_input() -> Iterator[None]:
    """Turn a wrong choice or case into one line and exit code 2."""
    from sfund_sim.lab.cases import CaseError

    try:
        yield
    except (CaseError, ValueError) as error:
        typer.echo(f"sfund lab: {_plain(error)}", err=True)
        raise typer.Exit(WRONG_INPUT) from None


def _plain(error: Exception) -> str:
    """The first problem in plain words, without a validator's own heading."""
    from pydantic import ValidationError

    if not isinstance(error, ValidationError):
        return " ".join(str(error).split())
    first = error.errors()[0]
    where = " ".join(str(step) for step in first["loc"])
    message = first["msg"].removeprefix("Value error, ")
    return f"{where}: {message}" if where else message


def print_measures(table: Sequence[Measure]) -> None:
    """A lesson's table: what was found, its standard error, theory, and how many errors lie between them."""
    from sfund_sim.lab.estimate import standard_errors_off

    typer.echo(f"{'measure':<42} {'found':>12} {'s.e.':>10} {'theory':>12} {'z':>6}")
    for name, (found, se), theory in table:
        error = "" if se is None else f"{se:.6f}"
        known = "" if theory is None else f"{theory:.6f}"
        errors = None if theory is None or se is None else standard_errors_off(found, se, theory)
        off = "" if errors is None or not isfinite(errors) else f"{errors:.2f}"
        typer.echo(f"{name:<42} {found:>12.6f} {error:>10} {known:>12} {off:>6}")


def save_figure(figure: Figure, file: Path) -> None:
    """Write a picture in the format that the file name asks for."""
    from sfund_sim.report.drawing import png_bytes, svg_text

    content = svg_text(figure).encode() if file.suffix == ".svg" else png_bytes(figure)
    file.write_bytes(content)
    typer.echo(f"wrote {file}")
