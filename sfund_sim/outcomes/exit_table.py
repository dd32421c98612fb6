"""The table of exits: every decision to sell, from the wish to the cash, censored ones too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sfund_sim.ground.calendar import DAYS_A_YEAR
from sfund_sim.ground.columns import MISSING
from sfund_sim.ground.money import FEN_PER_YUAN
from sfund_sim.outcomes.columns import (
    Codes,
    Reader,
    categories,
    days_between,
    flag,
    number,
    price_ratio,
    ratio,
    row_names,
    whole,
    words,
    yuan,
)
from sfund_sim.outcomes.run_info import Arrays, period_numbers
from sfund_sim.terms import BuyerKind, Ending, LpKind, Regime, Route, Strategy, Trigger

STATE_KINDS = [int(kind) for kind in LpKind if kind.is_state]
_SALES = [int(ending) for ending in Ending if ending.is_sale]
_COUNTS = ("invited", "ready", "bidders", "listings", "leaked")
_CASH = [*_SALES, int(Ending.LIQUIDATED), int(Ending.FUND_ENDED)]


def exit_columns(reader: Reader, arrays: Arrays) -> dict[str, Any]:
    """The columns of exits.csv for one replication."""
    rows = arrays["exits"]
    count = rows["ending"].size
    return {
        **reader.key(count),
        "exit_id": row_names("X", reader.replication, np.arange(count)),
        "wish_id": row_names("W", reader.replication, rows["wish"]),
        "holding_id": row_names("H", reader.replication, rows["holding"]),
        "fund_id": reader.fund(rows["fund"]),
        "lp_id": reader.lp(rows["lp"]),
        "lp_kind": words(rows["lp_kind"], LpKind),
        "is_state": flag(np.isin(rows["lp_kind"], STATE_KINDS)),
        "regime": words(rows["regime"], Regime),
        "trigger": words(rows["trigger"], Trigger),
        "route": words(rows["route"], Route),
        "ending": words(rows["ending"], Ending),
        "event": flag(np.isin(rows["ending"], _CASH)),
        "sold": flag(np.isin(rows["ending"], _SALES)),
        "censored": flag(rows["ending"] == Ending.OPEN),
        **_exit_dates(reader, arrays),
        **_exit_values(arrays),
        "buyer_id": reader.investor(rows["buyer"]),
        "buyer_kind": words(rows["buyer_kind"], BuyerKind),
        **{name: whole(rows[name]) for name in _COUNTS},
        "prematched": flag(rows["prematched"] == 1),
        "bought_holding_id": row_names("H", reader.replication, rows["bought"]),
        "buyer_irr": rows["buyer_irr"],
        "buyer_multiple": rows["buyer_multiple"],
        "loan_cny": yuan(rows["loan"]),
        "loan_paid_cny": yuan(rows["loan_paid"]),
        "loan_defaulted": whole(rows["defaulted"]),
        "pledge_date": reader.date(rows["pledged"]),
        "loan_due_date": reader.date(rows["loan_due"]),
        "loan_end_date": reader.date(rows["loan_ended"]),
    }


def _exit_dates(reader: Reader, arrays: Arrays) -> dict[str, Any]:
    rows, info = arrays["exits"], reader.info
    strategy, venue = (_of_funds(arrays, name) for name in ("strategy", "venue"))
    listed = _first_listings(arrays)
    return {
        "duration_days": rows["ended"] - rows["wished"],
        "followed_days": np.where(np.isin(rows["ending"], _CASH), rows["ended"], info.horizon_days - 1)
        - rows["wished"],
        "days_from_decision": days_between(rows["decided"], rows["ended"]),
        "days_from_filing": days_between(rows["filed"], rows["ended"]),
        "days_from_listing": days_between(listed, rows["ended"]),
        "wish_date": reader.date(rows["wished"]),
        "decision_date": reader.date(rows["decided"]),
        "filing_date": reader.date(rows["filed"]),
        "listing_date": reader.date(listed),
        "signing_date": reader.date(rows["signed"]),
        "title_date": reader.date(rows["transferred"]),
        "end_date": reader.date(rows["ended"]),
        "period": categories(period_numbers(rows["wished"], info.periods), [period.name for period in info.periods]),
        "strategy": categories(strategy, Strategy.labels()),
        "fund_age_years": number(rows["fund_age_days"]) / DAYS_A_YEAR,
        "home_venue_id": reader.venue(venue),
        "venue_id": reader.venue(rows["venue"]),
    }


def _of_funds(arrays: Arrays, name: str) -> Codes:
    """A column of the funds, as that of each exit's fund; -1 where the fund has no row [exits]."""
    funds, fund = arrays["funds"], arrays["exits"]["fund"]
    known = np.full(int(fund.max(initial=-1)) + 1, -1)
    listed = funds["fund"] < known.size
    known[funds["fund"][listed]] = funds[name][listed]
    return known[fund]


