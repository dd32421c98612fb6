"""How venues work: deals, bidders, hit rates, efficiency, and who saw confidential data."""

from __future__ import annotations

import numpy as np

from sfund_sim.ground.calendar import DAYS_A_YEAR
from sfund_sim.outcomes.measures.cells import Cells, Truth, Values
from sfund_sim.outcomes.measures.registry import POSITIVE, SHARE, Measuring, median, outcome
from sfund_sim.outcomes.measures.timing import BY_WAY_OUT, ONE_YEAR_DAYS

NEAR_FLOOR = 0.9
"""Least bid over the floor that a bid below it counts as near."""


def _deals_per_year(exits: Cells) -> Values:
    """Sales at venues for each year in which one was open; of a venue, for each year in which it was open itself."""
    deals, info = exits.count(_sold_at_venue(exits)), exits.info
    days = info.venue_open_days if exits.grouping == "home_venue_id" else [info.any_venue_open_days] * len(exits.groups)
    years = np.tile(np.array(days) / DAYS_A_YEAR, exits.source.replications.size)
    return Values(np.divide(deals.value, years, out=np.full(exits.size, np.nan), where=years > 0), deals.n)


def _hit_rate_one_year(exits: Cells) -> Values:
    """Share of exits listed a year or more before the run's end that were sold at the venue within a year."""
    within = exits["days_from_listing"] <= ONE_YEAR_DAYS
    followed = exits.days("listing_date") <= exits.info.horizon_days - 1 - ONE_YEAR_DAYS
    return exits.share(_sold_at_venue(exits) & within, followed)


def _prematched_share(exits: Cells) -> Values:
    """Part of what is paid in sales at venues and pre-matched sales that is paid in the latter."""
    prematched = _prematched(exits)
    return exits.quotient(exits["price_cny"] * prematched, exits["price_cny"], prematched | _sold_at_venue(exits))


def _sold_at_venue(exits: Cells) -> Truth:
    return exits.sold & exits.is_any("route", "venue")


def _prematched(exits: Cells) -> Truth:
    """Sales to somebody who stood ready at the appraised value."""
    return np.asarray(exits.is_any("ending", "sold_by_agreement") & (exits["prematched"] == 1))


def _shown(listings: Cells) -> Truth:
    """Rounds that reached disclosure: in those that a GP's refusal or a fund's end stopped before, nobody could bid."""
    return np.asarray(np.isfinite(listings.days("disclosure_date")))


def _shown_and_over(listings: Cells) -> Truth:
    over: Truth = listings["closed"] == 1
    return _shown(listings) & over


def _nearly(listings: Cells) -> Truth:
    """Did the best bid miss the floor by 10 % of it at most?"""
    return np.asarray((listings["best_bid_to_floor"] >= NEAR_FLOOR) & (listings["best_bid_to_floor"] < 1))


def _number(name: str, measure: Measuring) -> None:
    """A number of rounds at venues."""
    outcome(name, "listings", measure, bounds=POSITIVE)


def _share(name: str, measure: Measuring) -> None:
    """A share of rounds at venues."""
    outcome(name, "listings", measure, bounds=SHARE)


outcome(
    "venue_deals_per_year", "exits", _deals_per_year, never_by=("route", "period", "is_state_period"), bounds=POSITIVE
)
outcome("hit_rate_one_year", "exits", _hit_rate_one_year, never_by=BY_WAY_OUT, bounds=SHARE)
outcome(
    "prematched_count", "exits", lambda exits: exits.count(_prematched(exits)), never_by=BY_WAY_OUT, bounds=POSITIVE
)
# No end at 1: where nobody stands ready there are none, which no number of replications makes less sure.
outcome("prematched_share_of_volume", "exits", _prematched_share, never_by=BY_WAY_OUT, bounds=POSITIVE)
_number("listings_count", lambda rounds: rounds.count(rounds.every))
_share("hit_rate", lambda rounds: rounds.share(rounds.sold, rounds["closed"] == 1))
_number(
    "sales_per_listing_year",
    lambda rounds: rounds.quotient(rounds["sold"], rounds["days_on_market"] / DAYS_A_YEAR, rounds.every),
)
_number("mean_bidders", lambda rounds: rounds.mean(rounds["bidders"], _shown_and_over(rounds)))
_share("share_without_bid", lambda rounds: rounds.share(rounds["bidders"] == 0, _shown_and_over(rounds)))
_share("share_with_competition", lambda rounds: rounds.share(rounds["bidders"] >= 2, _shown_and_over(rounds)))
# The mean would be ruled by the few private sellers whose floor is nearly 0.
median("median_best_bid_to_floor", "listings", lambda rounds: rounds["best_bid_to_floor"], bounds=POSITIVE)
_share("share_bid_near_floor", lambda rounds: rounds.share(_nearly(rounds), _shown_and_over(rounds)))
_share("efficiency_share", lambda rounds: rounds.mean(rounds["efficient"], rounds.sold))
_number("mean_invited", lambda rounds: rounds.mean(rounds["invited"], _shown(rounds)))
_number("disclosures_count", lambda rounds: rounds.total(rounds["invited"], rounds.every))
_number("leaks_count", lambda rounds: rounds.count(rounds["leaked"] == 1))
