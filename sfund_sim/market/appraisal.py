"""Appraisal of a state share: commission, report, filing; it holds for a year and binds the floor."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import Any

from sfund_sim.ground.columns import MISSING
from sfund_sim.ground.diary import Wake
from sfund_sim.ground.money import FEN_PER_YUAN
from sfund_sim.market.deeds import charge_seller
from sfund_sim.market.exits import Exit
from sfund_sim.market.market import Market
from sfund_sim.scenario.state_assets import StateAssets
from sfund_sim.terms import Purpose, Remark


def still_holds(appraisal: Any, made_on: Any, day: Any, rule: StateAssets) -> Any:
    """May an appraisal still be used on a day? Of one or of many; one that was never made (``MISSING``) may not."""
    return (appraisal != MISSING) & (day - made_on <= rule.appraisal_validity_days)


def appraise(market: Market, exit: Exit, *, until: int = MISSING) -> Generator[Wake, None, None]:
    """Have the holding appraised, unless one holds today and ``until`` a day; a new one starts the floor anew."""
    rule = market.rules().state_assets
    if still_holds(exit.appraisal, exit.appraised_on, max(market.today, until), rule):
        return
    yield market.after_working_days(rule.appraisal_days)
    if market.is_gone(exit):
        return
    published, truth = float(market.funds.nav_published[exit.fund]), float(market.funds.nav_true[exit.fund])
    nav = published * exit.units * FEN_PER_YUAN
    charge_seller(market, exit, round(rule.appraisal_cost_cny * FEN_PER_YUAN + rule.appraisal_cost_share * nav))
    aim = rule.appraisal_mark_weight * published + (1 - rule.appraisal_mark_weight) * truth
    exit.appraisals += 1
    error = market.streams.draw_normal(Purpose.APPRAISAL, exit.key, exit.appraisals)
    exit.appraisal = round(aim * math.exp(rule.appraisal_log_sd * error) * exit.units * FEN_PER_YUAN)
    exit.appraised_on, exit.approved, exit.rounds_on_appraisal = market.today, False, 0
    market.remark(exit, Remark.APPRAISED, exit.appraisal, nav)
