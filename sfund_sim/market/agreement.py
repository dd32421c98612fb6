"""Sale by agreement 协议转让: a counterparty that the seller knows, a bargain, and the same closing as at the venue."""

from __future__ import annotations

import math
from collections.abc import Generator

from sfund_sim.ground.columns import MISSING
from sfund_sim.ground.diary import Turn, Wake
from sfund_sim.ground.money import FEN_PER_YUAN
from sfund_sim.investors.pricing import nash_price
from sfund_sim.market.appraisal import appraise, still_holds
from sfund_sim.market.assessment import Assessment
from sfund_sim.market.bidders import limit
from sfund_sim.market.chances import delayed
from sfund_sim.market.closing import Terms, close_deal, see_through
from sfund_sim.market.consent import draw_of_talks, gp_consents, gp_days, leaves_freely
from sfund_sim.market.deeds import charge_seller
from sfund_sim.market.exits import Exit
from sfund_sim.market.market import Market
from sfund_sim.market.prematched import price_ready
from sfund_sim.market.route import assess, closing_venue, least_agreed, may_agree, needs_appraised_value
from sfund_sim.market.talks import Meeting, Talk, meet_now
from sfund_sim.market.worth import yuan_to
from sfund_sim.scenario.rules import Agreement, RuleBook
from sfund_sim.terms import Ending, Purpose, Remark, Route
from sfund_sim.venue.settlement import IN_ONE_SUM, NO_FEES

_TALKS = 100
"""Keeps the draws of talks (by reported quarter) apart from those of stages."""


def sell_by_agreement(market: Market, exit: Exit, seen: Assessment) -> Generator[Wake, None, None]:
    """Talk to the counterparty; sell to it when there is a price that both accept."""
    market.remark(exit, Remark.CHOSE_AGREEMENT)
    exit.route, exit.met = int(Route.AGREEMENT), market.reports.quarter(market.today)
    if exit.prematched:
        market.remark(exit, Remark.PREMATCHED)
    if exit.filed == MISSING:
        exit.filed = market.today
    days = _length_of_talks(market, exit, seen.rules.agreement)
    if needs_appraised_value(market, exit, seen.rules):
        answered = market.calendar.working_day_after(market.today, days + _gp_days(market, exit))
        yield from appraise(market, exit, until=answered)
    agreed = market.after_working_days(days, Turn.CLOSING)
    consents = _expect_answer(market, exit, agreed.day)
    yield agreed
    if market.is_gone(exit):
        return
    if leaves_freely(exit, market.rules().partnership):
        market.remark(exit, Remark.CONSENT_NOT_NEEDED)
    yield market.after_working_days(_gp_days(market, exit))
    if not consents:
        market.remark(exit, Remark.CONSENT_REFUSED)
    if market.is_gone(exit):
        return
    now = assess(market, exit)
    terms = _terms(market, exit, now) if consents else None
    charge_seller(market, exit, round(now.rules.agreement.cost_cny * FEN_PER_YUAN))
    deal = (yield from close_deal(market, exit, now.rules, terms)) if terms is not None else None
    if deal is None:
        market.remark(exit, Remark.TALKS_FAILED)
    else:
        yield from see_through(market, exit, deal)


def _length_of_talks(market: Market, exit: Exit, rule: Agreement) -> int:
    """Working days."""
    draw = market.streams.draw_normal(Purpose.STAGE_DELAY, exit.key, 0, _TALKS + exit.met)
    return delayed(rule.negotiation_days, rule.delay_log_sd, draw)


def _gp_days(market: Market, exit: Exit) -> int:
    """Working days that a GP who is asked today takes to answer."""
    return gp_days(exit, market.rules().partnership)


def _expect_answer(market: Market, exit: Exit, agreed: int) -> bool:
    """Will the GP consent when it is asked on that day? Then the two bargain on the day of its answer, by its rules."""
    asked = market.timeline.on(agreed).partnership
    consents = gp_consents(market, exit, asked, draw_of_talks(market, exit))
    if consents:
        answered = market.calendar.working_day_after(agreed, gp_days(exit, asked))
        market.dockets.talks.enter(answered, exit.number, Talk(exit, market.timeline.on(answered)))
    return consents


def _terms(market: Market, exit: Exit, seen: Assessment) -> Terms | None:
    """The bargain by the day's rules and numbers; None where nobody was met, or no price is lawful and suits both."""
    if _is_barred(market, exit, seen.rules):
        market.remark(exit, Remark.AGREEMENT_BARRED)
        return None
    met = meet_now(market, Talk(exit, seen.rules))
    terms = None if met.investor == MISSING else _bargain(market, exit, seen, met)
    if market.hopes is not None:
        market.hopes.talk(market, exit, seen, met, agreed=terms is not None)
    return terms


def _bargain(market: Market, exit: Exit, seen: Assessment, met: Meeting) -> Terms | None:
    """The two split what is between what each would take, if a price suits both.

    Of a price each side's fee is taken off before it is split: what the seller keeps is at least its reservation.
    """
    venue, investor, worth = closing_venue(market, exit, seen.rules), met.investor, met.worth
    fees = venue.fees if venue else NO_FEES
    limited = math.inf if investor < market.first_buyer else limit(market, exit, investor - market.first_buyer, fees)
    settlement, rule = venue.settlement if venue else IN_ONE_SUM, seen.rules.agreement
    payable = min(fees.prices_within(worth, yuan_to(market, investor, settlement, rule.lone_buyer_irr)))
    share = rule.seller_bargaining_share
    if exit.prematched:
        payable, share = price_ready(market, exit, market.today, seen.rules), 1.0
    least = max(fees.prices_leaving(seen.by_agreement, settlement.worth_now(seen.rate)))
    floor = math.ceil(max(least, least_agreed(exit, seen)))
    if seen.charter != MISSING:
        market.remark(exit, Remark.CHARTER_PRICE, seen.charter)
    market.remark(exit, Remark.COUNTERPARTY, investor, worth, floor)
    most = math.floor(min(payable, limited))
    price = nash_price(least, payable, share, least=floor, most=most)
    if math.isnan(price) or price < 1:
        return None
    exit.reservation, exit.buyer_value = round(least), round(worth)
    return Terms(
        investor=investor,
        price=math.ceil(price),
        ending=Ending.SOLD_BY_AGREEMENT,
        route=Route.AGREEMENT,
        fees=fees,
        settlement=settlement,
        signing_days=venue.signing_days if venue else 0,
        registration_days=venue.registration_days() if venue else rule.registration_days,
        title_first=venue is not None and venue.pays_on_title(),
        delay_log_sd=rule.delay_log_sd,
        failure_probability=0.0,
        deposit=0,
        extra_return=rule.lone_buyer_irr,
    )


def _is_barred(market: Market, exit: Exit, rules: RuleBook) -> bool:
    """May the two not conclude today: agreements are barred by now, or the appraisal that is needed has run out?"""
    if not may_agree(market, exit, rules):
        return True
    has_appraisal = still_holds(exit.appraisal, exit.appraised_on, market.today, rules.state_assets)
    return needs_appraised_value(market, exit, rules) and not has_appraisal
