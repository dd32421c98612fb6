"""How sure a number is: Student's t over replications, corrected for skewness, and the jackknife.

A sum of money that a few large shares rule, such as what state sellers forgo, is so skewed over replications that
Student's own interval holds the truth three times in four where it claims nineteen in twenty (docs/experiments.md
has the table). Hall's correction mends most of that, and leaves an interval of values that are not skewed as it is.
"""

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
FEWEST_TO_BE_SKEWED = 8
"""Replications below which chance makes more of the skewness than there is: one odd history would take an interval of a
handful to three times its length."""
_STRAIGHT = 1e-6
"""Skewness below which an interval is Student's own: the correction divides by it, and could not be seen."""
ROUNDING = 1e-12
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


class Moments(NamedTuple):
    """What is kept of values over replications; arrays of one shape."""

    replications: Floats
    """Those with a value."""
    mean: Floats
    squares: Floats
    """Sum of squared deviations from the mean."""
    cubes: Floats
    """Sum of cubed ones."""

    @classmethod
    def of(cls, values: Floats) -> Moments:
        """Of values [replications, groups]; NaN marks a replication without a value."""
        known = ~np.isnan(values)
        count = known.sum(axis=0).astype(np.float64)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = np.where(known, values, 0.0).sum(axis=0) / count
            away = np.where(known, values - mean, 0.0)
        return cls(count, mean, np.sum(away**2, axis=0), np.sum(away**3, axis=0))

    def estimates(self, *, skewed: ArrayLike = True) -> Estimates:
        """Means with Student's t intervals, corrected for skewness where ``skewed``; none (NaN) of a single value.

        Replications are independent, exits within one are not. Source: Law (2015, Simulation Modeling and Analysis,
        5th ed., section 9.4.1); the correction turns the interval of ``_transformed`` back into one of the mean.
        """
        error, skewness = self._error(), np.where(skewed, self._skewness(), 0.0)
        with np.errstate(invalid="ignore", divide="ignore"):
            size = np.sqrt(self.replications)
            reach = student_quantile(self.replications.astype(np.int64) - 1) / size
            ends = (_turned_back(end, skewness, self.replications) for end in (reach, -reach))
            low, high = (self.mean - size * error * end for end in ends)
        return Estimates(self.mean, error, low, high)

    def p_values(self, *, skewed: ArrayLike = True) -> Floats:
        """Two-sided, of a mean of 0, by the same intervals; 1 where all values are 0, NaN of a single one.

        Values that all agree have no spread to judge them by, and n of them say no more than n signs do: 2^(1 - n),
        the sign test.
        """
        from scipy.special import stdtr

        error, degrees, skewness = self._error(), self.replications - 1.0, np.where(skewed, self._skewness(), 0.0)
        with np.errstate(invalid="ignore", divide="ignore"):
            size = np.sqrt(self.replications)
            away = _transformed(self.mean / (error * size), skewness, self.replications) * size
            tested = 2.0 * stdtr(degrees, -np.abs(away))
        without_spread = error <= ROUNDING * np.abs(self.mean)
        p_value = np.where(self.mean == 0, 1.0, np.where(without_spread, 0.5**degrees, tested))
        return np.asarray(np.where(np.isnan(error), np.nan, p_value), np.float64)

    def _error(self) -> Floats:
        """Standard error of the mean."""
        with np.errstate(invalid="ignore", divide="ignore"):
            error = np.sqrt(self.squares / (self.replications - 1.0) / self.replications)
        return np.where(self.replications > 1, error, np.nan)

    def _skewness(self) -> Floats:
        """Third moment about the mean over the cubed standard deviation; 0 without spread, or of too few to tell it."""
        with np.errstate(invalid="ignore", divide="ignore"):
            skewness = self.cubes / self.replications / (self.squares / self.replications) ** 1.5
        return np.where(np.isfinite(skewness) & (self.replications >= FEWEST_TO_BE_SKEWED), skewness, 0.0)


def mean_over_replications(values: Floats, *, skewed: ArrayLike = True) -> Estimates:
    """Means of values [replications, groups], with intervals; NaN marks a replication without a value."""
    return Moments.of(values).estimates(skewed=skewed)


def _transformed(ratio: Floats, skewness: Floats, replications: Floats) -> Floats:
    """Of how many standard deviations a mean is off, the same without its skewness.

    Source: Hall (1992, "On the removal of skewness by transformation", J. R. Statist. Soc. B 54, 221-228, g_1).
    """
    return ratio + skewness * ratio**2 / 3.0 + skewness**2 * ratio**3 / 27.0 + skewness / (6.0 * replications)


def _turned_back(end: Floats, skewness: Floats, replications: Floats) -> Floats:
    """The ratio that ``_transformed`` turns into ``end``: it rises everywhere, so there is just one."""
    with np.errstate(invalid="ignore", divide="ignore"):
        turned = 3.0 * (np.cbrt(1.0 + skewness * (end - skewness / (6.0 * replications))) - 1.0) / skewness
    return np.where(np.abs(skewness) > _STRAIGHT, turned, end)


def agree(found: Estimates) -> NDArray[np.bool_]:
    """Where do several replications have the same value, as far as rounding lets one see?"""
    return np.asarray(found.standard_error <= ROUNDING * np.abs(found.value))


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
        off = ROUNDING * span
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
