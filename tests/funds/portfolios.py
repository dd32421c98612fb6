"""Funds, economies and draws for the tests of portfolios."""

import numpy as np

from sfund_sim.funds.cashflow import EconomyPath, FundColumns
from sfund_sim.ground.streams import Streams
from sfund_sim.terms import Strategy

QUARTERS = 64


def funds(number=60, companies=None, strategy=None, **changed):
    """Funds of all strategies and vintages, each a little different, without any draw."""
    which = np.arange(number)
    columns = {
        "strategy": which % len(Strategy) if strategy is None else np.full(number, strategy),
        "start_quarter": which * 30 // number,
        "commitment": 5e7 * (1 + which % 7),
        "investable_share": 0.8 + 0.02 * (which % 5),
        "companies": 1 + which % 12 if companies is None else np.full(number, companies),
        "investment_quarters": 8 + which % 9,
        "term_quarters": 20 + which % 13,
    }
    return FundColumns(**(columns | changed))


def economy(quarters=QUARTERS, hazard=0.2, shut=0.0, market=0.015):
    """An economy given by numbers or arrays [quarters]."""
    return EconomyPath(*(np.broadcast_to(np.asarray(x, float), quarters).copy() for x in (market, hazard, shut)))


def draws(seed=1):
    """The supplier of chance."""
    return Streams(seed, 0).of
