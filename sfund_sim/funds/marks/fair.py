"""Marks at fair value: what a perfect valuation guideline would bring."""

from __future__ import annotations

from typing import ClassVar

from sfund_sim.funds.marks.family import Floats, MarkModel


class Fair(MarkModel):
    """Reported value is true value: the benchmark for what biased marks cost.

    Source: the aim of fair-value guidelines (e.g. IPEV; the Anhui venue's fund valuation guideline of 2026).
    """

    kind: ClassVar[str] = "fair"

    def reported(self, value: Floats, *, invested: Floats, proceeds: Floats, window_shut: Floats) -> Floats:
        """Reported value [funds, quarters]: the true one."""
        return value.copy()
