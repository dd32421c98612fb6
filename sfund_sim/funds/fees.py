"""The management fee: on commitment while the fund invests, on what is still invested afterwards."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sfund_sim.ground.calendar import QUARTERS_PER_YEAR

Floats = NDArray[np.float64]


def management_fee(
    commitment: Floats, net_invested: Floats, *, investing: NDArray[np.bool_], rate_per_year: float | Floats
) -> Floats:
    """Return one quarter's fee, yuan [funds].

    ``net_invested`` is the cost of the companies still held; ``investing`` tells who is in the investment period.
    Source of the two bases: Metrick and Yasuda (2010), section 1; 2 % a year is the usual rate there and in China.
    """
    base = np.where(investing, commitment, np.maximum(net_invested, 0.0))
    return np.asarray(base * rate_per_year / QUARTERS_PER_YEAR)
