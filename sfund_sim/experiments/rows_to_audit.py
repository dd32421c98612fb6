"""What an audit holds ledgers against, replication by replication: final holdings, and the exits that were sales."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple, TypeVar

from sfund_sim.ground.errors import OutputError
from sfund_sim.outcomes.register_books import Held, Sold

_HOLDINGS = ("rep", "holding_id", "fund_id", "owner_id", "share_units")
_EXITS = ("rep", "exit_id", "sold", "fund_id", "lp_id", "buyer_id", "share_units", "end_date", "price_cny")

UNREADABLE = (OSError, ValueError, KeyError, TypeError, ArithmeticError, csv.Error)
"""What reading a table raises when it is not there or altered."""

T = TypeVar("T")


class _Row(NamedTuple):
    rep: int
    name: str
    told: object


def final_holdings(path: Path | None, replications: Sequence[int]) -> Iterator[Mapping[str, Held]]:
    """Who holds what at the end of each of the replications, which ascend; by the name of the holding.

    The table, CSV or Parquet, is read once from front to back, and one replication of it is held in memory. There is
    nothing from where it cannot be read, and from none.
    """
    return _by_replication(path, _HOLDINGS, _holding, Held, replications)


def final_sales(path: Path | None, replications: Sequence[int]) -> Iterator[Mapping[str, Sold]]:
    """What was sold in each of the replications, by the name of the exit; read like ``final_holdings``.

    Sold is here what has passed to a buyer, though a rest of the price be due: that exit is still open, without a day.
    """
    return _by_replication(path, _EXITS, _sale, Sold, replications)


def _by_replication(
    path: Path | None,
    columns: tuple[str, ...],
    read: Callable[..., _Row],
    kind: type[T],
    replications: Sequence[int],
) -> Iterator[Mapping[str, T]]:
    groups = groupby(_readable(path, columns, read) if path else (), key=lambda row: row.rep)
    at, rows = next(groups, (0, iter(())))
    for wanted in replications:
        while 0 < at < wanted:
            at, rows = next(groups, (0, iter(())))
        found = {row.name: row.told for row in rows} if at == wanted else {}
        yield {name: told for name, told in found.items() if isinstance(told, kind)}


def _holding(rep: object, holding: object, fund: object, owner: object, units: object) -> _Row:
    return _Row(int(str(rep)), str(holding), Held(_on_one_line(fund), _on_one_line(owner), int(str(units))))


def _sale(rep: object, exit: object, is_sold: object, *facts: object) -> _Row:
    number, is_paid = int(str(rep)), int(str(is_sold))
    fund, seller, buyer, units, date, price = facts
    if not is_paid and buyer in ("", None):
        return _Row(number, str(exit), None)
    return _Row(
        number,
        str(exit),
        Sold(
            fund=_on_one_line(fund),
            seller=_on_one_line(seller),
            buyer=_on_one_line(buyer),
            units=int(str(units)),
            date=str(date) if is_paid else "",
            fen=round(float(str(price)) * 100.0),
        ),
    )


def _on_one_line(name: object) -> str:
    """A name as it stands in a ledger."""
    return " ".join(str(name).split())


def _readable(path: Path, columns: tuple[str, ...], read: Callable[..., _Row]) -> Iterator[_Row]:
    try:
        for row in cells(path, columns):
            yield read(*row)
    except UNREADABLE:
        return


def cells(path: Path, columns: Sequence[str]) -> Iterator[Sequence[object]]:
    """The cells of some columns of a table, row by row, CSV or Parquet; UNREADABLE is what it may raise."""
    return _parquet(path, columns) if path.suffix == ".parquet" else _csv(path, columns)


def _csv(path: Path, columns: Sequence[str]) -> Iterator[Sequence[object]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        heading = next(rows, [])
        places = [heading.index(name) for name in columns]
        for row in rows:
            if len(row) != len(heading):
                raise ValueError(row)
            yield [row[place] for place in places]


def _parquet(path: Path, columns: Sequence[str]) -> Iterator[Sequence[object]]:
    try:
        import pyarrow.parquet as pq
    except ImportError:
        raise OutputError(
            f'{path} cannot be read without pyarrow: pip install "sfund-sim[export]"',
            f'没有 pyarrow，无法读取 {path}：pip install "sfund-sim[export]"',
        ) from None

    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(columns=list(columns)):
            yield from zip(*(batch.column(name).to_pylist() for name in columns), strict=True)
