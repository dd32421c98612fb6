"""Which way out, and when: Aalen-Johansen probabilities for competing endings and for any path through states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sfund_sim.outcomes.intervals import (
    NORMAL_QUANTILE,
    Floats,
    jackknife_error,
    jackknife_groups,
    log_log_interval,
    student_quantile,
)


@dataclass(frozen=True)
class Occupancy:
    """Probability of being in each state just after each time; arrays [times, states]."""

    times: Floats
    states: tuple[str, ...]
    probability: Floats
    standard_error: Floats
    """Greenwood-type error."""

    def at(self, when: float) -> Floats:
        """Probabilities [states] at any time not before the start."""
        place = int(np.searchsorted(self.times, when, side="right")) - 1
        start = np.zeros(len(self.states))
        start[0] = 1.0
        return self.probability[place] if place >= 0 else start


class Spells(NamedTuple):
    """Spells (begin, end] of subjects in states; arrays or lists [spells]."""

    ids: ArrayLike
    begins: ArrayLike
    ends: ArrayLike
    reached: ArrayLike
    """Number of the state entered at the end of the spell, or 0 for censoring."""


def occupancy(spells: Spells, states: Sequence[str]) -> Occupancy:
    """Aalen-Johansen state probabilities of subjects who all start in ``states[0]``.

    A subject's next spell is spent in the state that it reached. Late entry is allowed. ValueError if a spell has no
    length. Sources: Aalen and Johansen (1978); variance by the recursion of Andersen, Borgan, Gill and Keiding (1993,
    eq. IV.4.14), with multinomial steps (Greenwood).
    """
    subject, begin, end = np.asarray(spells.ids), _floats(spells.begins), _floats(spells.ends)
    if np.any(end <= begin):
        raise ValueError("a spell must end after it begins")
    order = np.lexsort((begin, subject))
    goal = np.asarray(spells.reached, np.int64)[order]
    moves = _Moves(begin[order], end[order], _states_before(subject[order], goal), goal)
    return _product_integral(moves, tuple(states))


def _floats(values: ArrayLike) -> Floats:
    return np.asarray(values, np.float64)


class _Moves(NamedTuple):
    """Spells in order, each with the state in which it is spent and the one it leads to (0: censored)."""

    begin: Floats
    end: Floats
    source: NDArray[np.int64]
    goal: NDArray[np.int64]


def _states_before(subject: NDArray[np.generic], goal: NDArray[np.int64]) -> NDArray[np.int64]:
    """The state in which each interval is spent: the one last reached by the same subject, else 0."""
    source = np.zeros(goal.size, np.int64)
    for row in range(1, goal.size):
        if subject[row] == subject[row - 1]:
            source[row] = goal[row - 1] or source[row - 1]
    return source


def _product_integral(moves: _Moves, states: tuple[str, ...]) -> Occupancy:
    begin, end, source, goal = moves
    count = len(states)
    times = np.unique(end[goal > 0])
    probability, covariance = np.zeros(count), np.zeros((count, count))
    probability[0] = 1.0
    path, errors = np.empty((times.size, count)), np.empty((times.size, count))
    for step, time in enumerate(times):
        inside = (begin < time) & (time <= end)
        jumps = np.zeros((count, count))
        now = inside & (end == time) & (goal > 0)
        np.add.at(jumps, (source[now], goal[now]), 1.0)
        risk = np.bincount(source[inside], minlength=count).astype(np.float64)
        probability, covariance = _one_step(probability, covariance, jumps, risk)
        path[step], errors[step] = probability, np.sqrt(np.maximum(np.diag(covariance), 0.0))
    return Occupancy(times, states, path, errors)


def _one_step(probability: Floats, covariance: Floats, moves: Floats, risk: Floats) -> tuple[Floats, Floats]:
    """p' = p (I + dA); Cov' = (I + dA)' Cov (I + dA) + sum over states j of p_j squared times Cov(row j of dA)."""
    rates = moves / np.maximum(risk, 1.0)[:, None]
    np.fill_diagonal(rates, rates.diagonal() + 1.0 - rates.sum(axis=1))
    scale = probability**2 / np.maximum(risk, 1.0)
    step = np.diag(scale @ rates) - rates.T @ (scale[:, None] * rates)
    return probability @ rates, rates.T @ covariance @ rates + step


@dataclass(frozen=True)
class Incidence:
    """P(ended by t, this way) for each way; arrays [times, causes], and the share not yet ended [times]."""

    times: Floats
    causes: tuple[str, ...]
    probability: Floats
    standard_error: Floats
    low: Floats
    high: Floats
    waiting: Floats


