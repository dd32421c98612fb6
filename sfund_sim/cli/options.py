"""Options that several commands share."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Lang(StrEnum):
    """Language of messages and reports."""

    EN = "en"
    ZH = "zh"


LangOption = Annotated[
    Lang | None, typer.Option("--lang", help="Language of messages: en or zh (default: SFUND_LANG).")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", help="Set a value, for example population.funds.count=100; may be repeated."),
]


def not_empty(option: typer.CallbackParam, given: str | list[str] | None) -> str | list[str] | None:
    """What is given for an option; ScenarioError when it has no value, as where a shell's variable was not set."""
    if any(not text.strip() for text in ([given] if isinstance(given, str) else given or [])):
        from sfund_sim.ground.errors import Problem, ScenarioError

        raise ScenarioError([Problem(option.opts[0], 0, 0, "it is empty; give a value, or leave the option out",
                                     "内容为空；请给出取值，或不用此选项")])  # fmt: skip
    return given


UntilOption = Annotated[
    str | None,
    typer.Option(
        "--until", callback=not_empty,
        help='Replicate until an outcome is this precise, for example "median_exit_days +-5".',
    ),
]  # fmt: skip
MaxRepsOption = Annotated[
    int | None, typer.Option("--max-reps", min=10, help="Replications at which --until is given up (default: 1000).")
]
VariantOption = Annotated[
    str | None, typer.Option("--variant", callback=not_empty, help="Run this variant of the file.")
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but the folder.")]

PartOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--part", metavar="FILE", help="Import a rule of your own from this Python file; may be repeated.",
        callback=lambda files: _take(files), is_eager=True,
    ),
]  # fmt: skip


def _take(files: list[Path] | None) -> list[Path] | None:
    """Import what the user names here; no scenario and no folder of results can name a file to be run."""
    if files:
        from sfund_sim.experiments.own_parts import take

        take(files)
    return files


def one_of_both(reps: int | None, until: str | None, max_reps: int | None) -> int | None:
    """Replications to run: those asked for, or with ``--until`` the most; ScenarioError when both are given."""
    from sfund_sim.ground.errors import Problem, ScenarioError

    if until and reps is not None:
        raise ScenarioError([Problem("--reps", 0, 0, "give either --reps or --until (with --max-reps), not both",
                                     "--reps 与 --until（及 --max-reps）只能选其一")])  # fmt: skip
    if max_reps is not None and not until:
        raise ScenarioError([Problem("--max-reps", 0, 0, "it belongs to --until; use --reps without it",
                                     "须与 --until 同用；否则请用 --reps")])  # fmt: skip
    return max_reps if until else reps


def repeated(option: str, values: Sequence[object] | None) -> list[str]:
    """An option as it is typed, once a value."""
    return [word for value in values or () for word in (option, str(value))]


def settings(overrides: Sequence[str] | None, parts: Sequence[Path] | None) -> list[str]:
    """``--set`` and ``--part`` as they are typed."""
    return [*repeated("--set", overrides), *repeated("--part", parts)]


def typed(verb: str, given: Sequence[str], seed: int, options: Sequence[str] = ()) -> Callable[[int], str]:
    """The command that repeats an experiment from the same place, once its number of replications is known."""
    return lambda replications: shlex.join(
        ["sfund", verb, *given, "--reps", str(replications), "--seed", str(seed), *options]
    )


def language(lang: Lang | None) -> Lang:
    """The language asked for, or the one of the environment."""
    from sfund_sim.cli import language_of

    return lang or Lang(language_of([]))
