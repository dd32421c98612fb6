"""What the commands of ``sfund lab`` share: options, tables, pictures, and the one line for a wrong choice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sfund_sim.cli.options import Lang, language
from sfund_sim.ground.errors import Language, RuleError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sfund_sim.lab.estimate import Measure

WRONG_INPUT, FAILED = 2, 1
MOST_REPS = 10_000_000
"""Replications of a lesson or a case: an auction takes a gigabyte of memory for them."""
LEAST, MOST = 1e-9, 1e15
"""Sizes of numbers that are not 0: from a billionth, of whatever it is, to more yuan than there are."""
LISTS = ("values", "common", "budgets", "weibull", "hazards", "required_irr")
"""Options that are texts with numbers, by parameter name."""

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
def wrong_input(context: typer.Context) -> Iterator[None]:
    """Turn a wrong choice or case into one line, in the language asked for, and exit code 2.

    The numbers of all options are looked at first: none may be infinite or of a size that nothing has, and ``--reps``
    has a bound.
    """
    from sfund_sim.lab.cases import CaseError
    from sfund_sim.lab.refusals import reason

    try:
        _look_at_numbers(context)
        yield
    except (CaseError, ValueError) as error:
        words = reason(error)
        is_chinese = language(context.params.get("lang")) == Lang.ZH
        typer.echo(f"sfund lab：{words.zh}" if is_chinese else f"sfund lab: {words.en}", err=True)
        raise typer.Exit(WRONG_INPUT) from None


def _look_at_numbers(context: typer.Context) -> None:
    for option in context.command.params:
        number, name = context.params.get(option.name or ""), option.opts[0]
        for each in (number,) if isinstance(number, float) else _numbers_in(option.name, number):
            _look_at(each, name)
        if option.name == "reps" and isinstance(number, int) and number > MOST_REPS:
            raise RuleError(
                f"{name} is at most {MOST_REPS:,}, not {number:,}", f"{name} 至多 {MOST_REPS:,}，而非 {number:,}"
            )


def _look_at(number: float, name: str) -> None:
    if not isfinite(number):
        raise RuleError(f"{name} takes a finite number, not {number}", f"{name} 须为有限的数，而非 {number}")
    if number and not LEAST <= abs(number) <= MOST:
        raise RuleError(
            f"{name} takes 0 or a size between {LEAST:g} and {MOST:g}, not {number:g}",
            f"{name} 须为 0，或大小在 {LEAST:g} 与 {MOST:g} 之间的数，而非 {number:g}",
        )


def _numbers_in(option: str | None, text: object) -> Iterator[float]:
    """The numbers of a list or a law; what is none is told by whoever reads the text."""
    if option in LISTS and isinstance(text, str):
        for each in re.split("[,;:]", text):
            with suppress(ValueError):
                if isfinite(number := float(each)):
                    yield number


def is_given(context: typer.Context, name: str) -> bool:
    """Does the option of that parameter stand on the command line?"""
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def without_its_parent(context: typer.Context, parents: Mapping[str, str]) -> None:
    """RuleError if an option is given that has no effect without another one; ``parents`` are by parameter name."""
    names = {option.name: option.opts[0] for option in context.command.params}
    for own, parent in parents.items():
        chosen = context.params[parent]
        if is_given(context, own) and (chosen is None or chosen is False):
            raise RuleError(
                f"{names[own]} has no effect without {names[parent]}",
                f"{names[own]} 须与 {names[parent]} 同用，否则无效",
            )


def print_measures(table: Sequence[Measure], lang: Language) -> None:
    """A lesson's table: what was found, its standard error, theory, and how many errors lie between them."""
    from sfund_sim.lab.estimate import standard_errors_off
    from sfund_sim.report.lab_words import lab_name

    _print_row(*(lab_name(head, lang) for head in ("measure", "found", "s.e.", "theory")), "z")
    for name, (found, se), theory in table:
        error = "" if se is None else f"{se:.6f}"
        known = "" if theory is None else f"{theory:.6f}"
        errors = None if theory is None or se is None else standard_errors_off(found, se, theory)
        off = "" if errors is None or not isfinite(errors) else f"{errors:.2f}"
        _print_row(lab_name(name, lang), f"{found:.6f}", error, known, off)


def _print_row(name: str, *cells: str) -> None:
    typer.echo(" ".join([wide(name, -42), *map(wide, cells, (12, 10, 12, 6))]))


def wide(text: str, width: int) -> str:
    """Text in so many columns of a terminal, to the right; a negative width puts it to the left."""
    from rich.cells import cell_len

    room = " " * (abs(width) - cell_len(text))
    return text + room if width < 0 else room + text


def save_figure(figure: Figure, file: Path, lang: Language) -> None:
    """Write a picture in the format that the file name asks for."""
    from sfund_sim.experiments.single_files import write_named
    from sfund_sim.report.drawing import png_bytes, svg_text
    from sfund_sim.report.lab_words import lab_words

    content = svg_text(figure).encode() if file.suffix == ".svg" else png_bytes(figure)
    write_named(file, content)
    typer.echo(lab_words("wrote {file}", lang, file=file))
