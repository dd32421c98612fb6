"""When something happens: a hazard accumulates until it crosses a threshold that was drawn beforehand.

If the threshold is unit exponential, the crossing time has exactly the given hazard (Devroye 1986, "Non-uniform random
variate generation", VI.2). A changed hazard moves the date and re-rolls nothing; a higher one never makes it later.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def exponential_time(threshold: ArrayLike, hazard: ArrayLike) -> Floats:
    """Time at which a constant ``hazard`` crosses ``threshold``, arrays of one shape; inf where the hazard is 0."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.divide(threshold, hazard))


def weibull_time(threshold: ArrayLike, *, shape: ArrayLike, scale: ArrayLike) -> Floats:
    """Time at which the cumulative hazard (t / scale)^shape crosses ``threshold``."""
    return np.asarray(np.asarray(scale) * np.asarray(threshold) ** (1 / np.asarray(shape)))


def first_of(*times: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """Competing risks: the earliest of several times, and which it was (its place in the list; -1 when all are inf)."""
    every = np.stack(np.broadcast_arrays(*times))
    earliest = every.min(axis=0)
    return earliest, np.where(np.isinf(earliest), -1, every.argmin(axis=0))
