"""First-price equilibrium bids for any law of value, number of rivals, floor and aversion to risk, by quadrature.

A bidder of value v who meets rivals of lower value with probability G(v) bids

    b(v) = v - integral from floor to v of (G(x) / G(v)) ** (1 / a) dx,

with utility u(x) = x ** a; G = (1 - q (1 - F)) ** m for m known rivals each of whom is there with probability q, and
G = exp(-m (1 - F)) for a Poisson number of mean m.
Sources: Riley and Samuelson (1981), equation for the symmetric equilibrium; Krishna, Auction Theory, propositions 2.2
and 4.1; McAfee and McMillan (1987) for a random number of bidders.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sfund_sim.investors.bidding.family import BidView
from sfund_sim.investors.laws import FloatArray, ValueLaw

_NEVER = -1.0e200
"""Stands for log 0, so that 0 rivals times it is 0: below the log of any chance that a law can give."""
_HARDLY_EVER = -1.0e3
"""A log chance of winning below this comes of rivals who are sure to be there."""
_CHUNK = 512
"""Values integrated at once; more than that are worth a table."""
_CELLS = 16384
_STEEP = 4
"""First cells above a floor, in which no cubic may follow the bid function."""
_DRAWS = np.array([2.0**-54, 1.0 - 2.0**-53])
"""The lowest and the highest uniform of 53 bits: values outside their quantiles are never drawn."""
_NEGLIGIBLE = 2.0**-60
"""Share of a value that no digit of its bid shows."""
_ROUNDING = 1e-6
_NUDGE = 1e-9
"""A table starts this share of its range above the floor, where slopes are no longer 0 / 0."""


@dataclass(frozen=True, slots=True)
class Rivalry:
    """What a first-price bidder believes of the others."""

    law: ValueLaw
    poisson: bool
    """Is the number of rivals Poisson with the given mean, rather than known?"""
    risk_exponent: float
    """a in u(x) = x ** a; 1 is neutral, less is averse."""
    presence: float = 1.0
    """q, the chance that each of a known number of rivals is there."""

    def log_chance(self, value: FloatArray, rivals: FloatArray | float) -> FloatArray:
        """Log of the probability that every rival's value is below ``value``."""
        if self.poisson:
            return np.asarray(-rivals * (1.0 - self.law.cdf(value)))
        if self.presence < 1.0:
            return np.asarray(rivals * np.log1p(-self.presence * (1.0 - self.law.cdf(value))))
        return np.asarray(rivals * np.maximum(self.law.log_cdf(value), _NEVER))

    def lowest(self, value: FloatArray, rivals: FloatArray) -> FloatArray:
        """Where the integral up to ``value`` may begin: below it the chance of meeting no better rival is flat.

        Where there may be nobody else, that is the lowest value that is ever drawn. Where rivals are sure to be there,
        it is the end of the law; or, as a law down to 0 has no last value, where the chance has become nothing beside
        that at ``value``, or what lies below nothing beside ``value``. Without rivals the chance is flat everywhere.
        """
        if self.poisson or self.presence < 1.0:
            return np.asarray(self.law.quantile(_DRAWS[0]))
        if self.law.low > 0:
            return np.asarray(self.law.low)
        with np.errstate(divide="ignore", over="ignore"):
            fall = self.risk_exponent * np.log(_NEGLIGIBLE) / rivals
        tail = np.where(rivals > 0, self.law.quantile_at_log(self.law.log_cdf(value) + fall), value)
        return np.maximum(tail, np.maximum(_NEGLIGIBLE * value, np.finfo(np.float64).tiny))

    def growth(self, value: FloatArray, rivals: float) -> FloatArray:
        """Derivative of ``log_chance``."""
        density = rivals * self.law.pdf(value)
        if self.poisson:
            return density
        there = 1.0 - self.presence + self.presence * self.law.cdf(value)
        return np.divide(density * self.presence, there, out=np.zeros_like(there), where=there > 0)


@lru_cache(maxsize=1)
def unit_nodes() -> tuple[FloatArray, FloatArray]:
    """Nodes and weights on (0, 1) of tanh-sinh quadrature (Takahasi and Mori 1974), good at singular ends."""
    t = np.linspace(-3.15, 3.15, 107)
    inner = 0.5 * np.pi * np.sinh(t)
    weights = (t[1] - t[0]) * 0.25 * np.pi * np.cosh(t) / np.cosh(inner) ** 2
    return 1.0 / (1.0 + np.exp(-2.0 * inner)), weights


def shaded(rivalry: Rivalry, values: FloatArray, view: BidView) -> FloatArray:
    """Equilibrium bids for ``values``, in their money; whoever can pay the floor bids no less, whatever is rounded."""
    multiples = equilibrium(rivalry, values / view.scale, floor=view.floor / view.scale, rivals=view.rivals)
    bids = view.scale * multiples
    return np.where(values > view.floor, np.maximum(bids, view.floor), bids)


def equilibrium(
    rivalry: Rivalry, values: FloatArray, *, floor: FloatArray | float, rivals: FloatArray | float
) -> FloatArray:
    """Equilibrium bids for ``values``; ``floor`` and ``rivals`` broadcast. Values not above the floor are unchanged.

    Below the lowest value that a rival can have, if there is one, the chance of winning does not depend on the bid,
    which is then the floor; and the value, which never wins, where rivals are sure to be there. Values and floor are
    multiples of the published NAV, as the law is. A few values are integrated one by one; many values that share floor
    and rivals are read from a table.
    """
    if values.size <= _CHUNK:
        return _integrated(rivalry, values, floor, rivals)
    if np.ndim(floor) == 0 and np.ndim(rivals) == 0 and floor < rivalry.law.quantile(_DRAWS)[1]:
        return _table(rivalry, float(floor), float(rivals)).bids(values)
    return _one_by_one(rivalry, values, floor, rivals)


