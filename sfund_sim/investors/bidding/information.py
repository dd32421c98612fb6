"""What bidders know of a value that is the same for all: how a signal, and the news of having won, bear on it."""

from __future__ import annotations

from abc import abstractmethod
from functools import lru_cache
from typing import ClassVar

import numpy as np
from pydantic import Field

from sfund_sim.ground.parts import Part
from sfund_sim.investors.bidding.family import BidView, FloatArray


class InformationModel(Part, family="information model"):
    """How signals and the common value hang together."""

    @abstractmethod
    def expectation(self, signals: FloatArray, view: BidView) -> FloatArray:
        """Expected value given a bidder's own signal alone, elementwise."""

    @abstractmethod
    def if_winning(self, signals: FloatArray, view: BidView) -> FloatArray:
        """What a bidder should bid (in an open auction: where it should drop out), knowing what winning would mean."""

    @abstractmethod
    def nature(self, uniforms: FloatArray, common: FloatArray, error: float) -> tuple[FloatArray, FloatArray]:
        """(signals [bidders, auctions], common value [auctions]) from uniforms of the same shapes.

        ``error`` is the standard deviation of a log signal's error, for models that have one.
        """

    def leaves_shading_open(self) -> bool:
        """Is ``if_winning`` only a corrected estimate, still to be shaded where the winner pays its own bid?"""
        return False


class Wallet(InformationModel):
    """The value is the sum of all bidders' signals, each uniform on (0, 1).

    Source: Klemperer (1998, European Economic Review 42), the wallet game, for two bidders; Krishna, Auction Theory,
    chapter 6, for its equilibria with more.
    """

    kind: ClassVar[str] = "wallet"

    def expectation(self, signals: FloatArray, view: BidView) -> FloatArray:
        """The own signal plus one half for each rival."""
        return signals + 0.5 * view.rivals

    def if_winning(self, signals: FloatArray, view: BidView) -> FloatArray:
        """E[V | own signal x = best rival's signal] = (n + 2) x / 2; first-price: (n - 1) / n of it."""
        tied = (view.rivals + 3.0) * signals / 2.0
        return tied if view.pricing == "second" else np.asarray(tied * view.rivals / (view.rivals + 1.0))

    def nature(self, uniforms: FloatArray, common: FloatArray, error: float) -> tuple[FloatArray, FloatArray]:
        """The uniforms are the signals, and their sum is the value."""
        return uniforms, uniforms.sum(axis=0)


class UniformError(InformationModel):
    """Signals are uniform around a common value that could be anything (far from the ends of its range).

    Sources: Kagel and Levin (1986, American Economic Review 76); Kagel, Levin and Harstad (1995) for second-price and
    English auctions; Milgrom and Weber (1982).
    """

    kind: ClassVar[str] = "uniform_error"

    half_width: float = Field(default=1.0, gt=0, allow_inf_nan=False)
    """Largest error of a signal."""

    def expectation(self, signals: FloatArray, view: BidView) -> FloatArray:
        """The signal."""
        return signals

    def if_winning(self, signals: FloatArray, view: BidView) -> FloatArray:
        """First-price x - e; second-price x - e (n - 2) / n; open: (x + lowest signal) / 2 once that is seen."""
        if view.pricing == "first":
            return signals - self.half_width
        if view.lowest_signal is not None:
            return 0.5 * (signals + view.lowest_signal)
        bidders = view.rivals + 1.0
        return np.asarray(signals - self.half_width * (bidders - 2.0) / bidders)

    def nature(self, uniforms: FloatArray, common: FloatArray, error: float) -> tuple[FloatArray, FloatArray]:
        """A value between 2 and 100 half widths, and signals within a half width of it."""
        value = self.half_width * (2.0 + 98.0 * common)
        return value + self.half_width * (2.0 * uniforms - 1.0), value


class LognormalError(InformationModel):
    """Each bidder's estimate of a common value errs by a lognormal factor, part of which may be common to all.

    The best of N estimates is too high by the expected maximum of N normal errors, so an estimate is lowered by
    exp(-s sqrt(1 - correlation) E[max of N]). Source: the correction of Capen, Clapp and Campbell (1971, Journal of
    Petroleum Technology 23) in logarithms.
    """

    kind: ClassVar[str] = "lognormal_error"

    correlation: float = Field(default=0.3, ge=0, le=1)
    """Correlation of two bidders' errors: they read the same data room (assumption)."""

    def expectation(self, signals: FloatArray, view: BidView) -> FloatArray:
        """The estimate."""
        return signals

    def if_winning(self, signals: FloatArray, view: BidView) -> FloatArray:
        """The estimate less what the best of N errors adds to it."""
        own_error = view.error * np.sqrt(1.0 - self.correlation)
        return np.asarray(signals * np.exp(-own_error * expected_maximum(np.asarray(view.rivals) + 1.0)))

    def nature(self, uniforms: FloatArray, common: FloatArray, error: float) -> tuple[FloatArray, FloatArray]:
        """A value of 1, and unbiased estimates of it whose log errors share a part."""
        from scipy.special import ndtri

        shared, own = np.sqrt(self.correlation), np.sqrt(1.0 - self.correlation)
        noise = error * (shared * ndtri(common) + own * ndtri(uniforms))
        return np.exp(noise - 0.5 * error**2), np.ones(common.shape)

    def leaves_shading_open(self) -> bool:
        """Yes: the estimate is corrected, the profit is not yet taken."""
        return True


def expected_maximum(number: FloatArray) -> FloatArray:
    """Expected maximum of ``number`` independent standard normals, elementwise; 0 up to 1, read from a table to 1,000.

    Source: David and Nagaraja, Order Statistics, section 3.2: the integral of x d Phi(x)^N, which is also defined for
    an expected number that is not whole.
    """
    numbers, maxima = _maxima()
    return np.interp(number, numbers, maxima)


@lru_cache(maxsize=1)
def _maxima() -> tuple[FloatArray, FloatArray]:
    from scipy.special import ndtr

    numbers = np.concatenate([np.arange(1.0, 20.0, 0.1), np.arange(20.0, 100.0), np.geomspace(100.0, 1000.0, 100)])
    x = np.linspace(-9.0, 9.0, 3601)
    powers = np.power(ndtr(x), numbers[:, None])
    # The integral of x dG by parts: 9 - integral of G from -9 to 9.
    return numbers, 9.0 - np.trapezoid(powers, x, axis=1)
