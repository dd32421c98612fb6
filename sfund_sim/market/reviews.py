"""Reviews: sellers weigh their ways out, all who do so within one stretch of days together, in columns.

Most sellers review on the day of a report. What a seller makes of its ways out rests on NAV and rules, which stay as
they are within a stretch, and on its own numbers, which do not change while it waits; only whether a guidance fund
alone keeps its fund from being extended may change when shares of the fund change hands (``Review.moves``).
"""

from __future__ import annotations

from itertools import compress, repeat
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from sfund_sim.ground.calendar import CALENDAR_DAYS, DAYS_A_YEAR
from sfund_sim.ground.columns import rows_of
from sfund_sim.ground.money import FEN_PER_YUAN
from sfund_sim.investors.pricing import expected_best_bid
from sfund_sim.market.appraisal import still_holds
from sfund_sim.market.assessment import Assessment
from sfund_sim.market.consent import chance_of_consent
from sfund_sim.market.exits import Exit
from sfund_sim.market.loans import gain_by_loan
from sfund_sim.market.market import Market
from sfund_sim.market.route import floor_rule, is_open_to, regime_of, usable_venue
from sfund_sim.market.sheet import Reckoning
from sfund_sim.market.votes import blocks_extension
from sfund_sim.market.world import Flags, Floats, Ints
from sfund_sim.scenario.model import Expectations
from sfund_sim.scenario.rules import RuleBook, StateAssets, Venue
from sfund_sim.terms import Purpose, Remark, Route
from sfund_sim.venue.settlement import IN_ONE_SUM

_ROUTES = (Route.HOLD, Route.AGREEMENT, Route.VENUE, Route.PLEDGE)
_told = attrgetter("met", "failures", "appraisal", "appraised_on", "approved", "rounds_on_appraisal", "route")


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
    """The appraisal that still holds; NAV stands for one that is still to be made."""
    rate: Floats
    """Discount rate, a year."""
    bound: Flags
    """Do rules on state assets bind the seller?"""
    must_appraise: Flags
    """Must it have the share appraised before it sells: it is bound, and no appraisal of it holds any more?"""
    is_state: Flags
    approved: Flags
    """Does the approving body allow a lower floor on the appraisal that holds?"""
    rounds: Ints
    """Rounds without a good enough bid that count against the floor."""
    failures: Ints
    in_custody: Flags
    """Is the share with the venue already: does the seller review between two rounds there?"""
    knows: Flags
    """Does the seller know somebody to talk to, whom it has not talked to yet?"""
    consent: Floats
    """How likely the GP consents to a transfer."""
    venue: Ints
    """Where the fund's home venue is open to the seller, that venue or the first that deals alike; else -1."""


def brief_reviews(market: Market, exits: list[Exit], days: list[int]) -> list[Review | None]:
    """What sellers will make of their ways out on these days if nothing changes; None for those who have left."""
    here = [exit.number in market.selling for exit in exits]
    selling = list(compress(exits, here))
    reviews = iter(_reviews(market, selling, list(compress(days, here))) if selling else ())
    return [next(reviews) if sells else None for sells in here]


def _reviews(market: Market, exits: list[Exit], days: list[int]) -> list[Review]:
    rules = market.rules()
    sellers = _sellers(market, rules, exits, days)
    gains = [np.zeros(len(exits)), _gain_by_agreement(market, rules, sellers), _gain_at_venue(market, rules, sellers)]
    if rules.pledges.registered:
        gains.append(gain_by_loan(market, rules, exits, sellers.reckoned.nav, sellers.rate))
    # The first of the highest: holding on before an agreement, an agreement before the venue, a loan last.
    routes = [_ROUTES[best] for best in np.argmax(gains, axis=0).tolist()]
    regimes = [regime_of(exit, rules) for exit in exits]
    numbers = (column.tolist() for column in (*sellers.reckoned, sellers.rate))
    seen, moves = rows_of(Assessment, repeat(rules), *numbers, regimes), [-1] * len(exits)
    for place in sellers.may_block.nonzero()[0].tolist():
        moves[place] = market.moves.get(exits[place].fund, 0)
    return list(rows_of(Review, seen, routes, moves))


def review_now(market: Market, exit: Exit) -> Review:
    """A seller's review of today: as it was prepared, or anew when its fund's partners may vote otherwise now."""
    review = market.dockets.reviews.answer(market.today, exit.number)
    if review is None or (review.moves >= 0 and review.moves != market.moves.get(exit.fund, 0)):
        review = _reviews(market, [exit], [market.today])[0]
    if market.narrated:
        _tell(market, exit, review)
    return review


def _tell(market: Market, exit: Exit, review: Review) -> None:
    seen = review.seen
    market.remark(exit, Remark.REVIEWED, seen.hold_value, seen.at_venue, seen.nav)
    if review.route == Route.HOLD and seen.regime != "none" and usable_venue(market, exit, seen.rules) is None:
        market.remark(exit, Remark.OPEN_LISTING_REFUSED)


