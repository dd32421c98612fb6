"""Many exits at once: what their stories noted, as columns."""

from __future__ import annotations

from operator import attrgetter

import numpy as np

from sfund_sim.ground.columns import MISSING, whole
from sfund_sim.market.exits import Exit
from sfund_sim.market.journal import ExitRow
from sfund_sim.market.world import Ints
from sfund_sim.terms import Ending

_RECKONED_LATER = (
    "wish",
    "regime",
    "seller_costs",
    "bought",
    "rate",
    "rate_urgent",
    "waiting_cost",
    "fund_age_days",
    "buyer_irr",
    "buyer_multiple",
    "held_value",
    "realised_value",
    "waiting_cost_urgent",
    "held_value_urgent",
    "realised_value_urgent",
)
_BESIDES = ("number", "key", "costs")
_NOTED = [*(name for name in ExitRow._fields if name not in _RECKONED_LATER), *_BESIDES]
_ROUNDED = ("nav", "cost", "true_value", "hold_value")
_noted = attrgetter(*_NOTED)


class ExitColumns:
    """Some exits; every attribute of ``_NOTED`` is an array [exits], days and fen as whole numbers."""

    number: Ints
    key: Ints
    """The holding's address in the random streams, mixed with how many wishes to sell it there were before."""
    fund: Ints
    lp: Ints
    lp_kind: Ints
    trigger: Ints
    units: Ints
    wished: Ints
    decided: Ints
    transferred: Ints
    ended: Ints
    """Day on which the exit was over; the horizon's last day when censored."""
    ending: Ints
    price: Ints
    paid_in: Ints
    """Called on the units until the title passed, or the exit ended; MISSING of one still open."""
    distributed: Ints
    costs: Ints
    rest: Ints
    loan_paid: Ints
    """What the seller paid back on a loan on the share; MISSING for none."""

    def __init__(self, exits: list[Exit], horizon: int) -> None:
        for name, column in zip(_NOTED, zip(*map(_noted, exits), strict=True), strict=True):
            setattr(self, name, whole(column, rounded=name in _ROUNDED))
        self.ended[self.ending == Ending.OPEN] = horizon - 1

    @property
    def last_day(self) -> Ints:
        """Day on which the seller gave the share away, or the last day of an exit in which it did not."""
        return np.where(self.transferred == MISSING, self.ended, self.transferred)
