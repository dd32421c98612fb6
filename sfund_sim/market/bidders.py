"""Who takes an offer up, and what a buyer may spend at most."""

from __future__ import annotations

import math

from sfund_sim.market.deeds import charge_buyer
from sfund_sim.market.exits import Exit
from sfund_sim.market.market import Market
from sfund_sim.market.openings import Keen, Prospects
from sfund_sim.venue.settlement import Fees


def engage(market: Market, seen: Prospects) -> Keen:
    """Who of the keen has the cash and the people for it; their due diligence begins, at their own cost."""
    cells, engaged = market.buyers.cells, []
    for each in seen.keen:
        buyer = each[0]
        if cells.busy[buyer] < cells.slots[buyer]:
            free = market.free_cash_of(buyer)
            if free >= cells.ticket_min[buyer]:
                engaged.append(each)
                cells.busy[buyer] += 1
                charge_buyer(market, buyer, cells.diligence_cost[buyer], free)
    return engaged


def limit(market: Market, exit: Exit, buyer: int, fees: Fees) -> float:
    """Most that a buyer may pay, fen: cash less fee and unfunded, ticket, concentration, cost cap."""
    cells, unfunded = market.buyers.cells, market.unfunded_of(exit)
    left = market.free_cash_of(buyer) - unfunded
    cash = min(left / (1 + fees.buyer_share), left - fees.least_fen)
    concentration = cells.concentration_share[buyer] * cells.raised[buyer] - unfunded
    cost_cap = cells.cost_cap[buyer]
    cap = cost_cap * (float(market.funds.cells.paid_in[exit.fund]) * exit.units) if cost_cap < math.inf else math.inf
    return min(cash, concentration, cells.ticket_max[buyer], cap)
