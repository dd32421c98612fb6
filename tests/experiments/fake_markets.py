"""Markets that stand in for the real one where only the running of replications is tested."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from sfund_sim.ground.streams import Streams
from sfund_sim.market.journal import HoldingRow, Journal
from sfund_sim.terms import Purpose


@dataclass(frozen=True)
class Whim:
    """A scenario that says what goes wrong, where, and how often."""

    folder: str = ""
    kill_at: tuple[int, ...] = ()
    raise_at: tuple[int, ...] = ()
    kill_always: bool = False
    seconds: float = 0.0


def draw(scenario: Whim, replication: int, seed: int) -> Journal:
    """A journal whose numbers depend on seed and replication alone."""
    time.sleep(scenario.seconds)
    if replication in scenario.raise_at:
        raise ValueError(f"no market in replication {replication}\nsecond line")
    if replication in scenario.kill_at:
        mark = Path(scenario.folder) / f"killed_{replication}"
        if scenario.kill_always or not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
    journal = Journal(replication)
    bits = Streams(seed, replication).bits(Purpose.LAB, range(50))
    for holding, value in enumerate((bits >> 20).tolist()):
        journal.holdings.append(HoldingRow(holding, holding % 7, value % 11, value % 100, value, 0))
    journal.counts["holdings"] = 50.0
    return journal
