"""Loss of trust in the GP: years have passed and the fund reports less than was paid in."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from sfund_sim.investors.triggers import Floats, SellTrigger, SellView


class AfterPoorResults(SellTrigger):
    """A hazard while reported TVPI is below a threshold. Source: domain.md 5 (loss of trust in the GP), assumption."""

    kind: ClassVar[str] = "after_poor_results"

    after_years: float = Field(ge=0, le=50, json_schema_extra={"unit": "years"})
    """Age of the fund from which results are judged."""
    tvpi_below: float = Field(ge=0, le=10, json_schema_extra={"unit": "multiple"})
    """Reported total value to paid-in below which trust is lost."""
    annual_hazard: float = Field(ge=0, le=100, json_schema_extra={"unit": "1/year"})
    """Hazard a year while it lasts."""

    def hazard(self, view: SellView) -> Floats:
        """Hazard a year [funds]."""
        judged = (view.fund_age_years >= self.after_years) & (view.tvpi < self.tvpi_below)
        return np.where(judged, self.annual_hazard, 0.0)
