"""How sure a number is: Student's t over replications, and the jackknife that leaves one replication out."""

from __future__ import annotations

from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
CONFIDENCE = 0.95
"""Of every interval; sentences and captions say 95 %."""
NORMAL_QUANTILE = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2.0)
"""z such that a standard normal lies within (-z, z) with this probability."""
_ROUNDING = 1e-12
"""Spread of equal numbers over their size: what rounding leaves."""
MOST_GROUPS = 200
"""More replications than this are left out in groups (delete-a-group jackknife, Kott 2001), so memory stays bounded."""


class Estimate(NamedTuple):
    """A number with its standard error and interval; NaN where the data cannot say."""

    value: float
    standard_error: float
    low: float
    high: float


class Estimates(NamedTuple):
    """The same for several groups at once; arrays [groups]."""

    value: Floats
    standard_error: Floats
    low: Floats
    high: Floats


def student_quantile(degrees: NDArray[np.int64] | int) -> Floats:
    """The same of Student's variable; NaN where there are no degrees of freedom."""
    from scipy.special import stdtrit

    freedom = np.asarray(degrees, np.float64)
    return np.where(freedom >= 1, stdtrit(np.maximum(freedom, 1.0), 0.5 + CONFIDENCE / 2.0), np.nan)


def mean_over_replications(values: Floats) -> Estimates:
    """Means of values [replications, groups], with Student's t intervals; NaN marks a replication without a value.

    Replications are independent, exits within one are not. Where only one has a value there is no interval (NaN).
    Source: Law (2015, Simulation Modeling and Analysis, 5th ed., section 9.4.1).
    """
    known = ~np.isnan(values)
    count = known.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(known, values, 0.0).sum(axis=0) / count
        variance = np.sum(np.where(known, values - mean, 0.0) ** 2, axis=0) / (count - 1)
        error = np.where(count > 1, np.sqrt(variance / count), np.nan)
    reach = student_quantile(count - 1) * error
    return Estimates(mean, error, mean - reach, mean + reach)


def agree(found: Estimates) -> NDArray[np.bool_]:
    """Where do several replications have the same value, as far as rounding lets one see?"""
    return np.asarray(found.standard_error <= _ROUNDING * np.abs(found.value))


def of_levels(found: Estimates, count: Floats | NDArray[np.int64], least: ArrayLike, most: ArrayLike) -> Estimates:
    """Means with intervals for levels: replications that agree have no spread to reckon with, but do not prove it is 0.

    Where all ``count`` values lie at one end of a finite range, at most u = 1 - ((1 - CONFIDENCE) / 2)^(1 / count) of
    all replications can lie elsewhere (Clopper and Pearson 1934, Biometrika 26), so the mean is off by u of the range
    at most. Where they agree elsewhere nothing is known of those not seen: no interval (NaN). Shapes [outcomes].
    """
    value, least, most = (np.asarray(each, np.float64) for each in (found.value, least, most))
    with np.errstate(invalid="ignore", divide="ignore"):
        share = 1.0 - ((1.0 - CONFIDENCE) / 2.0) ** (1.0 / np.asarray(count, np.float64))
        span = np.where(np.isfinite(most - least), most - least, np.nan)
        off = _ROUNDING * span
        at_least, at_most = np.abs(value - least) <= off, np.abs(value - most) <= off
        low, high = (np.where(end, value, np.nan) for end in (at_least, at_most))
        low, high = np.where(at_most, most - share * span, low), np.where(at_least, least + share * span, high)
    equal = agree(found)
    error, low, high = (
        np.where(equal, one, other)
        for one, other in ((0.0, found.standard_error), (low, found.low), (high, found.high))
    )
    return Estimates(found.value, error, low, high)


def jackknife_error(left_out: Floats) -> Floats:
    """Standard error from estimates with one group of replications left out in turn, groups along axis 0.

    Source: Efron and Tibshirani (1993, An Introduction to the Bootstrap, eq. 11.5), groups as the unit (Kott 2001).
    """
    groups = left_out.shape[0]
    spread = left_out - left_out.mean(axis=0)
    return np.asarray(np.sqrt((groups - 1) / groups * np.sum(spread**2, axis=0)))


def jackknife_groups(clusters: ArrayLike | None, size: int) -> tuple[NDArray[np.int64], int]:
    """Group of each of ``size`` observations by its cluster, and the number of groups; one group without clusters."""
    if clusters is None or size == 0:
        return np.zeros(size, np.int64), 1
    names, number = np.unique(np.asarray(clusters), return_inverse=True)
    groups = min(names.size, MOST_GROUPS)
    return np.asarray(number % groups, np.int64), groups


def log_log_interval(probability: Floats, error: Floats, quantile: float) -> tuple[Floats, Floats]:
    """Ends of an interval that stays within (0, 1), symmetric in log(-log p); at 0 there is none (NaN), at 1 it is 1.

    Source: Kalbfleisch and Prentice (2002, The Statistical Analysis of Failure Time Data, eq. 1.20).
    """
    inside = (probability > 0) & (probability < 1)
    kept = np.where(inside, probability, 0.5)
    reach = quantile * error / (kept * -np.log(kept))
    edges = np.where(probability >= 1, 1.0, np.nan)
    with np.errstate(over="ignore"):
        return np.where(inside, kept ** np.exp(reach), edges), np.where(inside, kept ** np.exp(-reach), edges)