def _sellers(market: Market, rules: RuleBook, exits: list[Exit], days: list[int]) -> _Sellers:
    told_now = np.array([_told(exit) for exit in exits], np.int64).T
    met_in, failures, appraisal, appraised_on, approved, rounds, route = told_now
    holds = still_holds(appraisal, appraised_on, np.array(days), rules.state_assets)
    rows = market.sheet.rows(exits)
    told = market.sheet.told(rows)
    may_block = told.must_leave.astype(bool) & (not rules.partnership.vote_to_extend_guidance)
    blocks = np.zeros(len(exits), np.int64)
    for place in may_block.nonzero()[0].tolist():
        blocks[place] = blocks_extension(market, exits[place], rules)
    reckoned = _with_lenders(market.sheet.reckoning(rows, blocks), exits, days)
    quarter = market.reports.quarter(days[0])  # Reviews of one stretch of days: no NAV is published in between.
    draws = market.streams.uniform(Purpose.COUNTERPARTY, told.key, np.full(len(exits), quarter))
    home, state = market.funds.venue[told.fund], told.is_state.astype(bool)
    venue = np.full(home.size, -1)
    for number in set(home.tolist()) - {-1}:
        rule = market.venue_rules(number, rules)
        is_open = np.where(state, is_open_to(rule, is_state=True), is_open_to(rule, is_state=False))
        venue[is_open & (home == number)] = market.alike(rules)[number]
    bound = state & (rules.state_assets.regime != "none")
    return _Sellers(
        reckoned=reckoned,
        may_block=may_block,
        appraised=np.where(holds, appraisal, reckoned.nav),
        rate=market.rates[told.lp_kind, told.trigger],
        bound=bound,
        must_appraise=bound & ~holds,
        is_state=state,
        approved=holds & approved.astype(bool),
        rounds=np.where(bound & ~holds, 0, rounds),
        failures=failures,
        in_custody=route == Route.VENUE,
        knows=(draws < rules.agreement.known_counterparty_probability) & (met_in != quarter),
        consent=chance_of_consent(market, told.fund, rules.partnership),
        venue=venue,
    )


def _with_lenders(reckoned: Reckoning, exits: list[Exit], days: list[int]) -> Reckoning:
    """The least that each takes: of one in default no more than its lender needs, as ``route.assess`` has it."""
    for place, exit in enumerate(exits):
        if exit.lender is not None:
            owed = exit.owed_on(days[place])
            for least in (reckoned.by_agreement, reckoned.at_venue):
                least[place] = min(least[place], owed)
    return reckoned


def _gain_by_agreement(market: Market, rules: RuleBook, sellers: _Sellers) -> Floats:
    """Expected gain of each over holding on, fen; minus infinity where it is barred or nobody is known."""
    gain, state, terms = np.full(sellers.rate.size, -np.inf), rules.state_assets, rules.agreement
    free = ~sellers.bound | (state.agreement == "free") | ((state.agreement == "at_venue") & (sellers.venue >= 0))
    some = (free & sellers.knows & (sellers.reckoned.nav > 0)).nonzero()[0]
    if some.size:
        nav, least = sellers.reckoned.nav[some], sellers.reckoned.by_agreement[some]
        needs = sellers.bound[some] & state.agreement_needs_appraised_value
        now, share, least_fee, asked, closing = (column[some] for column in _closing_of_talks(market, rules, sellers))
        floor = np.where(needs, np.maximum(asked, sellers.appraised[some]), asked)
        expected = market.scenario.expectations
        law = expected.agreement_value_to_nav, expected.agreement_value_log_sd, expected.agreement_value_log_sd_above
        chance, mean = expected_best_bid(floor / nav, *law)
        chance *= expected.agreement_interest * sellers.consent[some]
        price = np.maximum(asked + terms.seller_bargaining_share * (mean * nav - asked), floor)
        working = closing + float(terms.negotiation_days + rules.partnership.gp_consent_days)
        days = working * CALENDAR_DAYS + rules.partnership.preemption.notice_days
        anew = needs & sellers.must_appraise[some]
        surplus = np.minimum(price * (now - share), price * now - least_fee) - least
        costs = terms.cost_cny * FEN_PER_YUAN + _appraisal_costs(state, nav, anew)
        gain[some] = chance * surplus * _later(sellers.rate[some], days, state, anew) - costs
    return gain


def _closing_of_talks(market: Market, rules: RuleBook, sellers: _Sellers) -> tuple[Floats, ...]:
    """What a yuan of an agreed price is worth, its share that is the fee, the least fee, the price that leaves the
    reservation, working days to cash [sellers].

    State sellers who may agree only at a venue close through the one that is open to them, others among themselves.
    """
    (now, share, least), size = np.zeros((3, sellers.rate.size)), sellers.rate.size
    now[:], days = 1.0, np.full(size, float(IN_ONE_SUM.first_working_days))
    there = sellers.bound & (sellers.venue >= 0) & (rules.state_assets.agreement == "at_venue")
    asked = sellers.reckoned.by_agreement.copy()
    for number in set(sellers.venue[there].tolist()):
        here, venue = there & (sellers.venue == number), market.venue_rules(number, rules)
        now[here], days[here] = venue.settlement.worth_now(sellers.rate[here]), _days_to_pay(venue)
        share[here], least[here] = venue.fees.seller_share, venue.fees.least_fen
        asked[here] = np.maximum(*venue.fees.prices_leaving(asked[here], now[here]))
    return now, share, least, asked, days


