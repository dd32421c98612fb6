"""Many low values, few high ones."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from sfund_sim.investors.laws.family import FloatArray, ValueLaw


class Exponential(ValueLaw):
    """Many low values and a few high ones. Source: the textbook case (David and Nagaraja, Order Statistics)."""

    kind: ClassVar[str] = "exponential"

    mean: float = Field(default=1.0, gt=0, allow_inf_nan=False)
    """Mean value."""

    def cdf(self, value: FloatArray) -> FloatArray:
        """1 - exp(-value / mean)."""
        return np.asarray(-np.expm1(-np.maximum(value, 0.0) / self.mean))

    def survival(self, value: FloatArray) -> FloatArray:
        """exp(-value / mean)."""
        return np.asarray(np.exp(-np.maximum(value, 0.0) / self.mean))

    def pdf(self, value: FloatArray) -> FloatArray:
        """Density exp(-value / mean) / mean for value >= 0."""
        return np.where(value >= 0, np.exp(-np.maximum(value, 0.0) / self.mean) / self.mean, 0.0)

    def quantile(self, probability: FloatArray) -> FloatArray:
        """-mean log(1 - probability)."""
        return np.asarray(-self.mean * np.log1p(-probability))
