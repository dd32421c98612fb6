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


def deviation(x: FloatArray) -> Estimate:
    """Standard deviation of x; by the delta method of its variance."""
    found = float(x.std(ddof=1))
    return _with_influence(found, (x - x.mean()) ** 2 / (2.0 * found)) if found > 0 else Estimate(found, 0.0)


def quantile(x: FloatArray, p: float) -> Estimate:
    """Least value that at least a share p of x does not exceed.

    Its error is half of what lies between the quantiles one standard error of the share below and above (Woodruff 1952,
    Journal of the American Statistical Association 47), which needs no density.
    """
    off = np.sqrt(p * (1.0 - p) / x.size)
    shares = np.clip([p, p - off, p + off], 0.0, 1.0)
    found, low, high = np.quantile(x, shares, method="inverted_cdf")
    return Estimate(float(found), float(high - low) / 2.0)


def covariance(x: FloatArray, y: FloatArray) -> Estimate:
    """Covariance of x and y."""
    products = (x - x.mean()) * (y - y.mean())
    return _with_influence(float(products.sum() / (x.size - 1)), products)


def correlation(x: FloatArray, y: FloatArray) -> Estimate:
    """Correlation of x and y."""
    zx, zy = (x - x.mean()) / x.std(), (y - y.mean()) / y.std()
    found = float((zx * zy).mean())
    return _with_influence(found, zx * zy - 0.5 * found * (zx**2 + zy**2))


def ratio_of_means(x: FloatArray, y: FloatArray) -> Estimate:
    """Mean of x over mean of y; NaN where that is 0."""
    if y.mean() == 0:
        return Estimate(math.nan, None)
    found = float(x.mean() / y.mean())
    return _with_influence(found, (x - found * y) / y.mean())


def variance_ratio(x: FloatArray, y: FloatArray) -> Estimate:
    """Variance of x over variance of y."""
    squares_x, squares_y = (x - x.mean()) ** 2, (y - y.mean()) ** 2
    found = float(squares_x.mean() / squares_y.mean())
    return _with_influence(found, (squares_x - found * squares_y) / squares_y.mean())
