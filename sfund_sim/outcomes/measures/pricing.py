"""At what price: price to NAV, true value, cost and appraisal; tickets, and what buyers earn.

A price is what a buyer paid, so only sales count. What a fund pays out in its liquidation is an outcome of its own:
together they would move with the mix of sales and liquidations, though no price had changed.
"""

from __future__ import annotations

import numpy as np

from sfund_sim.outcomes.measures.cells import Cells, Values
from sfund_sim.outcomes.measures.registry import POSITIVE, SHARE, median, outcome


def _median(name: str, column: str, bounds: tuple[float, float] = POSITIVE) -> None:
    """The median of a column, of sales."""
    median(name, "exits", lambda exits: exits.only(exits[column], exits.sold), bounds=bounds)


def _mean(name: str, column: str, bounds: tuple[float, float] = POSITIVE) -> None:
    """The mean of a column, of sales."""
    outcome(name, "exits", lambda exits: exits.mean(exits[column], exits.sold), bounds=bounds)


def _weighted_price(exits: Cells) -> Values:
    return exits.quotient(exits["price_cny"], exits["nav_cny"], exits.sold & (exits["nav_cny"] > 0))


def _share_of_sales(exits: Cells) -> Values:
    """The group's part of all sales."""
    sales = exits.count(exits.sold)
    every = exits.of_replication(sales.value)
    some = every > 0
    share = sales.value / every.clip(min=1)
    share[~some] = float("nan")
    return Values(share, sales.n)


_median("median_price_to_nav", "price_to_nav")
_mean("mean_price_to_nav", "price_to_nav")
outcome("weighted_price_to_nav", "exits", _weighted_price, bounds=POSITIVE)
_mean("mean_discount", "discount_to_nav", (-np.inf, 1))
# The mean price to true value would be ruled by the few sales whose true value is nearly 0.
_median("median_price_to_true_value", "price_to_true_value")
_median("median_price_to_cost", "price_to_cost")
_median("median_price_to_appraisal", "price_to_appraisal")
# What liquidations paid out is no price, for nobody bought.
# A sale whose rest is not paid yet is open and has a price.
median(
    "median_liquidation_to_nav",
    "exits",
    lambda exits: exits.only(exits["price_to_nav"], exits.is_any("ending", "liquidated")),
    bounds=POSITIVE,
)
_mean("mean_ticket_cny", "price_cny")
_median("median_ticket_cny", "price_cny")
outcome("volume_cny", "exits", lambda exits: exits.total(exits["price_cny"], exits.sold), bounds=POSITIVE)
outcome("share_of_sales", "exits", _share_of_sales, never_by=("all",), bounds=SHARE)
_mean("mean_fund_age_at_sale", "fund_age_years")
_median("median_buyer_irr", "buyer_irr", (-1, np.inf))
_mean("mean_buyer_multiple", "buyer_multiple")
