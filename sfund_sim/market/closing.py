"""From the hammer, or the handshake, to the register: partners' notice, signature, payment, title, registration."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np

from sfund_sim.ground.diary import Turn, Wake
from sfund_sim.market.bidders import co_partner_value, partners_of
from sfund_sim.market.deeds import charge_buyer, charge_seller, conclude_exit, transfer
from sfund_sim.market.exits import Exit
from sfund_sim.market.market import Market
from sfund_sim.scenario.rules import RuleBook
from sfund_sim.terms import Ending, Purpose, RegisterEntry, Remark, Route, Stage
from sfund_sim.venue.settlement import Fees, SettlementTerms


@dataclass(frozen=True)
class Terms:
    """What was agreed; money in fen."""

    investor: int
    """Who is to have the share: LPs first, then buyers."""
    price: int
    ending: Ending
    route: Route
    fees: Fees
    settlement: SettlementTerms
    signing_days: int
    registration_days: int
    delay_log_sd: float
    failure_probability: float
    deposit: int


def close_deal(market: Market, exit: Exit, rules: RuleBook, terms: Terms) -> Generator[Wake, None, bool]:
    """See an agreed sale through; False when it falls through and the share stays with the seller."""
    reserved = _reserve(market, exit, terms)
    market.note(RegisterEntry.AWARD, exit, taker=terms.investor, fen=terms.price)
    winner, ending = terms.investor, terms.ending
    if not market.is_partner(exit.fund, terms.investor):
        yield Wake(market.today + rules.partnership.preemption.notice_days, Turn.CLOSING)
        if market.is_gone(exit):
            return _release(market, terms.investor, reserved)
        winner, ending = _after_notice(market, exit, rules, terms)
        if winner != terms.investor:
            _release(market, terms.investor, reserved)
            market.note(RegisterEntry.AWARD, exit, taker=winner, fen=terms.price)
            reserved = 0
    days = market.delayed(exit, terms.signing_days, terms.delay_log_sd, int(Stage.SIGNED))
    signing = market.after_working_days(days, Turn.CLOSING)
    market.spend_stage(exit, Stage.SIGNED, market.today, signing.day)
    yield signing
    if market.is_gone(exit):
        return _release(market, winner, reserved)
    exit.signed = market.today
    market.remark(exit, Remark.SIGNED, winner, terms.price)
    yield market.after_working_days(terms.settlement.first_working_days, Turn.PAYMENT)
    if market.is_gone(exit) or market.would_exceed_cap(exit, winner, rules.partnership.partner_cap):
        return _release(market, winner, reserved)
    if _payment_fails(market, exit, terms, winner):
        return _release(market, winner, reserved)
    _release(market, winner, reserved)
    yield from _settle(market, exit, terms, winner, ending)
    return True


def _reserve(market: Market, exit: Exit, terms: Terms) -> int:
    """Set the buyer's cash aside: price, fee, and the unfunded commitment that comes with the share."""
    if terms.investor < len(market.lps):
        return 0
    amount = terms.price + terms.fees.of(terms.price)[1] + market.unfunded_of(exit)
    market.buyers.reserved[terms.investor - len(market.lps)] += amount
    return amount


def _release(market: Market, investor: int, reserved: int) -> bool:
    """Free the cash that was set aside; always False, for a sale that falls through."""
    if reserved:
        market.buyers.reserved[investor - len(market.lps)] -= reserved
    return False


def _after_notice(market: Market, exit: Exit, rules: RuleBook, terms: Terms) -> tuple[int, Ending]:
    """Partners have had their notice: one of them may take the share at the price found."""
    partners = partners_of(market, exit)
    if not rules.partnership.preemption.applies or not partners.size:
        return terms.investor, terms.ending
    draws = market.streams.uniform(Purpose.PREEMPTION, exit.key, exit.listings, market.lps.key[partners])
    interested = draws < rules.partnership.preemption_interest_probability
    worth = np.where(interested, co_partner_value(market, exit, partners, rules), np.nan)
    taker = int(rules.partnership.preemption.taker(worth, float(terms.price), draws))
    if taker < 0:
        market.remark(exit, Remark.PARTNERS_WAIVED, partners.size)
        market.note(RegisterEntry.WAIVE, exit, fen=terms.price)
        return terms.investor, terms.ending
    exit.buyer_value = round(float(worth[taker]))
    market.remark(exit, Remark.PARTNER_TOOK, int(partners[taker]), terms.price)
    return int(partners[taker]), Ending.SOLD_TO_PARTNER


