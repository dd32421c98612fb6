"""A fund's value under chance: NAV as geometric Brownian motion, and Takahashi-Alexander with random growth."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from sfund_sim.funds.growth import geometric_brownian, lognormal_growth
from sfund_sim.funds.takahashi import TakahashiSpec, project
from sfund_sim.lab.chance import Chance, Columns, Deal, Draw, in_blocks

STEPS = 4
"""Steps in which a path is rolled to its end; the law at the end does not depend on it."""


class GrowingNav(BaseModel):
    """NAV that grows by geometric Brownian motion."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    start: float = Field(gt=0)
    """NAV today."""
    drift: float
    """Drift a year."""
    volatility: float = Field(ge=0)
    """Volatility a year."""
    years: float = Field(ge=0)
    """Years to roll."""

    def sample(self, chance: Chance, replications: int) -> Columns:
        """Column: ``nav`` at the end."""
        return in_blocks(chance, replications, self._grow)

    def _grow(self, deal: Deal) -> Columns:
        normals = deal.of(Draw.GROWTH).standard_normal((STEPS, deal.size))
        paths = geometric_brownian(
            self.start,
            drift=self.drift,
            volatility=self.volatility,
            normals=normals,
            years_per_period=self.years / STEPS,
        )
        return Columns({"nav": paths[-1]})


class StochasticTakahashi(BaseModel):
    """The yearly model with lognormal growth, a year independent of the next."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    spec: TakahashiSpec
    """The fund."""
    commitment: float = Field(gt=0)
    """Commitment."""
    volatility: float = Field(ge=0)
    """Standard deviation of yearly log growth."""
    year: int = Field(ge=1)
    """Year to look at."""

    def sample(self, chance: Chance, replications: int) -> Columns:
        """Columns: ``nav`` and ``distribution`` in the year looked at."""
        return in_blocks(chance, replications, self._live)

    def _live(self, deal: Deal) -> Columns:
        normals = deal.of(Draw.GROWTH).standard_normal((self.spec.life_years, deal.size))
        growth = lognormal_growth(self.spec.growth, self.volatility, normals)
        flows = project(self.spec, self.commitment, growth=growth)
        return Columns({"nav": flows.nav[self.year - 1], "distribution": flows.distributions[self.year - 1]})
