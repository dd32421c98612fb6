"""What sellers do with their money, and the companies that new funds have financed with it by the horizon."""

from __future__ import annotations

import numpy as np

from sfund_sim.ground.calendar import DAYS_A_YEAR
from sfund_sim.ground.columns import MISSING
from sfund_sim.ground.money import FEN_PER_YUAN
from sfund_sim.market.exit_columns import ExitColumns
from sfund_sim.market.market import Market
from sfund_sim.market.world import Floats, Ints
from sfund_sim.terms import Ending, Use


def recycle(market: Market, exits: ExitColumns) -> None:
    """Enter the uses of the money of some exits: early and later stage, treasury, and what is left, in this order.

    Money whose owner takes until after the horizon has no use yet, not even that of lying idle.
    """
    sold = (exits.ending >= Ending.SOLD_BY_AGREEMENT) & (exits.ending <= Ending.LIQUIDATED)
    owed = exits.costs + np.maximum(exits.loan_paid, 0)  # A lender is paid first.
    paid = np.flatnonzero(sold & (exits.price > owed))
    spec, money, kind = market.scenario.recycling, exits.price[paid] - owed[paid], exits.lp_kind[paid]
    uses = [mix.proceeds for mix in market.lp_mixes]
    shares = np.array([(use.early_stage, use.later_stage, use.treasury) for use in uses])[kind]
    day = exits.ended[paid] + np.array([use.delay_days for use in uses])[kind]
    amounts = np.zeros((paid.size, len(Use)), np.int64)
    in_time = day < market.horizon
    amounts[:, : Use.IDLE] = np.rint(money[:, None] * shares) * in_time[:, None]
    amounts[np.arange(paid.size), np.where(in_time, Use.IDLE, Use.NOT_YET)] = money - amounts.sum(axis=1)
    days = np.repeat(day[:, None], len(Use), axis=1)
    days[:, Use.IDLE], days[:, Use.NOT_YET] = exits.ended[paid], MISSING
    companies = np.zeros(amounts.shape)
    invested = (amounts / FEN_PER_YUAN) * spec.investable_share * _share_invested(market, day)[:, None]
    companies[:, Use.EARLY_STAGE] = invested[:, Use.EARLY_STAGE] / spec.early_stage_ticket_cny
    companies[:, Use.LATER_STAGE] = invested[:, Use.LATER_STAGE] / spec.later_stage_ticket_cny
    place, use = np.nonzero(amounts)
    market.journal.recycling.extend_columns(
        place.size,
        exit=exits.number[paid][place],
        lp=exits.lp[paid][place],
        lp_kind=kind[place],
        day=days[place, use],
        amount=amounts[place, use],
        use=use,
        companies=companies[place, use],
    )


def _share_invested(market: Market, day: Ints) -> Floats:
    """Share of commitments made on these days that new funds have put into companies by the horizon."""
    spec = market.scenario.recycling
    elapsed = market.horizon - day - spec.founding_days
    return np.clip(elapsed / (spec.investment_years * DAYS_A_YEAR), 0.0, 1.0)
