"""When: how many want out, how many get out, and how long it takes.

One who gave up stays without its money to the end of the run, so the curves are 1 less the cumulative incidence of
cash (the horizon is the only censoring and known for all: Fine and Gray 1999, section 3.1). To censor the lapse
instead would be to count on those who gave up to sell like those who went on.
"""

from __future__ import annotations

import numpy as np

from sfund_sim.outcomes.intervals import Floats
from sfund_sim.outcomes.measures.cells import Cells, Truth, Values
from sfund_sim.outcomes.measures.registry import POSITIVE, SHARE, median_of_exits, outcome
from sfund_sim.outcomes.survival import SurvivalCurve

RESTRICTED_MEAN_LIMIT_DAYS = 1095
ONE_YEAR_DAYS = 365
BY_WAY_OUT = ("route", "buyer_kind")
"""Groupings by what happened later: shares and waits of all who wanted out make no sense within them."""


def _everyone(exits: Cells) -> Truth:
    return np.ones(exits.cell.size, bool)


@outcome("exits", bounds=POSITIVE)
def exits_count(exits: Cells) -> Values:
    """Decisions to sell."""
    return exits.count(_everyone(exits))


@outcome("exits", bounds=POSITIVE)
def sales_count(exits: Cells) -> Values:
    """Sales."""
    return exits.count(exits["sold"] == 1)


@outcome("exits", never_by=BY_WAY_OUT, bounds=SHARE)
def share_sold(exits: Cells) -> Values:
    """Share of decisions to sell that ended in a sale."""
    return exits.share(exits["sold"] == 1)


@outcome("exits", never_by=BY_WAY_OUT, bounds=SHARE)
def share_open(exits: Cells) -> Values:
    """Share still open at the end of the run."""
    return exits.share(exits["censored"] == 1)


@outcome("exits", never_by=BY_WAY_OUT, bounds=SHARE)
def share_lapsed(exits: Cells) -> Values:
    """Share given up."""
    return exits.share(exits.is_any("ending", "lapsed"))


@outcome("exits", never_by=BY_WAY_OUT, bounds=SHARE)
def share_liquidated(exits: Cells) -> Values:
    """Share that ended with a liquidation or the fund's own end."""
    return exits.share(exits.is_any("ending", "liquidated", "fund_ended"))


@outcome("exits", never_by=BY_WAY_OUT, bounds=POSITIVE, pooled=SurvivalCurve.median, by_curve=True)
def median_exit_days(exits: Cells) -> Values:
    """Days by which half are out (Kaplan-Meier); NaN when the curve does not reach one half."""
    return exits.survival(lambda curve: curve.median().value)


@outcome("exits", never_by=BY_WAY_OUT, bounds=(0, RESTRICTED_MEAN_LIMIT_DAYS), by_curve=True)
def restricted_mean_exit_days(exits: Cells) -> Values:
    """Mean days to cash, counting at most three years (Royston and Parmar 2013: needs no proportional hazards).

    NaN where nobody could be followed so long and some were still without their money: the curve ends before.
    """
    limit = RESTRICTED_MEAN_LIMIT_DAYS
    return exits.survival(lambda curve: curve.restricted_mean(limit).value if curve.reaches(limit) else np.nan)


@outcome("exits", never_by=BY_WAY_OUT, bounds=SHARE, by_curve=True)
def share_out_in_one_year(exits: Cells) -> Values:
    """Probability of cash within a year of the wish; NaN where the curve ends before."""
    return exits.survival(
        lambda curve: 1.0 - float(curve.at(ONE_YEAR_DAYS)) if curve.reaches(ONE_YEAR_DAYS) else np.nan
    )


@median_of_exits(bounds=POSITIVE)
def median_days_to_sale(exits: Cells) -> Floats:
    """Days from wish to cash of those who sold."""
    return exits.only(exits["duration_days"], exits["sold"] == 1)


@median_of_exits(bounds=POSITIVE)
def median_days_from_decision(exits: Cells) -> Floats:
    """Days from the internal decision to cash of those who sold."""
    return exits.only(exits["days_from_decision"], exits["sold"] == 1)


@median_of_exits(bounds=POSITIVE)
def median_days_from_filing(exits: Cells) -> Floats:
    """Days from filing to cash of those who sold."""
    return exits.only(exits["days_from_filing"], exits["sold"] == 1)


@outcome("exits", never_by=("buyer_kind",), bounds=POSITIVE)
def mean_open_wait_days(exits: Cells) -> Values:
    """Days that the still open ones have waited."""
    return exits.mean(exits["duration_days"], exits["censored"] == 1)
