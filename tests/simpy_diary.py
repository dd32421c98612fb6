"""The diary told by simpy alone, one process a story: slower, and the oracle of the diary that runs the market."""

from __future__ import annotations

from collections.abc import Generator

import simpy

from sfund_sim.ground.diary import Story, Wake


class SimpyDiary:
    """One simpy process a story, with the same order of equal times as ``HeapDiary``."""

    _TURN_STEP = 1 << 100

    def __init__(self) -> None:
        self.environment = simpy.Environment()
        self._number = 0

    @property
    def today(self) -> int:
        """The day it is."""
        return int(self.environment.now)

    def start(self, story: Story, order: int) -> None:
        """Run a story up to its first Wake and enter it."""
        self._number += 1
        first = next(story, None)
        if first is not None:
            self.environment.process(self._follow(story, first, order, self._number))

    def run_until(self, day: int) -> None:
        """Run every story that wakes before ``day`` (exclusive)."""
        if day > self.environment.now:
            self.environment.run(until=day)

    def close(self) -> None:
        """Forget the stories that are not at their end."""
        self.environment = simpy.Environment(self.today)

    def _follow(self, story: Story, wake: Wake | None, order: int, number: int) -> Generator[simpy.Event, None, None]:
        while wake is not None:
            if wake.day < self.today:
                raise ValueError(f"a story wants to wake on day {wake.day}, but it is already day {self.today}")
            event = self.environment.event()
            event._ok, event._value = True, None
            priority = wake.turn * self._TURN_STEP + (order << 32) + number + 2
            self.environment.schedule(event, priority=priority, delay=wake.day - self.environment.now)  # type: ignore[arg-type]
            yield event
            wake = next(story, None)
