"""``sfund lab check``: run cases with known answers, print every one, and say how it went."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from functools import partial
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sfund_sim.cli.lab_options import FAILED, WRONG_INPUT, Flag, SeedOption, wide, wrong_input
from sfund_sim.cli.options import LangOption, language
from sfund_sim.cli.progress import progress

if TYPE_CHECKING:
    from sfund_sim.ground.errors import Language
    from sfund_sim.lab.check import Checked

Say = Callable[..., str]
"""English words, with values, in the reader's language."""


def check(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="Case file (default: the published set).")] = None,
    *,
    own: Annotated[bool, Flag("--own", help="Run our own few cases as well as the published set.")] = False,
    reps: Annotated[int, Flag("--reps", min=100, help="Replications of simulated cases.")] = 1_000_000,
    seed: SeedOption = 1,
    workers: Annotated[int | None, Flag("--workers", min=1, help="Processes (default: one a processor).")] = None,
    out: Annotated[
        Path | None, Flag("--out", help="Results to write: a JSON list of id, found, se, z, verdict.")
    ] = None,
    page: Annotated[Path | None, Flag("--page", help="Page to write for readers (Markdown).")] = None,
    lang: LangOption = None,
) -> None:
    """Hold the market's mechanisms against known results.

    Exit code 1 if a case fails, 2 if none fails but the lab cannot answer some: those are refused, with reasons.
    """
    from sfund_sim.experiments.single_files import write_named
    from sfund_sim.lab.cases import OWN, PUBLISHED, read_cases, shipped
    from sfund_sim.lab.check import check as answers
    from sfund_sim.lab.page import verification_page
    from sfund_sim.report.lab_words import lab_words

    with wrong_input(context):
        sets = [shipped(PUBLISHED) if file is None else read_cases(file)] + ([shipped(OWN)] if own else [])
        cases = [case for given in sets for case in given.cases]
        processes = workers or os.cpu_count() or 1
        say = partial(lab_words, language=language(lang).value)
        with progress(say("cases"), len(cases)) as told:
            verdicts = answers(cases, replications=reps, seed=seed, workers=processes, answered=told)
    _print_cases(verdicts, language(lang).value, say)
    _print_families(verdicts, say)
    if out is not None:
        write_named(out, _json(verdicts))
    if page is not None:
        write_named(page, verification_page(verdicts, sets, replications=reps, seed=seed))
    numbers = say("{n} published and {own} of our own", n=len(sets[0].cases), own=len(sets[1].cases)) if own else ""
    setting = say("{reps} replications, seed {seed}", reps=f"{reps:,}", seed=seed)
    typer.echo(_total(numbers or str(len(cases)), verdicts, setting, say))
    if any(verdict.failed for verdict in verdicts):
        raise typer.Exit(FAILED)
    if any(verdict.refusal for verdict in verdicts):
        raise typer.Exit(WRONG_INPUT)


def _print_cases(verdicts: Sequence[Checked], language: Language, say: Say) -> None:
    heads = (wide(say(head), width) for head, width in (("expected", 16), ("found", 16), ("s.e.", 11), ("z", 7)))
    typer.echo(f"{wide(say('case'), -9)} {' '.join(heads)}  {wide(say('verdict'), -7)}  {say('quantity')}")
    for verdict in verdicts:
        case = verdict.case
        if verdict.refusal is not None:
            expected = f"{case.expected:.10g}" if isfinite(case.expected) else ""
            blank = f"{expected:>16} {'':>16} {'':>11} {'':>7}"
            typer.echo(f"{case.id:<9} {blank}  {wide(say('refused'), -7)}  {verdict.refusal.text(language)}")
            continue
        error = say("exact") if verdict.se is None else f"{verdict.se:.4g}"
        off = "" if verdict.z is None else f"{verdict.z:.2f}"
        numbers = f"{case.expected:>16.10g} {verdict.found:>16.10g} {wide(error, 11)} {off:>7}"
        word = wide(say("FAILED" if verdict.failed else "ok"), -7)
        typer.echo(f"{case.id:<9} {numbers}  {word}  {case.quantity}")


def _print_families(verdicts: Sequence[Checked], say: Say) -> None:
    typer.echo("")
    for family in dict.fromkeys(verdict.case.family for verdict in verdicts):
        own = [verdict for verdict in verdicts if verdict.case.family == family]
        answered = [verdict for verdict in own if verdict.refusal is None]
        passed = sum(verdict.passed for verdict in answered)
        word = "refused" if not answered else "ok" if passed == len(answered) else "FAILED"
        largest = max((abs(verdict.z) for verdict in answered if verdict.z is not None), default=None)
        told = [say("{passed} of {n} points", passed=passed, n=len(own))]
        if answered:
            told += [say("computed") if largest is None else say("largest |z| {z}", z=f"{largest:.2f}")]
        told += [say("{n} refused", n=len(own) - len(answered))] if len(own) > len(answered) else []
        typer.echo(f"{family}  {wide(say(word), -7)}  {say(', ').join(told)}")


def _json(verdicts: Sequence[Checked]) -> str:
    return json.dumps([_row(one) for one in verdicts], indent=1, allow_nan=False, ensure_ascii=False) + "\n"


def _row(one: Checked) -> dict[str, str | float | None]:
    """One case in JSON; ``reason`` only where it was refused."""
    numbers = {"id": one.case.id, "found": _number(one.found), "se": _number(one.se), "z": one.z}
    if one.refusal is not None:
        return numbers | {"verdict": "refused", "reason": one.refusal.text()}
    return numbers | {"verdict": "failed" if one.failed else "passed"}


def _number(number: float | None) -> float | None:
    """The number, null where it is none: JSON has no word for NaN or infinity."""
    return number if number is not None and isfinite(number) else None


def _total(numbers: str, verdicts: Sequence[Checked], setting: str, say: Say) -> str:
    """One line in total."""
    failed = [verdict.case.id for verdict in verdicts if verdict.failed]
    refused = [verdict.case.id for verdict in verdicts if verdict.refusal is not None]
    if not failed and not refused:
        return say("all {numbers} cases pass at 4 standard errors ({setting})", numbers=numbers, setting=setting)
    told = [
        say(words, n=len(ids), numbers=numbers, setting=setting, ids=say(", ").join(ids[:10]))
        for words, ids in (
            ("{n} of {numbers} cases FAILED ({setting}): {ids}", failed),
            ("{n} of {numbers} cases refused ({setting}): {ids}", refused),
        )
        if ids
    ]
    return "\n".join(told)
