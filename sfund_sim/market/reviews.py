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

from sfund_sim.ground.columns import MISSING, rows_of
from sfund_sim.market.appraisal import still_holds
from sfund_sim.market.assessment import Assessment
from sfund_sim.market.consent import chance_of_consent
from sfund_sim.market.exits import Exit
from sfund_sim.market.gains import Sellers, gain_at_venue, gain_by_agreement
from sfund_sim.market.loans import gain_by_loan
from sfund_sim.market.market import Market
from sfund_sim.market.prematched import are_prematched
from sfund_sim.market.route import is_open_to, regime_of, usable_venue
from sfund_sim.market.sheet import Reckoning
from sfund_sim.market.votes import blocks_extension
from sfund_sim.market.world import Ints
from sfund_sim.scenario.rules import RuleBook
from sfund_sim.terms import Purpose, Remark, Route

_ROUTES = (Route.HOLD, Route.AGREEMENT, Route.VENUE, Route.PLEDGE)
_FEW = 50
"""Sellers whose stories are told as soon as a matrix is made."""
_told = attrgetter("met", "failures", "appraisal", "appraised_on", "approved", "rounds_on_appraisal", "route")


class Review(NamedTuple):
    """What a seller makes of its ways out."""

    seen: Assessment
    route: Route
    """The lawful one with the highest expected gain over holding on; HOLD when none has any."""
    moves: int
    """How often shares of the fund had changed hands, where that may matter; else -1."""
    prematched: bool
    """Does somebody stand ready to take the share at its appraised value?"""


def brief_reviews(market: Market, exits: list[Exit], days: list[int]) -> list[Review | None]:
    """What sellers will make of their ways out on these days if nothing changes; None for those who have left."""
    here = [exit.number in market.selling for exit in exits]
    selling = list(compress(exits, here))
    reviews = iter(_reviews(market, selling, list(compress(days, here))) if selling else ())
    return [next(reviews) if sells else None for sells in here]


def who_may_act(market: Market, exits: list[Exit]) -> list[Exit]:
    """Those of some sellers who will not surely hold on today; the others keep in mind what they reckoned.

    A told seller thinks aloud, and a few are sooner told than sifted. What one that may block its fund's extension
    makes of it may change until its turn where somebody else is about to sell shares of the fund.
    """
    if market.narrated or len(exits) < _FEW:
        return exits
    rules, today = market.rules(), [market.today] * len(exits)
    sellers = sellers_of(market, rules, exits, today)
    acts = _best_routes(market, rules, exits, sellers) > 0
    moving = {exit.fund for number, exit in market.selling.items() if number not in market.waiting}
    moving.update(exit.fund for exit in compress(exits, acts))
    for place in sellers.may_block.nonzero()[0].tolist():
        acts[place] |= exits[place].fund in moving
    nav, cost, true_value, hold_value, *_ = (column.tolist() for column in sellers.reckoned)
    for exit, may_act, *told in zip(exits, acts.tolist(), nav, cost, hold_value, true_value, strict=True):
        if not may_act:
            exit.note_assessment(*told)
    return list(compress(exits, acts))


def _best_routes(market: Market, rules: RuleBook, exits: list[Exit], sellers: Sellers) -> Ints:
    """Place in ``_ROUTES`` of the lawful way with the highest expected gain over holding on [sellers]."""
    gains = [np.zeros(len(exits)), gain_by_agreement(market, rules, sellers), gain_at_venue(market, rules, sellers)]
    if rules.pledges.registered:
        gains.append(gain_by_loan(market, rules, exits, sellers.reckoned.nav, sellers.rate))
    # The first of the highest: holding on before an agreement, an agreement before the venue, a loan last.
    return np.asarray(np.argmax(gains, axis=0))


def _reviews(market: Market, exits: list[Exit], days: list[int]) -> list[Review]:
    rules = market.rules()
    sellers = sellers_of(market, rules, exits, days)
    routes = [_ROUTES[best] for best in _best_routes(market, rules, exits, sellers).tolist()]
    regimes = [regime_of(exit, rules) for exit in exits]
    numbers = (column.tolist() for column in (*sellers.reckoned, sellers.rate))
    seen, moves = rows_of(Assessment, repeat(rules), *numbers, regimes), [-1] * len(exits)
    for place in sellers.may_block.nonzero()[0].tolist():
        moves[place] = market.moves.get(exits[place].fund, 0)
    return list(rows_of(Review, seen, routes, moves, sellers.prematched.tolist()))


