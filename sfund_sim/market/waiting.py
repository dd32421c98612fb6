"""Sellers who hold on: they wait outside the diary, and are called where there is something for them to do.

At a report, and at a change of rules, all who wait weigh their ways out in one matrix before the day's stories are
told. Most find none, keep in mind what they reckoned, and wait on; the story of whoever finds one is told from there,
at its turn of that day.
"""

from __future__ import annotations

from sfund_sim.market.market import Market
from sfund_sim.market.reviews import who_may_act
from sfund_sim.market.sale import has_lost_patience, sale_goes_on
from sfund_sim.terms import Purpose


def call_sellers(market: Market, *, report: bool) -> None:
    """Today a report comes, or else only rules change: call those who wait for that."""
    called, weighing = [], []
    for number, for_rules in market.waiting.items():
        exit = market.exits[number]
        if not (report or for_rules):
            continue
        if market.is_gone(exit):  # Nothing but the fund's end is waited for, and reports tell of it.
            market.waiting[number] = False
            if market.funds_ended_on(exit.fund) is not None:
                called.append(number)
        elif has_lost_patience(market, exit):
            called.append(number)
        else:
            market.waiting[number] = True
            weighing.append(exit)
    called += [exit.number for exit in who_may_act(market, weighing)]
    for number in sorted(called):
        exit = market.exits[number]
        del market.waiting[number]
        market.diary.start(sale_goes_on(market, exit), market.streams.order(Purpose.CLOSING_ORDER, exit.key))
