"""``sfund lab check``: run cases with known answers, print every one, and say how it went."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sfund_sim.cli.lab_options import FAILED, WRONG_INPUT, Flag, SeedOption, wrong_input
from sfund_sim.cli.options import Lang, LangOption, language
from sfund_sim.cli.progress import progress

if TYPE_CHECKING:
    from sfund_sim.ground.errors import Language
    from sfund_sim.lab.check import Checked


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

    with wrong_input(context):
        sets = [shipped(PUBLISHED) if file is None else read_cases(file)] + ([shipped(OWN)] if own else [])
        cases = [case for given in sets for case in given.cases]
        processes = workers or os.cpu_count() or 1
        with progress("cases", len(cases)) as told:
            verdicts = answers(cases, replications=reps, seed=seed, workers=processes, answered=told)
    is_chinese = language(lang) == Lang.ZH
    _print_cases(verdicts, "zh" if is_chinese else "en")
    _print_families(verdicts)
    if out is not None:
        write_named(out, _json(verdicts))
    if page is not None:
        write_named(page, verification_page(verdicts, sets, replications=reps, seed=seed))
    numbers = str(len(sets[0].cases)) + (f" published and {len(sets[1].cases)} of our own" if own else "")
    typer.echo(_total(numbers, verdicts, f"{reps:,} replications, seed {seed}"))
    if any(verdict.failed for verdict in verdicts):
        raise typer.Exit(FAILED)
    if any(verdict.refusal for verdict in verdicts):
        raise typer.Exit(WRONG_INPUT)


def _print_cases(verdicts: Sequence[Checked], language: Language) -> None:
    typer.echo(f"{'case':<9} {'expected':>16} {'found':>16} {'s.e.':>11} {'z':>7}  verdict  quantity")
    for verdict in verdicts:
        case = verdict.case
        if verdict.refusal is not None:
            blank = f"{case.expected:>16.10g} {'':>16} {'':>11} {'':>7}"
            typer.echo(f"{case.id:<9} {blank}  refused  {verdict.refusal.text(language)}")
            continue
        error = "exact" if verdict.se is None else f"{verdict.se:.4g}"
        off = "" if verdict.z is None else f"{verdict.z:.2f}"
        numbers = f"{case.expected:>16.10g} {verdict.found:>16.10g} {error:>11} {off:>7}"
        typer.echo(f"{case.id:<9} {numbers}  {'FAILED' if verdict.failed else 'ok':<7}  {case.quantity}")


def _print_families(verdicts: Sequence[Checked]) -> None:
    typer.echo("")
    for family in dict.fromkeys(verdict.case.family for verdict in verdicts):
        own = [verdict for verdict in verdicts if verdict.case.family == family]
        answered = [verdict for verdict in own if verdict.refusal is None]
        passed = sum(verdict.passed for verdict in answered)
        word = "refused" if not answered else "ok" if passed == len(answered) else "FAILED"
        largest = max((abs(verdict.z) for verdict in answered if verdict.z is not None), default=None)
        told = [] if not answered else ["computed" if largest is None else f"largest |z| {largest:.2f}"]
        told += [f"{len(own) - len(answered)} refused"] if len(own) > len(answered) else []
        typer.echo(f"{family}  {word:<7}  {passed} of {len(own)} points, {', '.join(told)}")


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


def _total(numbers: str, verdicts: Sequence[Checked], setting: str) -> str:
    """One line in total."""
    failed = [verdict.case.id for verdict in verdicts if verdict.failed]
    refused = [verdict.case.id for verdict in verdicts if verdict.refusal is not None]
    if not failed and not refused:
        return f"all {numbers} cases pass at 4 standard errors ({setting})"
    told = [
        f"{len(ids)} of {numbers} cases {word} ({setting}): {', '.join(ids[:10])}"
        for word, ids in (("FAILED", failed), ("refused", refused))
        if ids
    ]
    return "\n".join(told)
