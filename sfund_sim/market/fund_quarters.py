"""Funds quarter by quarter, noted on request: what a value of keeping a share, or a buyer's return, is reckoned from.

A market that is run for its own sake notes nothing of it (``Journal.fund_quarters`` is None); all else is the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sfund_sim.ground.columns import MISSING
from sfund_sim.terms import FundState

if TYPE_CHECKING:
    from sfund_sim.market.market import Market


class FundQuarterRow(NamedTuple):
    """One fund at one quarter's end, from the quarter of its founding to that of its end; all money a unit."""

    fund: int
    ends: int
    """Day of the quarter's end; negative before the scenario's start."""
    state: int
    called: int
    """In the quarter, fen."""
    distributed: int
    """In the quarter, fen."""
    called_to_date: int
    """Since the fund was founded, fen."""
    distributed_to_date: int
    nav_true: float
    """Net of carry, yuan; 0 once the fund has ended, whose last distribution is in this quarter's."""
    nav_reported: float
    """What the fund reports of this quarter's end, net of carry, yuan."""
    published: int
    """Day on which it is reported; MISSING when that lies beyond the horizon."""


def note_quarter(market: Market, quarter: int) -> None:
    """Write down what funds did in a quarter and what they are at its end, once all that has happened."""
    table = market.journal.fund_quarters
    if table is None:
        return
    day, funds, flows = int(market.clock.ends[quarter]), market.funds, market.flows
    founded = funds.founded_by(quarter)
    ended = funds.ended[:founded]
    rows = np.flatnonzero((ended == MISSING) | (ended >= day))
    published = day + market.scenario.portfolio.report_lag_days
    table.extend_columns(
        rows.size,
        fund=rows,
        ends=day,
        state=funds.state[rows],
        called=flows.called[rows, quarter],
        distributed=flows.distributed[rows, quarter],
        called_to_date=funds.paid_in[rows],
        distributed_to_date=funds.distributed[rows],
        nav_true=funds.nav_true[rows],
        nav_reported=flows.marked[quarter][rows] * (funds.state[rows] != FundState.ENDED),
        published=published if published < market.horizon else MISSING,
    )
