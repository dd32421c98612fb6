"""Shade the bid as far as a clear-eyed bidder of private value should, when the winner pays its own bid."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from sfund_sim.investors.bidding.budgets import threshold
from sfund_sim.investors.bidding.family import BiddingStrategy, BidView, FloatArray
from sfund_sim.investors.bidding.shading import Rivalry, shaded
from sfund_sim.investors.laws import Lognormal, ValueLaw


class Equilibrium(BiddingStrategy):
    """Symmetric equilibrium bids, found numerically for any law of value; truthful where the next bid is paid.

    Sources: Riley and Samuelson (1981); McAfee and McMillan (1987) for an unknown number of rivals; Cox, Smith and
    Walker (1988) for aversion to risk; Che and Gale (1998) for a common budget.
    """

    kind: ClassVar[str] = "equilibrium"

    law: ValueLaw = Field(default_factory=Lognormal)
    """Law of a rival's value over the published value of the holding."""
    poisson: bool = True
    """Is the number of rivals unknown and Poisson, rather than known?"""
    risk_exponent: float = Field(default=1.0, gt=0, allow_inf_nan=False)
    """a in u(x) = x ** a: 1 is neutral to risk, less is averse."""
    budget_is_known: bool = False
    """Do all know that every bidder has the same budget (then some jump to it)? Without effect where budgets differ."""

    def bids(self, values: FloatArray, view: BidView) -> FloatArray:
        """Equilibrium bids, cut to the budget."""
        if view.pricing == "second":
            return np.minimum(values, view.budget)
        rivalry = Rivalry(self.law, self.poisson, self.risk_exponent, view.presence)
        bids = shaded(rivalry, values, view)
        if self.budget_is_known and np.ndim(view.budget) == 0:
            scale, rivals = float(view.scale), float(view.rivals)
            budget, floor = float(view.budget) / scale, float(view.floor) / scale
            jump = scale * threshold(rivalry, budget=budget, floor=floor, rivals=rivals)
            bids = np.where(values >= jump, view.budget, bids)
        return np.minimum(bids, view.budget)