def _days_to_pay(venue: Venue) -> int:
    """Working days from the bargain to the first payment."""
    return venue.signing_days + venue.settlement.first_working_days


def _gain_at_venue(market: Market, rules: RuleBook, sellers: _Sellers) -> Floats:
    """Expected gain of each over holding on, fen; minus infinity where no venue is open to it."""
    gain, expected = np.full(sellers.rate.size, -np.inf), market.scenario.expectations
    able = (sellers.venue >= 0) & (sellers.reckoned.nav > 0)
    for number in set(sellers.venue[able].tolist()):
        some, venue = (able & (sellers.venue == number)).nonzero()[0], market.venue_rules(number, rules)
        nav, at_venue = sellers.reckoned.nav[some], sellers.reckoned.at_venue[some]
        floor, anew = _next_floors(rules, venue, sellers, some), sellers.must_appraise[some]
        chance, best = _best_bids(market, venue, sellers, some, floor)
        price = floor + _part_of_gap(venue, expected) * (best - floor)
        surplus = venue.fees.leaves(price, venue.settlement.worth_now(sellers.rate[some])) - at_venue
        default = venue.payment_failure_probability
        days = _venue_days(venue, rules, sellers.in_custody[some])
        later = _later(sellers.rate[some], days, rules.state_assets, anew)
        costs = venue.seller_cost_cny * FEN_PER_YUAN + _appraisal_costs(rules.state_assets, nav, anew)
        gain[some] = chance * ((1.0 - default) * surplus + default * venue.deposit_share * floor) * later - costs
    return gain


def _best_bids(market: Market, venue: Venue, sellers: _Sellers, some: Ints, floor: Floats) -> tuple[Floats, Floats]:
    """Expected of each one's next listing: the chance that the GP consents and a bid reaches the floor; the best, fen.

    Buyers bid less where they pay a fee, and more where a part of the price is due later.
    """
    expected, nav = market.scenario.expectations, sellers.reckoned.nav[some]
    payable = nav / (venue.settlement.worth_now(market.typical_irr) + venue.fees.buyer_share)
    law = expected.venue_price_to_nav, expected.venue_price_log_sd, expected.venue_price_log_sd_above
    reached, mean = expected_best_bid(floor / payable, *law)
    learned = expected.venue_interest * expected.failure_learning ** sellers.failures[some]
    return reached * learned * sellers.consent[some], mean * payable


def _part_of_gap(venue: Venue, expected: Expectations) -> float:
    """Of what the best bid is above the floor, the part that the price is expected to take, as the rules have it."""
    contested = 1.0 if venue.auction.pricing == "first" else expected.venue_next_bid
    return expected.venue_rival * contested + (1.0 - expected.venue_rival) * venue.sole_bidder_share


def _next_floors(rules: RuleBook, venue: Venue, sellers: _Sellers, some: Ints) -> Floats:
    """Floors of the next listing at a venue, fen [some]."""
    now = venue.settlement.worth_now(sellers.rate[some])
    least = np.maximum(*venue.fees.prices_leaving(sellers.reckoned.at_venue[some], now))
    told = sellers.rounds[some], sellers.appraised[some], least, sellers.approved[some]
    rule_for_state, rule_for_others = (floor_rule(rules, venue, is_state=is_state) for is_state in (True, False))
    of_state, of_others = rule_for_state.floors(*told), rule_for_others.floors(*told)
    return np.maximum(np.where(sellers.is_state[some], of_state, of_others), 0.0)


def _venue_days(venue: Venue, rules: RuleBook, in_custody: Flags) -> Floats:
    """Calendar days from filing to cash when nothing goes wrong [sellers]; custody is gone through once an attempt."""
    working = np.where(in_custody, 0.0, float(venue.custody_days))
    working += venue.intent_days + venue.publication_days + venue.account_days + venue.disclosure.days
    working += (
        venue.bidding_days
        + venue.signing_days
        + venue.settlement.first_working_days
        + rules.partnership.gp_consent_days
    )
    return working * CALENDAR_DAYS + rules.partnership.preemption.notice_days


def _later(rate: Floats, days: Floats | float, state: StateAssets, anew: Flags) -> Floats:
    """What a yuan in so many calendar days is worth today to sellers; an appraisal still to be made comes first."""
    return np.asarray((1 + rate) ** (-(days + anew * state.appraisal_days * CALENDAR_DAYS) / DAYS_A_YEAR))


def _appraisal_costs(state: StateAssets, nav: Floats, anew: Flags) -> Floats:
    """What the appraisal that is still to be made costs, fen."""
    return np.asarray(anew * (state.appraisal_cost_cny * FEN_PER_YUAN + state.appraisal_cost_share * nav))
