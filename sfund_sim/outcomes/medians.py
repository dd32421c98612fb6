"""Medians of rows that come in replications: of all rows together, and as sure as the replications make them.

A replication with few rows has a median that says little, and a mean of such medians is neither the median of anything
nor invariant to how values are scaled. So all rows are put together, and replications are the clusters of a sample.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sfund_sim.outcomes.intervals import NORMAL_QUANTILE, Estimate, Floats, student_quantile

_ROUNDING = 1e-12
"""Spread of equal numbers over their size: what rounding leaves."""
NOTHING = Estimate(np.nan, np.nan, np.nan, np.nan)


class Grain(NamedTuple):
    """How finely rows tell their median."""

    step: float
    """How far it is from the median to the next rows beyond it, on average of both sides; its unit is theirs."""
    rows: int
    """Checksum of the values; tells whether others are the same, within one process."""


def least_reach(one: Grain, other: Grain) -> float:
    """Half-width of the 95 % interval of a difference of two medians, at the least; 0 where all rows are the same.

    The parts of replications say how many rows change sides, and between two scenarios that are nearly the same that
    is hardly any. The medians themselves move from row to row: a single one that comes, goes or changes sides moves
    them by a step that no spread of parts shows. So their difference is no surer than two medians known to a step each.
    """
    return 0.0 if one.rows == other.rows else NORMAL_QUANTILE * float(np.hypot(one.step, other.step))


class Rows(NamedTuple):
    """Known values and the replication of each; arrays [rows]."""

    value: Floats
    replication: NDArray[np.integer[Any]]

    def median(self) -> Estimate:
        """Median of all rows, with the interval of Woodruff (1952, JASA 47), replications as clusters; see ``_cuts``.

        Its ends are the first and the last row between cuts that split the rows otherwise than in halves for sure. No
        interval (NaN) from a single replication, or where even the outermost row is not too far out.
        """
        if not self.value.size:
            return NOTHING
        value = np.sort(self.value)
        middle = float(value[(value.size - 1) // 2] + value[value.size // 2]) / 2.0
        below, away, quantile = self._cuts()
        first, last = np.argmax(away >= -quantile), np.flatnonzero(away <= quantile)[-1]
        if first == 0 or last == below.size - 1:
            return NOTHING._replace(value=middle)
        return Estimate(middle, np.nan, float(value[below[first - 1]]), float(value[below[last + 1] - 1]))

    def linearised(self, replications: int) -> Floats:
        """The median as one value a replication, numbered from 0 [replications]: their mean is the median.

        A replication with more than its part of rows below the median has a lower value; one without rows the median
        itself. They are spread so that Student's interval of their mean is as wide as the median's own. Differences
        between scenarios are then paired like all others. Source: linearisation of quantiles, Francisco and Fuller
        (1991, Annals of Statistics 19). NaN where the median of several replications has no interval.
        """
        middle, _, low, high = self.median()
        if np.isnan(high - low):
            return np.full(replications, middle if replications == 1 else np.nan)
        counts = np.bincount(self.replication, minlength=replications)
        side = (np.sign(self.value - middle) + 1.0) / 2.0
        above = np.bincount(self.replication, side, minlength=replications)
        excess = above - above.sum() / counts.sum() * counts
        size = np.sqrt(np.sum(excess**2) / ((replications - 1) * replications))
        if size <= _ROUNDING or high <= low:
            return np.full(replications, middle if high <= low else np.nan)
        reach = (high - low) / 2.0 / float(student_quantile(replications - 1))
        return np.asarray(middle + excess / size * reach)

    def grain(self) -> Grain:
        """How finely the rows tell their median; the step is 0 without rows."""
        value = np.sort(self.value)
        below, above = max((value.size - 1) // 2 - 1, 0), min(value.size // 2 + 1, value.size - 1)
        step = float(value[above] - value[below]) / 2.0 if value.size else 0.0
        return Grain(step, hash(value.tobytes()))

    def _cuts(self) -> tuple[NDArray[np.int64], Floats, float]:
        """Where sorted rows can be cut: rows below, by how many errors that is more than half, and Student's quantile.

        A replication with k of its n rows below has the excess k - n / 2; whether they are 0 on the whole is what
        Student's t-test asks. Their variance counts as no less than that of independent rows (Korn and Graubard 1998,
        Survey Methodology 24): with hardly a row a replication, that they happen to agree is no proof.
        """
        order = np.argsort(self.value, kind="stable")
        value, replication = self.value[order], self.replication[order]
        _, counts = np.unique(replication, return_counts=True)
        number, size = counts.size, value.size
        by_replication = np.argsort(replication, kind="stable")
        first = np.concatenate(([0], np.cumsum(counts)[:-1]))
        before = np.empty(size)
        before[by_replication] = np.arange(size) - np.repeat(first, counts)
        of_row = np.empty(size)
        of_row[by_replication] = np.repeat(counts, counts)
        # Sums over replications of k^2 and k n, and of k itself, as one row after the other comes to lie below.
        squares, products = (np.concatenate(([0.0], np.cumsum(each))) for each in (2.0 * before + 1.0, of_row))
        below = np.arange(size + 1)
        excess = below - size / 2.0
        spread = squares - products + np.sum(counts.astype(np.float64) ** 2) / 4.0 - excess**2 / number
        spread = np.maximum(spread, size / 4.0) * number / max(number - 1, 1)
        is_between = np.concatenate(([True], value[1:] > value[:-1], [True]))
        quantile = float(student_quantile(number - 1)) if number > 1 else np.inf
        return below[is_between], (excess / np.sqrt(spread))[is_between], quantile