def review_now(market: Market, exit: Exit) -> Review:
    """A seller's review of today, told in its story."""
    review = look_again(market, exit)
    if market.narrated:
        _tell(market, exit, review)
    return review


def look_again(market: Market, exit: Exit) -> Review:
    """A seller's review of today: as it was prepared, or anew when its fund's partners may vote otherwise now."""
    review = market.dockets.reviews.answer(market.today, exit.number)
    if review is None or (review.moves >= 0 and review.moves != market.moves.get(exit.fund, 0)):
        review = _reviews(market, [exit], [market.today])[0]
    return review


def _tell(market: Market, exit: Exit, review: Review) -> None:
    seen = review.seen
    market.remark(exit, Remark.REVIEWED, seen.hold_value, seen.at_venue, seen.nav)
    if review.route == Route.HOLD and seen.regime != "none" and usable_venue(market, exit, seen.rules) is None:
        market.remark(exit, Remark.OPEN_LISTING_REFUSED)


def sellers_of(market: Market, rules: RuleBook, exits: list[Exit], days: list[int]) -> Sellers:
    """Sellers who review on these days, of one stretch, as columns."""
    told_now = np.array([_told(exit) for exit in exits], np.int64).T
    met_in, failures, appraisal, appraised_on, approved, rounds, route = told_now
    holds = still_holds(appraisal, appraised_on, np.array(days), rules.state_assets)
    rows = market.sheet.rows(exits)
    told = market.sheet.sellers(rows)
    must_leave, partnership = told.must_leave.astype(bool), rules.partnership
    may_block = must_leave & (not partnership.vote_to_extend_guidance)
    blocks = np.zeros(len(exits), np.int64)
    for place in may_block.nonzero()[0].tolist():
        blocks[place] = blocks_extension(market, exits[place], rules)
    reckoned = _with_lenders(market.sheet.reckoning(rows, blocks), exits, days)
    quarter = market.reports.quarter(days[0])  # Reviews of one stretch of days: no NAV is published in between.
    draws = market.streams.uniform(Purpose.COUNTERPARTY, told.key, np.full(len(exits), quarter))
    state = told.is_state.astype(bool)
    bound = state & (rules.state_assets.regime != "none")
    must_appraise = bound & ~holds & (reckoned.charter == MISSING)
    free = must_leave & partnership.guidance_leaves_without_consent
    prematched = are_prematched(market, rules, told, met_in)
    return Sellers(
        reckoned=reckoned,
        unfunded=market.sheet.shares(rows).unfunded,
        home=market.funds.venue[told.fund],
        may_block=may_block,
        appraised=np.where(holds, appraisal, reckoned.nav),
        rate=market.rates[told.lp_kind, told.trigger],
        bound=bound,
        must_appraise=must_appraise,
        is_state=state,
        approved=holds & approved.astype(bool),
        rounds=np.where(bound & ~holds, 0, rounds),
        failures=failures,
        in_custody=route == Route.VENUE,
        knows=((draws < rules.agreement.known_counterparty_probability) & (met_in != quarter)) | prematched,
        prematched=prematched,
        consent=chance_of_consent(market, told.fund, free, partnership),
        gp_days=np.where(free, 0, partnership.gp_consent_days),
        venue=_where_to_list(market, rules)[market.funds.venue[told.fund], told.is_state],
    )


def _where_to_list(market: Market, rules: RuleBook) -> Ints:
    """By home venue, the last row for none, and by whether a seller is a state one: ``Sellers.venue``."""
    homes = [(market.venue_rules(number, rules), alike) for number, alike in enumerate(market.alike(rules))]
    rows = [[alike if is_open_to(venue, is_state=state) else -1 for state in (False, True)] for venue, alike in homes]
    return np.array([*rows, [-1, -1]])


def _with_lenders(reckoned: Reckoning, exits: list[Exit], days: list[int]) -> Reckoning:
    """The least that each takes: of one in default no more than its lender needs, as ``route.assess`` has it."""
    for place, exit in enumerate(exits):
        if exit.lender is not None:
            owed = exit.owed_on(days[place])
            for least in (reckoned.by_agreement, reckoned.at_venue):
                least[place] = min(least[place], owed)
    return reckoned
