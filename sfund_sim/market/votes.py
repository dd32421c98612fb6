"""The end of the term: partners vote to extend or let the fund be liquidated (model.md section 2)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sfund_sim.funds.factor_table import places
from sfund_sim.market.exits import Exit
from sfund_sim.market.market import Market
from sfund_sim.market.valuation import LIQUIDATION_QUARTERS
from sfund_sim.market.world import EXTENDED, LIQUIDATING, Flags, Floats, Ints
from sfund_sim.scenario.rules import RuleBook
from sfund_sim.terms import LpKind, Trigger

MUST_LEAVE = np.zeros((len(LpKind), len(Trigger) + 1), bool)
"""[LP kinds, triggers + 1] which wishes force an LP out, so that it cannot vote to extend where the rules say so.

Those of a guidance fund whose policy goal is met, or whose term is near; the last column is an LP without a wish.
"""
MUST_LEAVE[int(LpKind.GUIDANCE_FUND), [int(Trigger.POLICY_GOAL_MET), int(Trigger.TERM_NEAR)]] = True


@dataclass(frozen=True)
class Ballots:
    """What the partners of all funds that vote on one day think; arrays [ballots], fund after fund."""

    vote: Ints
    """Number of the vote."""
    partners: Ints
    """Number of ballots of each vote [votes]."""
    weight: Floats
    """Units."""
    in_favour: Flags
    barred: Flags


def hold_votes(market: Market, at_term: Ints, quarter: int) -> None:
    """Votes at the end of a term: carried, the term is longer; failed, liquidation begins next quarter."""
    funds, day = market.funds, int(market.clock.ends[quarter])
    ballots = _ballots(market, at_term, market.timeline.on(day))
    carried = _carried(market, at_term, ballots)
    extended, failed = at_term[carried], at_term[~carried]
    funds.state[extended] = EXTENDED
    funds.extensions[extended] += 1
    funds.term_end[extended] = quarter + funds.extension_quarters[extended]
    funds.state[failed] = LIQUIDATING
    funds.forced[failed] = 1
    funds.liquidation_start[failed] = quarter + 1
    if day >= 0:  # Of the votes of history only the stock's survivors would be told.
        _record(market, at_term, day, ballots, carried)


def _record(market: Market, at_term: Ints, day: int, ballots: Ballots, carried: Flags) -> None:
    """Note how the votes of a day went."""
    size = at_term.size
    in_favour = np.bincount(ballots.vote, ballots.weight * ballots.in_favour, size)
    market.journal.votes.extend_columns(
        size,
        fund=at_term,
        day=day,
        rule_share=in_favour / np.bincount(ballots.vote, ballots.weight, size),
        in_favour=np.bincount(ballots.vote, ballots.in_favour, size),
        partners=ballots.partners,
        barred=np.bincount(ballots.vote, ballots.barred, size),
        carried=carried,
    )


def _ballots(market: Market, at_term: Ints, rules: RuleBook) -> Ballots:
    """Each partner compares its hold value in an extended fund with its share of a liquidation, at its own rate.

    It votes once with all its units, however many shares it has bought; a wish to sell one of them is the partner's.
    Nothing is expected to be called any more on either way: the investment period is over.
    """
    rows = market.holdings.in_funds(at_term)
    ballot = at_term.searchsorted(market.holdings.fund[rows]) * market.accounts.cash.size + market.holdings.owner[rows]
    order = ballot.argsort(kind="stable")
    rows, ballot = rows[order], ballot[order]
    first = np.concatenate([[0], np.diff(ballot).nonzero()[0] + 1])
    rates, barred = _voters(market, rows, rules)
    rates, barred = np.maximum.reduceat(rates, first), np.logical_or.reduceat(barred, first)
    weight = np.add.reduceat(market.holdings.units[rows], first).astype(np.float64)
    vote = ballot[first] // market.accounts.cash.size
    funds, outlooks, fund, rate_places = market.funds, market.outlooks(rules), at_term[vote], places(rates)
    strategy, longer = funds.strategy[fund], funds.extension_quarters[fund]
    nav, going_on, liquidated = funds.nav_published[fund], outlooks.going_on, outlooks.liquidated
    on_nav, _ = going_on.read(going_on.cells(strategy, longer, False), *rate_places)
    off_nav, _ = liquidated.read(liquidated.cells(strategy, LIQUIDATION_QUARTERS, False), *rate_places)
    in_favour = (on_nav * nav >= off_nav * nav) & ~barred
    return Ballots(vote, np.bincount(vote, minlength=at_term.size), weight, in_favour, barred)


def _voters(market: Market, rows: Ints, rules: RuleBook) -> tuple[Floats, Flags]:
    """Discount rates of holdings' owners, and whose wish to leave bars it from voting to extend.

    An LP's rate is its own with the urgency of a wish under way, a buyer's its required return. A guidance fund whose
    policy goal is met, or whose term forces it out, cannot vote to extend (P-210).
    """
    owner, wish, lps = market.holdings.owner[rows], market.holdings.wish[rows], market.first_buyer
    by_lp = owner < lps
    kind = market.lps.kind[np.where(by_lp, owner, 0)]
    rates, barred = market.rates[kind, wish], by_lp & MUST_LEAVE[kind, wish]
    if rules.partnership.vote_to_extend_guidance:
        barred[:] = False
    bought = (~by_lp).nonzero()[0]
    if bought.size:
        rates[bought] = market.buyers.required_irr[owner[bought] - lps]
    return rates, barred


def _carried(market: Market, at_term: Ints, ballots: Ballots) -> Flags:
    """Decide all votes, those under one rule together [votes]."""
    counts = ballots.partners
    place = np.arange(ballots.vote.size) - (counts.cumsum() - counts).repeat(counts)
    in_favour = np.zeros((int(counts.max()), at_term.size), bool)
    weights = np.zeros(in_favour.shape)
    in_favour[place, ballots.vote] = ballots.in_favour
    weights[place, ballots.vote] = ballots.weight
    rules = market.funds.extension_rule[at_term]
    carried = np.zeros(at_term.size, bool)
    for number in np.bincount(rules).nonzero()[0].tolist():
        votes = rules == number
        carried[votes] = market.extension_rules[number].carried(in_favour, weights)[votes]
    return carried


def may_block_extension(exit: Exit, rules: RuleBook) -> bool:
    """Is this seller barred from voting to extend its fund, so that it may alone keep it from being extended?"""
    return exit.must_leave and not rules.partnership.vote_to_extend_guidance


def blocks_extension(market: Market, exit: Exit, rules: RuleBook) -> bool:
    """Does this seller, barred from voting for it, alone keep the fund from being extended?

    Case B (SEED): the guidance fund must leave, and the agreement needs every partner.
    """
    if not may_block_extension(exit, rules):
        return False
    moves = market.moves.get(exit.fund, 0)
    if exit.blocks is None or exit.blocks[0] != moves:
        exit.blocks = moves, _blocks(market, exit)
    return exit.blocks[1]


def _blocks(market: Market, exit: Exit) -> bool:
    """Would the vote fail if all partners but the seller were in favour?"""
    mine = market.holdings.index.where(exit.fund)
    weight_of: dict[int, int] = {}
    for owner, units in zip(market.holdings.owner[mine].tolist(), market.holdings.units[mine].tolist(), strict=True):
        weight_of[owner] = weight_of.get(owner, 0) + units
    in_favour = np.array([[owner != exit.lp] for owner in weight_of])
    weights = np.array([[weight] for weight in weight_of.values()], np.float64)
    rule = market.extension_rules[int(market.funds.extension_rule[exit.fund])]
    return not bool(rule.carried(in_favour, weights)[0])
