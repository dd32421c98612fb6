"""The bands of domain.md 5b, and how the model measures each of them: one value a replication."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd

import sfund_sim as sf
from sfund_sim.outcomes.intervals import Estimate, mean_over_replications
from sfund_sim.outcomes.measures import replication_values

Values = Callable[[sf.Results], "pd.Series[float]"]


class Target(NamedTuple):
    """One band; ``values`` may be measured on the funds' statistics of mid-2025 instead of the whole run."""

    name: str
    low: float
    high: float
    unit: str
    values: Values
    of_snapshot: bool = False


def by_replication(table: pd.DataFrame, value: Callable[[pd.DataFrame], float]) -> pd.Series[float]:
    """One number a replication of a table."""
    return pd.Series({rep: value(part) for rep, part in table.groupby("rep")}, dtype=float)


def rows_of(table: pd.DataFrame, **wanted: str) -> pd.DataFrame:
    """Rows whose columns have these values."""
    return table[np.logical_and.reduce([table[column] == value for column, value in wanted.items()])]


def outcome(name: str, group_by: str = "all", group: str = "all") -> Values:
    """An outcome of the dictionary, by replication."""

    def values(results: sf.Results) -> pd.Series[float]:
        table = replication_values(results.tables(), results.info)
        return rows_of(table, outcome=name, group_by=group_by, group=group).set_index("rep")["value"]

    return values


def of_sales(column: str, query: str, measure: str = "median") -> Values:
    """A measure of a column over the sales that fit."""

    def values(results: sf.Results) -> pd.Series[float]:
        sales = results.exits.query(f"sold == 1 and {query}")
        return by_replication(sales, lambda part: float(getattr(part[column].dropna(), measure)()))

    return values


def share_of_sales(query: str) -> Values:
    """Share of the sales that fit."""

    def values(results: sf.Results) -> pd.Series[float]:
        sales = results.exits.query("sold == 1")
        return by_replication(sales, lambda part: len(part.query(query)) / len(part))

    return values


def years_old(funds: pd.DataFrame, results: sf.Results) -> pd.Series[float]:
    """Age of each fund on the last day, years."""
    last = pd.Timestamp(results.scenario.horizon.end)
    return (last - pd.to_datetime(funds["vintage_date"])).dt.days / 365.25


def alive_past_term(results: sf.Results) -> pd.Series[float]:
    """Share of the funds aged 8 to 14 that are still alive."""
    funds = results.funds.assign(age=years_old(results.funds, results))
    return by_replication(funds.query("8 <= age <= 14"), lambda part: float((part["alive"] == 1).mean()))


def projects_exited(year: int) -> Values:
    """Share of the companies of one vintage's funds that have left, by whatever way."""

    def values(results: sf.Results) -> pd.Series[float]:
        funds = results.funds[pd.to_datetime(results.funds["vintage_date"]).dt.year == year]
        left = ["ipos", "trade_sales", "buybacks", "write_offs"]
        return by_replication(funds, lambda part: float(part[left].to_numpy().sum() / part["companies"].sum()))

    return values


TARGETS = (
    Target("price to NAV, state seller at the venue (median)", 0.85, 1.00, "share",
           of_sales("price_to_nav", "is_state == 1 and route == 'venue'")),
    Target("sold within a year of listing, state seller", 0.35, 0.65, "share",
           outcome("hit_rate_one_year", "is_state", "state")),
    Target("price to NAV, private seller by agreement (median)", 0.50, 0.80, "share",
           of_sales("price_to_nav", "is_state == 0 and route == 'agreement'")),
    Target("deals at the venue a year", 20, 60, "count", outcome("venue_deals_per_year")),
    Target("mean ticket at the venue, m yuan", 50e6, 250e6, "million",
           of_sales("price_cny", "route == 'venue'", "mean")),
    Target("median ticket at the venue, m yuan", 10e6, 50e6, "million", of_sales("price_cny", "route == 'venue'")),
    Target("days from listing to cash at the venue (median)", 60, 150, "days",
           of_sales("days_from_filing", "route == 'venue'")),
    Target("days from decision to cash at the venue (median)", 150, 330, "days",
           of_sales("days_from_decision", "route == 'venue'")),
    Target("bidders a disclosed round (mean)", 1.0, 1.8, "number", outcome("mean_bidders")),
    Target("disclosed rounds with two or more bidders", 0.15, 0.35, "share", outcome("share_with_competition")),
    Target("funds aged 8 to 14 still alive, mid-2025", 0.50, 0.70, "share", alive_past_term, True),
    Target("companies of 2014 funds exited, mid-2025", 0.20, 0.28, "share", projects_exited(2014), True),
    Target("companies of 2020 funds exited, mid-2025", 0.00, 0.10, "share", projects_exited(2020), True),
    Target("sales by state sellers", 0.15, 0.25, "share", share_of_sales("is_state == 1")),
    Target("sales by non-financial firms", 0.40, 0.50, "share", share_of_sales("lp_kind == 'company'")),
    Target("sales to state-linked S-funds", 0.50, 0.70, "share", share_of_sales("buyer_kind == 'state_s_fund'")),
    Target("sales to market S-funds", 0.05, 0.15, "share", share_of_sales("buyer_kind == 'market_s_fund'")),
)  # fmt: skip


def estimate(values: Iterable[float]) -> Estimate:
    """Mean over replications with its 95 % interval."""
    column = np.array(list(values), np.float64)[:, None]
    return Estimate(*(float(part[0]) for part in mean_over_replications(column)))
