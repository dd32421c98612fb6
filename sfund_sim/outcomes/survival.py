"""How long it takes to get out: Kaplan-Meier with its errors, median and restricted mean.

Competing endings and several states are in ``multistate.py``. Durations are in whatever unit comes in (days). With
``clusters`` (the replication of each exit) the errors are those of a jackknife that leaves one replication out, because
exits of one replication share its market and are not independent; without them they are Greenwood's.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sfund_sim.outcomes.intervals import (
    NORMAL_QUANTILE,
    Estimate,
    Floats,
    jackknife_error,
    jackknife_groups,
    log_log_interval,
    student_quantile,
)

_ROUNDING = 1e-12
LEAST_AT_RISK = 0.1
"""Share of all that must still be at risk at a median and at the ends of its interval.

Beyond, a curve tells only of those who began first, and one of them moves it far. Pocock, Clayton and Altman (2002,
Lancet 359, 1686-1689) end curves where 10 to 20 % are left.
"""


@dataclass(frozen=True)
class SurvivalCurve:
    """P(duration > t) at every distinct duration, ended or censored; all arrays [times]."""

    times: Floats
    at_risk: NDArray[np.int64]
    """Number whose duration is at least t."""
    events: NDArray[np.int64]
    survival: Floats
    standard_error: Floats
    low: Floats
    """Lower end of the pointwise interval on the log(-log) scale; NaN where survival is 0 or its error is unknown."""
    high: Floats
    quantile: float
    left_out: Floats = field(repr=False)
    """Survival with one group of clusters left out in turn [groups, times]; no rows without clusters."""

    def at(self, when: ArrayLike) -> Floats:
        """Survival at any times: 1 before the first duration, the last known value after the last."""
        place = np.searchsorted(self.times, np.asarray(when, np.float64), side="right")
        return np.concatenate(([1.0], self.survival))[place]

    def reaches(self, when: float) -> bool:
        """Is the curve known so long: was anybody followed to that time, or had all ended before?"""
        return bool(self.times.size and (self.times[-1] >= when or self.survival[-1] <= 0.0))

    def numbers_at_risk(self, when: ArrayLike) -> NDArray[np.int64]:
        """Number whose duration is at least ``when``."""
        place = np.searchsorted(self.times, np.asarray(when, np.float64), side="left")
        return np.append(self.at_risk, 0)[place]

    def median(self) -> Estimate:
        """First time at which at most half survive, with the interval of Brookmeyer and Crowley (1982).

        The interval holds the times at which the pointwise interval of the curve covers one half. NaN: not reached
        while at least ``LEAST_AT_RISK`` of all were at risk.
        """
        middle, low, high = (self._first_at_most_half(line) for line in (self.survival, self.low, self.high))
        return Estimate(middle, np.nan, low, high)

    def _first_at_most_half(self, line: Floats) -> float:
        reached = np.flatnonzero(line <= 0.5 + _ROUNDING)
        is_known = reached.size and self.at_risk[reached[0]] >= LEAST_AT_RISK * self.at_risk[0]
        return float(self.times[reached[0]]) if is_known else np.nan

    def restricted_mean(self, limit: float) -> Estimate:
        """Mean of min(duration, limit): the area under the curve up to ``limit``.

        Error: Klein and Moeschberger (2003, Survival Analysis, eq. 4.5.2), or the jackknife when there are clusters.
        The curve is carried on flat after the last duration.
        """
        inside = self.times < limit
        edges = np.concatenate(([0.0], self.times[inside], [limit]))
        widths = np.diff(edges)
        areas = widths * np.concatenate(([1.0], self.survival[inside]))
        mean = float(areas.sum())
        if self.left_out.shape[0]:
            heights = np.hstack([np.ones((self.left_out.shape[0], 1)), self.left_out[:, inside]])
            error = float(jackknife_error(heights @ widths))
        else:
            beyond = np.cumsum(areas[::-1])[::-1][1:]
            error = float(np.sqrt(np.sum(beyond**2 * _greenwood(self.at_risk, self.events)[inside])))
        return Estimate(mean, error, mean - self.quantile * error, mean + self.quantile * error)


def kaplan_meier(durations: ArrayLike, ended: ArrayLike, *, clusters: ArrayLike | None = None) -> SurvivalCurve:
    """Product-limit estimate of P(duration > t) from durations [n] and whether each ended (True) or was censored.

    ``clusters`` [n]: the replication of each; with fewer than two distinct ones Greenwood's error is used.
    Intervals: log(-log), Kalbfleisch and Prentice (2002, eq. 1.20), with the normal quantile, or Student's with
    (clusters - 1) degrees of freedom. Source: Kaplan and Meier (1958). ValueError on negative durations.
    """
    duration = np.asarray(durations, np.float64)
    if duration.size and not duration.min() >= 0:
        raise ValueError("durations must be at least 0 and known")
    times, place = np.unique(duration, return_inverse=True)
    group, groups = jackknife_groups(clusters, duration.size)
    flat = group * times.size + place
    leaving = np.bincount(flat, minlength=groups * times.size).reshape(groups, times.size)
    ending = np.bincount(flat, np.asarray(ended, np.float64), groups * times.size).reshape(groups, times.size)
    return curve_of_counts(times, leaving, ending)


def curve_of_counts(times: Floats, leaving: NDArray[np.int64], ending: ArrayLike) -> SurvivalCurve:
    """The same from counts by jackknife group: exits followed for exactly each time, and those that ended then.

    ``times`` ascend; ``leaving`` and ``ending`` [groups, times]; one group for no clusters.
    """
    ending = np.asarray(ending, np.float64)
    groups = leaving.shape[0]
    risk = np.cumsum(leaving[:, ::-1], axis=1)[:, ::-1]
    at_risk, events = risk.sum(axis=0), ending.sum(axis=0).astype(np.int64)
    survival = _product_limit(at_risk, events)
    if groups > 1:
        left_out = _product_limit(at_risk - risk, events - ending)
        error, quantile = jackknife_error(left_out), float(student_quantile(groups - 1))
    else:
        left_out, quantile = np.empty((0, times.size)), NORMAL_QUANTILE
        error = survival * np.sqrt(np.cumsum(_greenwood(at_risk, events)))
    low, high = log_log_interval(survival, error, quantile)
    return SurvivalCurve(times, at_risk, events, survival, error, low, high, quantile, left_out)


def _product_limit(at_risk: NDArray[np.int64], events: ArrayLike) -> Floats:
    return np.asarray(np.cumprod(1.0 - np.asarray(events) / np.maximum(at_risk, 1), axis=-1))


def _greenwood(at_risk: NDArray[np.int64], events: NDArray[np.int64]) -> Floats:
    """Steps of the variance of log survival (Greenwood 1926): d / (Y (Y - d)), 0 where all that were left ended."""
    rest = at_risk * (at_risk - events)
    return np.divide(events, rest, out=np.zeros(at_risk.size), where=rest > 0)
