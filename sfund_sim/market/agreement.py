"""Sale by agreement 协议转让: a counterparty that the seller knows, a bargain, and the same closing as at the venue."""

from __future__ import annotations

import math
from collections.abc import Generator

from sfund_sim.ground.columns import MISSING
from sfund_sim.ground.diary import Turn, Wake
from sfund_sim.ground.money import FEN_PER_YUAN
from sfund_sim.investors.pricing import nash_price
from sfund_sim.market.appraisal import appraise
from sfund_sim.market.assessment import Assessment
from sfund_sim.market.bidders import limit
from sfund_sim.market.chances import delayed
from sfund_sim.market.closing import Terms, close_deal, see_through
from sfund_sim.market.consent import draw_of_talks, gp_consents
from sfund_sim.market.deeds import charge_seller
from sfund_sim.market.exits import Exit
from sfund_sim.market.market import Market
from sfund_sim.market.route import agreement_floor, assess, usable_venue
from sfund_sim.market.talks import Talk, meet_now
from sfund_sim.scenario.rules import Agreement
from sfund_sim.terms import Ending, Purpose, Remark, Route
from sfund_sim.venue.settlement import IN_ONE_SUM, Fees

_TALKS = 100
"""Keeps the draws of talks (by review) apart from those of stages."""
_NO_FEES = Fees(seller_share=0.0, buyer_share=0.0)


def sell_by_agreement(market: Market, exit: Exit, seen: Assessment) -> Generator[Wake, None, None]:
    """Talk to the counterparty; sell to it when there is a price that both accept."""
    market.remark(exit, Remark.CHOSE_AGREEMENT)
    exit.route = int(Route.AGREEMENT)
    if exit.filed == MISSING:
        exit.filed = market.today
    if seen.regime != "none" and seen.rules.state_assets.agreement_needs_appraised_value:
        yield from appraise(market, exit)
    days = _length_of_talks(market, exit, seen.rules.agreement)
    agreed = market.after_working_days(days, Turn.CLOSING)
    consents = _expect_answer(market, exit, agreed.day)
    yield agreed
    if market.is_gone(exit):
        return
    now = assess(market, exit)
    yield market.after_working_days(now.rules.partnership.gp_consent_days, Turn.FILING)
    if not consents:
        market.remark(exit, Remark.CONSENT_REFUSED)
    if market.is_gone(exit):
        return
    terms = _terms(market, exit, now) if consents else None
    charge_seller(market, exit, round(now.rules.agreement.cost_cny * FEN_PER_YUAN))
    deal = (yield from close_deal(market, exit, now.rules, terms)) if terms is not None else None
    if deal is None:
        market.remark(exit, Remark.TALKS_FAILED)
    else:
        yield from see_through(market, exit, deal)


def _length_of_talks(market: Market, exit: Exit, rule: Agreement) -> int:
    """Working days."""
    draw = market.streams.draw_normal(Purpose.STAGE_DELAY, exit.key, exit.listings, _TALKS + exit.reviews)
    return delayed(rule.negotiation_days, rule.delay_log_sd, draw)


def _expect_answer(market: Market, exit: Exit, agreed: int) -> bool:
    """Will the GP consent when it is asked on that day? Then the talks will end on the day of its answer."""
    rules = market.timeline.on(agreed)
    consents = gp_consents(market, exit, rules.partnership, draw_of_talks(market, exit))
    if consents:
        answered = market.working_day_after(agreed, rules.partnership.gp_consent_days)
        market.dockets.talks.enter(answered, exit.number, Talk(exit, rules))
    return consents


def _terms(market: Market, exit: Exit, seen: Assessment) -> Terms | None:
    """The bargain with the counterparty, or None when its value is below what the seller must have."""
    venue = usable_venue(market, exit, seen.rules) if seen.regime != "none" else None
    fees = venue.fees if venue else _NO_FEES
    investor, worth, _ = meet_now(market, Talk(exit, seen.rules))
    if investor == MISSING:
        return None
    most = math.inf if investor < market.first_buyer else limit(market, exit, investor - market.first_buyer, fees)
    floor, share = float(math.ceil(agreement_floor(exit, seen))), seen.rules.agreement.seller_bargaining_share
    market.remark(exit, Remark.COUNTERPARTY, investor, worth, floor)
    price = nash_price(seen.by_agreement, worth, share, least=floor, most=math.floor(min(worth, most)))
    if math.isnan(price) or price < 1:
        return None
    exit.reservation, exit.buyer_value = round(floor), round(worth)
    rule = seen.rules.agreement
    return Terms(
        investor=investor,
        price=math.ceil(price),
        ending=Ending.SOLD_BY_AGREEMENT,
        route=Route.AGREEMENT,
        fees=fees,
        settlement=venue.settlement if venue else IN_ONE_SUM,
        signing_days=venue.signing_days if venue else 0,
        registration_days=venue.registration_days() if venue else rule.registration_days,
        delay_log_sd=rule.delay_log_sd,
        failure_probability=0.0,
        deposit=0,
    )
