"""When: how many want out, how many get out, and how long it takes.

One who gave up stays without its money to the end of the run, so the curves are 1 less the cumulative incidence of
cash (the horizon is the only censoring and known for all: Fine and Gray 1999, section 3.1). To censor the lapse
instead would be to count on those who gave up to sell like those who went on.

The ways out compete: of each its own cumulative incidence is told, which adds up to one with the others and with those
who still wait. Who gave up is out of the race there.
"""

from __future__ import annotations

from functools import partial
from itertools import product

import numpy as np

from sfund_sim.outcomes.measures.cells import WAYS, Cells, Values
from sfund_sim.outcomes.measures.registry import POSITIVE, SHARE, Measuring, median, outcome
from sfund_sim.outcomes.survival import SurvivalCurve

RESTRICTED_MEAN_LIMIT_DAYS = 1095
ONE_YEAR_DAYS = 365
BY_THEN = {"one_year": ONE_YEAR_DAYS, "three_years": RESTRICTED_MEAN_LIMIT_DAYS}
"""Times by which incidences are told, days."""
BY_WAY_OUT = ("route", "buyer_kind")
"""Groupings by what happened later: shares and waits of all who wanted out make no sense within them."""


def _restricted_mean(exits: Cells) -> Values:
    """Mean days to cash, counting at most three years (Royston and Parmar 2013: needs no proportional hazards).

    NaN where nobody could be followed so long and some were still without their money: the curve ends before.
    """
    limit = RESTRICTED_MEAN_LIMIT_DAYS
    return exits.survival(lambda curve: curve.restricted_mean(limit).value if curve.reaches(limit) else np.nan)


def _share_out_in_one_year(exits: Cells) -> Values:
    """Probability of cash within a year of the wish; NaN where the curve ends before."""
    return exits.survival(
        lambda curve: 1.0 - float(curve.at(ONE_YEAR_DAYS)) if curve.reaches(ONE_YEAR_DAYS) else np.nan
    )


def _share_transferred(exits: Cells) -> Values:
    """Those sold, and those whose price is agreed and share transferred while a part of the price is still to come."""
    return exits.share(exits.sold | exits.owed_a_rest)


def _share(name: str, measure: Measuring) -> None:
    """A share of all who wanted out."""
    outcome(name, "exits", measure, never_by=BY_WAY_OUT, bounds=SHARE)


def _median_days(name: str, column: str) -> None:
    """The median days to cash of those who sold."""
    median(name, "exits", lambda exits: exits.only(exits[column], exits.sold), bounds=POSITIVE)


outcome("exits_count", "exits", lambda exits: exits.count(exits.every), bounds=POSITIVE)
outcome("sales_count", "exits", lambda exits: exits.count(exits.sold), by_ending=True, bounds=POSITIVE)
_share("share_sold", lambda exits: exits.share(exits.sold))
_share("share_transferred", _share_transferred)
_share("share_open", lambda exits: exits.share(exits["censored"] == 1))
_share("share_lapsed", lambda exits: exits.share(exits.is_any("ending", "lapsed")))
_share("share_liquidated", lambda exits: exits.share(exits.is_any("ending", "liquidated", "fund_ended")))
# NaN where the curve does not reach one half.
outcome(
    "median_exit_days",
    "exits",
    lambda exits: exits.survival(lambda curve: curve.median().value),
    never_by=BY_WAY_OUT,
    bounds=POSITIVE,
    pooled=SurvivalCurve.median,
    by_curve=True,
)
outcome(
    "restricted_mean_exit_days",
    "exits",
    _restricted_mean,
    never_by=BY_WAY_OUT,
    bounds=(0, RESTRICTED_MEAN_LIMIT_DAYS),
    by_curve=True,
)
outcome("share_out_in_one_year", "exits", _share_out_in_one_year, never_by=BY_WAY_OUT, bounds=SHARE, by_curve=True)
for way, (time, days) in product(WAYS[:4], BY_THEN.items()):
    outcome(
        f"share_{way}_in_{time}",
        "exits",
        partial(Cells.incidence, way=way, days=days),
        never_by=BY_WAY_OUT,
        bounds=SHARE,
        by_curve=True,
    )
_median_days("median_days_to_sale", "duration_days")
_median_days("median_days_from_decision", "days_from_decision")
_median_days("median_days_from_filing", "days_from_filing")
outcome(
    "mean_open_wait_days",
    "exits",
    lambda exits: exits.mean(exits["duration_days"], exits["censored"] == 1),
    never_by=("buyer_kind",),
    bounds=POSITIVE,
)
