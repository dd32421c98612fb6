"""The running clocks of the holdings of one kind of LP: cumulative hazards against thresholds drawn before.

Triggers look at funds, so a hazard is told once a fund and read by its holdings. Columns are contiguous and only grow
by what comes back after a sale that failed, so a quarter costs a few passes over them and copies nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sfund_sim.investors.triggers import SellTrigger
from sfund_sim.market.world import Flags, Floats, Ints

STOPPED = np.inf
"""A threshold that is never passed."""
FEW = 10_000
"""Clocks that cost less to copy than to keep in two lists."""
LEAST_KEPT = 0.75
"""Clocks of living funds below which the others are dropped, as a share."""


@dataclass
class Clocks:
    """Clocks that were started together, in the order of funds; arrays [clocks] or [triggers, clocks]."""

    rows: Ints
    """Holdings."""
    fund: Ints
    threshold: Floats
    passed: Floats
    """Hazard added up so far."""

    @classmethod
    def start(cls, rows: Ints, fund: Ints, threshold: Floats) -> Clocks:
        """Clocks at nothing."""
        return cls(rows, fund, threshold, np.zeros_like(threshold))

    def and_also(self, more: Clocks) -> Clocks:
        """These clocks and some more, in the order of funds."""
        fund = np.append(self.fund, more.fund)
        order = np.argsort(fund, kind="stable")
        threshold, passed = np.hstack([self.threshold, more.threshold]), np.hstack([self.passed, more.passed])
        return Clocks(np.append(self.rows, more.rows), fund, threshold, passed).at(order)

    def at(self, places: Ints) -> Clocks:
        """The clocks at these places."""
        return Clocks(self.rows[places], self.fund[places], self.threshold[:, places], self.passed[:, places])

    def run(self, place: int, hazard: Floats, years: float) -> tuple[Ints, Floats]:
        """Let a trigger's hazard run on, a year [first funds]; places of clocks that fire, and after how many years.

        The clocks stand in the order of funds, so those of funds to come are behind and wait.
        """
        part = slice(np.searchsorted(self.fund, hazard.size))
        passed = self.passed[place, part]
        step = (hazard * years)[self.fund[part]]
        missing = self.threshold[place, part] - passed
        fired = np.flatnonzero(missing < step)
        passed += step
        return fired, np.maximum(missing[fired] / hazard[self.fund[fired]], 0.0)

    def stop(self, places: Ints) -> None:
        """These clocks stand still for good: a holding that is free again gets new ones."""
        self.threshold[:, places] = STOPPED


class KindClocks:
    """All clocks of one kind of LP: those of the first day, and those started since."""

    def __init__(self, rules: list[SellTrigger | None]) -> None:
        self.rules = [rule for rule in rules if rule is not None]
        self.triggers = np.array([trigger for trigger, rule in enumerate(rules) if rule is not None], np.int64)
        """What makes this kind wish to sell."""
        nothing = np.zeros(0, np.int64)
        self._groups = [Clocks.start(nothing, nothing, np.zeros((len(self.rules), 0))) for _ in range(2)]

    def start_first(self, rows: Ints, fund: Ints, threshold: Floats) -> None:
        """Start the clocks of the first day; ``threshold`` [triggers of the kind, holdings]."""
        self._groups[0] = Clocks.start(rows, fund, threshold)

    def start(self, rows: Ints, fund: Ints, threshold: Floats) -> None:
        """Start the clocks of holdings that are free again, or new: among the first ones where these are few."""
        place = 0 if self._groups[0].rows.size < FEW else 1
        self._groups[place] = self._groups[place].and_also(Clocks.start(rows, fund, threshold))

    @property
    def count(self) -> int:
        """Clocks in all."""
        return sum(clocks.rows.size for clocks in self._groups)

    def stop(self, holding: int) -> None:
        """A holding's owner has come to a wish in another way."""
        for clocks in self._groups:
            clocks.stop(np.flatnonzero(clocks.rows == holding))

    def forget(self, over: Flags) -> None:
        """Drop the clocks of funds that are over [funds], once they are many: to drop is to copy the others."""
        for place, clocks in enumerate(self._groups):
            kept = np.flatnonzero(~over[clocks.fund])
            if kept.size < LEAST_KEPT * clocks.fund.size:
                self._groups[place] = clocks.at(kept)

    def run(self, hazards: list[Floats | None], years: float) -> dict[int, tuple[float, int]]:
        """Let hazards a year [funds founded so far] run for so many years, and stop the clocks that fire.

        ``hazards`` are those of this kind's triggers, None for one that nobody feels. Returns of each holding the
        soonest wish: after how many years, and which trigger.
        """
        soonest = dict[int, tuple[float, int]]()
        for clocks in self._groups:
            stopped = []
            for place, (hazard, trigger) in enumerate(zip(hazards, self.triggers.tolist(), strict=True)):
                if hazard is None or not clocks.rows.size:
                    continue
                fired, waits = clocks.run(place, hazard, years)
                stopped.append(fired)
                for row, wait in zip(clocks.rows[fired].tolist(), waits.tolist(), strict=True):
                    soonest[row] = min(soonest.get(row, (wait, trigger)), (wait, trigger))
            for fired in stopped:
                clocks.stop(fired)
        return soonest
