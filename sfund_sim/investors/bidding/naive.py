"""Forget that winning is news: bid as if one's own estimate were the value."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from sfund_sim.investors.bidding.family import BiddingStrategy, BidView, FloatArray
from sfund_sim.investors.bidding.information import InformationModel, LognormalError
from sfund_sim.investors.bidding.shading import Rivalry, shaded
from sfund_sim.investors.laws import ValueLaw


class Naive(BiddingStrategy):
    """Bids what it expects the holding to be worth, and so suffers the winner's curse.

    Where the winner pays its own bid it shades, if a law is given, as if values were private. Source: Capen, Clapp and
    Campbell (1971); Kagel and Levin (1986) for naive bidding in the laboratory.
    """

    kind: ClassVar[str] = "naive"

    information: InformationModel = Field(default_factory=LognormalError)
    """How signals and the common value hang together."""
    law: ValueLaw | None = None
    """Law of a rival's value over the published value, for shading; none: no shading."""

    def bids(self, values: FloatArray, view: BidView) -> FloatArray:
        """The conditional expectation, shaded or not, cut to the budget."""
        estimate = self.information.expectation(values, view)
        return np.minimum(shaded_as_private(estimate, self.law, view), view.budget)


def shaded_as_private(estimate: FloatArray, law: ValueLaw | None, view: BidView) -> FloatArray:
    """First-price shading of an estimate as if it were a private value, rivals Poisson; unchanged without a law."""
    if law is None or view.pricing == "second":
        return estimate
    rivalry = Rivalry(law, poisson=True, risk_exponent=1.0)
    return shaded(rivalry, estimate, view)
