"""How venues work: deals, bidders, hit rates, efficiency, and who saw confidential data."""

from __future__ import annotations

import numpy as np

from sfund_sim.ground.calendar import DAYS_A_YEAR
from sfund_sim.outcomes.measures.cells import Cells, Truth, Values
from sfund_sim.outcomes.measures.registry import POSITIVE, SHARE, outcome
from sfund_sim.outcomes.measures.timing import BY_WAY_OUT, ONE_YEAR_DAYS


@outcome("exits", never_by=("route", "period", "is_state_period"), bounds=POSITIVE)
def venue_deals_per_year(exits: Cells) -> Values:
    """Sales at venues for each year that one venue was open."""
    deals = exits.count((exits["sold"] == 1) & exits.is_any("route", "venue"))
    years = exits.info.venue_years
    return Values(deals.value / years if years > 0 else np.full(exits.size, np.nan), deals.n)


@outcome("exits", never_by=BY_WAY_OUT, bounds=SHARE)
def hit_rate_one_year(exits: Cells) -> Values:
    """Share of exits listed a year or more before the run's end that were sold at the venue within a year."""
    within = exits["days_from_listing"] <= ONE_YEAR_DAYS
    sold = (exits["sold"] == 1) & exits.is_any("route", "venue")
    followed = exits.days("listing_date") <= exits.info.horizon_days - 1 - ONE_YEAR_DAYS
    return exits.share(sold & within, followed)


@outcome("exits", never_by=BY_WAY_OUT, bounds=POSITIVE)
def prematched_count(exits: Cells) -> Values:
    """Sales to somebody who stood ready at the appraised value."""
    return exits.count(_prematched(exits))


# No end at 1: where nobody stands ready there are none, which no number of replications makes less sure.
@outcome("exits", never_by=BY_WAY_OUT, bounds=POSITIVE)
def prematched_share_of_volume(exits: Cells) -> Values:
    """Part of what is paid in sales at venues and pre-matched sales that is paid in the latter."""
    prematched = _prematched(exits)
    either = prematched | ((exits["sold"] == 1) & exits.is_any("route", "venue"))
    return exits.quotient(exits["price_cny"] * prematched, exits["price_cny"], either)


def _prematched(exits: Cells) -> Truth:
    return np.asarray(exits.is_any("ending", "sold_by_agreement") & (exits["prematched"] == 1))


@outcome("listings", bounds=POSITIVE)
def listings_count(listings: Cells) -> Values:
    """Rounds at venues."""
    return listings.count(np.ones(listings.cell.size, bool))


@outcome("listings", bounds=SHARE)
def hit_rate(listings: Cells) -> Values:
    """Share of rounds over that ended in a sale."""
    return listings.share(listings["sold"] == 1, listings["closed"] == 1)


@outcome("listings", bounds=POSITIVE)
def sales_per_listing_year(listings: Cells) -> Values:
    """Sold rounds for each year on the market."""
    return listings.quotient(
        listings["sold"], listings["days_on_market"] / DAYS_A_YEAR, np.ones(listings.cell.size, bool)
    )


@outcome("listings", bounds=POSITIVE)
def mean_bidders(listings: Cells) -> Values:
    """Mean bidders of rounds over in which the offer was shown."""
    return listings.mean(listings["bidders"], _shown_and_over(listings))


@outcome("listings", bounds=SHARE)
def share_without_bid(listings: Cells) -> Values:
    """Share of rounds over in which the offer was shown and nobody bid."""
    return listings.share(listings["bidders"] == 0, _shown_and_over(listings))


@outcome("listings", bounds=SHARE)
def share_with_competition(listings: Cells) -> Values:
    """Share of rounds over in which the offer was shown and two or more bid."""
    return listings.share(listings["bidders"] >= 2, _shown_and_over(listings))


@outcome("listings", bounds=SHARE)
def efficiency_share(listings: Cells) -> Values:
    """Share of sold rounds that the highest-value ready buyer won."""
    return listings.mean(listings["efficient"], listings["sold"] == 1)


@outcome("listings", bounds=POSITIVE)
def mean_invited(listings: Cells) -> Values:
    """Mean number invited to a round in which the offer was shown."""
    return listings.mean(listings["invited"], _shown(listings))


@outcome("listings", bounds=POSITIVE)
def disclosures_count(listings: Cells) -> Values:
    """Disclosures: an investor counts in each round in which it was shown the offer."""
    return listings.total(listings["invited"], np.ones(listings.cell.size, bool))


@outcome("listings", bounds=POSITIVE)
def leaks_count(listings: Cells) -> Values:
    """Rounds that leaked."""
    return listings.count(listings["leaked"] == 1)


def _shown(listings: Cells) -> Truth:
    """Rounds that reached disclosure: in those that a GP's refusal or a fund's end stopped before, nobody could bid."""
    return np.asarray(np.isfinite(listings.days("disclosure_date")))


def _shown_and_over(listings: Cells) -> Truth:
    over: Truth = listings["closed"] == 1
    return _shown(listings) & over
