"""Every value between two bounds alike."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field, model_validator

from sfund_sim.ground.errors import RuleError
from sfund_sim.investors.laws.family import FloatArray, ValueLaw


class Uniform(ValueLaw):
    """Every value between two bounds is equally likely. Source: the textbook case (Krishna, Auction Theory)."""

    kind: ClassVar[str] = "uniform"

    lowest: float = Field(default=0.0, ge=0, allow_inf_nan=False)
    """Lower bound."""
    highest: float = Field(default=1.0, gt=0, allow_inf_nan=False)
    """Upper bound."""

    @model_validator(mode="after")
    def _bounds_in_order(self) -> Uniform:
        if self.lowest >= self.highest:
            raise RuleError("highest must be above lowest", "上界必须大于下界")
        return self

    def cdf(self, value: FloatArray) -> FloatArray:
        """(value - lowest) / (highest - lowest), held within 0 and 1."""
        return np.clip((value - self.lowest) / (self.highest - self.lowest), 0.0, 1.0)

    def survival(self, value: FloatArray) -> FloatArray:
        """(highest - value) / (highest - lowest), held within 0 and 1."""
        return np.clip((self.highest - value) / (self.highest - self.lowest), 0.0, 1.0)

    def pdf(self, value: FloatArray) -> FloatArray:
        """1 / (highest - lowest) between the bounds."""
        inside = (value >= self.lowest) & (value <= self.highest)
        return np.where(inside, 1.0 / (self.highest - self.lowest), 0.0)

    def quantile(self, probability: FloatArray) -> FloatArray:
        """Straight line from lowest to highest."""
        if (self.lowest, self.highest) == (0.0, 1.0):
            return probability
        return self.lowest + (self.highest - self.lowest) * probability

    @property
    def low(self) -> float:
        """Lower bound."""
        return self.lowest

    @property
    def high(self) -> float:
        """Upper bound."""
        return self.highest
