"""An exit with and without a change of rules, side by side: a short table, then both stories."""

from __future__ import annotations

from datetime import timedelta

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sfund_sim.experiments.counterfactual import Counterfactual
from sfund_sim.experiments.retelling import Retold
from sfund_sim.ground.columns import MISSING
from sfund_sim.ground.errors import Language
from sfund_sim.report.narrative import Narrator, money
from sfund_sim.report.terminal import wrapped
from sfund_sim.report.terminal_table import COLUMNS
from sfund_sim.report.words import NO_VALUE, comma, phrase, word
from sfund_sim.terms import Ending, Route


def print_counterfactual(found: Counterfactual, *, language: Language, console: Console) -> None:
    """Print what changed, both outcomes side by side in at most 80 columns, and both stories in full."""
    rule = phrase("counterfactual_rule", language, changes=comma(language).join(found.changes))
    console.print(Text(wrapped(rule), style="bold"))
    console.print(_table(found, language))
    if found.match is None:
        _tell_gone(found, language, console)
    _tell("counterfactual_was", found.before, found.row, (language, console))
    if found.match is not None:
        _tell("counterfactual_is", found.after, found.match, (language, console))


def story_of(retold: Retold, row: int, language: Language) -> list[str]:
    """The story of an exit, a line an event, with the dated changes of rules that it lived through."""
    start = retold.scenario.horizon.start
    changes = tuple(((change.on - start).days, change.reason(language)) for change in retold.scenario.changes())
    return Narrator(retold.journal, start, language, changes).story(row)


def facts(retold: Retold, row: int | None, language: Language) -> dict[str, str]:
    """What an exit came to, by the label of each fact; dashes when there is none."""
    names = ("route", "ending", "days", "price", "nav", "ratio", "bidders", "listings")
    if row is None:
        return {f"counterfactual_{name}": NO_VALUE for name in names}
    exit = retold.journal.exits[row]
    is_priced = exit.price != MISSING
    values = (
        word("route", Route(exit.route).label, language),
        word("ending", Ending(exit.ending).label, language),
        f"{exit.ended - exit.wished:,}",
        money(exit.price, language) if is_priced else NO_VALUE,
        money(exit.nav, language) if exit.nav != MISSING else NO_VALUE,
        f"{exit.price / exit.nav:.1%}" if is_priced and exit.nav > 0 else NO_VALUE,
        NO_VALUE if exit.bidders == MISSING else str(exit.bidders),
        str(exit.listings),
    )
    return {f"counterfactual_{name}": value for name, value in zip(names, values, strict=True)}


def _table(found: Counterfactual, language: Language) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, width=COLUMNS)
    for heading in ("", phrase("counterfactual_was", language), phrase("counterfactual_is", language)):
        table.add_column(heading, ratio=1)
    before, after = facts(found.before, found.row, language), facts(found.after, found.match, language)
    for label, value in before.items():
        table.add_row(phrase(label, language), value, after[label])
    return table


def _tell_gone(found: Counterfactual, language: Language, console: Console) -> None:
    console.print(Text(wrapped(phrase("counterfactual_gone", language))))
    if found.other_days:
        start = found.after.scenario.horizon.start
        days = comma(language).join((start + timedelta(days=day)).isoformat() for day in found.other_days)
        console.print(Text(wrapped(phrase("counterfactual_other", language, days=days))))


def _tell(heading: str, retold: Retold, row: int, how: tuple[Language, Console]) -> None:
    language, console = how
    console.print(Text(f"\n{phrase(heading, language)}", style="bold"))
    for line in story_of(retold, row, language):
        console.print(Text(line), width=max(console.width, COLUMNS), soft_wrap=True)
