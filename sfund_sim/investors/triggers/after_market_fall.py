"""The denominator effect: public holdings fall, private ones do not yet, and the LP is over its allocation limit."""

from __future__ import annotations

import math
from typing import ClassVar

from pydantic import Field

from sfund_sim.investors.triggers import SellTrigger, SellView


class AfterMarketFall(SellTrigger):
    """A hazard while the public market stands a given fall below a year before. Source: domain.md 5 (P-BUY, P-II)."""

    kind: ClassVar[str] = "after_market_fall"

    fall: float = Field(ge=0, le=1, json_schema_extra={"unit": "fraction"})
    """Fall of the public market over a year that begins it, as a share."""
    annual_hazard: float = Field(ge=0, le=100, json_schema_extra={"unit": "1/year"})
    """Hazard a year while it lasts."""

    def hazard(self, view: SellView) -> float:
        """Hazard a year of all funds."""
        return self.annual_hazard if math.expm1(view.market_return_1y) <= -self.fall else 0.0
