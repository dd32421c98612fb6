"""Reviews: sellers weigh their ways out, all who do so within one stretch of days together, in columns.

Most sellers review on the day of a report. What a seller makes of its ways out rests on NAV and rules, which stay as
they are within a stretch, and on its own numbers, which do not change while it waits; only whether a guidance fund
alone keeps its fund from being extended may change when shares of the fund change hands (``Review.moves``).
"""

from __future__ import annotations

from itertools import repeat
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from sfund_sim.ground.calendar import DAYS_A_YEAR
from sfund_sim.ground.columns import MISSING, rows_of
from sfund_sim.ground.money import FEN_PER_YUAN
from sfund_sim.investors.pricing import expected_best_bid
from sfund_sim.market.assessment import Assessment
from sfund_sim.market.exits import Exit
from sfund_sim.market.market import Market
from sfund_sim.market.route import floor_rule, is_open_to, usable_venue
from sfund_sim.market.sheet import Reckoning
from sfund_sim.market.votes import blocks_extension
from sfund_sim.market.world import Flags, Floats, Ints
from sfund_sim.scenario.rules import RuleBook, Venue
from sfund_sim.terms import Purpose, Remark, Route

_CALENDAR_DAYS = 1.4
"""Calendar days a working day: seven for five."""
_ROUTES = (Route.HOLD, Route.AGREEMENT, Route.VENUE)
_told = attrgetter("reviews", "failures", "appraisal", "approved")


class Review(NamedTuple):
    """What a seller makes of its ways out."""

    seen: Assessment
    route: Route
    """The lawful one with the highest expected gain over holding on; HOLD when none has any."""
    moves: int
    """How often shares of the fund had changed hands, where that may matter; else -1."""


class _Sellers(NamedTuple):
    """Sellers under the same rules, as columns [sellers]; money in fen."""

    reckoned: Reckoning
    may_block: Flags
    """May the seller alone keep its fund from being extended?"""
    appraised: Floats
    """Newest appraisal; before there is one NAV stands for it."""
    rate: Floats
    """Discount rate, a year."""
    bound: Flags
    """Do rules on state assets bind the seller?"""
    is_state: Flags
    approved: Flags
    failures: Ints
    knows: Flags
    """Does the seller know somebody to talk to?"""
    venue: Ints
    """Number of the fund's home venue where that is open to the seller, else -1."""


def brief_reviews(market: Market, exits: list[Exit], _: list[int]) -> list[Review | None]:
    """What sellers will make of their ways out as long as nothing changes; None for those who have left meanwhile."""
    selling = [exit for exit in exits if exit.number in market.selling]
    reviews = iter(_reviews(market, selling) if selling else ())
    return [next(reviews) if exit.number in market.selling else None for exit in exits]


def _reviews(market: Market, exits: list[Exit]) -> list[Review]:
    rules = market.rules()
    sellers = _sellers(market, rules, exits)
    gains = np.zeros(len(exits)), _gain_by_agreement(market, rules, sellers), _gain_at_venue(market, rules, sellers)
    # The first of the highest: holding on before an agreement, an agreement before the venue.
    routes = [_ROUTES[best] for best in np.argmax(gains, axis=0).tolist()]
    regimes = [rules.state_assets.regime if exit.is_state else "none" for exit in exits]
    numbers = (column.tolist() for column in (*sellers.reckoned, sellers.rate))
    seen, moves = rows_of(Assessment, repeat(rules), *numbers, regimes), [-1] * len(exits)
    for place in sellers.may_block.nonzero()[0].tolist():
        moves[place] = market.moves.get(exits[place].fund, 0)
    return list(rows_of(Review, seen, routes, moves))


def review_now(market: Market, exit: Exit) -> Review:
    """A seller's review of today: as it was prepared, or anew when its fund's partners may vote otherwise now."""
    review = market.dockets.reviews.answer(market.today, exit.number)
    if review is None or (review.moves >= 0 and review.moves != market.moves.get(exit.fund, 0)):
        review = _reviews(market, [exit])[0]
    if market.narrated:
        _tell(market, exit, review)
    return review


def _tell(market: Market, exit: Exit, review: Review) -> None:
    seen = review.seen
    market.remark(exit, Remark.REVIEWED, seen.hold_value, seen.at_venue, seen.nav)
    if review.route == Route.HOLD and seen.regime != "none" and usable_venue(market, exit, seen.rules) is None:
        market.remark(exit, Remark.OPEN_LISTING_REFUSED)


