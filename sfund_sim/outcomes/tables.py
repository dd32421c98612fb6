"""The tidy tables of a run: one row an exit, listing, bid, stage, vote, fund, holding, use of money, replication."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from sfund_sim.ground.calendar import DAYS_A_YEAR
from sfund_sim.ground.columns import MISSING
from sfund_sim.outcomes.columns import (
    Column,
    Reader,
    categories,
    days_between,
    flag,
    for_pandas,
    is_text,
    price_ratio,
    ratio,
    row_names,
    whole,
    words,
    yuan,
)
from sfund_sim.outcomes.exit_table import STATE_KINDS, exit_columns
from sfund_sim.outcomes.run_info import Arrays, ReplicationRecord, RunInfo, period_numbers
from sfund_sim.terms import (
    FundState,
    GpKind,
    ListingEnding,
    LpKind,
    Regime,
    Stage,
    Strategy,
    Use,
)

Tables = dict[str, pd.DataFrame]
SUMMARY_TABLES = ("exits", "listings", "votes", "funds", "recycling", "runs")
"""Tables from which outcomes are taken, and nearly all figures drawn; the others are only written."""
_READ = {"exit_id", "listing_date", "disclosure_date", "end_date", "entered_date", "left_date"}
"""Names and dates that outcomes and figures read; the others are only written."""
_GROUPED = {"home_venue_id", "venue_id"}
"""Names by which outcomes are grouped."""
_ON_REQUEST = {"fund_quarters"}
"""Tables that only some runs have."""
_COUNTED = {"exits": "ending", "listings": "ending", "bids": "bid", "votes": "fund", "funds": "fund"}


def joined(parts: Iterable[Tables]) -> Tables:
    """Tables of several replications, one below the other in the order given."""
    listed = list(parts)
    if len(listed) == 1:
        return listed[0]
    return {name: pd.concat([part[name] for part in listed], ignore_index=True) for name in listed[0]}


def replication_tables(info: RunInfo, record: ReplicationRecord) -> Tables:
    """All tables of one replication."""
    return {name: frame_of(columns) for name, columns in written_tables(info, record)}


def summary_tables(info: RunInfo, record: ReplicationRecord) -> Tables:
    """The tables that summary and report need, without names that neither reads."""
    return _read_tables(info, record, SUMMARY_TABLES.__contains__)


def stage_table(info: RunInfo, record: ReplicationRecord) -> pd.DataFrame:
    """The table of stages, for the figure of one exit."""
    return _read_tables(info, record, "stages".__eq__)["stages"]


def _read_tables(info: RunInfo, record: ReplicationRecord, wanted: Callable[[str], bool]) -> Tables:
    """Tables made quickly: texts stay the objects they are, rows share them."""
    return {name: frame_of(_read(columns), "object") for name, columns in written_tables(info, record, wanted)}


def _read(columns: Mapping[str, Column]) -> dict[str, Column]:
    """Those of the columns that are read, names that make groups as words."""
    read = {word: each for word, each in columns.items() if word in _READ | _GROUPED or not is_text(each)}
    return {word: categories(each.codes, each.names.texts) if word in _GROUPED else each for word, each in read.items()}


def frame_of(columns: Mapping[str, Column], text: str | None = None) -> pd.DataFrame:
    """A table as pandas knows it, its texts of the dtype given (None: pandas' own)."""
    return pd.DataFrame({word: for_pandas(column, text) for word, column in columns.items()})


def written_tables(
    info: RunInfo, record: ReplicationRecord, wanted: Callable[[str], bool] = bool
) -> Iterator[tuple[str, dict[str, Column]]]:
    """Name and columns of each table of one replication, or of those wanted, one after the other."""
    reader = Reader(info, record.replication)
    for name, make in _TABLES.items():
        if wanted(name) and (name not in _ON_REQUEST or name in record.arrays):
            yield name, make(reader, record)


def _listings(reader: Reader, arrays: Arrays) -> dict[str, Column]:
    rows, exits = arrays["listings"], arrays["exits"]
    count, of = rows["ending"].size, rows["exit"]
    price, nav, units = yuan(rows["price"]), yuan(rows["nav"]), exits["units"][of]
    last_day = np.where(rows["closed"] == MISSING, reader.info.horizon_days - 1, rows["closed"])
    sold = rows["ending"] == ListingEnding.SOLD
    periods = reader.info.periods
    return {
        **reader.key(count),
        "listing_id": row_names("L", reader.replication, np.arange(count)),
        "exit_id": row_names("X", reader.replication, of),
        "wish_id": row_names("W", reader.replication, exits["wish"][of]),
        "fund_id": reader.fund(exits["fund"][of]),
        "lp_kind": words(exits["lp_kind"][of], LpKind),
        "is_state": flag(np.isin(exits["lp_kind"][of], STATE_KINDS)),
        "regime": words(exits["regime"][of], Regime),
        "period": categories(period_numbers(exits["wished"][of], periods), [period.name for period in periods]),
        "round": rows["round"],
        "venue_id": reader.venue(rows["venue"]),
        "filing_date": reader.date(rows["filed"]),
        "publication_date": reader.date(rows["published"]),
        "disclosure_date": reader.date(rows["disclosed"]),
        "closing_date": reader.date(rows["closed"]),
        "listing_ending": words(rows["ending"], ListingEnding),
        "closed": flag(rows["ending"] != ListingEnding.OPEN),
        "sold": flag(sold),
        "days_on_market": last_day - rows["filed"],
        "floor_cny": yuan(rows["floor"]),
        "appraisal_cny": yuan(rows["appraisal"]),
        "nav_cny": nav,
        "price_cny": price,
        "runner_up_cny": yuan(rows["runner_up"]),
        "best_bid_to_floor": price_ratio(yuan(rows["best_bid"]), yuan(rows["floor"]), units),
        "price_to_nav": price_ratio(price, nav, units),
        "floor_to_nav": price_ratio(yuan(rows["floor"]), nav, units),
        **{name: whole(rows[name]) for name in ("invited", "engaged", "ready", "bidders")},
        "due_diligence_cny": yuan(rows["due_diligence"]),
        "efficient": whole(rows["efficient"]),
        "leaked": whole(rows["leaked"]),
        "buyer_id": reader.investor(rows["winner"]),
        "buyer_kind": reader.buyer_kind(rows["winner"]),
        "taken_by_id": reader.investor(rows["taker"]),
    }


def _bids(reader: Reader, arrays: Arrays) -> dict[str, Column]:
    rows, listings = arrays["bids"], arrays["listings"]
    of = rows["listing"]
    units = arrays["exits"]["units"][listings["exit"][of]]
    return {
        **reader.key(of.size),
        "listing_id": row_names("L", reader.replication, of),
        "exit_id": row_names("X", reader.replication, listings["exit"][of]),
        "buyer_id": reader.investor(rows["buyer"]),
        "buyer_kind": reader.buyer_kind(rows["buyer"]),
        "bid_date": reader.date(rows["day"]),
        "buyer_value_cny": yuan(rows["value"]),
        "bid_cny": yuan(rows["bid"]),
        "bid_to_nav": price_ratio(yuan(rows["bid"]), yuan(listings["nav"][of]), units),
        "won": whole(rows["won"]),
    }


def _stages(reader: Reader, arrays: Arrays) -> dict[str, Column]:
    rows = arrays["stages"]
    return {
        **reader.key(rows["exit"].size),
        "exit_id": row_names("X", reader.replication, rows["exit"]),
        "round": rows["round"],
        "stage": words(rows["stage"], Stage),
        "entered_date": reader.date(rows["entered"]),
        "left_date": reader.date(rows["left"]),
        "stage_days": days_between(rows["entered"], rows["left"]),
    }


def _votes(reader: Reader, arrays: Arrays) -> dict[str, Column]:
    rows = arrays["votes"]
    return {
        **reader.key(rows["fund"].size),
        "fund_id": reader.fund(rows["fund"]),
        "vote_date": reader.date(rows["day"]),
        "share_in_favour": rows["rule_share"],
        **{name: whole(rows[name]) for name in ("in_favour", "partners", "barred", "carried")},
    }


def _funds(reader: Reader, arrays: Arrays) -> dict[str, Column]:
    rows = arrays["funds"]
    paid_in, distributed, nav = yuan(rows["paid_in"]), yuan(rows["distributed"]), yuan(rows["nav_true"])
    # A term that ends after the run is written down as its last day.
    past_term = (rows["term_end"] != MISSING) & (rows["term_end"] < reader.info.horizon_days - 1)
    counted = ("extensions", "forced", "partners", "companies", "ipos", "trade_sales", "buybacks", "write_offs")
    return {
        **reader.key(rows["fund"].size),
        "fund_id": reader.fund(rows["fund"]),
        "strategy": words(rows["strategy"], Strategy),
        "gp_kind": words(rows["gp_kind"], GpKind),
        "home_venue_id": reader.venue(rows["venue"]),
        "vintage_date": reader.date(rows["vintage"]),
        "term_end_date": reader.date(rows["term_end"]),
        "end_date": reader.date(rows["ended"]),
        "fund_state": words(rows["state"], FundState),
        "age_years": (reader.info.horizon_days - 1 - rows["vintage"]) / DAYS_A_YEAR,
        "past_term": flag(past_term),
        "alive": flag((rows["state"] != FundState.ENDED) & (rows["state"] != FundState.UNBORN)),
        "commitment_cny": yuan(rows["commitment"]),
        "paid_in_cny": paid_in,
        "distributed_cny": distributed,
        "nav_true_cny": nav,
        "nav_reported_cny": yuan(rows["nav_reported"]),
        "dpi": ratio(distributed, paid_in),
        "tvpi": ratio(distributed + nav, paid_in),
        **{name: whole(rows[name]) for name in counted},
    }


def _holdings(reader: Reader, arrays: Arrays) -> dict[str, Column]:
    rows = arrays["holdings"]
    return {
        **reader.key(rows["holding"].size),
        "holding_id": row_names("H", reader.replication, rows["holding"]),
        "fund_id": reader.fund(rows["fund"]),
        "owner_id": reader.investor(rows["owner"]),
        "owner_kind": reader.owner_kind(rows["owner"]),
        "share_units": whole(rows["units"]),
        "paid_in_cny": yuan(rows["paid_in"]),
        "distributed_cny": yuan(rows["distributed"]),
    }


def _recycling(reader: Reader, arrays: Arrays) -> dict[str, Column]:
    rows = arrays["recycling"]
    return {
        **reader.key(rows["exit"].size),
        "exit_id": row_names("X", reader.replication, rows["exit"]),
        "lp_id": reader.lp(rows["lp"]),
        "lp_kind": words(rows["lp_kind"], LpKind),
        "is_state": flag(np.isin(rows["lp_kind"], STATE_KINDS)),
        "regime": words(arrays["exits"]["regime"][rows["exit"]], Regime),
        "use_date": reader.date(rows["day"]),
        "use": words(rows["use"], Use),
        "amount_cny": yuan(rows["amount"]),
        "companies_financed": rows["companies"],
    }


_FLOWS = ("called", "distributed", "called_to_date", "distributed_to_date")


def _fund_quarters(reader: Reader, arrays: Arrays) -> dict[str, Column]:
    rows = arrays["fund_quarters"]
    return {
        **reader.key(rows["fund"].size),
        "fund_id": reader.fund(rows["fund"]),
        "quarter_end_date": reader.date(rows["ends"]),
        "report_date": reader.date(rows["published"]),
        "fund_state": words(rows["state"], FundState),
        **{f"unit_{name}_cny": yuan(rows[name]) for name in _FLOWS},
        "unit_nav_true_cny": rows["nav_true"],
        "unit_nav_reported_cny": rows["nav_reported"],
    }


def _runs(reader: Reader, record: ReplicationRecord) -> dict[str, Any]:
    info = reader.info
    totals = {f"{name}_rows": record.arrays[name][column].size for name, column in _COUNTED.items()}
    return {
        **reader.key(1),
        "seed": [info.seed],
        "scenario_hash": [info.scenario_hash],
        "version": [info.version],
        "start_date": [info.start_date.isoformat()],
        "horizon_days": [info.horizon_days],
        **{name: [value] for name, value in totals.items()},
    }


def _of_arrays(make: Callable[[Reader, Arrays], dict[str, Column]]) -> _Make:
    return lambda reader, record: make(reader, record.arrays)


_Make = Callable[[Reader, ReplicationRecord], dict[str, Column]]
_TABLES: Mapping[str, _Make] = {
    "exits": _of_arrays(exit_columns),
    "listings": _of_arrays(_listings),
    "bids": _of_arrays(_bids),
    "stages": _of_arrays(_stages),
    "votes": _of_arrays(_votes),
    "funds": _of_arrays(_funds),
    "holdings": _of_arrays(_holdings),
    "recycling": _of_arrays(_recycling),
    "fund_quarters": _of_arrays(_fund_quarters),
    "runs": _runs,
}
"""How the columns of each table are made; tables are written in this order."""
