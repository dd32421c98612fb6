"""What is known beforehand about who may be shown an offer: for all offers that open on one day in one matrix.

Whether a buyer qualifies, whether the holding fits its mandate and what chance has in store for the two depends on the
day alone. What other sales of the same day change, cash and due diligences under way, is looked at offer by offer
(``bidders.invite``).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sfund_sim.ground.money import FEN_PER_YUAN, YUAN_PER_UNIT
from sfund_sim.market.listings import Listing
from sfund_sim.market.market import Market
from sfund_sim.market.world import Flags, Floats, Ints
from sfund_sim.scenario.rules import Suitability
from sfund_sim.terms import GpKind, Purpose


class Prospects(NamedTuple):
    """The buyers as seen from one offer; arrays [buyers]."""

    eligible: Flags
    fits: Flags
    draws: Floats
    """Uniforms by which the invited are drawn, or ties decided."""
    keen: Flags
    """Eligible, suited, and of those who would take the offer up."""
    ready_after: Ints
    """Working days after which the buyer is ready to bid, where it is keen."""


def qualified(market: Market, rules: Suitability, units: Ints) -> Flags:
    """Which buyers may buy so many units at the venue today: founded, institutions where asked, wealthy enough.

    Nobody may when the commitment that goes with the units is below the least amount a fund (P-BJ11); shape of
    ``units`` with one more axis, [buyers].
    """
    buyers = market.buyers
    wealthy = (buyers.net_assets >= rules.net_assets_cny * FEN_PER_YUAN) & (
        buyers.financial_assets >= rules.financial_assets_cny * FEN_PER_YUAN
    )
    may = (buyers.founded <= market.today) & wealthy & (buyers.institution | (not rules.institutions_only))
    return np.asarray(may & (units * YUAN_PER_UNIT >= rules.ticket_cny)[..., None])


def wants(market: Market, fund: Ints, units: Ints) -> Flags:
    """Whose mandate so many units of a fund fit: strategy, age, kind of GP, size; shape as ``qualified``."""
    buyers, funds = market.buyers, market.funds
    age, nav = (
        (market.today - funds.vintage[fund])[..., None],
        (funds.nav_published[fund] * units * FEN_PER_YUAN)[..., None],
    )
    fits = buyers.wants_strategy.T[funds.strategy[fund]]
    fits = fits & (age >= buyers.age_min) & (age <= buyers.age_max)
    fits &= (nav >= buyers.ticket_min) & (nav <= 2.0 * buyers.ticket_max)
    return np.asarray(fits & ((funds.gp[fund] == GpKind.STATE)[..., None] | ~buyers.state_gp_only))


def prospects(market: Market, listings: list[Listing]) -> dict[int, Prospects]:
    """Prospects of offers that open today, by number of the listing."""
    buyers, streams = market.buyers, market.streams
    fund = np.array([listing.exit.fund for listing in listings], np.int64)
    units = np.array([listing.exit.units for listing in listings], np.int64)
    key: Any = np.array([listing.exit.key for listing in listings], np.uint64)[:, None]
    round: Any = np.array([listing.round for listing in listings], np.uint64)[:, None]
    eligible, fits = _qualified(market, listings, units), wants(market, fund, units)
    draws = streams.uniform(Purpose.INVITATION, key, round, buyers.key)
    keen = eligible & fits & (streams.uniform(Purpose.ENGAGEMENT, key, round, buyers.key) < buyers.engagement)
    row, who = np.nonzero(keen)
    spread = streams.normal(Purpose.READINESS, key[row, 0], round[row, 0], buyers.key[who])
    days = np.ceil(buyers.readiness_days[who] * np.exp(buyers.readiness_log_sd[who] * spread))
    ready_after = np.zeros(keen.shape, np.int64)
    ready_after[row, who] = np.maximum(days, 1).astype(np.int64)
    return {
        listing.number: Prospects(eligible[i], fits[i], draws[i], keen[i], ready_after[i])
        for i, listing in enumerate(listings)
    }


def _qualified(market: Market, listings: list[Listing], units: Ints) -> Flags:
    """[listings, buyers] by each listing's own rules of today; few sets of rules are in force at a time."""
    rules = [market.venue_today(listing).suitability for listing in listings]
    number = np.array([id(rule) for rule in rules])
    eligible = np.zeros((len(listings), len(market.buyers)), bool)
    for rule in {id(rule): rule for rule in rules}.values():
        same = np.flatnonzero(number == id(rule))
        eligible[same] = qualified(market, rule, units[same])
    return eligible
