"""A shock that may come at any time: a change of strategy, a sudden need of cash."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from sfund_sim.investors.triggers import SellTrigger, SellView


class ConstantHazard(SellTrigger):
    """The same hazard at any age of the fund. Source: memoryless shock, a modelling assumption."""

    kind: ClassVar[str] = "constant"

    annual_hazard: float = Field(ge=0, le=100, json_schema_extra={"unit": "1/year"})
    """Hazard a year."""

    @property
    def steady_hazard(self) -> float:
        """Hazard a year."""
        return self.annual_hazard

    def hazard(self, view: SellView) -> float:
        """Hazard a year of all funds."""
        return self.annual_hazard
