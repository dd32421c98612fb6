"""The summary tables of the report page: outcomes by kind of seller, route and period, and for the market."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import product
from typing import NamedTuple

from sfund_sim.ground.errors import Language
from sfund_sim.outcomes.run_info import RunInfo
from sfund_sim.report.findings import TOTALS, Cell, Summary
from sfund_sim.report.words import group_word, outcome_heading, phrase

EXIT_OUTCOMES = ("exits_count", "share_sold", "median_exit_days", "restricted_mean_exit_days", "share_out_in_one_year",
                 "median_price_to_nav", "median_price_to_true_value")  # fmt: skip
ROUTE_OUTCOMES = ("exits_count", "median_price_to_nav", "weighted_price_to_nav", "median_price_to_true_value",
                  "median_price_to_cost", "median_price_to_appraisal", "median_liquidation_to_nav",
                  "median_days_to_sale")  # fmt: skip
ENDING_OUTCOMES = tuple(
    f"share_{way}_in_{time}"
    for time, way in product(("one_year", "three_years"), ("venue", "agreed", "liquidated", "lapsed"))
)
MARKET_OUTCOMES = (
    "volume_cny", "median_ticket_cny", "mean_fund_age_at_sale", "venue_deals_per_year", "listings_count", "hit_rate",
    "hit_rate_one_year", "mean_bidders", "share_without_bid", "share_with_competition", "median_best_bid_to_floor",
    "share_bid_near_floor", "efficiency_share", "disclosures_count", "leaks_count", "seller_surplus_to_nav",
    "seller_surplus_net_to_nav", "share_seller_loses", "failed_costs_total_cny", "buyer_surplus_to_nav",
    "buyer_surplus_net_to_nav", "due_diligence_total_cny", "median_buyer_irr", "mean_buyer_multiple",
    "realised_less_held_to_nav", "realised_less_held_urgent_to_nav", "share_better_than_held",
    "share_better_than_held_urgent",
    "waiting_cost_to_price", "waiting_cost_urgent_to_price", "nav_fall_to_nav", "share_nav_fell", "forced_liquidations",
    "median_liquidation_to_nav", "share_alive_aged_8_to_14", "share_extensions_carried", "recycled_cny",
    "recycled_share", "companies_per_100m",
)  # fmt: skip


class TableCell(NamedTuple):
    """A number as shown: middle, interval and rows behind it."""

    middle: str
    interval: str
    n: str


class TableRow(NamedTuple):
    """One row; totals are shaded."""

    label: str
    cells: list[TableCell]
    is_total: bool


class SummaryTable(NamedTuple):
    """One table of the report."""

    title: str
    corner: str
    headings: list[str]
    rows: list[TableRow]
    is_roomy: bool
    """Few columns: interval and n stand in one line."""


def summary_tables(summary: Summary, info: RunInfo, language: Language) -> list[SummaryTable]:
    """The tables of the report in their order, rows without data left out; one by period if there is more than one."""
    kinds = [("lp_kind", group) for group in summary.groups("lp_kind")] + list(TOTALS)
    routes = [("route", group) for group in ("agreement", "venue", "liquidation") if group in summary.groups("route")]
    periods = [
        ("is_state_period", f"{sector}, {period.name}") for sector in ("state", "non_state") for period in info.periods
    ]
    tables = [_by_group("summary_by_kind", kinds, EXIT_OUTCOMES, (summary, language))]
    if len(info.periods) > 1:
        day = info.start_date + timedelta(days=info.periods[1].first_day)
        by_period = _by_group("summary_by_period", periods, EXIT_OUTCOMES, (summary, language), day=day.isoformat())
        tables.append(by_period)
    tables.append(_by_outcome("summary_endings", ENDING_OUTCOMES, summary, language))
    tables.append(_by_group("summary_by_route", routes, ROUTE_OUTCOMES, (summary, language)))
    tables.append(_by_outcome("summary_market", MARKET_OUTCOMES, summary, language))
    return [shown for table in tables if (shown := _without_empty_rows(table)).rows]


def _without_empty_rows(table: SummaryTable) -> SummaryTable:
    return table._replace(rows=[row for row in table.rows if any(cell.n for cell in row.cells)])


def _by_group(
    title: str,
    groups: Sequence[tuple[str, str]],
    outcomes: tuple[str, ...],
    shown: tuple[Summary, Language],
    **values: str,
) -> SummaryTable:
    """``values`` are put into the title."""
    summary, language = shown
    rows = [
        TableRow(
            phrase("all_sellers", language) if grouping == "all" else group_word(grouping, group, language),
            [_cell(summary, (outcome, grouping, group), language) for outcome in outcomes],
            (grouping, group) in TOTALS,
        )
        for grouping, group in groups
    ]
    headings = [outcome_heading(outcome, language) for outcome in outcomes]
    return SummaryTable(phrase(title, language, **values), phrase("group_word", language), headings, rows, False)


def _by_outcome(title: str, outcomes: tuple[str, ...], summary: Summary, language: Language) -> SummaryTable:
    headings = [phrase(label, language) for label in ("all_sellers", "state_sellers", "other_sellers")]
    groups = (("all", "all"), ("is_state", "state"), ("is_state", "non_state"))
    rows = [
        TableRow(
            outcome_heading(outcome, language), [_cell(summary, (outcome, *group), language) for group in groups], False
        )
        for outcome in outcomes
    ]
    return SummaryTable(phrase(title, language), phrase("outcome", language), headings, rows, True)


def _cell(summary: Summary, cell: Cell, language: Language) -> TableCell:
    n = summary.n(cell)
    return TableCell(*summary.parts(cell, language), f"{n:,}" if n else "")
