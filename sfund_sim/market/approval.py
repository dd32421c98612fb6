"""Approval 审批 of a floor below the free share of the appraisal: whether it helps, its time, and the answer."""

from __future__ import annotations

from collections.abc import Generator

from sfund_sim.ground.diary import Wake
from sfund_sim.market.charter import names_price
from sfund_sim.market.exits import Exit
from sfund_sim.market.market import Market
from sfund_sim.market.route import assess, least_price, regime_of
from sfund_sim.scenario.rules import RuleBook
from sfund_sim.terms import Purpose, Remark


def ask_for_lower_floor(market: Market, exit: Exit) -> Generator[Wake, None, None]:
    """Below the free share of the appraisal only with approval, which takes time and may fail; asked once for each.

    Where the charter names the price there is no appraisal to stay below.
    """
    rules, asked = market.rules(), exit.asked_for_approval == exit.appraisals
    rule = rules.state_assets
    if regime_of(exit, rules) != "full" or asked or names_price(market, exit, rule):
        return
    if not _would_approval_help(market, exit, rules):
        return
    exit.asked_for_approval = exit.appraisals
    yield market.after_working_days(rule.approval_days)
    draw = market.streams.draw(Purpose.APPROVAL, exit.key, exit.appraisals)
    exit.approved = draw < rule.approval_probability
    market.remark(exit, Remark.APPROVAL_GIVEN if exit.approved else Remark.APPROVAL_REFUSED)


def _would_approval_help(market: Market, exit: Exit, rules: RuleBook) -> bool:
    """Would the next floor be lower with approval, or does the seller itself want as much as it may ask without?"""
    floor, told = rules.state_assets.floor, (exit.rounds_on_appraisal, float(exit.appraisal))
    if not floor.needs_approval(*told, 0.0):  # As mostly: then it need not be known what the seller would take.
        return False
    return floor.needs_approval(*told, least_price(assess(market, exit), market.venue_rules(exit.venue, rules)))
