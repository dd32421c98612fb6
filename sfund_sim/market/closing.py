"""From the hammer, or the handshake, to the register: partners' notice, signature, payment, title, registration."""

from __future__ import annotations

from collections.abc import Generator
from typing import NamedTuple

from sfund_sim.ground.columns import MISSING
from sfund_sim.ground.diary import Turn, Wake
from sfund_sim.market.deeds import charge_buyer, charge_seller, conclude_exit, repay, transfer
from sfund_sim.market.exits import Exit
from sfund_sim.market.market import Market
from sfund_sim.market.notices import Notice, answer_now
from sfund_sim.market.partners import is_partner, would_exceed_cap
from sfund_sim.market.route import assess
from sfund_sim.market.worth import yuan_to
from sfund_sim.scenario.rules import RuleBook
from sfund_sim.terms import BuyerKind, Ending, Purpose, RegisterEntry, Remark, Route, Stage
from sfund_sim.venue.settlement import Fees, SettlementTerms


class Terms(NamedTuple):
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
    title_first: bool
    """Is the price paid only when the register shows the buyer, as on paper?"""
    delay_log_sd: float
    failure_probability: float
    deposit: int
    extra_return: float = 0.0
    """What a buyer asks on top of its usual return, a year: one without rivals asks for more."""

    @property
    def outlay(self) -> int:
        """What the buyer has to pay, its fee included."""
        return self.price + self.fees.of(self.price)[1]


class Deal(NamedTuple):
    """A sale whose title has passed; what is left is to register it, and to pay a rest that is not yet due."""

    terms: Terms
    investor: int
    """Who has the share now: the one agreed with, or a partner that stepped in."""
    ending: Ending
    most_valued: int = 0
    """What it is worth to the partner who values it most of those who looked at the notice, fen."""


def close_deal(market: Market, exit: Exit, rules: RuleBook, terms: Terms) -> Generator[Wake, None, Deal | None]:
    """See an agreed sale through to money and title; None when it falls through and the share stays with the seller."""
    reserved = _reserve(market, exit, terms)
    market.note(RegisterEntry.AWARD, exit, taker=terms.investor, fen=terms.price)
    deal = Deal(terms, terms.investor, terms.ending)
    if not is_partner(market, exit.fund, terms.investor):
        answered = market.today + rules.partnership.preemption.notice_days
        notice = Notice(exit, rules, terms.price, terms.fees.of(terms.price)[1], terms.settlement)
        market.dockets.notices.enter(answered, exit.number, notice)
        yield Wake(answered, Turn.CLOSING)
        if market.is_gone(exit):
            return _fall_through(market, exit, terms, reserved)
        deal = _after_notice(market, notice, terms)
        if deal.investor != terms.investor:
            _withdraw(market, exit, terms, reserved)
            market.note(RegisterEntry.AWARD, exit, taker=deal.investor, fen=terms.price)
            reserved = 0
    days = market.delayed(exit, terms.signing_days, terms.delay_log_sd, Stage.SIGNED)
    signing = market.after_working_days(days, Turn.CLOSING)
    market.spend_stage(exit, Stage.SIGNED, signing.day)
    if not market.keeps_funds_until(signing.day):
        yield signing
        if market.is_gone(exit):
            return _fall_through(market, exit, terms, reserved)
    exit.signed = signing.day
    market.remark(exit, Remark.SIGNED, deal.investor, terms.price)
    yield market.after_working_days(terms.settlement.first_working_days, Turn.PAYMENT, since=signing.day)
    if terms.title_first and not market.is_gone(exit):
        yield Wake(_registration(market, exit, terms).day, Turn.PAYMENT)
    if market.is_gone(exit):
        return _fall_through(market, exit, terms, reserved)
    if would_exceed_cap(market, exit, deal.investor, rules):
        market.remark(exit, Remark.NO_ROOM, deal.investor)
        return _fall_through(market, exit, terms, reserved)
    if _payment_fails(market, exit, terms, deal.investor):
        return _fall_through(market, exit, terms, reserved)
    _release(market, deal.investor, reserved)
    _settle(market, exit, deal)
    return deal


def see_through(market: Market, exit: Exit, deal: Deal) -> Generator[Wake, None, None]:
    """After the title: the change of registration, and the rest of the price on its day."""
    done = Wake(market.today, Turn.FILING) if deal.terms.title_first else _registration(market, exit, deal.terms)
    if not exit.rest:
        _finish(market, exit, deal)
        if market.narrated:  # Nothing but the told story waits for the day of registration.
            yield done
            market.remark(exit, Remark.REGISTERED)
    else:
        yield done
        market.remark(exit, Remark.REGISTERED)
        yield from _pay_rest(market, exit, deal)


def _registration(market: Market, exit: Exit, terms: Terms) -> Wake:
    """When the change of registration that begins today is done."""
    days = market.delayed(exit, terms.registration_days, terms.delay_log_sd, Stage.REGISTERED)
    done = market.after_working_days(days)
    market.spend_stage(exit, Stage.REGISTERED, done.day)
    return done


def _reserve(market: Market, exit: Exit, terms: Terms) -> int:
    """Set the buyer's cash aside: price, fee, and the unfunded commitment that comes with the share."""
    if terms.investor < market.first_buyer:
        return 0
    amount = terms.outlay + market.unfunded_of(exit)
    buyer = terms.investor - market.first_buyer
    market.buyers.cells.reserved[buyer] += amount
    market.buyers.commit(buyer, exit.fund, amount)
    return amount


