"""Partners' answers to a notice of sale: whether one of them buys the share itself, at the price found.

The answers to all notices that are out are prepared together. They rest on who is a partner then; when one of the
fund's shares has changed hands since (``Answer.moves``), the sale asks its own partners anew.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any, NamedTuple

import numpy as np

from sfund_sim.ground.columns import MISSING
from sfund_sim.market.exits import Exit
from sfund_sim.market.market import Market
from sfund_sim.market.partners import partners_of
from sfund_sim.market.world import Floats
from sfund_sim.market.worth import partners_as_lookers, worth
from sfund_sim.scenario.rules import RuleBook
from sfund_sim.terms import Purpose


class Notice(NamedTuple):
    """A sale to an outsider of which a fund's partners were told."""

    exit: Exit
    rules: RuleBook
    price: int


class Answer(NamedTuple):
    """What the partners say when their days are over."""

    partners: int
    """How many were asked."""
    taker: int
    """The partner that buys; MISSING when all waive."""
    worth: float
    """What the share is worth to the taker, fen."""
    moves: int
    """How often shares of the fund had changed hands when this was worked out."""


def brief_notices(market: Market, notices: list[Notice], _: list[int]) -> list[Answer]:
    """What partners will say as long as neither NAV, rules nor partners change; those under the same rules together."""
    briefs = [Answer(0, MISSING, 0.0, MISSING)] * len(notices)
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for place, notice in enumerate(notices):
        if notice.exit.number in market.selling:
            groups[id(notice.rules)].append(place)
    for places in groups.values():
        for place, answer in zip(places, _of_group(market, [notices[place] for place in places]), strict=True):
            briefs[place] = answer
    return briefs


def answer_now(market: Market, notice: Notice) -> Answer:
    """The answer to a notice that runs out today: as it was prepared, or anew when the fund has other partners now."""
    exit = notice.exit
    answer = market.dockets.notices.answer(market.today, exit.number)
    return answer if answer.moves == market.moves.get(exit.fund, 0) else _of_group(market, [notice])[0]


def _of_group(market: Market, group: list[Notice]) -> list[Answer]:
    exits, asked = [notice.exit for notice in group], [partners_of(market, notice.exit) for notice in group]
    draws = _draws(market, exits, asked)
    sale, place = (draws < group[0].rules.partnership.preemption_interest_probability).nonzero()
    takers, worths = [-1] * len(group), np.full(draws.shape, np.nan)
    if sale.size:
        partner = np.array([asked[row][column] for row, column in zip(sale.tolist(), place.tolist(), strict=True)])
        lookers = partners_as_lookers(market, partner)
        worths[sale, place] = worth(
            market, market.sheet.shares([exits[row] for row in sale.tolist()]), lookers, group[0].rules
        )
        prices = np.array([notice.price for notice in group], np.float64)
        takers = group[0].rules.partnership.preemption.taker(worths.T, prices, draws.T).tolist()
    answered = []
    for row, (exit, partners, chosen) in enumerate(zip(exits, asked, takers, strict=True)):
        taker, value = (partners[chosen], worths.item(row, chosen)) if chosen >= 0 else (MISSING, 0.0)
        answered.append(Answer(len(partners), taker, value, market.moves.get(exit.fund, 0)))
    return answered


def _draws(market: Market, exits: list[Exit], asked: list[list[int]]) -> Floats:
    """Each partner's interest in each sale, uniform; 2 where a fund has fewer partners; [sales, partners]."""
    counts = np.array([len(partners) for partners in asked])
    there = np.arange(counts.max()) < counts[:, None]
    partner, draws = np.zeros(there.shape, np.uint64), np.full(there.shape, 2.0)
    if partner.size:
        partner[there] = market.lps.keys(np.array([partner for partners in asked for partner in partners]))
        key: Any = np.array([exit.key for exit in exits], np.uint64)[:, None]
        round = np.array([exit.listings for exit in exits])[:, None]
        draws[there] = market.streams.uniform(Purpose.PREEMPTION, key, round, partner)[there]
    return draws
