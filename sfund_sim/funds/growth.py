"""Random growth of NAV: lognormal steps and geometric Brownian motion, from normals handed in."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def lognormal_growth(growth: float, volatility: float, normals: Floats) -> Floats:
    """Growth of a period with mean ``growth``: (1 + G) exp(s Z - s^2 / 2) - 1, in the shape of ``normals``.

    Takahashi and Alexander's model is linear in NAV, so with independent steps the expected NAV and distributions are
    those of constant growth.
    """
    return np.asarray((1 + growth) * np.exp(volatility * normals - 0.5 * volatility**2) - 1)


def geometric_brownian(
    start: float, *, drift: float, volatility: float, normals: Floats, years_per_period: float = 1.0
) -> Floats:
    """Paths [periods, ...] of dN = drift N dt + volatility N dW at period ends, rates a year; exact at any step.

    ``normals`` [periods, ...] drive the periods, each one of ``lognormal_growth``; E[N_t] = start exp(drift t).
    """
    mean, spread = float(np.expm1(drift * years_per_period)), volatility * math.sqrt(years_per_period)
    return np.asarray(start * np.cumprod(1 + lognormal_growth(mean, spread, normals), axis=0))
