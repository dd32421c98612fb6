"""A goal that is met only after some years: policy goals of guidance funds, and the like."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from sfund_sim.investors.triggers import Floats, SellTrigger, SellView


class AfterAge(SellTrigger):
    """A hazard that begins when the fund has a given age. Source: domain.md 1b (exit when goals are met, P-210)."""

    kind: ClassVar[str] = "after_age"

    after_years: float = Field(ge=0, le=50, json_schema_extra={"unit": "years"})
    """Age of the fund from which the goal may be met."""
    annual_hazard: float = Field(ge=0, le=100, json_schema_extra={"unit": "1/year"})
    """Hazard a year from then on."""

    def hazard(self, view: SellView) -> Floats:
        """Hazard a year [funds]."""
        return np.where(view.fund_age_years >= self.after_years, self.annual_hazard, 0.0)
