"""What a sample says: an estimate and its standard error, by way of each replication's influence on it."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


class Estimate(NamedTuple):
    """A number found, and its standard error (None when it was computed, not simulated)."""

    found: float
    se: float | None


RESOLUTION = 1e-9
"""Differences below this share of what is expected are rounding, not chance."""


def standard_errors_off(found: float, se: float, expected: float) -> float:
    """How many standard errors lie between what was found and what was expected; 0 within rounding."""
    off = found - expected
    if abs(off) <= RESOLUTION * max(1.0, abs(expected)):
        return 0.0
    return off / se if se > 0 else math.copysign(math.inf, off)


class Measure(NamedTuple):
    """One line of a lesson's table: what was measured, what was found, and what theory says (None: nothing)."""

    name: str
    estimate: Estimate
    theory: float | None


def _with_influence(found: float, influence: FloatArray) -> Estimate:
    """Standard error from each replication's influence (Hampel 1974): its standard deviation over root n."""
    size = influence.size
    return Estimate(found, float(influence.std(ddof=1) / np.sqrt(size)) if size > 1 else float("inf"))


def mean(x: FloatArray) -> Estimate:
    """Mean of x."""
    return _with_influence(float(x.mean()), x)


def variance(x: FloatArray) -> Estimate:
    """Variance of x."""
    squares = (x - x.mean()) ** 2
    return _with_influence(float(x.var(ddof=1)), squares)


def covariance(x: FloatArray, y: FloatArray) -> Estimate:
    """Covariance of x and y."""
    products = (x - x.mean()) * (y - y.mean())
    return _with_influence(float(products.sum() / (x.size - 1)), products)


def correlation(x: FloatArray, y: FloatArray) -> Estimate:
    """Correlation of x and y."""
    zx, zy = (x - x.mean()) / x.std(), (y - y.mean()) / y.std()
    found = float((zx * zy).mean())
    return _with_influence(found, zx * zy - 0.5 * found * (zx**2 + zy**2))


def variance_ratio(x: FloatArray, y: FloatArray) -> Estimate:
    """Variance of x over variance of y."""
    squares_x, squares_y = (x - x.mean()) ** 2, (y - y.mean()) ** 2
    found = float(squares_x.mean() / squares_y.mean())
    return _with_influence(found, (squares_x - found * squares_y) / squares_y.mean())
