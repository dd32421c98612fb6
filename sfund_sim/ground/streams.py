"""Chance with an address: the same question gets the same draw, whatever else happens and in whatever order.

Two ways to draw, both keyed by (seed, replication, purpose, entity), never by the order of events:

* ``of(purpose, *ids)`` makes a NumPy Generator for long blocks (returns of a block of companies, the public market);
* ``uniform(purpose, *keys)`` looks up single draws by key, elementwise over arrays, without making a Generator: the
  readiness of buyer b for listing k of holding h is a function of (h, k, b) alone. It is a counter-based generator in
  the sense of Salmon et al. (2011, "Parallel random numbers: as easy as 1, 2, 3"), each key absorbed by the 64-bit
  finaliser of SplitMix64 (Steele, Lea and Flood 2014).

This is the only file that makes generators.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sfund_sim.terms import Purpose

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_M1 = np.uint64(0xBF58476D1CE4E5B9)
_M2 = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
_TO_UNIT = 2.0**-53
_HALF_STEP = 2.0**-54
_TWO_PI = 2.0 * np.pi

Keys = NDArray[np.uint64]


def _mixed(state: Keys) -> Keys:
    """SplitMix64's finaliser: a bijection of 64 bits in which every input bit moves every output bit."""
    state = (state ^ (state >> _S30)) * _M1
    state = (state ^ (state >> _S27)) * _M2
    return state ^ (state >> _S31)


def key_of_name(name: str) -> int:
    """A stable 64-bit key for a named entity, the same on every machine and independent of its row."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little")


class Streams:
    """All chance of one replication."""

    def __init__(self, seed: int, replication: int) -> None:
        self.seed = seed
        self.replication = replication
        root = np.random.SeedSequence(seed, spawn_key=(replication,))
        self._root: Keys = root.generate_state(1, np.uint64).astype(np.uint64)

    def of(self, purpose: Purpose, *ids: int) -> np.random.Generator:
        """Return the generator of this purpose and these entities; about 10 microseconds, so use it for blocks."""
        key = (self.replication, int(purpose), *ids)
        return np.random.Generator(np.random.SFC64(np.random.SeedSequence(self.seed, spawn_key=key)))

    def bits(self, purpose: Purpose, *keys: ArrayLike) -> Keys:
        """64 random bits for each combination of keys; keys are integer arrays that broadcast together."""
        with np.errstate(over="ignore"):
            state = _mixed(self._root + _GOLDEN * np.uint64(int(purpose) + 1))
            for key in keys:
                state = _mixed((state ^ np.asarray(key).astype(np.uint64)) + _GOLDEN)
        return state

    def uniform(self, purpose: Purpose, *keys: ArrayLike) -> NDArray[np.float64]:
        """One uniform in the open interval (0, 1) for each combination of keys."""
        return (self.bits(purpose, *keys) >> _S11).astype(np.float64) * _TO_UNIT + _HALF_STEP

    def normal(self, purpose: Purpose, *keys: ArrayLike) -> NDArray[np.float64]:
        """One standard normal for each combination of keys (Box and Muller 1958)."""
        bits = self.bits(purpose, *keys)
        radius = np.sqrt(-2.0 * np.log((bits >> _S11).astype(np.float64) * _TO_UNIT + _HALF_STEP))
        with np.errstate(over="ignore"):
            turn = (_mixed(bits + _GOLDEN) >> _S11).astype(np.float64) * _TO_UNIT
        return np.asarray(radius * np.cos(_TWO_PI * turn))

    def exponential(self, purpose: Purpose, *keys: ArrayLike) -> NDArray[np.float64]:
        """One unit exponential for each combination of keys: the threshold that a cumulative hazard must reach."""
        return np.asarray(-np.log(self.uniform(purpose, *keys)))
