"""Loans on shares instead of sales: how many pledge, for how much, who pays back, and exits that were put off."""

from __future__ import annotations

import numpy as np

from sfund_sim.outcomes.measures.cells import Cells, Values
from sfund_sim.outcomes.measures.registry import GROUPINGS, POSITIVE, SHARE, outcome

_BY_SELLER = ("all", "lp_kind", "is_state")
_ELSE = tuple(one for one in GROUPINGS["exits"] if one not in _BY_SELLER)


# No end at 1: where pledges cannot be registered nobody borrows, which no number of replications makes less sure.
@outcome("exits", never_by=_ELSE, bounds=POSITIVE)
def share_pledged(exits: Cells) -> Values:
    """Share of decisions to sell in which the owner borrowed on the share."""
    return exits.share(~np.isnan(exits["loan_cny"]))


@outcome("exits", never_by=_ELSE, bounds=POSITIVE)
def loans_total_cny(exits: Cells) -> Values:
    """Loans paid out."""
    return exits.total(exits["loan_cny"], ~np.isnan(exits["loan_cny"]))


@outcome("exits", never_by=_ELSE, bounds=SHARE)
def share_loans_defaulted(exits: Cells) -> Values:
    """Share of loans not paid back when they were due, of those of which that is known."""
    return exits.share(exits["loan_defaulted"] == 1, ~np.isnan(exits["loan_defaulted"]))


@outcome("exits", never_by=_ELSE, bounds=POSITIVE)
def sales_after_loan_count(exits: Cells) -> Values:
    """Sales of shares on which the owner had borrowed before."""
    return exits.count((exits["sold"] == 1) & ~np.isnan(exits["loan_cny"]))


@outcome("exits", never_by=_ELSE, bounds=POSITIVE)
def loans_repaid_count(exits: Cells) -> Values:
    """Decisions to sell that ended with the loan paid back by other means."""
    return exits.count(exits.is_any("ending", "loan_repaid"))
