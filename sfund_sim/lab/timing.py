"""How companies leave a fund: exits that compete, the first of which takes place."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from sfund_sim.funds.hazards import exponential_time, first_of, weibull_time
from sfund_sim.ground.errors import RuleError
from sfund_sim.lab.chance import Chance, Columns, Deal, Draw, FloatArray, in_blocks


class ExitLaw(NamedTuple):
    """Weibull law of the time to one way out: survival exp(-(t / scale)^shape); shape 1 is exponential."""

    shape: float
    scale: float

    @classmethod
    def of_hazard(cls, hazard: float) -> ExitLaw:
        """The exponential law of a constant hazard. RuleError if that is not above 0, or infinite."""
        if not 0 < hazard < np.inf:
            raise RuleError(
                f"a hazard must be above 0 and finite, not {hazard}", f"风险率须大于 0 且有限，而非 {hazard}"
            )
        return cls(1.0, 1.0 / hazard)

    def time(self, threshold: FloatArray) -> FloatArray:
        """When the threshold is crossed: by the clock of the market's companies where the hazard is constant."""
        if self.shape == 1.0:
            return exponential_time(threshold, 1.0 / self.scale)
        return weibull_time(threshold, shape=self.shape, scale=self.scale)


NEVER = ExitLaw(1.0, np.inf)
"""A way out that nobody takes."""


class CompetingExits(BaseModel):
    """Independent latent times, one for each way out."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    ways: tuple[ExitLaw, ...] = Field(min_length=1)
    """Laws of the ways out."""

    def sample(self, chance: Chance, replications: int) -> Columns:
        """Columns: ``time`` of the exit, ``way`` (number of the way out)."""
        return in_blocks(chance, replications, self._exit)

    def _exit(self, deal: Deal) -> Columns:
        thresholds = deal.of(Draw.THRESHOLDS).standard_exponential((len(self.ways), deal.size))
        drawn = zip(thresholds, self.ways, strict=True)
        time, way = first_of(*(law.time(own) for own, law in drawn))
        return Columns({"time": time, "way": way.astype(np.float64)})