def _one_by_one(
    rivalry: Rivalry, values: FloatArray, floor: FloatArray | float, rivals: FloatArray | float
) -> FloatArray:
    """Equilibrium bids by quadrature, a chunk of values at a time so that the nodes stay in cache."""
    flat = [np.broadcast_to(part, values.shape).ravel() for part in (values, floor, rivals)]
    starts = range(0, max(values.size, 1), _CHUNK)
    pieces = [_integrated(rivalry, *(part[first : first + _CHUNK] for part in flat)) for first in starts]
    return np.concatenate(pieces).reshape(values.shape)


def _integrated(
    rivalry: Rivalry, values: FloatArray, floor: FloatArray | float, rivals: FloatArray | float
) -> FloatArray:
    """Equilibrium bids by one quadrature a value, over the coordinate in which the law is smooth."""
    values, floor, rivals = (np.asarray(part, np.float64) for part in (values, floor, rivals))
    law, power = rivalry.law, 1.0 / rivalry.risk_exponent
    # Above the highest value that a rival can have, bids rise no more.
    top = np.minimum(values, law.quantile(_DRAWS[1]))
    lowest = rivalry.lowest(top, rivals)
    start = np.maximum(floor, lowest)
    top = np.maximum(top, start)
    nodes, weights = unit_nodes()
    first, last = law.coordinate(start), law.coordinate(top)
    at_nodes = law.value_at(first[..., None] + (last - first)[..., None] * nodes)
    own, at_lowest = rivalry.log_chance(top, rivals), rivalry.log_chance(lowest, rivals)
    ratio = np.exp(power * (rivalry.log_chance(at_nodes, rivals[..., None]) - own[..., None]))
    # Below the lowest possible value the chance of meeting no better rival is flat (and not 0 if there may be none).
    flat = np.maximum(lowest - floor, 0.0) * np.exp(power * (at_lowest - own))
    shading = (last - first) * ((ratio * law.stretch(at_nodes)) @ weights) + flat
    may_win = (values > floor) & (at_lowest > _HARDLY_EVER)
    return np.where(values > start, np.maximum(top - shading, floor), np.where(may_win, floor, values))


@dataclass(frozen=True, slots=True)
class _Table:
    """A bid function on an even grid of the law's coordinate, a cubic a cell."""

    rivalry: Rivalry
    floor: float
    rivals: float
    first: float
    step: float
    cubic: tuple[FloatArray, FloatArray, FloatArray, FloatArray]
    """Coefficients of 1, t, t^2, t^3 in each cell, t running from 0 to 1."""
    is_steep: bool
    """Are the values of the first cells integrated one by one?"""

    def bids(self, values: FloatArray) -> FloatArray:
        """Read the bid function; values up to the floor are unchanged, and some are integrated one by one.

        These are values beyond the grid and, where rivals are sure to be there, those in the first cells above a floor:
        the chance of winning may grow manyfold within them, which no cubic follows.
        """
        above = values > self.floor
        inside = np.where(above, values, self.rivalry.law.value_at(np.asarray(self.first)))
        place = (self.rivalry.law.coordinate(inside) - self.first) / self.step
        cell = np.clip(place, 0, _CELLS - 1).astype(np.int64)
        t = place - cell
        c0, c1, c2, c3 = (np.take(part, cell, mode="clip") for part in self.cubic)
        read = np.where(above, c0 + t * (c1 + t * (c2 + t * c3)), values)
        beyond = above & ((t < -_ROUNDING) | (t > 1.0 + _ROUNDING))
        if self.is_steep:
            beyond |= above & (cell < _STEEP)
        if beyond.any():
            read[beyond] = _one_by_one(self.rivalry, values[beyond], self.floor, self.rivals)
        return read


@lru_cache(maxsize=64)
def _table(rivalry: Rivalry, floor: float, rivals: float) -> _Table:
    """Tabulate a bid function over the values above the floor that a uniform draw of 53 bits can give.

    Hermite interpolation, whose slopes come from the bid function's own equation b' = (log G)' (v - b) / a.
    """
    law = rivalry.law
    lowest, highest = law.quantile(_DRAWS)
    first, last = law.coordinate(np.array([max(lowest, floor), highest]))
    first += _NUDGE * (last - first)
    values = law.value_at(np.linspace(first, last, _CELLS + 1))
    bid = _one_by_one(rivalry, values, floor, rivals)
    step = (last - first) / _CELLS
    slope = rivalry.growth(values, rivals) * (values - bid) / rivalry.risk_exponent * law.stretch(values) * step
    rise = np.diff(bid)
    cubic = (bid[:-1], slope[:-1], 3.0 * rise - 2.0 * slope[:-1] - slope[1:], slope[:-1] + slope[1:] - 2.0 * rise)
    is_steep = bool(floor > lowest) and not rivalry.poisson and rivalry.presence == 1.0
    return _Table(rivalry, floor, rivals, float(first), float(step), cubic, is_steep)