def _first_listings(arrays: Arrays) -> Any:
    """Day on which each exit's first round at a venue was filed; MISSING where none was [exits]."""
    listings, listed = arrays["listings"], np.full(arrays["exits"]["ending"].size, MISSING)
    first = listings["round"] == 1
    listed[listings["exit"][first]] = listings["filed"][first]
    return listed


def _due_diligence(arrays: Arrays) -> Any:
    """What buyers spent on looking at each exit's share, in all its rounds at venues, fen [exits]."""
    listings = arrays["listings"]
    return np.bincount(listings["exit"], listings["due_diligence"], arrays["exits"]["ending"].size)


def _exit_values(arrays: Arrays) -> dict[str, Any]:
    rows = arrays["exits"]
    price, nav, units = yuan(rows["price"]), yuan(rows["nav"]), rows["units"]
    paid_in, distributed = yuan(rows["paid_in"]), yuan(rows["distributed"])
    sale = np.isin(rows["ending"], _SALES)
    return {
        "share_units": whole(rows["units"]),
        "price_cny": price,
        "rest_cny": yuan(np.where(rows["transferred"] == MISSING, MISSING, rows["rest"])),
        "paid_in_cny": paid_in,
        "distributed_cny": distributed,
        "dpi_at_exit": ratio(distributed, paid_in),
        "nav_cny": nav,
        "appraisal_cny": yuan(rows["appraisal"]),
        "cost_cny": yuan(rows["cost"]),
        "true_value_cny": yuan(rows["true_value"]),
        "hold_value_cny": yuan(rows["hold_value"]),
        "reservation_cny": yuan(rows["reservation"]),
        "unfunded_cny": yuan(rows["unfunded"]),
        "seller_costs_cny": yuan(rows["seller_costs"]),
        "buyer_value_cny": yuan(rows["buyer_value"]),
        "buyer_fee_cny": yuan(rows["buyer_fee"]),
        "due_diligence_cny": _due_diligence(arrays) / FEN_PER_YUAN,
        "price_to_nav": price_ratio(price, nav, units),
        "price_to_true_value": price_ratio(price, yuan(rows["true_value"]), units),
        "price_to_cost": price_ratio(price, yuan(rows["cost"]), units),
        "price_to_appraisal": price_ratio(price, yuan(rows["appraisal"]), units),
        "discount_to_nav": 1.0 - price_ratio(price, nav, units),
        "seller_surplus_cny": np.where(
            sale,
            yuan(rows["price_worth_to_seller"]) - np.nan_to_num(yuan(rows["seller_costs"])) - yuan(rows["hold_value"]),
            np.nan,
        ),
        "buyer_surplus_cny": np.where(
            sale, yuan(rows["buyer_value"]) - yuan(rows["price_worth_to_buyer"]) - yuan(rows["buyer_fee"]), np.nan
        ),
        "nav_change_in_one_year_cny": yuan(rows["nav_change"]),
        "discount_rate": rows["rate"],
        "discount_rate_urgent": rows["rate_urgent"],
        **_seller_values(rows, ""),
        **_seller_values(rows, "_urgent"),
    }


def _seller_values(rows: Mapping[str, Any], rate: str) -> dict[str, Any]:
    """What waiting cost the seller, what it had and would have had; ``rate`` tells by which of its rates."""
    waiting_cost, realised, held = (
        rows[f"{name}{rate}"] / FEN_PER_YUAN for name in ("waiting_cost", "realised_value", "held_value")
    )
    return {
        f"waiting_cost{rate}_cny": waiting_cost,
        f"realised_value{rate}_cny": realised,
        f"held_value{rate}_cny": held,
        f"realised_less_held{rate}_cny": realised - held,
    }
