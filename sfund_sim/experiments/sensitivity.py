"""Which inputs matter: indices of sensitivity from a design's points, each with an interval from resampling.

Pure arithmetic on arrays; the rows that a bootstrap draws are handed in. Intervals are percentiles of the resampled
indices (Efron and Tibshirani 1993, ch. 13); they say how far the sample of points is to be trusted, not more.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sfund_sim.experiments.designs import salib
from sfund_sim.outcomes.intervals import CONFIDENCE, Floats

Rows = NDArray[np.int64]
"""Rows drawn with replacement [draws, rows]."""


class Indices(NamedTuple):
    """One index for every factor, with its interval; arrays [factors], NaN where the outcome never moves."""

    name: str
    value: Floats
    low: Floats
    high: Floats


def sobol_indices(values: Floats, rows: Rows) -> list[Indices]:
    """First-order and total indices S1 and ST from outcomes in the radial scheme [base rows, factors + 2].

    Columns: A, then A with one factor from B after the other, then B. ``rows`` draws base rows. Source: Saltelli et
    al. (2010, Computer Physics Communications 181, table 2, estimators b and f), as SALib has them.
    """
    estimators = salib("analyze.sobol")
    factors = values.shape[1] - 2
    centred = values - values.mean()
    found = []
    for name, estimator in (("S1", estimators.first_order), ("ST", estimators.total_order)):
        best, drawn = np.empty(factors), np.empty((rows.shape[0], factors))
        for factor in range(factors):
            trio = [centred[:, column] for column in (0, factor + 1, factors + 1)]
            best[factor] = np.asarray(estimator(*trio)).item() if np.ptp(values) > 0 else np.nan
            drawn[:, factor] = estimator(*(column[rows].T for column in trio)) if np.ptp(values) > 0 else np.nan
        found.append(_with_interval(name, best, drawn))
    return found


def morris_measures(positions: Floats, values: Floats, rows: Rows) -> list[Indices]:
    """Mean absolute elementary effect mu_star, and their standard deviation sigma, in the outcome's own unit.

    ``positions`` [trajectories, steps, factors] lie between 0 and 1, so an effect is that of the factor's whole range;
    ``values`` [trajectories, steps]; ``rows`` draws trajectories. Sources: Morris (1991, Technometrics 33);
    Campolongo, Cariboni and Saltelli (2007, Environmental Modelling & Software 22) for mu_star.
    """
    moves = np.diff(positions, axis=1)
    effects = np.einsum("tsf,ts->tf", _inverted(moves), np.diff(values, axis=1))
    star, spread = np.abs(effects).mean(axis=0), effects.std(axis=0, ddof=1)
    drawn = effects[rows]
    return [
        _with_interval("mu_star", star, np.abs(drawn).mean(axis=1)),
        _with_interval("sigma", spread, drawn.std(axis=1, ddof=1)),
    ]


def rank_coefficients(inputs: Floats, values: Floats, rows: Rows) -> Indices:
    """Standardised rank regression coefficients of inputs [points, factors] on an outcome [points].

    ``rows`` draws points. Source: Iman and Conover (1979, Technometrics 21); Saltelli et al. (2008, Global Sensitivity
    Analysis: The Primer, section 1.2.5).
    """
    whole = _rank_regression(inputs[None], values[None])[0]
    drawn = np.concatenate([_rank_regression(inputs[part], values[part]) for part in np.array_split(rows, 10)])
    return _with_interval("srrc", whole, drawn)


def _rank_regression(inputs: Floats, values: Floats) -> Floats:
    """Coefficients [samples, factors] from inputs [samples, points, factors] and values [samples, points]."""
    from scipy.stats import rankdata

    x, y = _standardised(rankdata(inputs, axis=1)), _standardised(rankdata(values, axis=1))
    within = np.einsum("spf,spg->sfg", x, x) / x.shape[1]
    across = np.einsum("spf,sp->sf", x, y) / x.shape[1]
    coefficients = np.einsum("sfg,sg->sf", np.linalg.pinv(within, hermitian=True), across)
    return np.where(np.ptp(values, axis=1)[:, None] > 0, coefficients, np.nan)


def _standardised(ranks: Floats) -> Floats:
    """Mean 0 and standard deviation 1 along the points; a column that never moves becomes 0."""
    spread = ranks.std(axis=1, keepdims=True)
    return np.asarray((ranks - ranks.mean(axis=1, keepdims=True)) / np.where(spread > 0, spread, 1.0))


def _inverted(moves: Floats) -> Floats:
    """One over each step that a factor makes, 0 where it stays."""
    return np.divide(1.0, moves, out=np.zeros_like(moves), where=np.abs(moves) > 1e-12)


def _with_interval(name: str, value: Floats, drawn: Floats) -> Indices:
    """The index with the percentiles of its resampled values, axis 0."""
    tail = 50.0 * (1.0 - CONFIDENCE)
    known = ~np.isnan(value)
    ends = np.full((2, value.size), np.nan)
    if known.any():
        ends[:, known] = np.nanpercentile(drawn[:, known], [tail, 100.0 - tail], axis=0)
    return Indices(name, value, ends[0], ends[1])
