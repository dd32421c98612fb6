"""At what price: price to NAV, true value, cost and appraisal; tickets, surplus, and what buyers earn.

A price is what a buyer paid, so only sales count. What a fund pays out in its liquidation is an outcome of its own:
together they would move with the mix of sales and liquidations, though no price had changed.
"""

from __future__ import annotations

import numpy as np

from sfund_sim.outcomes.intervals import Floats
from sfund_sim.outcomes.measures.cells import Cells, Values
from sfund_sim.outcomes.measures.registry import POSITIVE, SHARE, median_of_exits, outcome


@median_of_exits(bounds=POSITIVE)
def median_price_to_nav(exits: Cells) -> Floats:
    """Price to NAV of sales."""
    return exits.only(exits["price_to_nav"], exits["sold"] == 1)


@outcome("exits", bounds=POSITIVE)
def mean_price_to_nav(exits: Cells) -> Values:
    """Mean price to NAV of sales."""
    return exits.mean(exits["price_to_nav"], exits["sold"] == 1)


@outcome("exits", bounds=POSITIVE)
def weighted_price_to_nav(exits: Cells) -> Values:
    """Sum of prices over sum of NAVs, of sales."""
    return exits.quotient(exits["price_cny"], exits["nav_cny"], (exits["sold"] == 1) & (exits["nav_cny"] > 0))


@outcome("exits", bounds=(-np.inf, 1))
def mean_discount(exits: Cells) -> Values:
    """Mean discount to NAV of sales."""
    return exits.mean(exits["discount_to_nav"], exits["sold"] == 1)


@median_of_exits(bounds=POSITIVE)
def median_price_to_true_value(exits: Cells) -> Floats:
    """Price to true value of sales (their mean would be ruled by the few whose true value is nearly 0)."""
    return exits.only(exits["price_to_true_value"], exits["sold"] == 1)


@median_of_exits(bounds=POSITIVE)
def median_price_to_cost(exits: Cells) -> Floats:
    """Price to cost not yet recovered, of sales."""
    return exits.only(exits["price_to_cost"], exits["sold"] == 1)


@median_of_exits(bounds=POSITIVE)
def median_price_to_appraisal(exits: Cells) -> Floats:
    """Price to appraised value, of sales."""
    return exits.only(exits["price_to_appraisal"], exits["sold"] == 1)


@median_of_exits(bounds=POSITIVE)
def median_liquidation_to_nav(exits: Cells) -> Floats:
    """What liquidations paid out over NAV: no price, for nobody bought."""
    return exits.only(exits["price_to_nav"], exits["sold"] == 0)


@outcome("exits", bounds=POSITIVE)
def mean_ticket_cny(exits: Cells) -> Values:
    """Mean price of a sale."""
    return exits.mean(exits["price_cny"], exits["sold"] == 1)


@median_of_exits(bounds=POSITIVE)
def median_ticket_cny(exits: Cells) -> Floats:
    """Price of a sale."""
    return exits.only(exits["price_cny"], exits["sold"] == 1)


@outcome("exits", bounds=POSITIVE)
def volume_cny(exits: Cells) -> Values:
    """Sum of the prices of sales."""
    return exits.total(exits["price_cny"], exits["sold"] == 1)


@outcome("exits", never_by=("all",), bounds=SHARE)
def share_of_sales(exits: Cells) -> Values:
    """The group's part of all sales."""
    sales = exits.count(exits["sold"] == 1)
    every = exits.of_replication(sales.value)
    some = every > 0
    share = sales.value / every.clip(min=1)
    share[~some] = float("nan")
    return Values(share, sales.n)


@outcome("exits", bounds=POSITIVE)
def mean_fund_age_at_sale(exits: Cells) -> Values:
    """Mean age of the fund at a sale."""
    return exits.mean(exits["fund_age_years"], exits["sold"] == 1)


@outcome("exits")
def seller_surplus_to_nav(exits: Cells) -> Values:
    """Sellers' surplus per NAV sold."""
    return exits.quotient(exits["seller_surplus_cny"], exits["nav_cny"], exits["sold"] == 1)


@outcome("exits")
def buyer_surplus_to_nav(exits: Cells) -> Values:
    """Buyers' surplus per NAV sold."""
    return exits.quotient(exits["buyer_surplus_cny"], exits["nav_cny"], exits["sold"] == 1)


@median_of_exits(bounds=(-1, np.inf))
def median_buyer_irr(exits: Cells) -> Floats:
    """Buyers' internal rates of return."""
    return exits.only(exits["buyer_irr"], exits["sold"] == 1)


@outcome("exits", bounds=POSITIVE)
def mean_buyer_multiple(exits: Cells) -> Values:
    """Mean of buyers' multiples."""
    return exits.mean(exits["buyer_multiple"], exits["sold"] == 1)
