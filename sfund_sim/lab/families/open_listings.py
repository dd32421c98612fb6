"""C04: the number of open listings on the venue's board."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from sfund_sim.lab.chance import Columns
from sfund_sim.lab.estimate import Estimate, correlation, covariance, mean
from sfund_sim.lab.listings import LengthLaw, OpenListings
from sfund_sim.lab.questions import Family, Parameters, Simulated, law_named, mean_of, share_where, variance_of

RAREST = 1e-300
"""Openings a unit of time that never come; a time in which nothing opens; a spread of 0."""


class Openings(Parameters):
    """Listings opened at rate lam, open for mean_open on average."""

    lam: float = Field(ge=0)
    mean_open: float = Field(gt=0)
    law: Annotated[LengthLaw, BeforeValidator(law_named)]
    sigma: float = Field(default=0.5, ge=0)
    """Standard deviation of the logarithm, for the lognormal law: the set's value, which it does not state, is 0.5."""
    shape: float = Field(default=2.0, ge=0.1)
    """Shape of the gamma law."""
    lag: float = Field(default=0.0, ge=0)
    """From the first look at the board to the second."""
    t: float | None = Field(default=None, ge=0)
    """Time of the first look since an empty board; none: when settled."""


class LaggedOpenings(Openings):
    """The same, looked at twice."""

    lag: float = Field(ge=0)


class SoManyOpen(Openings):
    """The same: are just k open?"""

    k: int = Field(ge=0)


class EarlyOpenings(Openings):
    """The same, from an empty board."""

    t: float = Field(ge=0)


class SoManyOpenEarly(SoManyOpen):
    """So many open, from an empty board."""

    t: float = Field(ge=0)


class TimeEmpty(EarlyOpenings):
    """How long none is open, of the time t since an empty board."""

    lag: float = Field(default=0.0, ge=0, le=0)


class TimeWithSoMany(SoManyOpenEarly):
    """How long just k are open, of the time t since an empty board."""

    lag: float = Field(default=0.0, ge=0, le=0)


def board(asked: Openings) -> OpenListings:
    """The venue's board of open listings."""
    return OpenListings(
        openings=asked.lam,
        mean_open=asked.mean_open,
        law=asked.law,
        log_sd=asked.sigma or RAREST,
        shape=asked.shape,
        lag=asked.lag,
        after=None if asked.t is None else asked.t or RAREST,
    )


def board_within(asked: TimeEmpty | TimeWithSoMany) -> OpenListings:
    """The same board, looked at at a time drawn evenly up to t: the mean over such looks is that over the time."""
    return board(asked).model_copy(update={"within": True})


def time_open(columns: Columns, asked: TimeWithSoMany) -> Estimate:
    """Expected time with just k listings open, of the time t."""
    return mean(asked.t * (columns["open"] == asked.k))


def time_empty(columns: Columns, asked: TimeEmpty) -> Estimate:
    """Expected time with none open, of the time t."""
    return mean(asked.t * (columns["open"] == 0))


def average_over_time(columns: Columns, _: TimeEmpty) -> Estimate:
    """Mean of the number open, averaged over the time t."""
    return mean(columns["open"])


def together(columns: Columns, _: Openings) -> Estimate:
    """Covariance of the two looks."""
    return covariance(columns["open"], columns["open_later"])


def in_step(columns: Columns, _: Openings) -> Estimate:
    """Correlation of the two looks."""
    return correlation(columns["open"], columns["open_later"])


NONE = share_where(lambda columns, _: columns["open"] == 0)
JUST = share_where(lambda columns, asked: columns["open"] == asked.k)
AT_LEAST = share_where(lambda columns, asked: columns["open"] >= asked.k)
MORE = share_where(lambda columns, asked: columns["open"] > asked.k)

FAMILIES: dict[str, Family] = {
    "C04": {
        "mean number open": Simulated(Openings, board, mean_of("open")),
        "variance of number open (Poisson => = mean)": Simulated(Openings, board, variance_of("open")),
        "P(no listing open)": Simulated(Openings, board, NONE, is_proportion=True),
        "autocovariance at lag s": Simulated(LaggedOpenings, board, together),
        "Cov(N(t),N(t+s))": Simulated(LaggedOpenings, board, together),
        "autocorrelation at lag s": Simulated(LaggedOpenings, board, in_step),
        "P(k listings open)": Simulated(SoManyOpen, board, JUST, is_proportion=True),
        "P(at least k listings open)": Simulated(SoManyOpen, board, AT_LEAST, is_proportion=True),
        "P(more than k listings open)": Simulated(SoManyOpen, board, MORE, is_proportion=True),
        "transient mean number open at t from empty": Simulated(EarlyOpenings, board, mean_of("open")),
        "transient variance of number open at t from empty": Simulated(EarlyOpenings, board, variance_of("open")),
        "transient P(no listing open) at t from empty": Simulated(EarlyOpenings, board, NONE, is_proportion=True),
        "transient P(k listings open) at t from empty": Simulated(SoManyOpenEarly, board, JUST, is_proportion=True),
        "transient P(at least k listings open) at t from empty": Simulated(
            SoManyOpenEarly, board, AT_LEAST, is_proportion=True
        ),
        "expected time with no listing open up to t from empty": Simulated(TimeEmpty, board_within, time_empty),
        "expected time with k listings open up to t from empty": Simulated(TimeWithSoMany, board_within, time_open),
        "time-average number open up to t from empty": Simulated(TimeEmpty, board_within, average_over_time),
    },
}