def cumulative_incidence(
    durations: ArrayLike,
    cause: ArrayLike,
    causes: Sequence[str],
    *,
    clusters: ArrayLike | None = None,
) -> Incidence:
    """Aalen-Johansen cumulative incidence of competing endings; ``cause`` [n]: 0 censored, else 1 + its number.

    1 minus Kaplan-Meier of one cause would count exits that another cause had already taken. Errors: from the
    jackknife over ``clusters`` (Student's t), else the recursion of Andersen et al. (1993, eq. IV.4.14); 95 %
    intervals on the log(-log) scale. Sources: Aalen and Johansen (1978); Putter, Fiocco and Geskus (2007, section 3).
    """
    duration, kind = np.asarray(durations, np.float64), np.asarray(cause, np.int64)
    times, place = np.unique(duration, return_inverse=True)
    group, groups = jackknife_groups(clusters, duration.size)
    shape = (groups, times.size, len(causes) + 1)
    flat = (group * times.size + place) * shape[2] + kind
    counts = np.bincount(flat, minlength=int(np.prod(shape))).reshape(shape)
    risk = np.cumsum(counts.sum(axis=2)[:, ::-1], axis=1)[:, ::-1]
    total, at_risk = counts.sum(axis=0), risk.sum(axis=0)
    probability, waiting = _incidence(total[:, 1:], at_risk)
    if groups > 1:
        left_out = np.array([_incidence((total - counts[g])[:, 1:], at_risk - risk[g])[0] for g in range(groups)])
        error, quantile = jackknife_error(left_out), float(student_quantile(groups - 1))
    else:
        error, quantile = _incidence_error(total[:, 1:], at_risk), NORMAL_QUANTILE
    low, high = log_log_interval(probability, error, quantile)
    return Incidence(times, tuple(causes), probability, error, low, high, waiting)


def _incidence(ends: NDArray[np.int64], at_risk: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Incidence [times, causes] and share waiting [times] from ends [times, causes] and numbers at risk [times]."""
    rates = ends / np.maximum(at_risk, 1)[:, None]
    waiting = np.cumprod(1.0 - rates.sum(axis=1))
    before = np.concatenate(([1.0], waiting[:-1]))
    return np.cumsum(before[:, None] * rates, axis=0), waiting


class Steps(NamedTuple):
    """Cumulative incidences of many groups at once, exit by exit."""

    size: Floats
    """What each exit's ending adds to the incidence of its way in its group; 0 of a censored one [exits]."""
    known_until: Floats
    """Last time of each group; infinite where nobody is left, -1 where nobody was [groups]."""


def incidence_steps(group: NDArray[np.int64], groups: int, durations: Floats, ended: NDArray[np.bool_]) -> Steps:
    """The steps of ``cumulative_incidence`` within each group, all ways out alike.

    One after the other, endings before censorings of the same time, exits that end together each add as much as they
    do together: with r at risk, of which d end, the product of 1 - 1/r, 1 - 1/(r - 1), ... is 1 - d/r.
    """
    order = np.lexsort((~ended, durations, group))
    of, event, number = group[order], ended[order], np.bincount(group, minlength=groups)
    end = number.cumsum()
    at_risk = end[of] - np.arange(of.size)
    left = np.log1p(-np.where(event & (at_risk > 1), 1.0 / at_risk, 0.0))
    before = left.cumsum() - left
    size = np.empty(of.size)
    size[order] = np.where(event, np.exp(before - before[(end - number)[of]]) / at_risk, 0.0)
    known = np.full(groups, -1.0)
    last = end[number > 0] - 1
    known[of[last]] = np.where(event[last], np.inf, durations[order[last]])
    return Steps(size, known)


def _incidence_error(ends: NDArray[np.int64], at_risk: NDArray[np.int64]) -> Floats:
    count = ends.shape[1] + 1
    probability, covariance = np.zeros(count), np.zeros((count, count))
    probability[0] = 1.0
    errors = np.empty(ends.shape)
    for step, (now, risk) in enumerate(zip(ends, at_risk, strict=True)):
        moves, numbers = np.zeros((count, count)), np.zeros(count)
        moves[0, 1:], numbers[0] = now, risk
        probability, covariance = _one_step(probability, covariance, moves, numbers)
        errors[step] = np.sqrt(np.maximum(np.diag(covariance)[1:], 0.0))
    return errors
