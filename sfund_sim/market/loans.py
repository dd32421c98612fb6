"""Pledging instead of selling 份额质押: a loan on the share, the wait for its end, and default.

An owner who is short of money may borrow on its share where pledges can be registered and its fund's contract does not
forbid it. When the loan is due its need has passed, so that it pays back by other means and wants out no more; or it
has not, and the owner is in default: it sells at any price that either it or the lender would take (``route.assess``),
and the lender is paid first (``closing``).
"""

from __future__ import annotations

import numpy as np

from sfund_sim.ground.calendar import CALENDAR_DAYS, DAYS_A_YEAR, QUARTERS_PER_YEAR
from sfund_sim.ground.diary import Story, Turn, Wake
from sfund_sim.ground.money import FEN_PER_YUAN
from sfund_sim.market.assessment import Assessment
from sfund_sim.market.deeds import conclude_exit, lend, repay
from sfund_sim.market.exits import Exit
from sfund_sim.market.market import Market
from sfund_sim.market.route import assess
from sfund_sim.market.world import Flags, Floats
from sfund_sim.scenario.pledges import Pledges
from sfund_sim.scenario.rules import RuleBook
from sfund_sim.terms import Ending, Purpose, Remark, Route, Trigger

_RECOVERY = 0
"""Last part of the address that says whether an owner's need has passed."""


def borrow(market: Market, exit: Exit, seen: Assessment) -> Story:
    """Pledge the share, and see the loan through to the day on which it is due."""
    terms = seen.rules.pledges
    market.remark(exit, Remark.CHOSE_LOAN)
    exit.route = int(Route.PLEDGE)
    yield market.after_working_days(terms.working_days)
    loan = round(terms.loan_to_value * assess(market, exit).nav)
    if market.is_gone(exit) or loan <= 0:
        return
    lend(market, exit, terms, loan)
    market.remark(exit, Remark.PLEDGED, loan, exit.owed_on(exit.loan_due))
    while market.today < exit.loan_due and market.funds_ended_on(exit.fund) is None:
        yield Wake(min(exit.loan_due, market.reports.next(market.today)), Turn.REVIEW)
    exit.defaulted = 0
    if market.funds_ended_on(exit.fund) is not None:  # What the fund paid last has paid the lender.
        return
    if market.streams.draw(Purpose.PLEDGE, exit.key, _RECOVERY) < terms.recovery_probability:
        market.remark(exit, Remark.LOAN_REPAID)
        repay(market, exit)
        conclude_exit(market, exit, Ending.LOAN_REPAID)
    else:
        exit.defaulted = 1
        market.remark(exit, Remark.LOAN_DEFAULTED, exit.owed_on(market.today))


def gain_by_loan(market: Market, rules: RuleBook, exits: list[Exit], nav: Floats, rate: Floats) -> Floats:
    """Gain of each over holding on, fen [sellers]; minus infinity where nobody lends, or it has borrowed before.

    A loan is worth the money of today less what is paid back for it, at the owner's own rate; an owner does not reckon
    with its own default.
    """
    terms = rules.pledges
    loan = np.rint(terms.loan_to_value * nav)
    wait, term = terms.working_days * CALENDAR_DAYS / DAYS_A_YEAR, terms.term_days / DAYS_A_YEAR
    worth = loan * (1 - terms.owed(1.0, terms.term_days) * (1 + rate) ** -term) * (1 + rate) ** -wait - terms.cost
    return np.where(_may_borrow(market, terms, exits, loan), worth, -np.inf)


def _may_borrow(market: Market, terms: Pledges, exits: list[Exit], loan: Floats) -> Flags:
    """Who finds a lender: one loan a wish, of a size worth the trouble, on a fund that lasts as long [sellers]."""
    told = market.sheet.sellers(market.sheet.rows(exits))
    reasons = [int(Trigger.of(name)) for name in terms.triggers]
    left = market.remaining_quarters(told.fund) * DAYS_A_YEAR / QUARTERS_PER_YEAR
    permitted = market.streams.uniform(Purpose.PLEDGE, market.funds.key[told.fund]) < terms.contracts_permitting
    return np.asarray(
        np.isin(told.trigger, reasons)
        & np.array([exit.lender is None for exit in exits])
        & (loan >= max(terms.least_loan_cny * FEN_PER_YUAN, 1.0))
        & (left >= terms.term_days)
        & permitted
        & (terms.state_owners | ~told.is_state.astype(bool))
    )
