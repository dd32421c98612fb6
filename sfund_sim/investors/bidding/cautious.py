"""Ask what winning would mean: lower the estimate for the news that all others thought less of the holding."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from sfund_sim.investors.bidding.family import BiddingStrategy, BidView, FloatArray
from sfund_sim.investors.bidding.information import InformationModel, LognormalError
from sfund_sim.investors.bidding.naive import shaded_as_private
from sfund_sim.investors.laws import ValueLaw


class Cautious(BiddingStrategy):
    """Conditions on winning, so that on average it does not lose by it.

    Sources: Wilson (1977) and Milgrom and Weber (1982) for equilibrium with a common value; see the information models.
    """

    kind: ClassVar[str] = "cautious"

    information: InformationModel = Field(default_factory=LognormalError)
    """How signals and the common value hang together."""
    law: ValueLaw | None = None
    """Law of a rival's value over the published value, for shading a corrected estimate; none: no shading."""

    def bids(self, values: FloatArray, view: BidView) -> FloatArray:
        """The bid that winning would not make regret, cut to the budget."""
        bids = self.information.if_winning(values, view)
        if self.information.leaves_shading_open():
            bids = shaded_as_private(bids, self.law, view)
        return np.minimum(bids, view.budget)
