"""Which way out: what a selling LP thinks of holding, of an agreement and of the venue, under today's rules."""

from __future__ import annotations

import math

from sfund_sim.ground.columns import MISSING
from sfund_sim.ground.money import FEN_PER_YUAN
from sfund_sim.investors.pricing import expected_best_bid, reservation_with_blame
from sfund_sim.market.assessment import Assessment
from sfund_sim.market.exits import Exit
from sfund_sim.market.market import Market
from sfund_sim.market.votes import blocks_extension
from sfund_sim.scenario.rules import RuleBook, StateAssets, Venue
from sfund_sim.terms import Purpose, Remark, Route

DAYS_A_YEAR = 365.25


def assess(market: Market, exit: Exit) -> Assessment:
    """Hold value and reservation prices of today."""
    rules = market.rules()
    nav, cost, true_value, hold, hold_if_blocked = market.sheet.of(exit, rules)
    if blocks_extension(market, exit, rules):
        hold = hold_if_blocked
    rate = market.rate_of[exit.lp_kind][exit.trigger]
    if not exit.is_state or rules.state_assets.regime == "none":
        return Assessment(rules, nav, cost, hold, true_value, hold, hold, rate, "none")
    agreed, bid = blame_weights(rules.state_assets)
    return Assessment(
        rules, nav, cost, hold, true_value, reservation_with_blame(hold, cost, agreed),
        reservation_with_blame(hold, cost, bid), rate, rules.state_assets.regime,
    )  # fmt: skip


def blame_weights(state: StateAssets) -> tuple[float, float]:
    """Weight of a yuan of unrecovered cost for an agreed price, and for a price made by bidding at a venue."""
    agreed = state.blame_weight * (1 - state.exempt_share)
    return agreed, agreed * (1 - state.exempt_at_venue_share)


def choose_route(market: Market, exit: Exit, seen: Assessment) -> Route:
    """The lawful route with the highest expected gain over holding on; HOLD when none has any."""
    market.remark(exit, Remark.REVIEWED, seen.hold_value, seen.at_venue, seen.nav)
    by_agreement, at_venue = _gain_by_agreement(market, exit, seen), _gain_at_venue(market, exit, seen)
    if max(by_agreement, at_venue) > 0:
        return Route.AGREEMENT if by_agreement >= at_venue else Route.VENUE
    if seen.regime != "none" and usable_venue(market, exit, seen.rules) is None:
        market.remark(exit, Remark.OPEN_LISTING_REFUSED)
    return Route.HOLD


def usable_venue(market: Market, exit: Exit, rules: RuleBook) -> Venue | None:
    """The fund's home venue, when it is open to this seller today."""
    number = market.funds.cells.venue[exit.fund]
    if number < 0:
        return None
    venue = market.venue_rules(number, rules)
    return venue if venue.open and (venue.state_funds_from_open or not exit.is_state) else None


def may_agree(market: Market, exit: Exit, seen: Assessment) -> bool:
    """May this seller sell by agreement under today's rules?"""
    if seen.regime == "none":
        return True
    rule = seen.rules.state_assets.agreement
    return rule == "free" or (rule == "at_venue" and usable_venue(market, exit, seen.rules) is not None)


def agreement_floor(exit: Exit, seen: Assessment) -> float:
    """Least price by agreement: the reservation, and the appraised value where the rules demand it."""
    needs = seen.regime != "none" and seen.rules.state_assets.agreement_needs_appraised_value
    appraised = seen.nav if exit.appraisal == MISSING else float(exit.appraisal)
    return max(seen.by_agreement, appraised) if needs else seen.by_agreement


def venue_floor(exit: Exit, seen: Assessment, venue: Venue, round: int) -> float:
    """Floor of a listing round: the rule's, and never below the reservation; before an appraisal NAV stands for it."""
    appraised = seen.nav if exit.appraisal == MISSING else float(exit.appraisal)
    rule = seen.rules.state_assets.floor if seen.regime == "full" else venue.private_floor
    return max(rule.floor(round, appraised, seen.at_venue, exit.approved), 0.0)


def knows_counterparty(market: Market, exit: Exit, seen: Assessment) -> bool:
    """Does the seller know somebody to talk to at this review?"""
    draw = market.streams.draw(Purpose.COUNTERPARTY, exit.key, exit.reviews)
    return draw < seen.rules.agreement.known_counterparty_probability


def _gain_by_agreement(market: Market, exit: Exit, seen: Assessment) -> float:
    if not may_agree(market, exit, seen) or not knows_counterparty(market, exit, seen) or seen.nav <= 0:
        return -math.inf
    expectations, terms = market.scenario.expectations, seen.rules.agreement
    floor = agreement_floor(exit, seen)
    chance, mean = expected_best_bid(
        floor / seen.nav, expectations.agreement_price_to_nav, expectations.venue_price_log_sd
    )
    wait = (terms.negotiation_days + terms.registration_days) * 1.4 + seen.rules.partnership.preemption.notice_days
    later = (1 + seen.rate) ** (-wait / DAYS_A_YEAR)
    return float(chance * (mean * seen.nav - floor) * later) - terms.cost_cny * FEN_PER_YUAN


def _gain_at_venue(market: Market, exit: Exit, seen: Assessment) -> float:
    venue = usable_venue(market, exit, seen.rules)
    if venue is None or seen.nav <= 0:
        return -math.inf
    expectations = market.scenario.expectations
    floor = venue_floor(exit, seen, venue, 0)
    chance, mean = expected_best_bid(floor / seen.nav, expectations.venue_price_to_nav, expectations.venue_price_log_sd)
    later = (1 + seen.rate) ** (-_venue_days(venue, seen.rules) / DAYS_A_YEAR)
    chance *= expectations.venue_interest * expectations.failure_learning**exit.failures
    surplus = mean * seen.nav * (1 - venue.fees.seller_share) - seen.at_venue
    return float(chance * surplus * later) - listing_costs(seen, venue)


def _venue_days(venue: Venue, rules: RuleBook) -> float:
    """Calendar days from filing to cash when nothing goes wrong; 1.4 calendar days a working day."""
    working = (
        venue.custody_days + venue.intent_days + venue.publication_days + venue.account_days + venue.disclosure.days
    )
    working += (
        venue.bidding_days
        + venue.signing_days
        + venue.settlement.first_working_days
        + rules.partnership.gp_consent_days
    )
    return working * 1.4 + rules.partnership.preemption.notice_days


def listing_costs(seen: Assessment, venue: Venue) -> float:
    """Costs of one listing that are lost when it fails, fen: lawyers, data room, and appraisal of a state share."""
    state = seen.rules.state_assets
    appraisal = state.appraisal_cost_cny * FEN_PER_YUAN + state.appraisal_cost_share * seen.nav
    return venue.seller_cost_cny * FEN_PER_YUAN + (appraisal if seen.regime != "none" else 0.0)
