"""Votes on extending a fund's term, again and again until one fails."""

from __future__ import annotations

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from sfund_sim.funds.extension import ExtensionRule
from sfund_sim.lab.chance import Chance, Columns, Deal, Draw, FloatArray, in_blocks

MOST_VOTES = 100_000
HOPELESS = 1_000
"""If none of a block's funds is refused in so many votes, none will be."""


class Extension(BaseModel):
    """One fund whose partners each refuse with the same chance, independently, at every vote."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    rule: ExtensionRule
    """Whose consent prolongs the term."""
    partners: int = Field(ge=1, le=1000)
    """Partners, with equal commitments."""
    refusal: float = Field(ge=0, le=1)
    """Chance that a partner refuses."""

    def sample(self, chance: Chance, replications: int) -> Columns:
        """Column: ``carried``."""
        return in_blocks(chance, replications, lambda deal: Columns({"carried": self._vote(deal)}))

    def _vote(self, deal: Deal) -> FloatArray:
        in_favour = deal.uniforms(Draw.VOTES, self.partners) >= self.refusal
        return self.rule.carried(in_favour, np.ones((self.partners, 1))).astype(np.float64)


class Extensions(Extension):
    """The same, voted on every year until a vote fails."""

    def sample(self, chance: Chance, replications: int) -> Columns:
        """Column: ``extensions`` (votes carried before the first that failed).

        ValueError if no vote fails in 1,000 years, or some funds are still extended after 100,000.
        """
        return in_blocks(chance, replications, self._until_refused)

    def _until_refused(self, deal: Deal) -> Columns:
        extensions = np.zeros(deal.size)
        standing = np.arange(deal.size)
        for year in range(MOST_VOTES):
            carried = self._vote(Deal(deal.chance, deal.block, standing.size, year))
            standing = standing[carried > 0]
            extensions[standing] += 1.0
            if not standing.size:
                return Columns({"extensions": extensions})
            if year >= HOPELESS and standing.size == deal.size:
                break
        raise ValueError(f"the term is still extended after {year + 1:,} votes: nobody ever refuses")
