"""How values of a holding are spread over the bidders who might want it: laws of value, one class a law."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from sfund_sim.ground.errors import RuleError
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
    @abstractmethod
    def low(self) -> float:
        """Lowest value possible."""

    @property
    @abstractmethod
    def high(self) -> float:
        """Highest value possible; may be infinite."""

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

    @property
    def low(self) -> float:
        """Zero."""
        return 0.0

    @property
    def high(self) -> float:
        """Unbounded."""
        return float("inf")


class Lognormal(ValueLaw):
    """The logarithm of the value is normal: the law of prices as a multiple of NAV.

    The default has mean 0.862 of NAV, the mean discount of 13.8 % in Nadauld, Sensoy, Vorkink and Weisbach (2019,
    Journal of Financial Economics), and a spread of 20 % (assumption).
    """

    kind: ClassVar[str] = "lognormal"

    mu: float = Field(default=-0.1685, allow_inf_nan=False)
    """Mean of the logarithm."""
    sigma: float = Field(default=0.2, gt=0, allow_inf_nan=False)
    """Standard deviation of the logarithm."""

    def cdf(self, value: FloatArray) -> FloatArray:
        """Normal distribution function of the standardised logarithm."""
        from scipy.special import ndtr

        return np.asarray(ndtr(self._standard(value)))

    def survival(self, value: FloatArray) -> FloatArray:
        """Normal distribution function of the standardised logarithm turned round."""
        from scipy.special import ndtr

        return np.asarray(ndtr(-self._standard(value)))

    def log_cdf(self, value: FloatArray) -> FloatArray:
        """Log of the cdf, accurate far into the lower tail."""
        from scipy.special import log_ndtr

        return np.asarray(log_ndtr(self._standard(value)))

    def quantile_at_log(self, log_probability: FloatArray) -> FloatArray:
        """Exponential of the normal quantile, accurate far into the lower tail."""
        from scipy.special import ndtri_exp

        return np.asarray(np.exp(self.mu + self.sigma * ndtri_exp(log_probability)))

    def pdf(self, value: FloatArray) -> FloatArray:
        """Normal density of the standardised logarithm, over value x sigma."""
        positive = np.maximum(value, np.finfo(np.float64).tiny)
        scale = positive * self.sigma * np.sqrt(2.0 * np.pi)
        return np.where(value > 0, np.exp(-0.5 * self._standard(positive) ** 2) / scale, 0.0)

    def quantile(self, probability: FloatArray) -> FloatArray:
        """Exponential of the normal quantile."""
        from scipy.special import ndtri

        return np.asarray(np.exp(self.mu + self.sigma * ndtri(probability)))

    @property
    def low(self) -> float:
        """Zero."""
        return 0.0

    @property
    def high(self) -> float:
        """Unbounded."""
        return float("inf")

    def coordinate(self, value: FloatArray) -> FloatArray:
        """The logarithm."""
        return np.asarray(np.log(value))

    def value_at(self, coordinate: FloatArray) -> FloatArray:
        """The exponential."""
        return np.asarray(np.exp(coordinate))

    def stretch(self, value: FloatArray) -> FloatArray:
        """The value: d exp(c) = exp(c) dc."""
        return value

    def _standard(self, value: FloatArray) -> FloatArray:
        with np.errstate(divide="ignore"):
            return np.asarray((np.log(np.maximum(value, 0.0)) - self.mu) / self.sigma)
