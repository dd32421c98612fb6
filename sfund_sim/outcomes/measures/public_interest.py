"""What the public has of it: value realised against holding on, funds that live or are broken up, money put to work."""

from __future__ import annotations

import numpy as np

from sfund_sim.outcomes.measures.cells import Cells, Truth, Values
from sfund_sim.outcomes.measures.registry import POSITIVE, SHARE, outcome
from sfund_sim.outcomes.measures.timing import BY_WAY_OUT


def _nav_fall_to_nav(exits: Cells) -> Values:
    """The falls alone: a sum that sets gains against them would hide them."""
    falls = np.maximum(-exits["nav_change_in_one_year_cny"], 0.0)
    return exits.quotient(falls, exits["nav_cny"], exits.sold)


def _share_nav_fell(exits: Cells) -> Values:
    change = exits["nav_change_in_one_year_cny"]
    return exits.share(change < 0, exits.sold & ~np.isnan(change))


def _share_alive(funds: Cells) -> Values:
    """Of the funds founded 8 to 14 years before the last day, for usual terms are 7 years."""
    age = funds["age_years"]
    return funds.share(funds["alive"] == 1, (age >= 8) & (age <= 14))


def _recycled_share(recycling: Cells) -> Values:
    amount = recycling["amount_cny"]
    return recycling.quotient(np.where(_in_new_funds(recycling), amount, 0.0), amount, _has_a_use(recycling))


def _companies_per_100m(recycling: Cells) -> Values:
    return recycling.quotient(recycling["companies_financed"], recycling["amount_cny"] / 1e8, _has_a_use(recycling))


def _has_a_use(recycling: Cells) -> Truth:
    """All money but that whose use comes after the run: else what delays money would seem to change its use."""
    return ~recycling.is_any("use", "not_yet")


def _in_new_funds(recycling: Cells) -> Truth:
    return recycling.is_any("use", "early_stage", "later_stage")


def _enter_seller_values(rate: str, total: str, every: str) -> None:
    """Enter what sellers had against holding on, and what waiting cost them; ``rate`` tells by which of their rates."""
    gain, cost = f"realised_less_held{rate}_cny", f"waiting_cost{rate}_cny"
    # Over the NAV sold, for a value if held can be next to nothing.
    outcome(
        f"realised_less_held{rate}_to_nav",
        "exits",
        lambda exits: exits.quotient(exits[gain], exits["nav_cny"], exits.sold),
    )
    outcome(total, "exits", lambda exits: exits.total(exits[gain], exits.sold))
    # Attempts that came to no sale have cost something too. Of a price that is paid in parts only the first is known.
    outcome(every, "exits", lambda exits: exits.total(exits[gain], ~exits.owed_a_rest), never_by=BY_WAY_OUT)
    outcome(
        f"share_better_than_held{rate}",
        "exits",
        lambda exits: exits.share(exits[gain] > 0, exits.sold & ~np.isnan(exits[gain])),
        bounds=SHARE,
    )
    outcome(
        f"waiting_cost{rate}_to_price",
        "exits",
        lambda exits: exits.quotient(exits[cost], exits["price_cny"], exits.sold),
    )


_enter_seller_values("", "realised_less_held_total_cny", "realised_less_held_all_cny")
# Stata takes 32 letters.
_enter_seller_values("_urgent", "realised_less_held_urgent_total", "realised_less_held_urgent_all")
outcome("waiting_cost_total_cny", "exits", lambda exits: exits.total(exits["waiting_cost_cny"], exits.sold))
# Of sales that could be followed for a year; the others have none.
outcome("nav_change_total_cny", "exits", lambda exits: exits.total(exits["nav_change_in_one_year_cny"], exits.sold))
outcome(
    "nav_change_to_nav",
    "exits",
    lambda exits: exits.quotient(exits["nav_change_in_one_year_cny"], exits["nav_cny"], exits.sold),
)
outcome("nav_fall_to_nav", "exits", _nav_fall_to_nav, bounds=POSITIVE)
outcome("share_nav_fell", "exits", _share_nav_fell, bounds=SHARE)
outcome("forced_liquidations", "funds", lambda funds: funds.count(funds["forced"] == 1), bounds=POSITIVE)
outcome("share_alive_aged_8_to_14", "funds", _share_alive, bounds=SHARE)
outcome("mean_tvpi", "funds", lambda funds: funds.mean(funds["tvpi"]), bounds=POSITIVE)
outcome("extension_votes", "votes", lambda votes: votes.count(votes.every), bounds=POSITIVE)
outcome("share_extensions_carried", "votes", lambda votes: votes.share(votes["carried"] == 1), bounds=SHARE)
outcome(
    "recycled_cny",
    "recycling",
    lambda recycling: recycling.total(recycling["amount_cny"], _in_new_funds(recycling)),
    bounds=POSITIVE,
)
outcome("recycled_share", "recycling", _recycled_share, bounds=SHARE)
outcome(
    "companies_financed_count",
    "recycling",
    lambda recycling: recycling.total(recycling["companies_financed"], recycling.every),
    bounds=POSITIVE,
)
outcome("companies_per_100m", "recycling", _companies_per_100m, bounds=POSITIVE)
