"""The end of the term: partners vote to extend or let the fund be liquidated (model.md section 2)."""

from __future__ import annotations

import numpy as np

from sfund_sim.market.exits import Exit
from sfund_sim.market.journal import VoteRow
from sfund_sim.market.market import Market
from sfund_sim.market.valuation import LIQUIDATION_QUARTERS
from sfund_sim.market.world import FEN_PER_UNIT, Flags, Floats, Ints
from sfund_sim.scenario.rules import RuleBook
from sfund_sim.terms import FundState, LpKind, Trigger

BARRING = (Trigger.POLICY_GOAL_MET, Trigger.TERM_NEAR)
"""Wishes of a guidance fund that bar it from voting to extend."""


def hold_vote(market: Market, fund: int, quarter: int, day: int) -> None:
    """One fund's vote at its term's end: carried, the term is longer; failed, liquidation begins next quarter."""
    rules, funds = market.timeline.on(day), market.funds
    mine = market.holdings.in_fund(fund)
    owners = market.holdings.owner[mine]
    barred = _barred(market, mine, owners, rules)
    in_favour = _prefer_to_go_on(market, fund, mine, owners, rules) & ~barred
    weights = market.holdings.units[mine].astype(np.float64)
    rule = market.extension_rules[int(funds.extension_rule[fund])]
    carried = bool(rule.carried(in_favour[:, None], weights[:, None])[0])
    if carried:
        funds.state[fund] = FundState.EXTENDED
        funds.extensions[fund] += 1
        funds.term_end[fund] = quarter + funds.extension_quarters[fund]
    else:
        funds.state[fund] = FundState.LIQUIDATING
        funds.forced[fund] = 1
        funds.liquidation_start[fund] = quarter + 1
    share = float(weights[in_favour].sum() / weights.sum())
    market.journal.votes.append(
        VoteRow(fund, day, share, int(in_favour.sum()), mine.size, int(barred.sum()), int(carried))
    )


def blocks_extension(market: Market, exit: Exit, rules: RuleBook) -> bool:
    """Does this seller, barred from voting for it, alone keep the fund from being extended?

    Case B (SEED): the guidance fund must leave, and the agreement needs every partner.
    """
    if exit.lp_kind != LpKind.GUIDANCE_FUND or exit.trigger not in BARRING or rules.partnership.vote_to_extend_guidance:
        return False
    mine = market.holdings.in_fund(exit.fund)
    in_favour = market.holdings.owner[mine] != exit.lp
    weights = market.holdings.units[mine].astype(np.float64)
    rule = market.extension_rules[int(market.funds.extension_rule[exit.fund])]
    return not bool(rule.carried(in_favour[:, None], weights[:, None])[0])


def _prefer_to_go_on(market: Market, fund: int, mine: Ints, owners: Ints, rules: RuleBook) -> Flags:
    """Each partner compares its hold value in an extended fund with its share of a liquidation, at its own rate."""
    funds, outlooks, rates = market.funds, market.outlooks(rules), _rates(market, mine, owners)
    strategy, longer = int(funds.strategy[fund]), int(funds.extension_quarters[fund])
    nav, unfunded = float(funds.nav_published[fund]), float(FEN_PER_UNIT - funds.paid_in[fund]) / 100.0
    on_nav, on_unfunded = outlooks.going_on.at(strategy, longer, False, rates)
    off_nav, _ = outlooks.liquidated.at(strategy, LIQUIDATION_QUARTERS, False, rates)
    return np.asarray(on_nav * nav + on_unfunded * unfunded >= off_nav * nav)


def _rates(market: Market, mine: Ints, owners: Ints) -> Floats:
    """Discount rates of the partners: an LP's own with the urgency of a wish under way, a buyer's required return."""
    rates = np.zeros(owners.size)
    for i, owner in enumerate(owners.tolist()):
        if owner >= len(market.lps):
            rates[i] = market.buyers.required_irr[owner - len(market.lps)]
        else:
            kind = int(market.lps.kind[owner])
            rates[i] = market.lp_mixes[kind].discount_rate
            wish = market.wish_of(int(mine[i]))
            rule = market.triggers[kind][wish.trigger] if wish is not None else None
            rates[i] += rule.urgency_rate if rule is not None else 0.0
    return rates


def _barred(market: Market, mine: Ints, owners: Ints, rules: RuleBook) -> Flags:
    """A guidance fund whose policy goal is met, or whose term forces it out, cannot vote to extend (P-210)."""
    barred = np.zeros(owners.size, bool)
    if rules.partnership.vote_to_extend_guidance:
        return barred
    for i, owner in enumerate(owners.tolist()):
        if owner < len(market.lps) and int(market.lps.kind[owner]) == LpKind.GUIDANCE_FUND:
            wish = market.wish_of(int(mine[i]))
            barred[i] = wish is not None and wish.trigger in BARRING
    return barred
