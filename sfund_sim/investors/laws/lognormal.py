"""Normal logarithms: prices as a multiple of NAV."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from sfund_sim.investors.laws.family import FloatArray, ValueLaw


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
