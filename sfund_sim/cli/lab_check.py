"""``sfund lab check``: run cases with known answers, print every one, and say how it went."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sfund_sim.cli.lab_options import FAILED, Flag, SeedOption, wrong_input
from sfund_sim.cli.options import LangOption
from sfund_sim.cli.progress import progress

if TYPE_CHECKING:
    from sfund_sim.lab.check import Verdict


def check(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="Case file (default: the published set).")] = None,
    *,
    own: Annotated[bool, Flag("--own", help="Run our own few cases as well as the published set.")] = False,
    reps: Annotated[int, Flag("--reps", min=100, help="Replications of simulated cases.")] = 1_000_000,
    seed: SeedOption = 1,
    workers: Annotated[int | None, Flag("--workers", min=1, help="Processes (default: one a processor).")] = None,
    out: Annotated[Path | None, Flag("--out", help="Results to write: a JSON list of id, found, se and z.")] = None,
    page: Annotated[Path | None, Flag("--page", help="Page to write for readers (Markdown).")] = None,
    lang: LangOption = None,
) -> None:
    """Hold the market's mechanisms against known results; exit code 1 if one of them fails."""
    from sfund_sim.lab.cases import OWN, PUBLISHED, read_cases, shipped
    from sfund_sim.lab.check import check as answers
    from sfund_sim.lab.page import verification_page

    with wrong_input(context):
        sets = [shipped(PUBLISHED) if file is None else read_cases(file)] + ([shipped(OWN)] if own else [])
        cases = [case for given in sets for case in given.cases]
        processes = workers or os.cpu_count() or 1
        with progress("cases", len(cases)) as told:
            verdicts = answers(cases, replications=reps, seed=seed, workers=processes, answered=told)
    _print_cases(verdicts)
    _print_families(verdicts)
    if out is not None:
        out.write_text(_json(verdicts), "utf-8")
    if page is not None:
        page.write_text(verification_page(verdicts, sets, replications=reps, seed=seed), "utf-8")
    failed = [verdict.case.id for verdict in verdicts if not verdict.passed]
    numbers = str(len(sets[0].cases)) + (f" published and {len(sets[1].cases)} of our own" if own else "")
    typer.echo(_total(numbers, failed, f"{reps:,} replications, seed {seed}"))
    if failed:
        raise typer.Exit(FAILED)


def _print_cases(verdicts: Sequence[Verdict]) -> None:
    typer.echo(f"{'case':<9} {'expected':>16} {'found':>16} {'s.e.':>11} {'z':>7}  verdict  quantity")
    for verdict in verdicts:
        error = "exact" if verdict.se is None else f"{verdict.se:.4g}"
        off = "" if verdict.z is None else f"{verdict.z:.2f}"
        word = "ok" if verdict.passed else "FAILED"
        case = verdict.case
        numbers = f"{case.expected:>16.10g} {verdict.found:>16.10g} {error:>11} {off:>7}"
        typer.echo(f"{case.id:<9} {numbers}  {word:<7}  {case.quantity}")


def _print_families(verdicts: Sequence[Verdict]) -> None:
    typer.echo("")
    for family in dict.fromkeys(verdict.case.family for verdict in verdicts):
        own = [verdict for verdict in verdicts if verdict.case.family == family]
        passed = sum(verdict.passed for verdict in own)
        largest = max((abs(verdict.z) for verdict in own if verdict.z is not None), default=None)
        told = "computed" if largest is None else f"largest |z| {largest:.2f}"
        typer.echo(f"{family}  {'ok' if passed == len(own) else 'FAILED':<6}  {passed} of {len(own)} points, {told}")


def _json(verdicts: Sequence[Verdict]) -> str:
    rows = [{"id": one.case.id, "found": _number(one.found), "se": _number(one.se), "z": one.z} for one in verdicts]
    return json.dumps(rows, indent=1, allow_nan=False) + "\n"


def _number(number: float | None) -> float | None:
    """The number, null where it is none: JSON has no word for NaN or infinity."""
    return number if number is not None and isfinite(number) else None


def _total(numbers: str, failed: list[str], setting: str) -> str:
    """One line in total."""
    if not failed:
        return f"all {numbers} cases pass at 4 standard errors ({setting})"
    return f"{len(failed)} of {numbers} cases FAILED ({setting}): {', '.join(failed[:10])}"
