"""What makes an LP want out: hazards a year, one file a trigger rule; each fires on its own pre-drawn threshold."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from sfund_sim.ground.parts import Part, import_beside

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SellView:
    """What triggers look at, on one quarter's end; arrays [funds]."""

    fund_age_years: Floats
    remaining_term_years: Floats
    """Years to the end of the present term; negative when overdue."""
    tvpi: Floats
    """Reported total value to paid-in of the fund; 1 before the first call."""
    market_return_1y: float
    """Log return of the public market over the last four quarters."""


class SellTrigger(Part, family="sell trigger"):
    """A reason to sell, as a hazard a year."""

    urgency_rate: float = Field(default=0.0, ge=0, le=5, json_schema_extra={"unit": "1/year"})
    """What the trigger adds to the LP's discount rate while it binds."""
    binding: bool = False
    """Does the wish last until the holding is gone, whatever the LP's patience?"""

    @property
    def steady_hazard(self) -> float | None:
        """Hazard a year where that is the same for all funds at all times; None where it is not."""
        return None

    @abstractmethod
    def hazard(self, view: SellView) -> Floats | float:
        """Hazard a year of each fund's holdings [funds], of one fund by its own numbers alone; one number for all."""


import_beside(__name__, __path__)
