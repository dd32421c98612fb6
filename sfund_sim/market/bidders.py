"""Who takes an offer up, and what a buyer may spend at most."""

from __future__ import annotations

import math
from typing import NamedTuple

from sfund_sim.market.deeds import charge_buyer
from sfund_sim.market.exits import Exit
from sfund_sim.market.market import Market
from sfund_sim.market.openings import Prospects
from sfund_sim.venue.settlement import Fees


class Engaged(NamedTuple):
    """A buyer who has taken an offer up, and the working days after which it is ready to bid."""

    buyer: int
    ready_after: int


def engage(market: Market, seen: Prospects) -> list[Engaged]:
    """Who of the keen has the cash and the people for it; their due diligence begins, at their own cost."""
    buyers, engaged = market.buyers, []
    for buyer, days in zip(seen.keen, seen.ready_after, strict=True):
        free = buyers.busy[buyer] < buyers.slots[buyer]
        if free and market.free_cash_of(buyer) >= buyers.ticket_min[buyer]:
            engaged.append(Engaged(buyer, days))
            buyers.busy[buyer] += 1
            charge_buyer(market, buyer, int(buyers.diligence_cost[buyer]))
    return engaged


def limit(market: Market, exit: Exit, buyer: int, fees: Fees) -> float:
    """Most that a buyer may pay, fen: cash less fee and unfunded, ticket, concentration, cost cap."""
    buyers, unfunded = market.buyers, float(market.unfunded_of(exit))
    left = float(market.free_cash_of(buyer)) - unfunded
    cash = min(left / (1 + fees.buyer_share), left - fees.least_fen)
    concentration = float(buyers.concentration_share[buyer]) * int(buyers.raised[buyer]) - unfunded
    cost_cap = float(buyers.cost_cap[buyer])
    cap = cost_cap * (float(market.funds.paid_in[exit.fund]) * exit.units) if cost_cap < math.inf else math.inf
    return min(cash, concentration, float(buyers.ticket_max[buyer]), cap)
