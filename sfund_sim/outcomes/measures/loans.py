"""Loans on shares instead of sales: how many pledge, for how much, who pays back, and exits that were put off."""

from __future__ import annotations

from functools import partial

import numpy as np

from sfund_sim.outcomes.measures.cells import Cells, Truth
from sfund_sim.outcomes.measures.registry import GROUPINGS, POSITIVE, SHARE, outcome

_BY_SELLER = ("all", "lp_kind", "is_state", "regime")
_outcome = partial(outcome, table="exits", never_by=tuple(one for one in GROUPINGS["exits"] if one not in _BY_SELLER))


def _lent(exits: Cells) -> Truth:
    return ~np.isnan(exits["loan_cny"])


# No end at 1: where pledges cannot be registered nobody borrows, which no number of replications makes less sure.
_outcome("share_pledged", measure=lambda exits: exits.share(_lent(exits)), bounds=POSITIVE)
_outcome("loans_total_cny", measure=lambda exits: exits.total(exits["loan_cny"], _lent(exits)), bounds=POSITIVE)
_outcome(
    "share_loans_defaulted",
    measure=lambda exits: exits.share(exits["loan_defaulted"] == 1, ~np.isnan(exits["loan_defaulted"])),
    bounds=SHARE,
)
_outcome("sales_after_loan_count", measure=lambda exits: exits.count(exits.sold & _lent(exits)), bounds=POSITIVE)
_outcome(
    "loans_repaid_count", measure=lambda exits: exits.count(exits.is_any("ending", "loan_repaid")), bounds=POSITIVE
)
