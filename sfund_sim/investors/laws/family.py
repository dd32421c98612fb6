"""What a law of value must tell: its distribution function, density, quantiles and bounds."""

from __future__ import annotations

from abc import abstractmethod

import numpy as np
from numpy.typing import NDArray

from sfund_sim.ground.parts import Part

FloatArray = NDArray[np.float64]


class ValueLaw(Part, family="value law"):
    """A law of one bidder's value, usually as a multiple of the published NAV."""

    @abstractmethod
    def cdf(self, value: FloatArray) -> FloatArray:
        """F(value), elementwise."""

    @abstractmethod
    def pdf(self, value: FloatArray) -> FloatArray:
        """Density at value, elementwise."""

    @abstractmethod
    def quantile(self, probability: FloatArray) -> FloatArray:
        """Value at which F reaches the probability, elementwise; draws values from uniforms."""

    @property
    def low(self) -> float:
        """Lowest value possible; 0 unless the law says otherwise."""
        return 0.0

    @property
    def high(self) -> float:
        """Highest value possible; none unless the law says otherwise."""
        return float("inf")

    @abstractmethod
    def survival(self, value: FloatArray) -> FloatArray:
        """1 - F(value), elementwise, accurate far into the upper tail."""

    def log_cdf(self, value: FloatArray) -> FloatArray:
        """Log F(value), elementwise; -inf below the lowest value."""
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(self.cdf(value)))

    def quantile_at_log(self, log_probability: FloatArray) -> FloatArray:
        """Value at which log F reaches ``log_probability``, elementwise: the inverse of ``log_cdf``."""
        return self.quantile(np.exp(log_probability))

    def coordinate(self, value: FloatArray) -> FloatArray:
        """A smooth rising scale for tables of functions of the value; the value itself unless better."""
        return value

    def value_at(self, coordinate: FloatArray) -> FloatArray:
        """Inverse of ``coordinate``."""
        return coordinate

    def stretch(self, value: FloatArray) -> FloatArray:
        """Derivative of the value by its coordinate."""
        return np.ones_like(value)
