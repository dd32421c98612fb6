"""The tables of a class: one row a round, one row a bidder and round, as CSV text and in files that are whole."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator
from pathlib import Path

from sfund_sim.classroom.reckoning import RoundReckoning
from sfund_sim.classroom.rounds import Round
from sfund_sim.experiments.single_files import write_whole

Cell = str | int | float | bool | None

ROUND_COLUMNS = (
    "round", "format", "reserve", "increment", "seconds", "bidders", "bids", "extensions",
    "winner_seat", "price", "worth_to_winner", "profit", "efficient",
    "simulated_winner_seat", "simulated_price", "simulated_profit", "simulated_efficient",
    "theory_revenue", "theory_profit", "simulated_mean_revenue", "simulated_mean_profit",
)  # fmt: skip
"""Of each round: its terms, what people made of it, what simulated bidders made of the same values, and what is
expected. Money in the unit of the values; revenue is the price, 0 if unsold; theory is empty where it is silent."""
BID_COLUMNS = ("round", "format", "seat", "name", "told", "worth", "bid", "won", "price", "profit", "simulated_bid")
"""Of each bidder: ``told`` is its value or its signal, ``bid`` its last accepted one, ``price`` what it paid."""
_FORMULA = ("=", "+", "-", "@")
"""What a spreadsheet would take a nickname for a formula by."""


def rounds_csv(rounds: Iterable[Round]) -> str:
    """The table of rounds that are closed."""
    return _text(ROUND_COLUMNS, (_round_row(each, each.reckoning) for each in rounds if each.reckoning is not None))


def bids_csv(rounds: Iterable[Round], names: dict[int, str]) -> str:
    """The table of bidders in rounds that are closed; ``names`` are nicknames by seat."""
    closed = [(each, each.reckoning) for each in rounds if each.reckoning is not None]
    return _text(BID_COLUMNS, (row for each, reckoning in closed for row in _bid_rows(each, reckoning, names)))


def write_results(folder: Path, rounds: Iterable[Round], names: dict[int, str]) -> None:
    """Write both tables anew; each appears whole or stays as it was. OSError where that fails."""
    kept = list(rounds)
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / "bids.csv", bids_csv(kept, names).encode("utf-8-sig"))
    write_whole(folder / "rounds.csv", rounds_csv(kept).encode("utf-8-sig"))


def _round_row(each: Round, reckoning: RoundReckoning) -> Iterator[Cell]:
    yield from (each.number, each.terms.format, each.terms.reserve, each.terms.increment, each.terms.seconds)
    yield from (len(each.seats), len(each.bids), each.session.extensions)
    for outcome in (reckoning.people, reckoning.simulated):
        yield from (outcome.winner, outcome.price)
        yield from () if outcome is reckoning.simulated else (outcome.worth,)
        yield from (outcome.profit, outcome.efficient)
    expected = [reckoning.measures[name] for name in ("revenue", "profit")]
    yield from (measure.theory for measure in expected)
    yield from (measure.estimate.found for measure in expected)


def _bid_rows(each: Round, reckoning: RoundReckoning, names: dict[int, str]) -> Iterator[Iterable[Cell]]:
    people = reckoning.people
    for row, seat in enumerate(each.seats):
        name = names.get(seat, "")
        has_won = seat == people.winner
        yield (
            each.number,
            each.terms.format,
            seat,
            f"'{name}" if name.startswith(_FORMULA) else name,
            float(each.dealt.signals[row]),
            float(each.dealt.worth[row]),
            each.bids.get(seat),
            has_won,
            people.price if has_won else None,
            people.profit if has_won else 0.0,
            float(reckoning.simulated_bids[row]),
        )


def _text(columns: tuple[str, ...], rows: Iterable[Iterable[Cell]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    return out.getvalue()


def _cell(cell: Cell) -> Cell:
    """Missing as nothing, yes and no as 1 and 0, numbers with the digits that a spreadsheet keeps."""
    if cell is None or (isinstance(cell, float) and not math.isfinite(cell)):
        return ""
    if isinstance(cell, bool):
        return int(cell)
    return f"{cell:.10g}" if isinstance(cell, float) else cell
