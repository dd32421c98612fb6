"""Partners' answers to a notice of sale: whether one of them buys the share itself, at the price found.

The answers to all notices that are out are prepared together. They rest on who is a partner then and does not want to
leave; when that has changed since (``NoticeAnswer.news``), the sale asks its own partners anew.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import chain
from typing import NamedTuple

import numpy as np

from sfund_sim.ground.columns import MISSING, rows_of
from sfund_sim.ground.streams import further, uniform_of
from sfund_sim.market.exits import Exit
from sfund_sim.market.market import Market
from sfund_sim.market.partners import partners_of
from sfund_sim.market.world import Floats, Ints
from sfund_sim.market.worth import partners_as_lookers, rates_of_partners, worth
from sfund_sim.scenario.rules import RuleBook
from sfund_sim.terms import Purpose
from sfund_sim.venue.settlement import SettlementTerms


class Notice(NamedTuple):
    """A sale to an outsider of which a fund's partners were told."""

    exit: Exit
    rules: RuleBook
    price: int
    """The price found, fen."""
    fee: int
    """What the venue takes of the buyer on top, fen."""
    settlement: SettlementTerms
    """When a partner who takes it has to pay, as any buyer."""


class NoticeAnswer(NamedTuple):
    """What the partners say when their days are over."""

    partners: int
    """How many were asked."""
    taker: int
    """The partner that buys; MISSING when all waive."""
    worth: float
    """What the share is worth to the taker, fen."""
    most: float
    """What it is worth to the partner who values it most of those who looked at it, fen; 0 where nobody did."""
    news: int
    """The fund's ``Market.news`` when this was worked out."""


def brief_notices(market: Market, notices: list[Notice], _: list[int]) -> list[NoticeAnswer]:
    """What partners will say as long as neither NAV, rules nor partners change; those under the same rules together."""
    briefs = [NoticeAnswer(0, MISSING, 0.0, 0.0, MISSING)] * len(notices)
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for place, notice in enumerate(notices):
        if notice.exit.number in market.selling:
            groups[id(notice.rules)].append(place)
    for places in groups.values():
        for place, answer in zip(places, _of_group(market, [notices[place] for place in places]), strict=True):
            briefs[place] = answer
    return briefs


def answer_now(market: Market, notice: Notice) -> NoticeAnswer:
    """The answer to a notice that runs out today: as it was prepared, or anew when the fund has other partners now."""
    exit = notice.exit
    answer = market.dockets.notices.answer(market.today, exit.number)
    return answer if answer.news == market.news.get(exit.fund, 0) else _of_group(market, [notice])[0]


def _of_group(market: Market, group: list[Notice]) -> list[NoticeAnswer]:
    exits, asked = [notice.exit for notice in group], [partners_of(market, notice.exit) for notice in group]
    takers, worths, most = _takers(market, group, *_interested(market, exits, asked, group[0].rules))
    news = [market.news.get(exit.fund, 0) for exit in exits]
    return list(rows_of(NoticeAnswer, map(len, asked), takers, worths, most, news))


def _interested(
    market: Market, exits: list[Exit], asked: list[list[int]], rules: RuleBook
) -> tuple[Ints, Ints, Floats]:
    """Which partners look at which of these sales at all, sale by sale, and each one's draw; [pairs]."""
    sale = np.arange(len(exits)).repeat([len(partners) for partners in asked])
    partner = np.array(list(chain.from_iterable(asked)), np.int64)
    key, attempt = np.array([(exit.key, exit.attempt) for exit in exits], np.int64).T
    states = market.streams.bits(Purpose.PREEMPTION, key, attempt)[sale]
    draws = uniform_of(further(states, market.lps.keys(partner)))
    some = (draws < rules.partnership.preemption_interest_probability).nonzero()[0]
    return sale[some], partner[some], draws[some]


def _saved(market: Market, group: list[Notice], sale: Ints, partner: Ints) -> Floats | float:
    """What paying a part of the price later is worth to each partner, fen [pairs]."""
    if all(notice.settlement.first_share == 1.0 for notice in group):
        return 0.0
    rates = rates_of_partners(market, partner)
    asked = zip((group[each] for each in sale.tolist()), rates.tolist(), strict=True)
    return np.array([notice.price * (1.0 - notice.settlement.worth_now(rate)) for notice, rate in asked])


def _takers(
    market: Market, group: list[Notice], sale: Ints, partner: Ints, draws: Floats
) -> tuple[list[int], list[float], list[float]]:
    """Who of the interested takes each share, what it is worth to that partner, and the most it is worth to any."""
    takers, worths, rules = [MISSING] * len(group), [0.0] * len(group), group[0].rules
    most = np.zeros(len(group))
    if sale.size:
        rows = market.sheet.rows([notice.exit for notice in group])[sale]
        value = worth(market, market.sheet.shares(rows), partners_as_lookers(market, partner))
        np.maximum.at(most, sale, value)
        place = np.arange(sale.size) - sale.searchsorted(sale)
        values, lots = np.full((2, place.max() + 1, len(group)), np.nan)
        values[place, sale], lots[place, sale] = value, draws
        outlays = np.array([notice.price + notice.fee for notice in group], np.float64)
        values[place, sale] += _saved(market, group, sale, partner)
        chosen = (rules.partnership.preemption.taker(values, outlays, lots)[sale] == place).nonzero()[0]
        for number, taker, fen in zip(*(column[chosen].tolist() for column in (sale, partner, value)), strict=True):
            takers[number], worths[number] = taker, fen
    return takers, worths, most.tolist()