def _payment_fails(market: Market, exit: Exit, terms: Terms, winner: int) -> bool:
    """A winner who does not pay loses its deposit to the seller."""
    draw = market.streams.draw(Purpose.PAYMENT, exit.key, exit.listings, exit.reviews)
    if winner < len(market.lps) or draw >= terms.failure_probability:
        return False
    deposit = min(terms.deposit, terms.price)
    market.accounts.pay(winner, exit.lp, deposit)
    exit.costs -= deposit
    market.note(RegisterEntry.FEE, exit, giver=winner, taker=exit.lp, fen=deposit)
    market.remark(exit, Remark.PAYMENT_FAILED, winner, deposit)
    return True


def _settle(market: Market, exit: Exit, terms: Terms, winner: int, ending: Ending) -> Generator[Wake, None, None]:
    """Money and title change hands at once; a rest of the price stays set aside until it is due."""
    seller_fee, buyer_fee = terms.fees.of(terms.price)
    amounts = terms.settlement.amounts(terms.price)
    exit.price, exit.buyer, exit.buyer_kind = terms.price, winner, market.buyer_kind(winner)
    exit.route = int(terms.route)
    exit.nav, exit.true_value = round(market.nav_of(exit.fund, exit.units)), market.true_value(exit)
    exit.cost, exit.unfunded = market.cost_of(exit.holding, exit.units), market.unfunded_of(exit)
    _pay(market, exit, winner, amounts[0])
    if winner >= len(market.lps):
        buyer_fee = charge_buyer(market, winner - len(market.lps), buyer_fee)
    else:
        market.accounts.pay_out(winner, buyer_fee)
    market.note(RegisterEntry.FEE, exit, giver=winner, fen=buyer_fee)
    charge_seller(market, exit, seller_fee)
    transfer(market, exit, winner, terms.price, terms.price + buyer_fee)
    days = market.delayed(exit, terms.registration_days, terms.delay_log_sd, int(Stage.REGISTERED))
    done = market.after_working_days(days, Turn.FILING)
    market.spend_stage(exit, Stage.REGISTERED, market.today, done.day)
    if len(amounts) == 1:
        _finish(market, exit, ending, terms)
        yield done
        market.remark(exit, Remark.REGISTERED)
        return
    yield from _pay_rest(market, exit, terms, winner, ending)


def _pay_rest(market: Market, exit: Exit, terms: Terms, winner: int, ending: Ending) -> Generator[Wake, None, None]:
    rest = terms.settlement.amounts(terms.price)[1]
    if winner >= len(market.lps):
        market.buyers.reserved[winner - len(market.lps)] += rest
    yield Wake(exit.signed + terms.settlement.rest_days, Turn.PAYMENT)
    if winner >= len(market.lps):
        market.buyers.reserved[winner - len(market.lps)] -= rest
    _pay(market, exit, winner, rest)
    _finish(market, exit, ending, terms)


def _pay(market: Market, exit: Exit, winner: int, fen: int) -> None:
    market.accounts.pay(winner, exit.lp, fen)
    market.note(RegisterEntry.PAYMENT, exit, giver=winner, taker=exit.lp, fen=fen)


def _finish(market: Market, exit: Exit, ending: Ending, terms: Terms) -> None:
    market.remark(exit, Remark.PAID, exit.buyer, terms.price)
    market.spend_stage(exit, Stage.PAID, market.today, market.today)
    conclude_exit(market, exit, ending)
