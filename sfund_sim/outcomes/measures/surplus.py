"""What both sides gain: sellers' and buyers' surplus of sales, and the same less what trying cost, failures included.

A sale's surplus leaves out what was spent on shares that found no buyer, and by buyers who did not get the share: entry
is costly (Levin and Smith 1994), so a rule that draws more buyers can raise the one sum and lower the other. A sale
whose price is not yet paid in full is in neither, with its gain or its costs.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sfund_sim.outcomes.intervals import Floats
from sfund_sim.outcomes.measures.cells import Cells, Values
from sfund_sim.outcomes.measures.registry import POSITIVE, SHARE, outcome
from sfund_sim.outcomes.measures.timing import BY_WAY_OUT

_Sum = Callable[[Cells], Floats]


def _share_seller_loses(exits: Cells) -> Values:
    surplus = exits["seller_surplus_cny"]
    return exits.share(surplus < 0, exits.sold & ~np.isnan(surplus))


def _of_sales(side: str) -> _Sum:
    """One side's surplus [exits]; 0 of decisions that came to no sale."""
    return lambda exits: np.where(exits.sold, np.nan_to_num(exits[f"{side}_surplus_cny"]), 0.0)


def _failed_costs(exits: Cells) -> Floats:
    """Sellers' costs of decisions that came to no sale; 0 of sales, whose surplus has them or will have [exits]."""
    return np.where(exits.sold | exits.owed_a_rest, 0.0, np.nan_to_num(exits["seller_costs_cny"]))


def _total(name: str, values: _Sum, bounds: tuple[float, float] = (-np.inf, np.inf)) -> None:
    """A sum over all decisions."""
    outcome(name, "exits", lambda exits: exits.total(values(exits), exits.every), never_by=BY_WAY_OUT, bounds=bounds)


def _enter_side(side: str, costs: _Sum) -> None:
    """Enter one side's surplus, of sales alone and less what trying cost all of that side."""
    surplus, column = _of_sales(side), f"{side}_surplus_cny"

    def net(exits: Cells) -> Floats:
        return surplus(exits) - costs(exits)

    def net_to_nav(exits: Cells) -> Values:
        return exits.quotient(net(exits), np.where(exits.sold, exits["nav_cny"], 0.0), exits.every)

    outcome(
        f"{side}_surplus_to_nav",
        "exits",
        lambda exits: exits.quotient(exits[column], exits["nav_cny"], exits.sold),
        by_ending=True,
    )
    outcome(f"{side}_surplus_total_cny", "exits", lambda exits: exits.total(exits[column], exits.sold), by_ending=True)
    outcome(f"{side}_surplus_net_to_nav", "exits", net_to_nav, never_by=BY_WAY_OUT)
    _total(f"{side}_surplus_net_total_cny", net)


def _due_diligence(exits: Cells) -> Floats:
    """Buyers' due diligence; 0 of sales whose gain is not yet counted [exits]."""
    return np.where(exits.owed_a_rest, 0.0, exits["due_diligence_cny"])


def _of_both_sides(exits: Cells) -> Floats:
    return _of_sales("seller")(exits) + _of_sales("buyer")(exits)


_enter_side("seller", _failed_costs)
_enter_side("buyer", _due_diligence)
outcome("share_seller_loses", "exits", _share_seller_loses, by_ending=True, bounds=SHARE)
_total("due_diligence_total_cny", _due_diligence, POSITIVE)
_total("failed_costs_total_cny", _failed_costs)  # Deposits lost to sellers can be more.
outcome("surplus_total_cny", "exits", lambda exits: exits.total(_of_both_sides(exits), exits.sold))
_total("surplus_net_total_cny", lambda exits: _of_both_sides(exits) - _failed_costs(exits) - _due_diligence(exits))
