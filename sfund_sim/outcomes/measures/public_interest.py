"""What the public has of it: value realised against holding on, funds that live or are broken up, money put to work."""

from __future__ import annotations

import numpy as np

from sfund_sim.outcomes.measures.cells import Cells, Values
from sfund_sim.outcomes.measures.registry import POSITIVE, SHARE, outcome


@outcome("exits")
def realised_less_held_to_nav(exits: Cells) -> Values:
    """Realised less held present value of sales, over the NAV sold (a value if held can be next to nothing)."""
    return exits.quotient(exits["realised_less_held_cny"], exits["nav_cny"], exits["sold"] == 1)


@outcome("exits")
def realised_less_held_total_cny(exits: Cells) -> Values:
    """Realised less held present value of sales."""
    return exits.total(exits["realised_less_held_cny"], exits["sold"] == 1)


@outcome("exits", bounds=SHARE)
def share_better_than_held(exits: Cells) -> Values:
    """Share of sales that realised more than holding would have."""
    gain = exits["realised_less_held_cny"]
    return exits.share(gain > 0, (exits["sold"] == 1) & ~np.isnan(gain))


@outcome("funds", bounds=POSITIVE)
def forced_liquidations(funds: Cells) -> Values:
    """Funds that a failed vote forced into liquidation."""
    return funds.count(funds["forced"] == 1)


@outcome("funds", bounds=SHARE)
def share_alive_aged_8_to_14(funds: Cells) -> Values:
    """Share of funds founded 8 to 14 years before the last day that are still alive (usual terms are 7 years)."""
    age = funds["age_years"]
    return funds.share(funds["alive"] == 1, (age >= 8) & (age <= 14))


@outcome("funds", bounds=POSITIVE)
def mean_tvpi(funds: Cells) -> Values:
    """Mean TVPI."""
    return funds.mean(funds["tvpi"])


@outcome("votes", bounds=POSITIVE)
def extension_votes(votes: Cells) -> Values:
    """Votes on extension."""
    return votes.count(np.ones(votes.cell.size, bool))


@outcome("votes", bounds=SHARE)
def share_extensions_carried(votes: Cells) -> Values:
    """Share of votes on extension that were carried."""
    return votes.share(votes["carried"] == 1)


@outcome("recycling", bounds=POSITIVE)
def recycled_cny(recycling: Cells) -> Values:
    """Exit money put into new funds."""
    return recycling.total(recycling["amount_cny"], recycling.is_any("use", "early_stage", "later_stage"))


@outcome("recycling", bounds=SHARE)
def recycled_share(recycling: Cells) -> Values:
    """Share of exit money put into new funds."""
    amount, everything = recycling["amount_cny"], np.ones(recycling.cell.size, bool)
    reused = np.where(recycling.is_any("use", "early_stage", "later_stage"), amount, 0.0)
    return recycling.quotient(reused, amount, everything)


@outcome("recycling", bounds=POSITIVE)
def companies_financed_count(recycling: Cells) -> Values:
    """Companies financed with exit money."""
    return recycling.total(recycling["companies_financed"], np.ones(recycling.cell.size, bool))


@outcome("recycling", bounds=POSITIVE)
def companies_per_100m(recycling: Cells) -> Values:
    """Companies financed per 100 million yuan of exit money."""
    per_100m = recycling["amount_cny"] / 1e8
    return recycling.quotient(recycling["companies_financed"], per_100m, np.ones(recycling.cell.size, bool))
