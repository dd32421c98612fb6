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
import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sfund_sim.terms import Purpose

_MASK = (1 << 64) - 1
_GOLDEN, _M1, _M2 = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
# Arrays without an axis: NumPy makes one of a scalar in every operation, which takes as long as a short array does.
_U_GOLDEN, _U_M1, _U_M2 = (np.array(each, np.uint64) for each in (_GOLDEN, _M1, _M2))
_S30, _S27, _S31, _S11 = (np.array(each, np.uint64) for each in (30, 27, 31, 11))
_A_FEW = 8
_TO_UNIT, _HALF_STEP = 2.0**-53, 2.0**-54
_TWO_PI = 2.0 * np.pi

Keys = NDArray[np.uint64]


def _absorbed(state: int, *keys: int) -> int:
    """The state after some more keys of an address, whole numbers of any size and sign.

    The sum goes through SplitMix64's finaliser: a bijection of 64 bits in which every input bit moves every output bit.
    """
    for key in keys:
        state = ((state ^ key) + _GOLDEN) & _MASK
        state = ((state ^ (state >> 30)) * _M1) & _MASK
        state = ((state ^ (state >> 27)) * _M2) & _MASK
        state ^= state >> 31
    return state


def _mix(state: Keys) -> Keys:
    """The finaliser in place for arrays of at least one axis, whose products wrap by themselves."""
    state ^= state >> _S30
    state *= _U_M1
    state ^= state >> _S27
    state *= _U_M2
    state ^= state >> _S31
    return state


def _next(bits: Keys) -> Keys:
    """64 more random bits for each."""
    if bits.size > _A_FEW:
        return _mix(bits + _U_GOLDEN)
    few = [_absorbed(each, 0) for each in bits.ravel().tolist()]
    return np.array(few, np.uint64).reshape(bits.shape)


def key_of_name(name: str) -> int:
    """A stable 64-bit key for a named entity, the same on every machine and independent of its row."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little")


class Streams:
    """All chance of one replication."""

    def __init__(self, seed: int, replication: int) -> None:
        self.seed = seed
        self.replication = replication
        root = int(np.random.SeedSequence(seed, spawn_key=(replication,)).generate_state(1, np.uint64)[0])
        self._starts = [_absorbed((root + _GOLDEN * purpose) & _MASK, 0) for purpose in Purpose]

    def of(self, purpose: Purpose, *ids: int) -> np.random.Generator:
        """Return the generator of this purpose and these entities; about 10 microseconds, so use it for blocks."""
        key = (self.replication, int(purpose), *ids)
        return np.random.Generator(np.random.SFC64(np.random.SeedSequence(self.seed, spawn_key=key)))

    def bits(self, purpose: Purpose, *keys: ArrayLike) -> Keys:
        """64 random bits for each combination of keys; keys are integers or integer arrays that broadcast together.

        The answer has at least one axis. Whole numbers that stand before the first array cost next to nothing.
        """
        few, shape, place = [self._starts[purpose]], None, 0
        for key in keys:
            # A handful of addresses costs less number by number than ten array operations a key.
            if not isinstance(key, int):
                values = np.asarray(key)
                if values.size > _A_FEW or shape not in (None, values.shape):
                    break
                few, shape = few * values.size if shape is None else few, values.shape
                few = [_absorbed(state, int(value)) for state, value in zip(few, values.ravel().tolist(), strict=True)]
            else:
                few = [_absorbed(state, key) for state in few]
            place += 1
        states = np.array(few, np.uint64).reshape((1,) if shape is None else shape)
        for key in keys[place:]:
            absorbed = key & _MASK if isinstance(key, int) else key
            states = further(states, np.asarray(absorbed).astype(np.uint64, copy=False))
        return states

    def starts(self, *purposes: Purpose) -> Keys:
        """Where the addresses of some purposes begin [purposes]; ``further`` goes on from there, key by key."""
        return np.array([self._starts[purpose] for purpose in purposes], np.uint64)

    def uniform(self, purpose: Purpose, *keys: ArrayLike) -> NDArray[np.float64]:
        """One uniform in the open interval (0, 1) for each combination of keys."""
        return uniform_of(self.bits(purpose, *keys))

    def normal(self, purpose: Purpose, *keys: ArrayLike) -> NDArray[np.float64]:
        """One standard normal for each combination of keys (Box and Muller 1958)."""
        return normal_of(self.bits(purpose, *keys))

    def exponential(self, purpose: Purpose, *keys: ArrayLike) -> NDArray[np.float64]:
        """One unit exponential for each combination of keys: the threshold that a cumulative hazard must reach."""
        return np.asarray(-np.log(self.uniform(purpose, *keys)))

    def draw(self, purpose: Purpose, *keys: int) -> float:
        """The one uniform at an address: the same number as ``uniform`` gives there, a microsecond instead of ten."""
        return (_absorbed(self._starts[purpose], *keys) >> 11) * _TO_UNIT + _HALF_STEP

    def draw_normal(self, purpose: Purpose, *keys: int) -> float:
        """The one standard normal at an address, as ``normal`` gives there up to the last digit."""
        bits = _absorbed(self._starts[purpose], *keys)
        turn = (_absorbed(bits, 0) >> 11) * _TO_UNIT + _HALF_STEP
        return math.sqrt(-2.0 * math.log((bits >> 11) * _TO_UNIT + _HALF_STEP)) * math.cos(_TWO_PI * turn)

    def order(self, purpose: Purpose, *keys: int) -> int:
        """A 31-bit number at an address: the place in a drawn order of things that happen at the same time."""
        return _absorbed(self._starts[purpose], *keys) >> 33


def further(bits: Keys, key: Keys) -> Keys:
    """64 random bits at addresses one key longer: ``further(bits(p, a), b)`` is ``bits(p, a, b)``; broadcasts.

    For addresses that begin alike, and for the draws of several purposes at once.
    """
    state = bits ^ key
    state += _U_GOLDEN
    return _mix(state)


def uniform_of(bits: Keys) -> NDArray[np.float64]:
    """The uniforms in the open interval (0, 1) at addresses with these bits."""
    unit = (bits >> _S11).astype(np.float64)
    unit *= _TO_UNIT
    unit += _HALF_STEP
    return unit


def normal_of(bits: Keys) -> NDArray[np.float64]:
    """The standard normals at addresses with these bits (Box and Muller 1958)."""
    radius, turn = uniform_of(bits), uniform_of(_next(bits))
    np.log(radius, out=radius)
    radius *= -2.0
    np.sqrt(radius, out=radius)
    turn *= _TWO_PI
    radius *= np.cos(turn, out=turn)
    return radius
