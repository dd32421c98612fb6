"""Appraisal smoothing: the reported return is a mixture of last quarter's reported return and the true one."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from sfund_sim.funds.marks.family import Floats, MarkModel, share_sold


class Smoothed(MarkModel):
    """Reported return R_t = a R_(t-1) + (1 - a) r_t, by the quarter.

    The bias is a lag: marks stand above true value while values fall and below while they rise, and catch up later.
    Source: Geltner (1991), "Smoothing in appraisal-based returns", Journal of Real Estate Finance and Economics 4(3);
    a = 0.3-0.5 for buyout, 0.5-0.7 for venture capital (recalled, low confidence).
    """

    kind: ClassVar[str] = "smoothed"

    smoothing: float = Field(default=0.6, ge=0, lt=1)
    """Weight a of last quarter's reported return."""

    def reported(self, value: Floats, *, invested: Floats, proceeds: Floats, window_shut: Floats) -> Floats:
        """Reported value [funds, quarters]; new money enters at cost, exits take out their share of the mark."""
        mark = np.zeros_like(value)
        reported_return = np.zeros(len(value))
        sold = share_sold(value, proceeds, invested)
        mark[:, 0] = value[:, 0]
        for quarter in range(1, value.shape[1]):
            before = value[:, quarter - 1]
            gross = np.maximum(value[:, quarter] + proceeds[:, quarter] - invested[:, quarter], 0.0)
            true_return = np.divide(gross, before, out=np.ones_like(before), where=before > 0) - 1
            reported_return = np.where(
                before > 0, self.smoothing * reported_return + (1 - self.smoothing) * true_return, 0.0
            )
            kept = mark[:, quarter - 1] * np.maximum(1 + reported_return, 0.0) * (1 - sold[:, quarter])
            mark[:, quarter] = np.where(value[:, quarter] > 0, kept + invested[:, quarter], 0.0)
        return mark
