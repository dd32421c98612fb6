"""Last-round marking: a company stands at the price of its last financing round until the next one."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from sfund_sim.funds.marks.family import Floats, MarkModel, share_sold
from sfund_sim.ground.calendar import QUARTERS_PER_YEAR

Amounts = NDArray[np.floating[Any]]


class LastRound(MarkModel):
    """Marks move at financing rounds and, downwards only, at year-end audits.

    How the bias arises: (1) between rounds a mark stands still while value moves; (2) while the IPO window is shut
    fewer rounds take place; (3) a round below the last mark is avoided, and an audit finds no transaction to hold
    against the mark, in proportion to how far the window is shut. So falls go unreported just when they are greatest.
    Source: domain fact "last-round price; no write-down without a new round; bias 10-40 % in a shut window"; the
    mechanism and all numbers are assumptions, calibrated to that band.
    """

    kind: ClassVar[str] = "last_round"

    round_interval_years: float = Field(default=1.5, ge=0.25)
    """Years from one financing round of a company to the next while the window is open (assumption)."""
    rounds_lost_when_shut: float = Field(default=0.7, ge=0, le=1)
    """Share of rounds that do not take place while the window is fully shut (assumption)."""
    write_down_at_audit: float = Field(default=0.5, ge=0, le=1)
    """Share of a fall below the mark that a year-end audit recognises while the window is open (assumption)."""

    def rounds_in_quarter(self, window_shut: float) -> float:
        """Rounds of a company in one quarter, at most 1: the pace of the clock that rounds follow."""
        return (1 - self.rounds_lost_when_shut * window_shut) / (QUARTERS_PER_YEAR * self.round_interval_years)

    def at_round(self, mark: Amounts, fair: Amounts, window_shut: float) -> Amounts:
        """Marks after a round: up to the price in full, down to it only as far as the window is open."""
        after = fair - mark
        after *= 1 - window_shut
        after += mark
        return np.maximum(fair, after, out=after)

    def at_audit(self, mark: Amounts, fair: Amounts, window_shut: float) -> Amounts:
        """Marks after a year-end audit: a part of every fall below the mark is written off."""
        after = np.minimum(fair, mark)
        after -= mark
        after *= self.write_down_at_audit * (1 - window_shut)
        after += mark
        return after

    def reported(self, value: Floats, *, invested: Floats, proceeds: Floats, window_shut: Floats) -> Floats:
        """Reported value [funds, quarters] of portfolios without companies.

        Each quarter the share of the portfolio whose companies have a round is marked to it, and a quarter of the
        yearly audit's write-down takes place.
        """
        mark = np.zeros_like(value)
        mark[:, 0] = value[:, 0]
        sold = share_sold(value, proceeds, invested)
        for quarter in range(1, value.shape[1]):
            shut = float(window_shut[quarter])
            fair = value[:, quarter]
            last = mark[:, quarter - 1] * (1 - sold[:, quarter]) + invested[:, quarter]
            raised = last + self.rounds_in_quarter(shut) * (self.at_round(last, fair, shut) - last)
            audited = raised + (self.at_audit(raised, fair, shut) - raised) / QUARTERS_PER_YEAR
            mark[:, quarter] = np.where(fair > 0, audited, 0.0)
        return mark
