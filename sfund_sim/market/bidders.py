"""Who is shown an offer and takes it up, and what a buyer may spend at most."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sfund_sim.market.exits import Exit
from sfund_sim.market.listings import Listing
from sfund_sim.market.market import Market
from sfund_sim.market.world import Ints
from sfund_sim.venue.settlement import Fees


@dataclass(frozen=True, slots=True)
class Invited:
    """The outcome of directed disclosure; buyer numbers."""

    shown: Ints
    """Who saw the offer."""
    engaged: Ints
    """Who of them took it up."""
    ready_after: Ints
    """Working days after which each engaged buyer is ready to bid [engaged]."""


def invite(market: Market, listing: Listing) -> Invited:
    """Directed disclosure: choose among the qualified, and see who takes it up and how soon each can bid."""
    seen, buyers, cash = market.openings.answer(market.today, listing.number), market.buyers, market.free_cash()
    ask, rich = max(listing.floor, 1.0), np.maximum(cash, 0.0)
    fit = seen.fits * (1.0 + rich / (rich + ask))
    rule = listing.venue.disclosure.chooser()
    chosen = rule.choose(seen.eligible, fit, buyers.purchases.astype(np.float64), seen.draws)
    shown = chosen.nonzero()[0]
    if not seen.eligible[shown].all():
        raise AssertionError("an offer was shown to a buyer who is not qualified")
    keen = shown[seen.keen[shown]]
    engaged = keen[(buyers.busy[keen] < buyers.slots[keen]) & (cash[keen] >= buyers.ticket_min[keen])]
    return Invited(shown, engaged, seen.ready_after[engaged])


def limit(market: Market, exit: Exit, buyer: int, fees: Fees) -> float:
    """Most that a buyer may pay, fen: cash less fee and unfunded, ticket, concentration, cost cap."""
    buyers, unfunded = market.buyers, float(market.unfunded_of(exit))
    left = float(market.free_cash_of(buyer)) - unfunded
    cash = min(left / (1 + fees.buyer_share), left - fees.least_fen)
    concentration = float(buyers.concentration_share[buyer]) * int(buyers.raised[buyer]) - unfunded
    cost_cap = float(buyers.cost_cap[buyer])
    cap = cost_cap * (float(market.funds.paid_in[exit.fund]) * exit.units) if cost_cap < math.inf else math.inf
    return min(cash, concentration, float(buyers.ticket_max[buyer]), cap)


def partners_of(market: Market, exit: Exit) -> Ints:
    """The other LPs in the fund, in the order of their numbers."""
    owners = market.partners_in(exit.fund)
    return np.asarray(owners[(owners < market.first_buyer) & (owners != exit.lp)], np.int64)