def _release(market: Market, investor: int, reserved: int) -> None:
    """Free the cash that was set aside."""
    if reserved:
        market.buyers.cells.reserved[investor - market.first_buyer] -= reserved


def _withdraw(market: Market, exit: Exit, terms: Terms, reserved: int) -> None:
    """The buyer that was to have the share does not get it: its cash is free again for any fund."""
    if reserved:
        _release(market, terms.investor, reserved)
        market.buyers.commit(terms.investor - market.first_buyer, exit.fund, -reserved)


def _fall_through(market: Market, exit: Exit, terms: Terms, reserved: int) -> Deal | None:
    """The sale comes to nothing, the contract with it, and what the buyer set aside is free again."""
    _withdraw(market, exit, terms, reserved)
    exit.signed = MISSING
    return None


def _after_notice(market: Market, notice: Notice, terms: Terms) -> Deal:
    """Partners have had their notice: one of them may take the share at the price found."""
    exit, agreed = notice.exit, Deal(terms, terms.investor, terms.ending)
    if not notice.rules.partnership.preemption.applies:
        return agreed
    answer = answer_now(market, notice)
    if not answer.partners:
        return agreed
    if answer.taker == MISSING:
        market.remark(exit, Remark.PARTNERS_WAIVED, answer.partners)
        market.note(RegisterEntry.WAIVE, exit, fen=terms.price)
        return agreed._replace(most_valued=round(answer.most))
    exit.buyer_value = round(answer.worth)
    market.remark(exit, Remark.PARTNER_TOOK, answer.taker, terms.price)
    return Deal(terms, answer.taker, Ending.SOLD_TO_PARTNER, round(answer.most))


def _payment_fails(market: Market, exit: Exit, terms: Terms, winner: int) -> bool:
    """A winner who does not pay loses its deposit to the seller."""
    if winner < market.first_buyer or not terms.failure_probability:
        return False
    if market.streams.draw(Purpose.PAYMENT, exit.key, exit.listings) >= terms.failure_probability:
        return False
    deposit = min(terms.deposit, terms.price)
    market.accounts.pay(winner, exit.lp, deposit)
    exit.costs -= deposit
    market.note(RegisterEntry.FEE, exit, giver=winner, taker=exit.lp, fen=deposit)
    market.remark(exit, Remark.PAYMENT_FAILED, winner, deposit)
    return True


def _settle(market: Market, exit: Exit, deal: Deal) -> None:
    """Money and title change hands at once; a rest of the price stays set aside until it is due."""
    terms, winner = deal.terms, deal.investor
    seller_fee, buyer_fee = terms.fees.of(terms.price)
    first = terms.settlement.amounts(terms.price)[0]
    exit.price, exit.buyer, exit.buyer_kind = terms.price, winner, _kind_of(market, exit, deal)
    exit.route = int(terms.route)
    now = assess(market, exit)
    exit.note_assessment(now.nav, now.cost, now.hold_value, now.true_value)
    exit.price_worth_to_seller = round(terms.price * terms.settlement.worth_now(now.rate))
    exit.price_worth_to_buyer = round(terms.price * yuan_to(market, winner, terms.settlement, terms.extra_return))
    exit.unfunded, exit.rest = market.unfunded_of(exit), terms.price - first
    _pay(market, exit, winner, first)
    if exit.owes:
        repay(market, exit)
    if winner >= market.first_buyer:
        buyer = winner - market.first_buyer
        buyer_fee = charge_buyer(market, buyer, buyer_fee, market.free_cash_of(buyer))
    else:
        market.accounts.pay_out(winner, buyer_fee)
    market.note(RegisterEntry.FEE, exit, giver=winner, fen=buyer_fee)
    exit.buyer_fee = buyer_fee
    charge_seller(market, exit, seller_fee)
    transfer(market, exit, winner, buyer_fee)
    if exit.rest and winner >= market.first_buyer:
        market.buyers.cells.reserved[winner - market.first_buyer] += exit.rest


def _kind_of(market: Market, exit: Exit, deal: Deal) -> int:
    """Kind of buyer of an investor; an LP that buys is a co-LP, or stood ready from the first."""
    if deal.investor >= market.first_buyer:
        return int(market.buyers.kind[deal.investor - market.first_buyer])
    ready = exit.prematched and deal.ending == Ending.SOLD_BY_AGREEMENT
    return int(BuyerKind.RELATED_STATE if ready else BuyerKind.CO_LP)


def _pay_rest(market: Market, exit: Exit, deal: Deal) -> Generator[Wake, None, None]:
    winner = deal.investor
    yield Wake(max(exit.signed + deal.terms.settlement.rest_days, market.today), Turn.PAYMENT)
    if winner >= market.first_buyer:
        market.buyers.cells.reserved[winner - market.first_buyer] -= exit.rest
    _pay(market, exit, winner, exit.rest)
    _finish(market, exit, deal)


def _pay(market: Market, exit: Exit, winner: int, fen: int) -> None:
    market.accounts.pay(winner, exit.lp, fen)
    market.note(RegisterEntry.PAYMENT, exit, giver=winner, taker=exit.lp, fen=fen)


def _finish(market: Market, exit: Exit, deal: Deal) -> None:
    market.remark(exit, Remark.PAID, exit.buyer, deal.terms.price)
    market.spend_stage(exit, Stage.PAID, market.today)
    conclude_exit(market, exit, deal.ending)
