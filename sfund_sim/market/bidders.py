"""Who takes an offer up, and what a buyer may spend at most."""

from __future__ import annotations

import math

import numpy as np

from sfund_sim.market.exits import Exit
from sfund_sim.market.listings import Listing
from sfund_sim.market.market import Market
from sfund_sim.market.openings import Keen, Prospects
from sfund_sim.market.sheet import Shares
from sfund_sim.market.world import Floats, Ints
from sfund_sim.venue.settlement import Fees


def engage(market: Market, listing: Listing, seen: Prospects) -> Keen:
    """Who of the keen has the cash and the people for it; their due diligence begins, at their own cost.

    Nobody looks at a share whose floor and unfunded commitment it cannot pay, or whose due diligence.
    """
    cells, engaged, first = market.buyers.cells, [], market.first_buyer
    busy, slots, costs, tickets = cells.busy, cells.slots, cells.diligence_cost, cells.ticket_min
    needed = listing.floor + market.unfunded_of(listing.exit)
    for each in seen.keen:
        buyer = each[0]
        if busy[buyer] < slots[buyer]:
            free, cost = market.free_cash_of(buyer), costs[buyer]
            if free >= needed and free >= cost and free >= tickets[buyer]:
                engaged.append(each)
                busy[buyer] += 1
                market.accounts.pay_out(first + buyer, cost)
                listing.due_diligence += cost
    return engaged


def limit(market: Market, exit: Exit, buyer: int, fees: Fees) -> float:
    """Most that a buyer may pay, fen: cash and concentration, both less fee and unfunded, ticket, cost cap."""
    cells, unfunded = market.buyers.cells, market.unfunded_of(exit)
    cost_cap, cost = cells.cost_cap[buyer], market.funds.cells.paid_in[exit.fund] * exit.units
    cap = cost_cap * cost if cost_cap < math.inf else math.inf
    room = cells.concentration_share[buyer] * cells.raised[buyer] - market.buyers.committed.get((buyer, exit.fund), 0)
    outlay = min(market.free_cash_of(buyer), room) - unfunded
    most: float = min(*fees.prices_within(outlay), cells.ticket_max[buyer], cap)
    return most


def committed_of(market: Market, who: Ints, fund: Ints) -> list[int]:
    """What each of these buyers has put into the fund at its side, fen [pairs]."""
    committed = market.buyers.committed
    return [committed.get(pair, 0) for pair in zip(who.tolist(), fund.tolist(), strict=True)]


def limits(market: Market, shares: Shares, who: Ints, cash: Floats, committed: list[int], fees: Fees) -> Floats:
    """The same of many buyers with so much free cash, and so much in the fund, each for the share at its side, fen."""
    buyers, cap = market.buyers, np.full(who.size, np.inf)
    cost_cap = buyers.cost_cap[who]
    np.multiply(cost_cap, shares.paid_in, out=cap, where=cost_cap < np.inf)
    room = buyers.concentration_share[who] * buyers.raised[who] - np.array(committed)
    outlay = np.minimum(cash, room) - shares.unfunded
    return np.asarray(np.minimum.reduce([*fees.prices_within(outlay), buyers.ticket_max[who].astype(np.float64), cap]))
