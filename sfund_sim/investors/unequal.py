"""First-price bids of two bidders who are not alike: values uniform from 0 to highs of their own."""

from __future__ import annotations

import numpy as np

from sfund_sim.investors.laws import FloatArray


def bids_between_two(values: FloatArray, high: float, rivals_high: float) -> FloatArray:
    """Equilibrium bids of a bidder of values uniform on (0, high) against one of (0, rivals_high), elementwise.

    Who bids b has the value 2b / (1 + k b^2), k = 1 / high^2 - 1 / rivals_high^2; both bid at most high x rivals_high /
    (high + rivals_high). Written so that equal highs, where k = 0, are no case of their own.
    Source: Griesmer, Levitan and Shubik (1967, Naval Research Logistics Quarterly 14); Krishna, Auction Theory, 4.3.
    """
    k = 1.0 / high**2 - 1.0 / rivals_high**2
    return np.asarray(values / (1.0 + np.sqrt(np.maximum(1.0 - k * np.square(values), 0.0))))