def _sellers(market: Market, rules: RuleBook, exits: list[Exit]) -> _Sellers:
    reviews, failures, appraisal, approved = np.array([_told(exit) for exit in exits], np.int64).T
    rows = market.sheet.rows(exits)
    told = market.sheet.told(rows)
    may_block = told.must_leave.astype(bool) & (not rules.partnership.vote_to_extend_guidance)
    blocks = np.zeros(len(exits), np.int64)
    for place in may_block.nonzero()[0].tolist():
        blocks[place] = blocks_extension(market, exits[place], rules)
    reckoned = market.sheet.reckoning(rows, blocks)
    draws = market.streams.uniform(Purpose.COUNTERPARTY, told.key, reviews)
    venue, state = market.funds.venue[told.fund], told.is_state.astype(bool)
    for number in set(venue.tolist()) - {-1}:
        rule = market.venue_rules(number, rules)
        here = venue == number
        venue[here & ~np.where(state, is_open_to(rule, is_state=True), is_open_to(rule, is_state=False))] = -1
    return _Sellers(
        reckoned=reckoned,
        may_block=may_block,
        appraised=np.where(appraisal == MISSING, reckoned.nav, appraisal),
        rate=market.rates[told.lp_kind, told.trigger],
        bound=state & (rules.state_assets.regime != "none"),
        is_state=state,
        approved=approved.astype(bool),
        failures=failures,
        knows=draws < rules.agreement.known_counterparty_probability,
        venue=venue,
    )


def _gain_by_agreement(market: Market, rules: RuleBook, sellers: _Sellers) -> Floats:
    """Expected gain of each over holding on, fen; minus infinity where it is barred or nobody is known."""
    gain, state, terms = np.full(sellers.rate.size, -np.inf), rules.state_assets, rules.agreement
    free = ~sellers.bound | (state.agreement == "free") | ((state.agreement == "at_venue") & (sellers.venue >= 0))
    some = (free & sellers.knows & (sellers.reckoned.nav > 0)).nonzero()[0]
    if some.size:
        nav, floor = sellers.reckoned.nav[some], sellers.reckoned.by_agreement[some]
        if state.agreement_needs_appraised_value:
            floor = np.where(sellers.bound[some], np.maximum(floor, sellers.appraised[some]), floor)
        expected = market.scenario.expectations
        chance, mean = expected_best_bid(floor / nav, expected.agreement_price_to_nav, expected.venue_price_log_sd)
        working = terms.negotiation_days + terms.registration_days
        wait = working * _CALENDAR_DAYS + rules.partnership.preemption.notice_days
        later = (1 + sellers.rate[some]) ** (-wait / DAYS_A_YEAR)
        gain[some] = chance * (mean * nav - floor) * later - terms.cost_cny * FEN_PER_YUAN
    return gain


def _gain_at_venue(market: Market, rules: RuleBook, sellers: _Sellers) -> Floats:
    """Expected gain of each over holding on, fen; minus infinity where no venue is open to it."""
    gain, expected = np.full(sellers.rate.size, -np.inf), market.scenario.expectations
    able = (sellers.venue >= 0) & (sellers.reckoned.nav > 0)
    for number in set(sellers.venue[able].tolist()):
        some, venue = (able & (sellers.venue == number)).nonzero()[0], market.venue_rules(number, rules)
        nav, at_venue = sellers.reckoned.nav[some], sellers.reckoned.at_venue[some]
        floor = _first_floors(rules, venue, sellers, some)
        chance, mean = expected_best_bid(floor / nav, expected.venue_price_to_nav, expected.venue_price_log_sd)
        later = (1 + sellers.rate[some]) ** (-_venue_days(venue, rules) / DAYS_A_YEAR)
        chance *= expected.venue_interest * expected.failure_learning ** sellers.failures[some]
        surplus = mean * nav * (1 - venue.fees.seller_share) - at_venue
        gain[some] = chance * surplus * later - _listing_costs(rules, venue, nav, sellers.bound[some])
    return gain


def _first_floors(rules: RuleBook, venue: Venue, sellers: _Sellers, some: Ints) -> Floats:
    """Floors of a first listing at a venue, fen [some]."""
    told = sellers.appraised[some], sellers.reckoned.at_venue[some], sellers.approved[some]
    rule_for_state, rule_for_others = (floor_rule(rules, venue, is_state=is_state) for is_state in (True, False))
    of_state, of_others = rule_for_state.first_floors(*told), rule_for_others.first_floors(*told)
    return np.maximum(np.where(sellers.is_state[some], of_state, of_others), 0.0)


def _venue_days(venue: Venue, rules: RuleBook) -> float:
    """Calendar days from filing to cash when nothing goes wrong."""
    working = (
        venue.custody_days + venue.intent_days + venue.publication_days + venue.account_days + venue.disclosure.days
    )
    working += (
        venue.bidding_days
        + venue.signing_days
        + venue.settlement.first_working_days
        + rules.partnership.gp_consent_days
    )
    return working * _CALENDAR_DAYS + rules.partnership.preemption.notice_days


def _listing_costs(rules: RuleBook, venue: Venue, nav: Floats, bound: Flags) -> Floats:
    """Costs of one listing that are lost when it fails, fen: lawyers, data room, and appraisal of a state share."""
    state = rules.state_assets
    appraisal = state.appraisal_cost_cny * FEN_PER_YUAN + state.appraisal_cost_share * nav
    return venue.seller_cost_cny * FEN_PER_YUAN + np.where(bound, appraisal, 0.0)
