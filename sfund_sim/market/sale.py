"""The heart: one decision to sell, from the wish to the cash, told in the order of the venue's own procedure.

A story is a generator that yields the day on which it goes on and looks at its holding when it wakes; what it does is
in ``exchange`` (the venue), ``agreement`` (a known counterparty), ``closing`` (from the hammer to the register) and
``loans`` (a loan instead of a sale). It breaks off where the seller holds on, until it is called again (``waiting``).
"""

from __future__ import annotations

from collections.abc import Generator

from sfund_sim.ground.diary import Story, Turn, Wake
from sfund_sim.market.agreement import sell_by_agreement
from sfund_sim.market.deeds import close_exit_by_fund, conclude_exit
from sfund_sim.market.exchange import sell_at_venue
from sfund_sim.market.exits import Exit
from sfund_sim.market.loans import borrow
from sfund_sim.market.market import Market
from sfund_sim.market.reviews import review_now
from sfund_sim.terms import Ending, Remark, Route, Stage

_HOLD = int(Route.HOLD)


def sale(market: Market, exit: Exit) -> Story:
    """An LP wants out: it decides, then looks for a way out until it is out or holds on."""
    decides = _decision_day(market, exit)
    market.dockets.reviews.enter(decides, exit.number, exit)
    market.spend_stage(exit, Stage.WISHED, decides, exit.wished)
    if market.narrated:
        yield Wake(exit.wished, Turn.REVIEW)
        _say_wish(market, exit)
    yield Wake(decides, Turn.REVIEW)
    if market.funds_ended_on(exit.fund) is None:
        exit.decided = market.today
        market.remark(exit, Remark.DECIDED)
    yield from _look_for_way_out(market, exit)


def sale_goes_on(market: Market, exit: Exit) -> Story:
    """A seller who waited is called today: it reviews its ways out once more."""
    market.dockets.reviews.enter(market.today, exit.number, exit)
    yield Wake(market.today, Turn.REVIEW)
    yield from _look_for_way_out(market, exit)


def _look_for_way_out(market: Market, exit: Exit) -> Story:
    """Reviews and attempts, until the seller is out or waits for the next report or, if it tried nothing, rules."""
    while not exit.is_over:
        if market.is_gone(exit):
            if market.funds_ended_on(exit.fund) is None:  # It gets what the fund pays.
                return _hold_on(market, exit, for_rules=False)
            close_exit_by_fund(market, exit)
        elif has_lost_patience(market, exit):
            market.remark(exit, Remark.LAPSED)
            exit.route = _HOLD
            conclude_exit(market, exit, Ending.LAPSED)
        else:
            way_out = _way_out(market, exit)
            weighs_again = (yield from way_out) if way_out is not None else False
            if not (exit.is_over or weighs_again):
                exit.route = _HOLD
                return _hold_on(market, exit, for_rules=way_out is None)


def _say_wish(market: Market, exit: Exit) -> None:
    market.remark(exit, Remark.WISHED, exit.trigger)
    if exit.units < int(market.holdings.units[exit.holding]):
        market.remark(exit, Remark.PART_SALE, exit.units)


def _decision_day(market: Market, exit: Exit) -> int:
    """The LP's own approval takes its time."""
    approval = market.lp_mixes[exit.lp_kind].approval_days
    days = market.delayed(exit, approval, market.rules().agreement.delay_log_sd, Stage.DECIDED)
    return market.calendar.working_day_after(exit.wished, days)


def _way_out(market: Market, exit: Exit) -> Generator[Wake, None, bool | None] | None:
    """One review: the best lawful way out, to be gone now; None to hold on."""
    seen, route, _, prematched = review_now(market, exit)
    exit.note_assessment(seen.nav, seen.cost, seen.hold_value, seen.true_value)
    if route == _HOLD:  # As mostly.
        market.remark(exit, Remark.HELD)
        return None
    if route == Route.AGREEMENT:
        exit.prematched = int(prematched)
        return sell_by_agreement(market, exit, seen)
    if route == Route.VENUE:
        return sell_at_venue(market, exit, seen)
    return borrow(market, exit, seen)


def _hold_on(market: Market, exit: Exit, *, for_rules: bool) -> None:
    """The seller waits until it is called: at the next report or, if it heeds them, change of rules.

    A failed attempt is thought over with the next NAV, so that the mere date of a change speeds nobody up.
    """
    market.waiting[exit.number] = for_rules


def has_lost_patience(market: Market, exit: Exit) -> bool:
    """Reports are what patience is lost over: a change of rules that comes before the next one ends no exit."""
    patience = market.lp_mixes[exit.lp_kind].patience_days
    if market.today - exit.wished <= patience or exit.owes:
        return False
    trigger = market.triggers[exit.lp_kind][exit.trigger]
    if trigger is not None and trigger.binding:
        return False
    return market.reports.last(market.today) - exit.wished > patience
