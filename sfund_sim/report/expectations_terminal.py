"""Sellers' expectations beside what the market makes of them, as tables on the terminal and as plain data."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from sfund_sim.experiments.expecting import SETTLED
from sfund_sim.ground.errors import Language
from sfund_sim.outcomes.expectations import Compared
from sfund_sim.outcomes.intervals import Estimate
from sfund_sim.report.terminal import wrapped
from sfund_sim.report.terminal_table import print_table, width_of
from sfund_sim.report.words import NO_VALUE, comma, phrase

if TYPE_CHECKING:
    from sfund_sim.experiments.expecting import Settled


def print_expectations(settled: Settled, name: str, *, language: Language, console: Console) -> None:
    """Print what was believed, found, set and then found; and how often sales were expected and made in the end."""
    first, last = settled.looks[0], settled.looks[-1]
    many = len(settled.looks) > 1
    headings = [phrase(label, language) for label in ("expects_name", "expects_scenario", "expects_made")]
    headings += [phrase("expects_set", language), phrase("expects_made_then", language)] if many else []
    rows = []
    for field in first.made:
        row = [field, _number(getattr(first.believed, field)), _interval(first.made[field])]
        row += [_number(getattr(last.believed, field)), _number(last.made[field].value)] if many else []
        rows.append(row)
    title = phrase("expects_title", language, scenario=name, n=settled.replications, seed=settled.seed)
    print_table(console, title, headings, rows)
    headings = [phrase(label, language) for label in ("expects_of_what", "expects_expected", "expects_made")]
    told = [[what(row, language), _interval(row.expected, 100), _interval(row.made, 100)] for row in last.chances]
    print_table(console, phrase("expects_chances", language), headings, told)
    for line in _notes(settled, language):
        console.print(Text(wrapped(line, width_of(console))))


def what(row: Compared, language: Language) -> str:
    """Of which sellers, and of what: other sellers, first rounds with a floor of 50 to 60 % of NAV."""
    sellers = phrase("state_sellers" if row.is_state else "other_sellers", language)
    label = f"expects_{row.what}"
    if row.what == "floor" and math.isinf(row.high):
        label = "expects_floor_above"
    ends = {} if math.isnan(row.low) else {"low": f"{100 * row.low:.0f}", "high": f"{100 * row.high:.0f}"}
    return sellers + comma(language) + phrase(label, language, **ends)


def _notes(settled: Settled, language: Language) -> list[str]:
    first, rounds, off = settled.looks[0], len(settled.looks) - 1, settled.looks[-1].off
    told = comma(language).join(f"{field} {away:+.3f}" for field, away in off.items())
    label = "expects_are_settled" if not off else "expects_not_settled" if rounds else "expects_off"
    notes = [phrase(label, language, n=rounds, off=told, most=SETTLED)]
    if kept := [field for field in first.made if field not in settled.set_anew]:
        notes.append(phrase("expects_kept", language, fields=comma(language).join(kept)))
    return notes


def _number(value: float) -> str:
    return NO_VALUE if math.isnan(value) else f"{value:.3f}"


def _interval(found: Estimate, times: int = 1) -> str:
    """A number with its interval; in per cent where ``times`` is 100."""
    digits = 3 if times == 1 else 1
    middle, low, high = (NO_VALUE if math.isnan(each) else f"{each * times:.{digits}f}"
                         for each in (found.value, found.low, found.high))  # fmt: skip
    return middle if math.isnan(found.low) else f"{middle} [{low}, {high}]"


def expectations_json(settled: Settled) -> dict[str, Any]:
    """All of it as plain data; missing numbers are null."""
    looks = [
        {
            "believed": {field: getattr(look.believed, field) for field in look.made},
            "made": {field: _plain(one) for field, one in look.made.items()},
            "chances": [_compared(row) for row in look.chances],
        }
        for look in settled.looks
    ]
    numbers = {"replications": settled.replications, "seed": settled.seed, "settled": settled.is_settled}
    return {**numbers, "expectations": settled.set_anew, "looks": looks}


def _compared(row: Compared) -> dict[str, Any]:
    floors = {"floor_from": _finite(row.low), "floor_to": _finite(row.high)}
    ends = {"expected": _plain(row.expected), "made": _plain(row.made)}
    return {"is_state": row.is_state, "what": row.what, **floors, **ends}


def _plain(found: Estimate) -> dict[str, float | None]:
    return {"estimate": _finite(found.value), "low": _finite(found.low), "high": _finite(found.high)}


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None
