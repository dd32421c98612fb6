"""The fund's end comes near, and the LP must or would rather be out before the vote on extending it."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from sfund_sim.investors.triggers import Floats, SellTrigger, SellView


class TermNear(SellTrigger):
    """A hazard in the last years of the term and after it. Source: domain.md 5 (term end, budget return)."""

    kind: ClassVar[str] = "term_near"

    within_years: float = Field(ge=0, le=20, json_schema_extra={"unit": "years"})
    """How long before the end of the term it begins."""
    annual_hazard: float = Field(ge=0, le=100, json_schema_extra={"unit": "1/year"})
    """Hazard a year from then on."""

    def hazard(self, view: SellView) -> Floats:
        """Hazard a year [funds]."""
        return np.where(view.remaining_term_years <= self.within_years, self.annual_hazard, 0.0)
